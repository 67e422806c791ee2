"""What happened in a script, in lines that people read: what came, what we did, and what the BGP side knows.

Why lines beside a verdict: what a session lacks has no octets, and whoever reads of it elsewhere cannot play it again.
No times and no octets but those of the message at fault: they differ from run to run.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from itertools import groupby
from operator import itemgetter

from bmpconform.live.facts import Announced, Changed, Established, Fact, Left, Stopped, Withdrew
from bmpconform.live.oracle import Case
from bmpconform.live.oracle.check import place_of
from bmpconform.live.oracle.routes import routes_of, shown, update_of
from bmpconform.live.oracle.session import Arrived, Heard
from bmpconform.live.transcript import Event, Kind
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import PeerFlag
from bmpconform.wire.messages import Message, Peer, PeerDown
from bmpconform.wire.routes import Family

MARK = "!"
HEX_WIDTH = 96
# Of a long session: so many lines, and so many of these before the one that is marked.
MOST, BEFORE = 48, 36
WORDS = {
    Kind.CONNECTED: "connected",
    Kind.SENT: "we send",
    Kind.FIN: "the far end closes",
    Kind.RST: "the far end resets",
    Kind.HALF_CLOSED: "we send our FIN",
    Kind.CLOSED_BY_US: "we close",
    Kind.RESET_BY_US: "we reset",
    Kind.REFUSED: "refused",
    Kind.FLOODED: "we end it, as too much came",
    Kind.TIMED_OUT: "not in time",
    Kind.ACTED: "done",
    Kind.CANNOT: "cannot be done",
    Kind.GONE: "the device ended",
}
_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def account_of(case: Case, place: str) -> str:
    """Return what happened, in its order; the message at `place`, if it is one, is marked and has its octets below."""
    told = [(event.at, _event(event)) for event in case.transcript.events if event.kind in WORDS]
    told += [(fact.at, text) for fact in case.truth.facts if (text := _fact(fact))]
    told += [(one.at, _message(heard, one, place)) for heard in case.heard for one in heard.messages]
    lines = [text for _, text in sorted(told, key=itemgetter(0))]
    return "\n".join(_cut(list(_folded(lines))))


def _event(event: Event) -> str:
    where = f"{_connection(event.connection)}: " if event.connection >= 0 else ""
    more = f": {event.text}" if event.text else ""
    return f"  {where}{WORDS[event.kind]}{more}"


def _connection(number: int) -> str:
    return f"connections[{number}]"


def _message(heard: Heard, arrived: Arrived, place: str) -> str:
    label = place_of(heard, arrived.number)
    text = f"{label}: {_named(arrived.message)}{_routes(heard, arrived.number)}"
    if place != label and not place.startswith(f"{label}."):
        return f"  {text}"
    rows = textwrap.wrap(encode(arrived.message).hex(), HEX_WIDTH)
    return "\n".join([f"{MARK} {text}", *(f"    {row}" for row in rows)])


def _named(message: Message) -> str:
    peer = getattr(message, "peer", None)
    name = _WORD_BEGINS.sub(" ", type(message).__name__)
    of = "" if peer is None else f" of {_address(peer)}"
    return f"{name}{of}, reason {message.reason}" if isinstance(message, PeerDown) else f"{name}{of}"


def _address(peer: Peer) -> str:
    is_wide = peer.has(PeerFlag.V) and not peer.is_loc_rib
    return str(IPv6Address(peer.address) if is_wide else IPv4Address(peer.address[-4:]))


def _routes(heard: Heard, number: int) -> str:
    """Return what a Route Monitoring says, "" of any other message."""
    said = [
        f"{'withdraws' if told.attributes is None else 'announces'} {shown(told.route)} in {told.view}"
        for told in heard.told
        if told.number == number
    ]
    said += [f"ends {_family(ended.family)} in {ended.view}" for ended in heard.ends if ended.number == number]
    return f" {', '.join(said)}" if said else ""


def _family(family: Family) -> str:
    return f"AFI {family[0]} SAFI {family[1]}"


def _fact(fact: Fact) -> str:
    """Return what the BGP side tells, "" for what is told otherwise too."""
    match fact:
        case Established(peer=peer):
            return f"  BGP: the session with {peer.address} is up"
        case Left(peer=peer, how=how):
            return f"  BGP: the session with {peer.address} ends by {how}"
        case Announced(peer=peer, update=update) | Withdrew(peer=peer, update=update):
            return f"  BGP: {peer.address} {_update(update)}"
        case Stopped(killed=killed):
            return "  the device is killed" if killed else "  BMP is told to stop"
        case Changed(what=what):
            return f"  the device is told to change its {what}"
        case _:
            return ""


def _update(octets: str) -> str:
    update = update_of(octets)
    routes = () if update is None else routes_of(update, ())
    return ", ".join(
        f"{'withdraws' if attributes is None else 'announces'} {shown(route)}" for route, attributes in routes
    )


def _folded(lines: Sequence[str]) -> Iterator[str]:
    """Yield each line once where it stands several times in a row."""
    for line, same in groupby(lines):
        times = len(list(same))
        yield line if times == 1 else f"{line}, {times} times"


def _cut(lines: list[str]) -> list[str]:
    """Return what stands around the line that is marked, the first lines where none is."""
    marked = next((number for number, line in enumerate(lines) if line.startswith(MARK)), 0)
    begin = max(0, min(marked - BEFORE, len(lines) - MOST))
    end = begin + MOST
    return ["  ..."] * (begin > 0) + lines[begin:end] + ["  ..."] * (end < len(lines))
