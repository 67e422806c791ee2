"""The rules of Statistics Report, RFC 7854 section 4.8, RFC 8671 section 6.2, RFC 9069 section 5.6, RFC 9972."""

from collections.abc import Iterator

from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.rules.tlvs import registry_rules
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import (
    STATISTIC_SHAPES,
    STATISTIC_TYPES,
    MessageType,
    PeerFlag,
    StatisticShape,
    StatisticType,
)
from bmpconform.wire.messages import FamilyGauge64, Malformed, Statistic, StatisticsReport

OCTETS = {StatisticShape.COUNTER32: 4, StatisticShape.GAUGE64: 8, StatisticShape.FAMILY_GAUGE64: 11}
OF_LOC_RIB = frozenset({StatisticType.LOC_RIB_ROUTES, StatisticType.LOC_RIB_ROUTES_PER_FAMILY})
# RFC 9972 section 4: those of its types that a Loc-RIB has too.
OF_LOC_RIB_BY_RFC9972 = frozenset({26, 27, 28, 31, 32})


def _types_of(document: str, shape: StatisticShape) -> frozenset[int]:
    return frozenset(
        code
        for code, source in STATISTIC_TYPES.assigned.items()
        if source == document and STATISTIC_SHAPES[code] is shape
    )


@rule(Malformed, "RFC7854-4.8-1", code="stats-count-missing")
def count_is_present(message: Malformed, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.8."""
    if message.type == MessageType.STATISTICS_REPORT and message.peer is not None:
        text = f"The Statistics Report ends {len(message.rest)} octets into its count, which has 4."
        breaches.append(Breach("rest", text, missing=not message.rest))


@rule(StatisticsReport, "RFC7854-4.8-1", code="stats-count-too-small")
def nothing_follows_the_counted_statistics(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.8: that many TLVs fill the message."""
    if message.rest and len(message.statistics) == message.count:
        text = f"{octets_text(len(message.rest))} behind the {message.count} statistics that the count announces."
        breaches.append(Breach("rest", text))


@rule(StatisticsReport, "RFC7854-4.8-1", code="stats-count-too-large")
def as_many_statistics_as_counted(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.8: that many TLVs fill the message."""
    if not message.rest and len(message.statistics) < message.count:
        text = f"The count announces {message.count} statistics, and {len(message.statistics)} are there."
        breaches.append(Breach("count", text))


@rule(StatisticsReport, "RFC7854-4.8-2", code="statistic-cut")
def statistics_fit_the_message(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.8: type 2, length 2 (of the data), data."""
    if message.rest and len(message.statistics) < message.count:
        text = f"No whole statistic fits the last {octets_text(len(message.rest))}."
        breaches.append(Breach("rest", text))


@rule(StatisticsReport, "RFC7854-4.8-10", code="stats-empty")
def a_statistic_is_present(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.8."""
    if message.count == 0 and not message.rest:
        breaches.append(Breach("count", "The report holds no statistic; it carries at least one."))


def _length_rule(document: str, shape: StatisticShape, clause: str, code: str) -> None:
    """Register: the data of this document's statistics of this shape have their length."""
    types = _types_of(document, shape)

    @rule(StatisticsReport, clause, code=code)
    def statistic_has_its_length(message: StatisticsReport, breaches: list[Breach]) -> None:
        for index, statistic in enumerate(message.statistics):
            if statistic.type in types and isinstance(statistic.data, bytes):
                text = (
                    f"Statistic {statistic.type} is a {shape.value} of {OCTETS[shape]} octets; "
                    f"here it has {len(statistic.data)}."
                )
                breaches.append(Breach(f"statistics[{index}].length", text))


_length_rule("RFC7854", StatisticShape.COUNTER32, "RFC7854-4.8-5", "counter-length")
_length_rule("RFC7854", StatisticShape.GAUGE64, "RFC7854-4.8-6", "gauge-length")
_length_rule("RFC7854", StatisticShape.FAMILY_GAUGE64, "RFC7854-4.8-7", "family-gauge-length")
_length_rule("RFC8671", StatisticShape.GAUGE64, "RFC8671-6.2-3", "adj-rib-out-gauge-length")
_length_rule("RFC8671", StatisticShape.FAMILY_GAUGE64, "RFC8671-6.2-4", "adj-rib-out-family-gauge-length")
_length_rule("RFC9972", StatisticShape.GAUGE64, "RFC9972-3.1-1", "rib-gauge-length")
_length_rule("RFC9972", StatisticShape.FAMILY_GAUGE64, "RFC9972-3.1-3", "rib-family-gauge-length")

_RIB_GAUGES = _types_of("RFC9972", StatisticShape.GAUGE64)
_RIB_FAMILY_GAUGES = _types_of("RFC9972", StatisticShape.FAMILY_GAUGE64)


@rule(StatisticsReport, "RFC9972-3.1-2", code="global-statistic-repeated")
def global_statistics_are_there_once(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 9972 section 3.1; its own types only."""
    seen: set[int] = set()
    for index, statistic in enumerate(message.statistics):
        if statistic.type in _RIB_GAUGES:
            if statistic.type in seen:
                text = f"Statistic {statistic.type} is in this report already."
                breaches.append(Breach(f"statistics[{index}]", text))
            seen.add(statistic.type)


@rule(StatisticsReport, "RFC9972-3.1-4", code="family-statistic-repeated")
def family_statistics_are_there_once(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 9972 section 3.1; its own types only."""
    seen: set[tuple[int, int, int]] = set()
    for index, statistic in enumerate(message.statistics):
        data = statistic.data
        if statistic.type in _RIB_FAMILY_GAUGES and isinstance(data, FamilyGauge64):
            family = (statistic.type, data.afi, data.safi)
            if family in seen:
                text = f"Statistic {statistic.type} of AFI {data.afi} SAFI {data.safi} is in this report already."
                breaches.append(Breach(f"statistics[{index}]", text))
            seen.add(family)


def _of_loc_rib(message: StatisticsReport) -> Iterator[tuple[int, Statistic, str | None]]:
    """Yield (index, statistic, document of its type) where the report is about a Loc-RIB."""
    if message.peer.is_loc_rib:
        for index, statistic in enumerate(message.statistics):
            yield index, statistic, STATISTIC_TYPES.assigned.get(statistic.type)


@rule(StatisticsReport, "RFC9972-3.1-7", "RFC9972-4-1", code="statistic-not-of-loc-rib-9972")
def rib_statistics_fit_the_peer_type(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 9972 sections 3.1 and 4."""
    for index, statistic, document in _of_loc_rib(message):
        if document == "RFC9972" and statistic.type not in OF_LOC_RIB_BY_RFC9972:
            text = f"Statistic {statistic.type} is not about a Loc-RIB, whose peer type this report has."
            breaches.append(Breach(f"statistics[{index}].type", text))


@rule(StatisticsReport, "RFC9069-5.6-1", code="statistic-not-of-loc-rib")
def loc_rib_has_its_own_statistics(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Note RFC 9069 section 5.6: types 8 and 10 are the relevant ones."""
    for index, statistic, document in _of_loc_rib(message):
        if document in {"RFC7854", "RFC8671"} and statistic.type not in OF_LOC_RIB:
            text = f"Statistic {statistic.type} is not among those that matter for a Loc-RIB."
            breaches.append(Breach(f"statistics[{index}].type", text))


def _together_rule(older: StatisticType, newer: StatisticType) -> None:
    """Register: who sends the statistic of RFC 9972 sends the older one of the same routes with it."""

    @rule(StatisticsReport, "RFC9972-5-1", code=f"statistic-{newer}-without-{older}", level=Level.INFO)
    def older_statistic_is_there_too(message: StatisticsReport, breaches: list[Breach]) -> None:
        types = [statistic.type for statistic in message.statistics]
        if newer in types and older not in types:
            text = f"Statistic {newer} is sent without {older}, which counts the same routes; both should be."
            breaches.append(Breach(f"statistics[{types.index(newer)}].type", text))


_together_rule(StatisticType.ADJ_RIB_IN_ROUTES, StatisticType.ADJ_RIB_IN_PRE_POLICY)
_together_rule(StatisticType.ADJ_RIB_IN_ROUTES_PER_FAMILY, StatisticType.ADJ_RIB_IN_PRE_POLICY_PER_FAMILY)


@rule(StatisticsReport, "RFC8671-6.2-1", code="o-flag-in-statistics")
def o_flag_is_clear(message: StatisticsReport, breaches: list[Breach]) -> None:
    """Judge RFC 8671 section 6.2."""
    if message.peer.has(PeerFlag.O):
        breaches.append(Breach("peer.flags", "The O flag is set in a Statistics Report, where it is 0."))


def _types(message: StatisticsReport) -> list[tuple[str, int]]:
    return [(f"statistics[{index}].type", statistic.type) for index, statistic in enumerate(message.statistics)]


registry_rules(StatisticsReport, STATISTIC_TYPES, "statistic", _types)
