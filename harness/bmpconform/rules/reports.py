"""The rules over the Statistics Reports of one peer: counters that go back, families that were not negotiated."""

from bmpconform.rules.rule import Breach, stream_rule
from bmpconform.rules.session import Session
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import STATISTIC_TYPES
from bmpconform.wire.messages import Counter32, FamilyGauge64, StatisticsReport
from bmpconform.wire.routes import IPV4_UNICAST

COUNTER_VALUES = 1 << 32


@stream_rule(StatisticsReport, "RFC7854-4.8-8", code="counter-went-back", level=Level.WARN)
def counters_only_grow(message: StatisticsReport, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.8: a counter grows and wraps; less than half its range on is taken as a wrap."""
    if session.terminated:
        return
    before = session.counters(message.peer)
    for index, statistic in enumerate(message.statistics):
        last = before.get((message.peer.flags, statistic.type))
        if last is None or not isinstance(statistic.data, Counter32):
            continue
        value = statistic.data.value
        if value < last and (value - last) % COUNTER_VALUES >= COUNTER_VALUES // 2:
            text = f"Counter {statistic.type} went from {last} back to {value} with no Peer Down between."
            breaches.append(Breach(f"statistics[{index}].data.value", text, number=statistic.type))


@stream_rule(StatisticsReport, "RFC9972-3.1-9", code="statistic-of-other-family", level=Level.WARN)
def statistics_are_of_negotiated_families(message: StatisticsReport, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9972 section 3.1, its own types only; IPv4 unicast needs no capability."""
    if session.terminated:
        return
    ups = session.ups(message.peer)
    if not ups or any(up.negotiated is None for up in ups):
        return
    families = frozenset[tuple[int, int]]().union(*(up.negotiated.families for up in ups if up.negotiated is not None))
    for index, statistic in enumerate(message.statistics):
        data = statistic.data
        if (
            isinstance(data, FamilyGauge64)
            and STATISTIC_TYPES.assigned.get(statistic.type) == "RFC9972"
            and (data.afi, data.safi) not in families | {IPV4_UNICAST}
        ):
            text = f"AFI {data.afi} SAFI {data.safi} is not in both OPENs of this peer."
            breaches.append(Breach(f"statistics[{index}].data", text, number=statistic.type))
