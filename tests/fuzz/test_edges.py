"""Edges that targets tell of: by request, over a child's death, and as what makes an input worth keeping."""

from collections.abc import Callable
from pathlib import Path

import pytest

import raw
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEnd
from bmpconform.fuzz.feedback import Edges, Feedback, Shape
from bmpconform.fuzz.options import Guide
from bmpconform.fuzz.oracle import Oracle
from bmpconform.fuzz.players import Heard, Player
from bmpconform.fuzz.store import Store
from bmpconform.run.contenders import contenders
from bmpconform.targets.counters import IS_SHARED, SIZE, SLOTS, Counters, Counting
from c_programs import COUNTED, DECODER, build_counted, build_decoder
from vectors import PROFILE

pytestmark = pytest.mark.skipif(not IS_SHARED, reason="not Linux: no memory is shared")

INITIATION = raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b"))
# Four octets of a value that have to be found one by one, and a crash behind them.
STEPS = """
    const uint8_t *at = tlv.value.at;
    if (message_type == INITIATION && tlv.value.left > 3 && at[0] == 'f')
        if (at[1] == 'u')
            if (at[2] == 'z')
                if (at[3] == 'z')
                    abort();
"""


@pytest.fixture(scope="module", params=list(COUNTED))
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_counted(tmp_path_factory.mktemp("counted"), compiler_name=request.param)


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the decoder with a crash that only its edges lead to."""
    folder = tmp_path_factory.mktemp("stepped")
    text = DECODER.read_text(encoding="utf-8")
    place = "    if (refusal == NULL && is_text(tlv.meaning))\n"
    assert place in text
    source = folder / "stepped.c"
    source.write_text(text.replace(place, STEPS + place), encoding="utf-8")
    return build_counted(folder, source)


def player(target: str) -> Player:
    (one,) = contenders([target], None, None, give_up_after=None)
    return Player(one, 0, PROFILE, guided=True)


def edges_of(asked: Player, *inputs: bytes) -> list[Edges | None]:
    """Return the edges of each input, all asked at once."""
    oracle = Oracle(PROFILE)
    heard = asked.ask([oracle.expect(octets) for octets in inputs])
    assert isinstance(heard, list)
    return [one.edges for one in heard if isinstance(one, Heard)]


def is_something(edges: Edges | None) -> bool:
    """Whether edges were taken."""
    return edges is not None and edges.taken != 0


def test_counters_are_read_where_a_child_of_the_same_machine_writes_them() -> None:
    counters = Counters()
    counting = Counting(counters.environment)
    for request in (1, 2, SLOTS + 1):
        counting.begin(request)
        counting.count(7)
        counting.count(7)
        counting.count(SIZE + 9)
    assert counters.of(2, 10) == bytes([0, 0, 0, 0, 0, 0, 0, 2, 0, 1])
    assert counters.of(1, 10) == counters.of(SLOTS + 1, 10)
    counting.begin(2)
    assert counters.of(2, SIZE) == bytes(SIZE)
    counters.close()


def test_a_counter_never_goes_back_to_none() -> None:
    counters = Counters()
    counting = Counting(counters.environment)
    counting.begin(3)
    for _ in range(256):
        counting.count(0)
    assert counters.of(3, 1) == b"\1"
    counters.close()


def test_how_often_an_edge_was_taken_counts_by_its_magnitude() -> None:
    assert Edges.of(0, bytes([4])) == Edges.of(0, bytes([7])) != Edges.of(0, bytes([8]))
    assert Edges.of(0, bytes([0, 0])).taken == 0
    assert Edges.of(0, bytes([255])).taken == 0x80


def test_edges_make_an_input_new_once_and_for_each_target() -> None:
    feedback, shape = Feedback(), Shape(Oracle.op_of(INITIATION), 4, 5)
    assert feedback.news(feedback.traits(shape, [], [Edges(0, 1)]))
    assert not feedback.news(feedback.traits(shape, [], [Edges(0, 1)]))
    assert feedback.news(feedback.traits(shape, [], [Edges(1, 1)]))
    assert feedback.news(feedback.traits(shape, [], [Edges(0, 3)]))
    assert feedback.edges == 3


def test_each_request_under_way_has_a_map_of_its_own(counted: Path) -> None:
    asked = player(f"jsonl:{counted}")
    other = raw.termination(raw.tlv(1, b"\0\0"))
    mixed = edges_of(asked, *[INITIATION, other] * 100)
    assert len(mixed) == 200
    one, two = mixed[:2]
    assert mixed == [one, two] * 100
    assert one != two
    assert is_something(one)
    # The same again on a child of its own: nothing hangs on where it lies in memory.
    fresh = player(f"jsonl:{counted}")
    assert edges_of(fresh, INITIATION) == [one]
    asked.close()
    fresh.close()


def test_the_map_outlives_the_child(stepped: Path) -> None:
    asked = player(f"jsonl:{stepped}")
    deadly = raw.initiation(raw.tlv(1, b"fuzz"), raw.tlv(2, b"b"))
    before, none, after = edges_of(asked, INITIATION, deadly, INITIATION)
    assert none is None
    assert before == after
    assert is_something(before)
    asked.close()


def test_a_target_without_counters_tells_of_no_edges(tmp_path: Path) -> None:
    asked = player(f"jsonl:{build_decoder(tmp_path)}")
    assert edges_of(asked, INITIATION) == [None]
    asked.close()


def kept(folder: Path, program: Path, guide: Guide, inputs: list[bytes]) -> tuple[int, int]:
    """Return how many of these inputs a campaign keeps, and how many edges it tells of."""
    asked = contenders([f"jsonl:{program}"], None, None, give_up_after=None)
    options = CampaignOptions(runs=len(inputs), seed=1, feedback=guide)
    events = list(fuzz(asked, inputs, Store(folder), options, lambda _: True))
    assert isinstance(events[-1], CampaignEnd)
    return events[-1].stats.corpus, events[-1].stats.edges


def test_each_step_towards_a_crash_is_kept_where_edges_are_told(tmp_path: Path, stepped: Path) -> None:
    steps = [raw.initiation(raw.tlv(1, text), raw.tlv(2, b"b")) for text in (b"aaaa", b"faaa", b"fuaa", b"fuza")]
    full, edges = kept(tmp_path / "full", stepped, "full", steps)
    assert full == len(steps)
    assert edges > 0
    assert kept(tmp_path / "outcomes", stepped, "outcomes", steps) == (1, 0)
    assert kept(tmp_path / "none", stepped, "none", steps) == (0, 0)


COUNTING = """
from bmpconform.adapters.reference.target import CAPABILITIES, decode as right
from bmpconform.targets.module import Reject

def decode(octets, session):
    if octets[5] == 5:
        raise Reject("no")
    return right(octets, session)
"""


def test_lines_of_a_python_module_are_its_edges_where_that_is_asked_for(
    py_target: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = py_target("counting_module", COUNTING)
    silent = player(counting)
    assert edges_of(silent, INITIATION) == [None]
    silent.close()
    monkeypatch.setenv("BMPCONFORM_LINES", "1")
    asked = player(counting)
    one, two, again = edges_of(asked, INITIATION, raw.termination(), INITIATION)
    asked.close()
    assert is_something(one)
    assert is_something(two)
    assert one == again != two
