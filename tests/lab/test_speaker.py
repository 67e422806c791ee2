"""Two of our speakers, one in the place of the device: what each tells is what the other did."""

import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pytest

import raw
from bmpconform.lab.octets import (
    KEEPALIVE,
    announcements,
    malformed_announcement,
    notification_octets,
    open_octets,
    withdrawals,
)
from bmpconform.lab.session import SessionError
from bmpconform.lab.speaker import Part, Speaker
from bmpconform.lab.wait import until
from bmpconform.live.device import Endpoint
from bmpconform.live.facts import Announced, Established, Leaving, Left, PeerId, Received, Sent, Withdrew
from bmpconform.wire.value import Value

Kind = TypeVar("Kind", bound=Value)
DEVICE, PEER = "127.0.0.2", "127.0.0.3"
DEVICE_OPEN = open_octets(65001, "10.0.0.1")
# The least hold time, RFC 4271 section 4.2: a KEEPALIVE each second.
PEER_OPEN = open_octets(4_200_000_003, "10.0.0.3", hold_time=3)
PREFIXES = ("192.0.2.0/24", "2001:db8::/32")
UPDATES = announcements(PREFIXES, [4_200_000_003], ["198.51.100.1", "2001:db8::1"], med=7)


@dataclass
class Pair:
    """A speaker that plays the device, and one that is its neighbour."""

    device: Speaker
    speaker: Speaker

    def up(self) -> None:
        """Bring the session up on both sides."""
        with ThreadPoolExecutor(2) as both:
            for done in [both.submit(self.device.up, "device"), both.submit(self.speaker.up, "peer")]:
                done.result()

    def close(self) -> None:
        """End both."""
        self.device.close()
        self.speaker.close()


def told(speaker: Speaker, kind: type[Kind], count: int = 1) -> list[Kind]:
    """Return the facts of a kind, once there are so many."""

    def look() -> list[Kind] | None:
        facts: Sequence[Value] = speaker.facts()
        found = [fact for fact in facts if isinstance(fact, kind)]
        return found if len(found) >= count else None

    return until(look, 10, f"{count} of {kind.__name__}")


def free_port(address: str) -> int:
    with socket.create_server((address, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(params=["neighbour-dials", "device-dials"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Return a device and its neighbour, of which either dials."""
    device, peer = PeerId(DEVICE), PeerId(PEER)
    if request.param == "neighbour-dials":
        port = free_port(DEVICE)
        parts = Part(device, DEVICE_OPEN, port=port), Part(peer, PEER_OPEN, Endpoint(DEVICE, port))
    else:
        port = free_port(PEER)
        parts = Part(device, DEVICE_OPEN, Endpoint(PEER, port)), Part(peer, PEER_OPEN, port=port)
    pair = Pair(Speaker(), Speaker())
    pair.device.add("device", parts[0])
    pair.speaker.add("peer", parts[1])
    yield pair
    pair.close()


@pytest.fixture
def up(pair: Pair) -> Pair:
    """Return the two with their session up."""
    pair.up()
    return pair


def test_a_session_is_told_as_the_device_sees_it(up: Pair) -> None:
    (told_by_peer,) = told(up.speaker, Established)
    assert told_by_peer.peer == PeerId(PEER)
    assert told_by_peer.local_address == DEVICE
    assert (told_by_peer.asn, told_by_peer.bgp_id) == (4_200_000_003, "10.0.0.3")
    assert told_by_peer.sent_open == DEVICE_OPEN.hex()
    assert told_by_peer.received_open == PEER_OPEN.hex()
    (told_by_device,) = told(up.device, Established)
    assert (told_by_peer.local_port, told_by_peer.remote_port) == (
        told_by_device.remote_port,
        told_by_device.local_port,
    )


def test_routes_are_told_on_both_sides_octet_for_octet(up: Pair) -> None:
    gone = withdrawals(PREFIXES)
    up.speaker.send("peer", *UPDATES, *gone)
    sent = [update.hex() for update in (*UPDATES, *gone)]
    assert [fact.update for fact in told(up.device, Received, 4)] == sent
    assert [fact.update for fact in told(up.speaker, Announced, 2)] == sent[:2]
    assert [fact.update for fact in told(up.speaker, Withdrew, 2)] == sent[2:]
    assert [fact.pdu for fact in told(up.speaker, Sent)] == [PEER_OPEN.hex(), KEEPALIVE.hex(), *sent]


def test_what_is_malformed_goes_out_as_it_is(up: Pair) -> None:
    malformed = malformed_announcement("192.0.2.0/24", [65003], "198.51.100.1")
    up.speaker.send("peer", malformed)
    assert told(up.device, Received)[0].update == malformed.hex()
    assert bytes.fromhex("c00803000000") in malformed


def test_keepalives_go_out_in_time(up: Pair) -> None:
    beats = until(lambda: [f for f in told(up.speaker, Sent) if f.pdu == KEEPALIVE.hex()][1:], 10, "a second KEEPALIVE")
    assert told(up.speaker, Established)[0].at < beats[0].at


def test_a_notification_ends_a_session_and_is_told(up: Pair) -> None:
    last = notification_octets(6, 2)
    up.speaker.notify("peer", last)
    up.device.down("device")
    assert [(fact.how, fact.pdu) for fact in told(up.speaker, Left)] == [(Leaving.REMOTE_NOTIFICATION, last.hex())]
    assert [(fact.how, fact.pdu) for fact in told(up.device, Left)] == [(Leaving.LOCAL_NOTIFICATION, last.hex())]
    assert last == raw.bgp(raw.NOTIFICATION, bytes((6, 2)))


@pytest.mark.parametrize("abort", [False, True])
def test_a_closed_connection_ends_a_session_and_is_told(up: Pair, *, abort: bool) -> None:
    up.speaker.hang_up("peer", abort=abort)
    up.device.down("device")
    assert [(fact.how, fact.pdu) for fact in told(up.speaker, Left)] == [(Leaving.REMOTE_NO_NOTIFICATION, None)]
    assert [(fact.how, fact.pdu) for fact in told(up.device, Left)] == [(Leaving.LOCAL_NO_NOTIFICATION, None)]


def test_a_neighbour_comes_back(up: Pair) -> None:
    up.speaker.notify("peer", notification_octets())
    up.device.down("device")
    up.up()
    assert len(told(up.speaker, Established, 2)) == len(told(up.device, Established, 2)) == 2
    up.speaker.send("peer", *UPDATES)
    assert len(told(up.device, Received, 2)) == 2


def test_a_neighbour_may_come_back_with_another_open(up: Pair) -> None:
    up.speaker.hang_up("peer")
    up.device.down("device")
    part = up.speaker.part("peer")
    other = open_octets(65009, "10.0.0.9", four_octet_as=False)
    up.speaker.add("peer", Part(part.peer, other, part.device, part.port))
    up.up()
    assert [fact.received_open for fact in told(up.speaker, Established, 2)] == [PEER_OPEN.hex(), other.hex()]


def test_nothing_is_sent_where_there_is_no_session(pair: Pair) -> None:
    with pytest.raises(SessionError, match=r"127\.0\.0\.3 has no session"):
        pair.speaker.send("peer", KEEPALIVE)


def test_a_session_that_does_not_come_up_is_given_up(pair: Pair) -> None:
    with pytest.raises(SessionError, match=r"peer did not come up within 0\.2 s"):
        pair.speaker.up("peer", 0.2)
    assert pair.speaker.facts() == ()


def test_several_neighbours_have_sessions_of_their_own() -> None:
    port = free_port(DEVICE)
    ports = {"a": port, "b": free_port("127.0.0.5")}
    pair = Pair(Speaker(), Speaker())
    try:
        pair.device.add("a", Part(PeerId(DEVICE), DEVICE_OPEN, port=ports["a"]))
        pair.speaker.add("a", Part(PeerId("127.0.0.4"), PEER_OPEN, Endpoint(DEVICE, port)))
        pair.speaker.add("b", Part(PeerId("127.0.0.5"), PEER_OPEN, port=ports["b"]))
        pair.device.add("b", Part(PeerId(DEVICE), DEVICE_OPEN, Endpoint("127.0.0.5", ports["b"])))
        with ThreadPoolExecutor(4) as at_once:
            ups = [at_once.submit(side.up, name) for side in (pair.device, pair.speaker) for name in "ab"]
            for done in ups:
                done.result()
        pair.speaker.send("b", *UPDATES)
        assert len(told(pair.device, Received, 2)) == 2
        assert {fact.peer.address for fact in told(pair.speaker, Established, 2)} == {"127.0.0.4", "127.0.0.5"}
        assert {fact.peer.address for fact in told(pair.speaker, Announced, 2)} == {"127.0.0.5"}
    finally:
        pair.close()


def test_a_second_connection_from_the_device_is_turned_away(up: Pair) -> None:
    part = up.speaker.part("peer")
    if part.device:
        pytest.skip("it listens to nobody")
    with socket.create_connection((PEER, part.port), 10, source_address=("127.0.0.6", 0)) as second:
        assert second.recv(1) == b""
    up.speaker.send("peer", *UPDATES)
    assert len(told(up.device, Received, 2)) == 2


def test_closing_a_speaker_twice_is_once() -> None:
    speaker = Speaker()
    speaker.close()
    speaker.close()
