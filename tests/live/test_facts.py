"""The values that the two halves of a live session exchange."""

import pytest

from bmpconform.live.device import Endpoint
from bmpconform.live.facts import Announced, Configured, Established, Fact, Leaving, Left, PeerId, Truth
from bmpconform.live.transcript import Event, Kind, Transcript
from bmpconform.wire.value import from_json, to_json

PEER = PeerId("192.0.2.2")


@pytest.mark.parametrize(
    "fact",
    [
        Established(1.5, PEER, "192.0.2.1", 179, 40000, 65002, "192.0.2.2", "ff" * 29, "ff" * 29),
        Left(2.0, PEER, Leaving.REMOTE_NOTIFICATION, "ff" * 21),
        Announced(2.5, PeerId("2001:db8::1", "red"), "ff" * 23),
    ],
)
def test_a_fact_survives_json(fact: Fact) -> None:
    assert from_json(to_json(fact), Fact) == fact  # type: ignore[arg-type]


def test_facts_are_told_apart_by_kind() -> None:
    left, announced = Left(1.0, PEER, Leaving.DECONFIGURED), Announced(2.0, PEER, "ff")
    truth = Truth(Configured("192.0.2.1", 65001), (left, announced))
    assert truth.of(Left) == (left,)
    assert truth.of(Announced) == (announced,)
    assert truth.of(Established) == ()


def test_an_endpoint_is_written_as_it_is_typed() -> None:
    assert [str(Endpoint("127.0.0.1", 1)), str(Endpoint("::1", 2))] == ["127.0.0.1:1", "[::1]:2"]


def test_the_octets_of_a_connection_are_those_that_came_over_it() -> None:
    events = (
        Event(0.1, 0, Kind.CONNECTED),
        Event(0.2, 1, Kind.CONNECTED),
        Event(0.3, 0, Kind.OCTETS, b"\x03\x00"),
        Event(0.4, 1, Kind.OCTETS, b"\xff"),
        Event(0.5, 0, Kind.SENT, b"\xee"),
        Event(0.6, 0, Kind.OCTETS, b"\x00\x06"),
        Event(0.7, 0, Kind.FIN),
    )
    transcript = Transcript(0.0, 1.0, events)
    assert transcript.connections() == (0, 1)
    assert transcript.octets(0) == b"\x03\x00\x00\x06"
    assert [event.kind for event in transcript.of(1)] == [Kind.CONNECTED, Kind.OCTETS]
