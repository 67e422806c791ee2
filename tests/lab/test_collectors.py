"""The stations that can be started here: they take what a router sends, tell what they read, and send nothing."""

import sys
from collections.abc import Iterator

import pytest

import raw
from bmpconform.lab.catalogue import COLLECTORS, lacking, managed_collector
from bmpconform.lab.wait import until
from bmpconform.live.device import Collector
from bmpconform.neutral import Message
from bmpconform.neutral.keys import keys_of
from bmpconform.wire.value import UNSET
from routers import dialled

OPEN = raw.bgp(raw.OPEN, raw.u8(4) + raw.u16(raw.PEER_AS) + raw.u16(90) + raw.PEER_ID + b"\0")
INITIATION = raw.message(raw.INITIATION, raw.tlv(1, b"system"), raw.tlv(2, b"router"), raw.tlv(77, b"\xff\0"))
PORTS = raw.u16(179) + raw.u16(50000)
PEER_UP = raw.message(raw.PEER_UP, raw.peer(), raw.ROUTER_ADDRESS, PORTS, OPEN, OPEN, raw.tlv(0, b"free"))
PEER_DOWN = raw.message(raw.PEER_DOWN, raw.peer(), b"\x02\0\x07")
TERMINATION = raw.message(raw.TERMINATION, raw.tlv(0, b"bye"), raw.tlv(1, raw.u16(3)))
FUTURE = raw.message(77, b"unknown")

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8"),
]


@pytest.fixture(params=list(COLLECTORS))
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    """Return each collector that there is here."""
    if reason := lacking(request.param):
        pytest.skip(f"{request.param}: {reason}")
    made = managed_collector(request.param)
    yield made
    made.close()


def sent(collector: Collector, *messages: bytes) -> bytes:
    """Open a collector, send a session of messages, and return what comes back until it closes."""
    end = collector.open()
    with dialled(end.port, end.host) as router:
        router.sendall(b"".join(messages))
        return router.recv(1)


def understood(collector: Collector, count: int) -> list[Message]:
    """Return what was read, once there are so many messages."""

    def look() -> list[Message] | None:
        read = list(collector.understood() or ())
        return read if len(read) >= count else None

    return until(look, 20, f"{count} messages")


def test_what_it_reads_is_told_in_the_neutral_form(collector: Collector) -> None:
    assert sent(collector, INITIATION, PEER_UP, PEER_DOWN, TERMINATION) == b""
    read = understood(collector, 4)
    assert [message.type for message in read] == [4, 3, 2, 5]
    for message in read:
        assert isinstance(message.type, int)
        depth = collector.able.depth_of(message.type)
        keys = keys_of(message, depth, collector.able.bgp)
        assert [key for key in keys if getattr(message, key) is UNSET] == []
    initiation, up, down, _ = read
    assert [(tlv.type, tlv.value, tlv.meaning) for tlv in initiation.tlvs or ()] == [
        (1, b"system".hex(), "sys_descr"),
        (2, b"router".hex(), "sys_name"),
        (77, "ff00", "unknown"),
    ]
    assert (up.local_port, up.remote_port) == (179, 50000)
    assert up.local_address == raw.ROUTER_ADDRESS.hex()
    assert (down.reason, down.fsm_event) == (2, 7)


def test_a_message_of_the_future_is_skipped(collector: Collector) -> None:
    assert sent(collector, INITIATION, FUTURE, TERMINATION) == b""
    assert [message.type for message in understood(collector, 2)] == [4, 5]


def test_it_is_opened_again_with_nothing_read(collector: Collector) -> None:
    sent(collector, INITIATION, TERMINATION)
    understood(collector, 2)
    collector.close()
    assert not collector.alive()
    collector.open()
    assert collector.alive()
    assert list(collector.understood() or ()) == []
