"""RFC 7854 section 3.2 as far as a router shows it without being kept waiting: who speaks, who connects, how many."""

from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, chosen, live_check, place_of, untested, worst
from bmpconform.live.oracle.session import ENDS_BY_THEM, Heard
from bmpconform.live.transcript import Kind
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import TerminationReason, TerminationTlvType
from bmpconform.wire.messages import Initiation, PeerUp, Termination

_ONE_FIRST = "no second connection was opened beside a first"


@live_check("RFC7854-3.2-1", code="negotiates")
def nothing_is_negotiated(case: Case) -> Ruling:
    """Judge that the first octets are a BMP message."""
    late = next((one for one in case.sessions if one.messages[0].offset), None)
    if late is None:
        return HELD
    return broken(f"{late.messages[0].offset} other octets", "a BMP message from the first octet on", place_of(late))


@live_check("RFC7854-3.2-17", code="waits-for-the-station", needs=(Need.CONNECTION,))
def messages_flow_at_once(case: Case) -> Ruling:
    """Judge that a router speaks without having been spoken to."""
    for heard in case.heard:
        first = next((one.kind for one in heard.events if one.kind in {Kind.OCTETS, Kind.SENT}), None)
        if first is Kind.OCTETS:
            return HELD
    waited = case.transcript.ended - case.heard[0].at
    if any(event.connection == case.heard[0].number for event in case.events(Kind.TIMED_OUT)):
        return broken(f"nothing in {waited:.0f} s", "messages as soon as TCP is up", place_of(case.heard[0]))
    return untested("the connection was not watched long enough")


@live_check("RFC7854-3.2-4", "RFC7854-3.2-3", code="falls-over-unwanted-octets")
def unwanted_octets_do_no_harm(case: Case) -> Ruling:
    """Judge that a router lives on when its station speaks, and note what it does with the octets."""
    for heard in case.sessions:
        sent = next((index for index, one in enumerate(heard.events) if one.kind is Kind.SENT), None)
        if sent is None:
            continue
        if case.events(Kind.GONE):
            return broken("the router ended", "octets thrown away, or the connection closed", place_of(heard))
        after = {one.kind for one in heard.events[sent:]}
        if Kind.TIMED_OUT in after and not after & ENDS_BY_THEM:
            return broken("an open connection over which nothing comes any more", "messages go on", place_of(heard))
        return chosen("closes-on-octets" if after & ENDS_BY_THEM else "ignores-octets")
    return untested("nothing was sent to the router")


@live_check("RFC7854-3.2-5", code="neither-end-is-active", needs=(Need.CONNECTION,))
def one_end_is_active(case: Case) -> Ruling:
    """Note that the role for which the router is configured is the one that it plays."""
    return HELD if case.heard else untested(Need.CONNECTION.value)


@live_check("RFC7854-3.2-6", code="not-on-its-port", needs=())
def connects_on_the_configured_port(case: Case) -> Ruling:
    """Judge that there is a connection between the configured ports."""
    if case.heard:
        return HELD
    seen = next((event.text for event in case.transcript.events if event.kind is Kind.REFUSED), "no connection")
    return broken(seen, "a connection on the configured port")


def _beside(case: Case) -> list[Heard]:
    """Return the connections that were made while the first one was open, by us."""
    if not case.heard:
        return []
    first = case.heard[0]
    until = first.ended.at if first.ended is not None else float("inf")
    return [one for one in case.heard[1:] if one.at < until]


def _turned_away(case: Case) -> int:
    """Return how many connections were refused by the far end's TCP."""
    return sum(event.connection > 0 for event in case.events(Kind.REFUSED))


def _is_served(heard: Heard) -> bool:
    by_them = heard.ended is not None and heard.ended.kind in ENDS_BY_THEM
    return bool(heard.messages) and not by_them


@live_check("RFC7854-3.2-11", code="second-is-served")
def one_connection_is_the_default(case: Case) -> Ruling:
    """Judge that a second connection from one address is turned away, section 3.2: a default of 1."""
    beside = _beside(case)
    if not beside:
        return HELD if _turned_away(case) else untested(_ONE_FIRST)
    if not _is_served(beside[0]):
        return HELD
    return broken("a second session from the same address", "one", place_of(beside[0]), Level.WARN)


@live_check("RFC7854-3.2-10", code="any-number-is-served")
def connections_are_limited(case: Case) -> Ruling:
    """Judge that the number of sessions with one address is limited at all."""
    beside = _beside(case)
    if not beside:
        return HELD if _turned_away(case) else untested(_ONE_FIRST)
    if _turned_away(case) or not all(map(_is_served, beside)):
        return HELD
    return broken(f"{1 + len(beside)} sessions at once", "a limit", place_of(beside[-1]), Level.WARN)


@live_check("RFC7854-3.2-15", code="drops-the-redundant")
def redundant_connections_may_be_found(case: Case) -> Ruling:
    """Note whether a router that has two connections to one station drops one of them."""
    if not _beside(case) and not _turned_away(case):
        return untested(_ONE_FIRST)
    return chosen("keeps-both" if any(map(_is_served, _beside(case))) else "drops-one")


@live_check("RFC7854-3.2-16", code="another-reason-than-redundant")
def a_redundant_one_ends_with_reason_3(case: Case) -> Ruling:
    """Note how the extra connection is ended: where by a Termination, reason 3 is made for it."""
    beside = _beside(case)
    if not beside:
        return untested(_ONE_FIRST)
    for heard in (case.heard[0], *beside):
        for _, message in heard.of(Termination):
            reasons = [int.from_bytes(tlv.value) for tlv in message.tlvs if tlv.type == TerminationTlvType.REASON]
            if reasons == [TerminationReason.REDUNDANT_CONNECTION]:
                return HELD
            return chosen("ends-with-another-reason", f"Termination with reasons {reasons}")
    return chosen("keeps-both" if _is_served(beside[0]) else "ends-without-termination")


@live_check("RFC7854-3.2-20", code="one-station-only")
def several_stations_are_served(case: Case) -> Ruling:
    """Note whether two stations at a time get a whole session each; a limit for one address tells nothing of two."""
    beside = _beside(case)
    if not beside:
        return untested(_ONE_FIRST)
    served = [one for one in beside if _is_served(one)]
    if not served:
        return chosen("serves-one-of-an-address")
    whole = any(len(one.messages) >= len(case.heard[0].messages) for one in served)
    return chosen("serves-several" if whole else "serves-one")


@live_check("RFC7854-3.3-10", code="session-goes-on-after-its-end")
def a_new_connection_is_a_new_session(case: Case) -> Ruling:
    """Judge that after the end of a connection the next one begins anew, RFC 7854 section 3.3."""
    later = [
        one
        for one in case.sessions
        if any(before.ended is not None and before.ended.at <= one.at for before in case.sessions if before is not one)
    ]
    return worst((_begins_anew(case, one) for one in later), "no session followed on the end of another")


def _begins_anew(case: Case, heard: Heard) -> Ruling:
    first = heard.messages[0]
    if not isinstance(first.message, Initiation):
        name = type(first.message).__name__
        return broken(f"{name} as the first message", "an Initiation of its own", place_of(heard, 0))
    if any(case.sessions[0].of(PeerUp)) and not any(heard.of(PeerUp)) and heard.told:
        return broken("routes without a Peer Up", "Peer Ups of its own", place_of(heard, heard.told[0].number))
    return HELD
