"""What a collector does towards a router: takes its octets, and closes. RFC 7854 sections 3.2 and 4.5."""

from bmpconform.live.facts import Stopped
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, live_check, place_of, untested, worst
from bmpconform.live.oracle.session import ENDS, ENDS_BY_THEM, Heard
from bmpconform.live.script import Role
from bmpconform.live.transcript import Event, Kind
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import Frame, Framer
from bmpconform.wire.messages import Termination, Unknown

_CONNECTED = (Need.CONNECTION,)
_WE_END = ENDS - ENDS_BY_THEM | {Kind.HALF_CLOSED}


@live_check("RFC7854-3.2-2", code="sends-to-the-router", role=Role.ROUTER, needs=_CONNECTED)
def a_station_sends_nothing(case: Case) -> Ruling:
    """Judge that nothing ever comes back: a BMP message is a breach, other octets are at least none of BMP."""
    return worst(map(_sent_back, case.heard), "")


def _sent_back(heard: Heard) -> Ruling:
    if heard.messages:
        name = type(heard.messages[0].message).__name__
        return broken(f"a BMP message, {name}", "nothing", place_of(heard, 0))
    if heard.loose:
        return broken(f"{heard.loose} octets", "nothing", place_of(heard), Level.WARN)
    return HELD


@live_check("RFC7854-3.2-18", code="says-that-it-stops", role=Role.ROUTER, needs=_CONNECTED)
def a_station_that_stops_just_closes(case: Case) -> Ruling:
    """Judge that a station that is stopped closes, and says nothing first."""
    stops = case.truth.of(Stopped)
    if not stops:
        return untested(case.cannot() or "the station was not stopped")
    open_then = [one for one in case.heard if one.ended is None or one.ended.at >= stops[0].at]
    return worst((_closes_silently(one) for one in open_then), "no connection was open when the station stopped")


def _closes_silently(heard: Heard) -> Ruling:
    if any(heard.of(Termination)):
        return broken("a Termination", "a close", place_of(heard))
    closed = heard.ended is not None and heard.ended.kind in ENDS_BY_THEM
    return HELD if closed else broken("a connection that stays open", "a close", place_of(heard))


@live_check("RFC7854-4.5-4", code="stays-open-after-termination", role=Role.ROUTER, needs=_CONNECTED)
def a_station_closes_after_a_termination(case: Case) -> Ruling:
    """Judge that the station closes once it has read a Termination, with no help of ours."""
    return worst(map(_after_termination, case.heard), "no Termination was sent")


def _after_termination(heard: Heard) -> Ruling:
    sent = next((one for one in heard.events if one.kind is Kind.SENT and _holds(one, Termination)), None)
    if sent is None:
        return untested("")
    ours = [one for one in heard.events if one.kind in _WE_END and one.at <= _end(heard)]
    if heard.ended is not None and heard.ended.kind in ENDS_BY_THEM and not ours:
        return HELD
    waited = any(one.kind is Kind.TIMED_OUT and one.at >= sent.at for one in heard.events)
    return broken("a connection that stays open", "a close", place_of(heard)) if waited else untested("")


def _end(heard: Heard) -> float:
    return float("inf") if heard.ended is None else heard.ended.at


def _holds(event: Event, kind: type) -> bool:
    """Whether what was sent holds a message of a class."""
    chunks = Framer().feed(event.octets)
    return any(isinstance(chunk, Frame) and isinstance(decode(chunk.octets), kind) for chunk in chunks)


@live_check("RFC7854-4.5-2", code="falls-over-a-cut", role=Role.ROUTER, needs=_CONNECTED)
def a_station_survives_an_abrupt_end(case: Case) -> Ruling:
    """Judge that a station is there for the next connection after one that ended without a Termination."""
    abrupt = [one for one in case.heard if any(event.kind in _WE_END for event in one.events)]
    if case.events(Kind.GONE):
        return broken("the station ended", "a station that goes on")
    if not abrupt or len(case.heard) < 2:  # noqa: PLR2004 - one that ends, and one that shows what is left
        refused = any(event.connection > 0 for event in case.events(Kind.REFUSED))
        return broken("no connection any more", "a station that goes on") if refused else untested("no session was cut")
    last = case.heard[-1]
    if any(one.kind is Kind.TIMED_OUT for one in last.events):
        return broken("a station that does nothing any more", "a station that goes on", place_of(last))
    return HELD


@live_check("RFC7854-4.1-7", code="drops-an-unknown-type", role=Role.ROUTER, needs=_CONNECTED)
def an_unknown_type_costs_no_session(case: Case) -> Ruling:
    """Judge that a message of a type that is not assigned is skipped: the connection stays as it is."""
    return worst((_after_unknown(case, one) for one in case.heard), "no message of an unknown type was sent")


def _after_unknown(case: Case, heard: Heard) -> Ruling:
    sent = next((one for one in heard.events if one.kind is Kind.SENT and _holds(one, Unknown)), None)
    if sent is None:
        return untested("")
    if case.events(Kind.GONE):
        return broken("the station ended", "the message skipped", place_of(heard))
    end = heard.ended
    before = [one for one in heard.events if one.at <= _end(heard)]
    terminated = any(one.kind is Kind.SENT and _holds(one, Termination) for one in before)
    ours = any(one.kind in _WE_END for one in before)
    if end is not None and end.kind in ENDS_BY_THEM and not (ours or terminated):
        return broken("a close", "the message skipped", place_of(heard))
    return HELD
