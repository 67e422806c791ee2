"""The short form of octets: it says what they are, wherever it stands, and is used where it is worth it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmpconform.corpus.repeats import LARGEST_TIMES, expand, shorten


@pytest.mark.parametrize(
    "octets, short",
    [
        ("", ""),
        ("41" * 31, "41" * 31),
        ("41" * 32, {"repeat": "41", "times": 32}),
        ("00" * 65535, {"repeat": "00", "times": 65535}),
        ("e7b6b2" * 85, {"repeat": "e7b6b2", "times": 85}),
        ("62" + "00" * 40 + "63", {"join": ["62", {"repeat": "00", "times": 40}, "63"]}),
        ("0a" * 40 + "0b" * 40, {"join": [{"repeat": "0a", "times": 40}, {"repeat": "0b", "times": 40}]}),
        # Runs are of octets, not of digits.
        ("0" + "10" * 40 + "1", {"repeat": "01", "times": 41}),
    ],
)
def test_what_repeats_is_written_once(octets: str, short: object) -> None:
    assert shorten(octets) == short
    assert expand(short) == octets


@given(st.lists(st.tuples(st.binary(max_size=5), st.integers(0, 80)), max_size=5))
def test_the_short_form_says_what_it_stands_for(runs: list[tuple[bytes, int]]) -> None:
    octets = b"".join(piece * times for piece, times in runs).hex()
    assert expand(shorten(octets)) == octets


def test_short_forms_are_written_out_wherever_they_are() -> None:
    data = {"fields": [["value", {"repeat": "4142", "times": 2}]], "message": {"rest": {"join": ["00", "01"]}}}
    assert expand(data) == {"fields": [["value", "41424142"]], "message": {"rest": "0001"}}


@pytest.mark.parametrize(
    "short",
    [
        {"repeat": 41, "times": 2},
        {"repeat": "41", "times": "2"},
        {"repeat": "41", "times": True},
        {"repeat": "41", "times": 0},
        {"repeat": "41", "times": LARGEST_TIMES + 1},
        {"join": ["41", 42]},
    ],
)
def test_a_malformed_short_form_is_refused(short: object) -> None:
    with pytest.raises(ValueError, match=r"repeated|no hex"):
        expand(short)
