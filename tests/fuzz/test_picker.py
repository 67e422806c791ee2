"""What is mutated next: each share as it is said, whatever there is most of."""

from collections import Counter
from random import Random

from bmpconform.fuzz.picker import IN_A_ROW, LONGEST_LEAD, Picker

PICKS = 600


def picker(seed: int = 1) -> Picker:
    return Picker(Random(seed))  # noqa: S311 - the same each time


def picks(of: Picker, many: int = PICKS) -> list[bytes | None]:
    """Return picks, each once for the many times in a row."""
    return [of.pick() for _ in range(IN_A_ROW * many)][::IN_A_ROW]


def test_the_first_keep_their_share_however_much_is_kept() -> None:
    held = picker()
    held.begin([b"first", b"second"])
    for number in range(500):
        held.add(b"%d" % number, "kind", leads=number % 2 == 0)
    counts = Counter(picks(held))
    assert 0.3 < (counts[b"first"] + counts[b"second"]) / PICKS < 0.5


def test_of_what_leads_on_a_rare_kind_is_picked_as_often_as_another() -> None:
    held = picker()
    held.add(b"rare", "rare", leads=True)
    for number in range(500):
        held.add(b"%d" % number, "usual", leads=True)
    assert picks(held).count(b"rare") > PICKS * 0.3


def test_what_does_not_lead_on_is_picked_too_and_seldom() -> None:
    held = picker()
    held.begin([b"first"])
    held.add(b"leading", "kind", leads=True)
    held.add(b"other", "kind", leads=False)
    assert 0 < picks(held).count(b"other") < PICKS * 0.2


def test_the_shorter_is_picked_more_often_and_the_longer_too() -> None:
    held = picker()
    held.begin([b"long" * 100, b"short"])
    assert 0.65 < picks(held).count(b"short") / PICKS < 0.85


def test_what_is_too_long_does_not_lead_on_and_is_picked_too() -> None:
    held, too_long = picker(), bytes(LONGEST_LEAD + 1)
    held.begin([b"first"])
    held.add(bytes(LONGEST_LEAD), "kind", leads=True)
    held.add(too_long, "kind", leads=True)
    counts = Counter(picks(held))
    assert 0 < counts[too_long] < PICKS * 0.1 < counts[bytes(LONGEST_LEAD)]


def test_one_input_is_picked_several_times_in_a_row() -> None:
    held = picker()
    held.begin([b"%d" % number for number in range(100)])
    each = [held.pick() for _ in range(IN_A_ROW * 50)]
    assert all(len(set(each[at : at + IN_A_ROW])) == 1 for at in range(0, len(each), IN_A_ROW))
    assert len(set(each)) > 20


def test_what_is_not_kept_is_picked_no_more() -> None:
    held = picker()
    held.add(b"one", "kind", leads=True)
    held.add(b"two", "kind", leads=False)
    held.keep_only([b"two"])
    assert set(picks(held)) == {b"two"}


def test_where_there_is_nothing_nothing_is_picked_until_there_is() -> None:
    held = picker()
    assert held.pick() is None
    held.add(b"one", "kind", leads=True)
    assert held.pick() == b"one"


def test_the_same_seed_picks_the_same() -> None:
    one, two = picker(3), picker(3)
    for held in (one, two):
        held.begin([b"%d" % number for number in range(100)])
    assert picks(one) == picks(two)
