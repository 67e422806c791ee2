"""How a session begins: Initiation, Peer Up for each Established peer, routes, End-of-RIB; RFC 7854 section 3.3."""

from collections.abc import Iterator

from bmpconform.live.facts import ViewKind
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, live_check, place_of, untested, worst
from bmpconform.live.oracle.session import Heard
from bmpconform.live.transcript import Kind
from bmpconform.rules.session import peer_key
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import InitiationTlvType, PeerUpTlvType
from bmpconform.wire.messages import Initiation, PeerDown, PeerUp, RouteMonitoring

_KNOWN = (Need.SESSION, Need.FACTS)
# A Peer Up may be on its way while the peer already left.
_SLACK_SECONDS = 1.0


@live_check("RFC7854-3.3-2", code="initiation-is-not-first")
def an_initiation_is_first(case: Case) -> Ruling:
    """Judge that each session begins with an Initiation."""
    return worst((_first(one) for one in case.sessions), "no session")


def _first(heard: Heard) -> Ruling:
    first = heard.messages[0].message
    if isinstance(first, Initiation):
        return HELD
    return broken(f"{type(first).__name__} first", "an Initiation", place_of(heard, 0))


@live_check("RFC7854-3.3-3", code="peer-ups-differ", needs=_KNOWN)
def peer_ups_are_the_established_peers(case: Case) -> Ruling:
    """Judge that the Peer Ups of a session are those of the peers that were Established when it began."""
    return worst((_peer_ups(case, one) for one in case.sessions if _may_have_dumped(one)), "no session was seen whole")


def _peer_ups(case: Case, heard: Heard) -> Ruling:
    for session in case.facts.up(heard.at):
        came = any(case.is_of(message.peer, session.peer) for _, message in heard.of(PeerUp))
        # One that left meanwhile need not be told.
        if not came and case.facts.end_of(session) > _end(case, heard):
            return broken(f"no Peer Up of {session.peer.address}", "one for each Established peer", place_of(heard))
    for arrived, message in heard.of(PeerUp):
        peers = {one.peer for one in case.facts.established if case.is_of(message.peer, one.peer)}
        # Either side may come to know of the other's end of the handshake first.
        times = (arrived.at, arrived.at - _SLACK_SECONDS, arrived.at + _SLACK_SECONDS)
        was_up = (case.facts.session(peer, at) for peer in peers for at in times)
        if not message.peer.is_loc_rib and not any(was_up):
            return broken("a Peer Up of a peer that is not Established", "none", place_of(heard, arrived.number))
    return HELD if case.facts.established else untested("no peer was Established")


def _end(case: Case, heard: Heard) -> float:
    return case.transcript.ended if heard.ended is None else heard.ended.at


def _may_have_dumped(heard: Heard) -> bool:
    """Whether the session went on to an End-of-RIB, or was waited for in vain."""
    return bool(heard.ends) or any(event.kind is Kind.TIMED_OUT for event in heard.events)


@live_check("RFC7854-3.3-4", code="routes-before-peer-up")
def routes_follow_the_peer_up(case: Case) -> Ruling:
    """Judge that routes come behind the Peer Up of their peer, and that a peer with routes has some."""
    return worst((_order(case, one) for one in case.sessions), "no routes came")


def _order(case: Case, heard: Heard) -> Ruling:
    up: set[tuple[int, bytes, bytes]] = set()
    for arrived in heard.messages:
        match arrived.message:
            case PeerUp(peer=peer):
                up.add(peer_key(peer))
            case RouteMonitoring(peer=peer) if peer_key(peer) not in up:
                return broken("Route Monitoring before the Peer Up", "a Peer Up first", place_of(heard, arrived.number))
            case _:
                pass
    if not heard.told:
        waits = bool(case.views(ViewKind.PRE_IN) or case.views(ViewKind.POST_IN)) and _may_have_dumped(heard)
        owed = [one.peer.address for one in case.facts.up(heard.at) if case.facts.routes_in(one.peer, heard.at)]
        if waits and owed:
            return broken("no route", f"the routes of {owed[0]}", place_of(heard))
        return untested("")
    return HELD


@live_check("RFC7854-3.3-5", code="no-end-of-rib")
def a_dump_has_its_end(case: Case) -> Ruling:
    """Judge that the dump of each peer ends with an End-of-RIB, or with its Peer Down."""
    return worst((_dumps(case, one) for one in case.sessions), "no peer came up")


def _dumps(case: Case, heard: Heard) -> Ruling:
    rulings = [_dump(case, heard, arrived.at, arrived.number, up) for arrived, up in heard.of(PeerUp)]
    return worst(rulings, "")


def _dump(case: Case, heard: Heard, at: float, number: int, up: PeerUp) -> Ruling:
    key = peer_key(up.peer)
    ends = any(end.number > number and peer_key(end.peer) == key for end in heard.ends)
    downs = any(one.number > number and peer_key(down.peer) == key for one, down in heard.of(PeerDown))
    if ends or downs:
        return HELD
    if not any(event.kind is Kind.TIMED_OUT and event.at > at for event in heard.events):
        return untested("the session ended before the dump had to")
    came_later = any(heard.at <= event.at < at for event in case.events(Kind.ACTED))
    level = Level.WARN if came_later else Level.FAIL
    return broken("no End-of-RIB", "one behind the routes of each peer", place_of(heard, number), level)


@live_check("RFC9736-3.1-3", "RFC7854-4.4-5", code="sys-descr-differs", needs=_KNOWN)
def sys_descr_is_the_configured_one(case: Case) -> Ruling:
    """Judge that sysDescr is what the device says of itself elsewhere."""
    return _display_string(case, InitiationTlvType.SYS_DESCR, case.configured.sys_descr if case.configured else None)


@live_check("RFC9736-3.1-4", "RFC7854-4.4-6", code="sys-name-differs", needs=_KNOWN)
def sys_name_is_the_configured_one(case: Case) -> Ruling:
    """Judge that sysName is what the device is called."""
    return _display_string(case, InitiationTlvType.SYS_NAME, case.configured.sys_name if case.configured else None)


def _display_string(case: Case, tlv_type: InitiationTlvType, known: str | None) -> Ruling:
    if known is None:
        return untested("what the device calls itself elsewhere is not known")
    values = [
        (heard, arrived.number, tlv.value)
        for heard in case.sessions
        for arrived, message in heard.of(Initiation)
        for tlv in message.tlvs
        if tlv.type == tlv_type
    ]
    return worst(
        (
            HELD if value == known.encode() else broken(_text(value), known, place_of(heard, number))
            for heard, number, value in values
        ),
        "the Initiation has none",
    )


@live_check("RFC9736-2-2", "RFC7854-4.4-3", code="description-differs", needs=_KNOWN)
def a_description_comes_whole(case: Case) -> Ruling:
    """Judge that a String of a Peer Up that holds the configured description holds all of it and nothing else."""
    return worst(_descriptions(case), "no Peer Up has a String that is the configured description")


def _descriptions(case: Case) -> Iterator[Ruling]:
    for heard in case.sessions:
        for arrived, message in heard.of(PeerUp):
            neighbours = () if case.configured is None else case.configured.neighbours
            known = [one.description for one in neighbours if case.is_of(message.peer, one.peer) and one.description]
            for tlv in message.tlvs if known else ():
                if tlv.type == PeerUpTlvType.STRING:
                    yield _description(tlv.value, known[0].encode(), place_of(heard, arrived.number))


def _description(value: bytes, known: bytes, place: str) -> Ruling:
    if value == known:
        return HELD
    begun = value.rstrip(b"\0")
    # Another string altogether may stand in a Peer Up as well.
    if begun and (known.startswith(begun) or begun == known):
        return broken(_text(value), known.decode(), place)
    return untested("")


def _text(value: bytes) -> str:
    return value.decode(errors="backslashreplace")
