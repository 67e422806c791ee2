"""What was read of a stream, put beside its items: what is lost, added or wrong is seen, what cannot be seen is not."""

from collections.abc import Sequence

import pytest

from bmpconform.corpus.load import load
from bmpconform.corpus.vector import Item, Observation, Vector
from bmpconform.judge.observed import Observed
from bmpconform.live.understood import observe_pushed
from bmpconform.neutral import Message
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.protocol import Capabilities
from bmpconform.wire.value import UNSET, replace

PROFILE = PROFILES[DEFAULT_PROFILE]
ALL = Capabilities(ops=("stream",), depth={str(number): 3 for number in range(7)}, bgp="parsed", station=True)
NO_ROUTES = replace(ALL, depth={str(number): 3 for number in (3, 4, 5)}, bgp="none")
VECTORS = {vector.id: vector for vector in load().vectors}


def shown(vector: Vector, depth: Capabilities = ALL) -> list[Message]:
    """Return what a collector shows that reads a stream as the vector has it."""
    found = (item.message for item in vector.items or () if item.status.value == "ok")
    return [message for message in found if message is not UNSET and depth.depth_of(message.type or 0)]


def observed(vector: Vector, seen: Sequence[Message], able: Capabilities = ALL) -> Observed:
    return observe_pushed(vector, seen, able, PROFILE)


@pytest.fixture
def flap() -> Vector:
    """Return a session of several messages that all are to be read."""
    return VECTORS["add-path/come-after-flap"]


def test_all_that_is_to_be_read_is_right(flap: Vector) -> None:
    assert observed(flap, shown(flap)).observation is Observation.ACCEPTED


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_message_that_is_lost_is_named_and_those_behind_it_are_not(flap: Vector, lost: int) -> None:
    seen = shown(flap)
    del seen[lost]
    said = observed(flap, seen)
    assert (said.observation, said.code, said.path) == (Observation.WRONG_VALUE, "item-absent", f"items[{lost}]")


def test_a_message_that_is_wrong_is_named_by_what_differs(flap: Vector) -> None:
    seen = shown(flap)
    assert seen[0].tlvs
    seen[0] = replace(seen[0], tlvs=(replace(seen[0].tlvs[0], value="00"), *seen[0].tlvs[1:]))
    said = observed(flap, seen)
    assert (said.code, said.path) == ("value-differs", "items[0].tlvs[0].value")


def test_a_message_that_nobody_sent_is_added(flap: Vector) -> None:
    seen = shown(flap)
    assert observed(flap, [*seen, seen[0]]).code == "item-added"


def test_what_an_output_does_not_show_is_taken_for_right(flap: Vector) -> None:
    seen = shown(flap, NO_ROUTES)
    assert len(seen) < len(flap.items or ())
    assert observed(flap, seen, NO_ROUTES).observation is Observation.ACCEPTED
    assert observed(flap, seen[1:], NO_ROUTES).code == "item-absent"


def test_what_is_to_be_refused_may_not_be_read() -> None:
    vector = VECTORS["framing/header-version-4"]
    seen = shown(vector)
    assert observed(vector, seen).observation is Observation.ACCEPTED
    (termination,) = (one.message for one in ending().items or () if _is_termination(one))
    assert isinstance(termination, Message)
    assert observed(vector, [*seen, termination]).code == "item-ok"


def ending() -> Vector:
    """Return a session with messages behind its Termination."""
    return VECTORS["sessions/behind-termination"]


def _is_termination(item: Item) -> bool:
    return item.message is not UNSET and item.message.type == 5


@pytest.mark.parametrize("able", [ALL, NO_ROUTES])
def test_behind_the_end_nothing_is_to_be_read(able: Capabilities) -> None:
    vector = ending()
    found = [one.message for one in vector.items or () if not one.alternatives]
    seen = [one for one in found if one is not UNSET and able.depth_of(one.type or 0)]
    assert observed(vector, seen, able).observation is Observation.ACCEPTED
    assert observed(vector, [*seen, seen[0]], able).code == "item-added"
