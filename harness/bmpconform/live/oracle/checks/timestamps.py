"""Timestamps of Route Monitoring, held against when the BGP side announced, and against our clock.

Why a wide tolerance: the clocks may be two, and a device may stamp a route when it installs it. What is looked for are
uptimes, other epochs and clocks that were never set.
"""

from collections.abc import Collection, Iterator

from bmpconform.live.facts import ViewKind
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, live_check, place_of, worst
from bmpconform.live.oracle.session import view_kind
from bmpconform.wire.messages import RouteMonitoring

_KNOWN = (Need.SESSION, Need.FACTS)
_TOLERANCE_SECONDS = 60.0


def _stamps(case: Case, views: Collection[ViewKind]) -> Ruling:
    return worst(_each(case, views), "no route of these views came with a timestamp")


def _each(case: Case, views: Collection[ViewKind]) -> Iterator[Ruling]:
    sessions = case.facts.established
    first = min((one.at for one in sessions), default=case.transcript.began) + case.transcript.epoch
    for heard in case.sessions:
        for arrived, message in heard.of(RouteMonitoring):
            peer = message.peer
            if view_kind(peer) in views and (peer.seconds or peer.microseconds):
                stamp = peer.seconds + peer.microseconds / 1_000_000
                latest = arrived.at + case.transcript.epoch + _TOLERANCE_SECONDS
                if first - _TOLERANCE_SECONDS <= stamp <= latest:
                    yield HELD
                else:
                    late = stamp - arrived.at - case.transcript.epoch
                    place = f"{place_of(heard, arrived.number)}.peer.seconds"
                    yield broken(f"{late:+.0f} s from its arrival", "when the route came, or zero", place)


@live_check("RFC7854-4.2-22", "RFC7854-5-8", code="timestamp-is-no-time-of-reception", needs=_KNOWN)
def adj_rib_in_has_the_time_of_reception(case: Case) -> Ruling:
    """Judge the timestamps of Adj-RIB-In."""
    return _stamps(case, (ViewKind.PRE_IN, ViewKind.POST_IN))


@live_check("RFC8671-4-5", code="timestamp-is-no-time-of-advertisement", needs=_KNOWN)
def adj_rib_out_has_the_time_of_advertisement(case: Case) -> Ruling:
    """Judge the timestamps of Adj-RIB-Out."""
    return _stamps(case, (ViewKind.PRE_OUT, ViewKind.POST_OUT))


@live_check("RFC9069-5.1-6", code="timestamp-is-no-time-of-installation", needs=_KNOWN)
def loc_rib_has_the_time_of_installation(case: Case) -> Ruling:
    """Judge the timestamps of Loc-RIB."""
    return _stamps(case, (ViewKind.LOC_RIB,))
