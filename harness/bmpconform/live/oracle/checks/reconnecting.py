"""RFC 7854 section 3.2 as far as it takes time: back-off of a router that dials, limits of one that is dialled."""

from itertools import pairwise

from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Ruling, broken, chosen, live_check, untested
from bmpconform.live.transcript import Kind
from bmpconform.spec.catalogue import Level

# Less than this between two attempts is no back-off of any form.
_NO_GAP_SECONDS = 0.2
# From one gap to the last, so that jitter does not count as growth.
_GROWTH = 1.25
_FEWEST_ATTEMPTS = 3
# RFC 7854 section 3.2: the longest wait that it suggests.
_LONGEST_SECONDS = 720.0
# What `clauses.json` calls no throttling at all.
_ALL_SERVED, _RATE_SECONDS = 60, 30.0
_TOO_FEW = f"fewer than {_FEWEST_ATTEMPTS} attempts of the router were refused"


def _gaps(case: Case) -> list[float]:
    """Return the seconds between attempts that were refused, as we are dialled."""
    refused = [event.at for event in case.events(Kind.REFUSED) if event.connection < 0]
    return [later - earlier for earlier, later in pairwise(refused)]


def _series(gaps: list[float]) -> str:
    return ", ".join(f"{gap:.1f} s" for gap in gaps)


@live_check("RFC7854-3.2-7", code="no-back-off", needs=())
def attempts_are_backed_off(case: Case) -> Ruling:
    """Judge that attempts to connect do not follow each other at once, and that the gaps grow."""
    gaps = _gaps(case)
    if len(gaps) + 1 < _FEWEST_ATTEMPTS:
        return untested(_TOO_FEW)
    if min(gaps) < _NO_GAP_SECONDS:
        return broken(_series(gaps), "some form of back-off")
    if gaps[-1] < _GROWTH * gaps[0]:
        return broken(_series(gaps), "gaps that grow", level=Level.WARN)
    return HELD


@live_check("RFC7854-3.2-8", code="other-back-off", needs=())
def the_suggested_back_off(case: Case) -> Ruling:
    """Note the series of gaps."""
    gaps = _gaps(case)
    if len(gaps) + 1 < _FEWEST_ATTEMPTS:
        return untested(_TOO_FEW)
    return chosen("back-off-grows" if gaps[-1] >= _GROWTH * gaps[0] else "back-off-is-constant", _series(gaps))


@live_check("RFC7854-3.2-19", code="gives-up", needs=())
def a_refused_router_tries_again(case: Case) -> Ruling:
    """Judge that a router that could not connect dials again."""
    refused = [event.at for event in case.events(Kind.REFUSED) if event.connection < 0]
    if not refused:
        return untested("no attempt of the router was refused")
    if len(refused) > 1 or any(one.at > refused[0] for one in case.heard):
        return HELD
    retry = None if case.configured is None else case.configured.retry_seconds
    waited, most = case.transcript.ended - refused[0], _LONGEST_SECONDS if retry is None else retry[1]
    if waited < most:
        return untested(f"no further attempt in {waited:.0f} s, and the router may wait for {most:.0f} s")
    return broken(f"no further attempt in {waited:.0f} s", "attempts at intervals", level=Level.WARN)


def _served(case: Case) -> tuple[int, float]:
    """Return how many sessions we got by dialling in a row, and in how many seconds."""
    sessions = [one for one in case.sessions if one.ended is not None and one.ended.kind is Kind.CLOSED_BY_US]
    return len(sessions), sessions[-1].at - sessions[0].at if sessions else 0.0


@live_check("RFC7854-3.2-13", code="no-limit-of-rate", needs=())
def the_rate_is_limited(case: Case) -> Ruling:
    """Judge that not every one of many sessions in a row is served."""
    served, seconds = _served(case)
    if served >= _ALL_SERVED and seconds <= _RATE_SECONDS:
        return broken(f"{served} sessions in {seconds:.1f} s, all served", "a limit of the rate")
    stopped = any(event.kind in {Kind.REFUSED, Kind.TIMED_OUT, Kind.FIN, Kind.RST} for event in case.transcript.events)
    return HELD if stopped else untested("too few sessions were asked for")


@live_check("RFC7854-3.2-14", code="other-rate", needs=())
def the_suggested_rate(case: Case) -> Ruling:
    """Note how many sessions were served."""
    served, seconds = _served(case)
    return chosen("rate-noted", f"{served} sessions in {seconds:.1f} s") if served else untested("no session in a row")
