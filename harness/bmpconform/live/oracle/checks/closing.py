"""How a router ends a session: RFC 7854 sections 3.3 and 4.5."""

from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, chosen, live_check, place_of, untested, worst
from bmpconform.live.oracle.session import ENDS_BY_THEM, Heard
from bmpconform.spec.catalogue import Level
from bmpconform.wire.messages import Termination


def _ended_by_them(heard: Heard) -> bool:
    return heard.ended is not None and heard.ended.kind in ENDS_BY_THEM


@live_check("RFC7854-3.3-11", code="no-termination-before-close")
def a_termination_may_precede(case: Case) -> Ruling:
    """Note whether a router that closes says so before."""
    closed = [one for one in case.sessions if _ended_by_them(one)]
    if not closed:
        return untested("the router closed no session")
    said = any(any(one.of(Termination)) for one in closed)
    return chosen("terminates-first" if said else "just-closes")


@live_check("RFC7854-4.5-1", code="no-termination-before-close", needs=(Need.SESSION, Need.FACTS))
def a_shutdown_is_announced(case: Case) -> Ruling:
    """Judge that an orderly end of BMP comes with a Termination, which is recommended."""
    stops = [fact.at for fact in case.facts.stopped if not fact.killed]
    open_then = [
        one for one in case.sessions for at in stops if one.at < at and (one.ended is None or one.ended.at >= at)
    ]
    if not open_then:
        return untested(case.cannot() or "BMP was not shut down while a session was open")
    silent = next((one for one in open_then if not any(one.of(Termination))), None)
    if silent is None:
        return HELD
    return broken("a close without a Termination", "a Termination first", place_of(silent), Level.WARN)


@live_check("RFC7854-4.5-3", code="goes-on-after-termination")
def nothing_follows_a_termination(case: Case) -> Ruling:
    """Judge that a Termination is the last that is sent, and that the connection is then closed."""
    return worst((_after_termination(one) for one in case.sessions), "the router sent no Termination")


def _after_termination(heard: Heard) -> Ruling:
    last = next((arrived for arrived, _ in heard.of(Termination)), None)
    if last is None:
        return untested("")
    if heard.messages[-1].number > last.number or heard.loose:
        return broken("more octets behind the Termination", "nothing", place_of(heard, last.number))
    if not _ended_by_them(heard):
        return broken("a connection that stays open", "a close by the router", place_of(heard, last.number))
    return HELD
