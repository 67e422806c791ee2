"""Transcripts and facts by hand, for the checks of live sessions: octets by `raw`, ten seconds from event to event.

The cast is that of `raw`: the router 10.0.0.1 and its peer 10.0.0.2, which is Established at 5 and announces its route
at 6; the first connection is made at 10, and what comes first comes at 20.
"""

from typing import Any

import raw
from bmpconform.live.facts import (
    Announced,
    Configured,
    Established,
    Fact,
    Neighbour,
    PeerId,
    Truth,
    View,
    ViewKind,
)
from bmpconform.live.oracle import Case
from bmpconform.live.transcript import Event, Kind, Transcript
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.value import replace

STEP = 10.0
PEER = PeerId("10.0.0.2")
UP = Established(5, PEER, "10.0.0.1", 179, 50000, raw.PEER_AS, "10.0.0.2", raw.SENT_OPEN.hex(), raw.RECEIVED_OPEN.hex())
ANNOUNCED = Announced(6, PEER, raw.ROUTE.hex())
WITHDRAWAL = raw.update_pdu(raw.PREFIX)
VIEWS = tuple(View(kind, 1, 1) for kind in ViewKind)
INITIATION = raw.initiation(raw.SYS_DESCR, raw.SYS_NAME)
PEER_UP, ROUTE, END = raw.peer_up(), raw.route_monitoring(raw.ROUTE), raw.route_monitoring(raw.END_OF_RIB)
OPENING = (INITIATION, PEER_UP, ROUTE, END)
TERMINATION = raw.termination(raw.tlv(1, b"\0\0"))
POST = raw.peer(flags=raw.L)
OUT, OUT_POST = raw.peer(flags=raw.O), raw.peer(flags=raw.O | raw.L)

# What happened: octets, or one of these, on connection 0 or on another.
Item = bytes | Event


def on(connection: int, what: bytes | Kind, text: str = "") -> Event:
    """Return what happened on a connection; its time is its place in the transcript."""
    kind, octets = (Kind.OCTETS, what) if isinstance(what, bytes) else (what, b"")
    return Event(0, connection, kind, octets, text)


def sent(octets: bytes, connection: int = 0) -> Event:
    """Return that we sent octets."""
    return Event(0, connection, Kind.SENT, octets)


CONNECTED, FIN = on(0, Kind.CONNECTED), on(0, Kind.FIN)
CLOSED, TIMED_OUT = on(0, Kind.CLOSED_BY_US), on(0, Kind.TIMED_OUT)


def transcript(*items: Item) -> Transcript:
    """Return a transcript in which one thing happens every ten seconds."""
    events = []
    for number, item in enumerate(items, start=1):
        event = on(0, item) if isinstance(item, bytes) else item
        events.append(Event(number * STEP, event.connection, event.kind, event.octets, event.text))
    return Transcript(0, (len(items) + 1) * STEP, tuple(events), raw.TIME)


def configured(**changes: Any) -> Configured:  # noqa: ANN401 - any field
    """Return how the router is configured, with these fields else."""
    neighbours = (Neighbour("one", PEER, raw.PEER_AS, "to the peer"),)
    usual = Configured("10.0.0.1", raw.ROUTER_AS, sys_name="r1", sys_descr="router", neighbours=neighbours, views=VIEWS)
    return replace(usual, **changes)


def case(*items: Item, facts: tuple[Fact, ...] = (UP, ANNOUNCED), **changes: Any) -> Case:  # noqa: ANN401 - any field
    """Return a script that went so, behind the connection 0, with what is known beside it."""
    return Case(transcript(CONNECTED, *items), Truth(configured(**changes), facts), PROFILES[DEFAULT_PROFILE])


def unknown(*items: Item) -> Case:
    """Return a script that went so with a device of which nothing is known."""
    return Case(transcript(*items), Truth(), PROFILES[DEFAULT_PROFILE])
