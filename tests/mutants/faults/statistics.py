"""Faults in reading a Statistics Report."""

from collections.abc import Callable

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral.form import Message, Session, Statistic
from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import UNSET, replace
from faults.mutant import decodes, reads, refuses, shows
from faults.tools import BOTH, TYPE, flags_of, is_loc_rib, little_endian, octets_of, retyped, with_statistics

COUNTERS = frozenset({0, 1, 2, 3, 4, 5, 6, 11, 12, 13})
GAUGES = frozenset({7, 8, 14, 15})
BY_FAMILY = frozenset({9, 10, 16, 17})
# A gauge of RFC 9972 and that which counts the same by family.
TOTALS = ((18, 19), (20, 21))
COUNTER, GAUGE, FAMILY = ("RFC7854-4.8-5",), ("RFC7854-4.8-6", "RFC7854-4.8-9"), ("RFC7854-4.8-7",)
O = 0x10  # noqa: E741 - the letter of the document


def _each(message: Message, types: frozenset[int], change: Callable[[int], int]) -> Message:
    """Return a message with the value of each statistic of these types changed, where it has one."""

    def changed(held: Statistic) -> Statistic:
        has_value = held.type in types and isinstance(held.value, str)
        return replace(held, value=str(change(int(held.value or 0)))) if has_value else held

    return with_statistics(message, changed)


def _without(message: Message, is_lost: Callable[[Statistic], bool]) -> Message:
    if not message.statistics:
        return message
    return replace(message, statistics=tuple(held for held in message.statistics if not is_lost(held)))


@shows("RFC7854-4.8-1")
def count_of_sixteen_bits(message: Message) -> Message:
    """The count is read from its first two octets."""
    return replace(message, count=(message.count or 0) >> 16) if message.peer and message.count else message


@shows("RFC7854-4.8-1")
def one_statistic_less(message: Message) -> Message:
    """The loop over the statistics ends one too early."""
    return replace(message, statistics=message.statistics[:-1]) if message.statistics else message


@shows("RFC7854-4.8-1", "RFC9972-3.1-2", "RFC9972-3.1-4")
def a_type_is_kept_once(message: Message) -> Message:
    """Statistics are kept in a table by their type."""
    if not message.statistics:
        return message
    return replace(message, statistics=tuple({held.type: held for held in message.statistics}.values()))


@decodes("RFC7854-4.8-13", "RFC7854-4.8-1")
def count_is_trusted(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """As many statistics are taken as the count says, whatever stands there."""
    if octets[TYPE : TYPE + 1] != b"\1" or len(octets) < BOTH + 4:
        return reference.decode(octets, session)
    count = int.from_bytes(octets[BOTH : BOTH + 4])
    for held in range(16):
        try:
            message, _ = reference.decode(octets[:BOTH] + held.to_bytes(4) + octets[BOTH + 4 :], session)
        except Reject:
            continue
        behind = Statistic(0, 4 * "a5", str(0xA5A5A5A5))
        shown = (*(message.statistics or ()), *(behind for _ in range(min(count, 64) - held)))
        return replace(message, count=count, statistics=shown), len(octets)
    return reference.decode(octets, session)


@refuses("RFC7854-4.8-3", "RFC9972-3.1-8", link="https://github.com/osrg/gobgp/pull/2227")
def refuses_unknown_types(message: Message) -> bool:
    """A statistic type that is not known costs the report."""
    known = COUNTERS | GAUGES | BY_FAMILY
    return any(held.value is None and held.type not in known for held in message.statistics or ())


@shows("RFC7854-4.8-3", "RFC9972-3.1-8", link="https://github.com/sbezverk/gobmp/issues/222")
def drops_types_that_it_does_not_process(message: Message) -> Message:
    """Types 0 and 14 to 17 are left out."""
    return _without(message, lambda held: held.type in {0, 14, 15, 16, 17} or (held.type or 0) > 17)


@refuses("RFC7854-4.8-4")
def refuses_unexpected_data(message: Message) -> bool:
    """A known statistic of another length costs the report."""
    return any(held.value is None and held.type in COUNTERS | GAUGES | BY_FAMILY for held in message.statistics or ())


@shows(*COUNTER)
def counters_of_sixteen_bits(message: Message) -> Message:
    """The upper half of a counter is not read."""
    return _each(message, COUNTERS, lambda value: value & 0xFFFF)


@shows(*COUNTER)
def counters_of_little_endian(message: Message) -> Message:
    """The octets of a counter are read in the wrong order."""
    return _each(message, COUNTERS, lambda value: little_endian(value, 4))


@shows(*COUNTER, link="https://github.com/osrg/gobgp/pull/2393")
def counters_of_eight_octets(message: Message) -> Message:
    """A counter is read from eight octets, of which four are of the next statistic."""
    return _each(message, COUNTERS, lambda value: value << 32)


@shows(*GAUGE)
def gauges_of_32_bits(message: Message) -> Message:
    """The upper half of a gauge is not read."""
    return _each(message, GAUGES | BY_FAMILY, lambda value: value & 0xFFFFFFFF)


@shows(*GAUGE)
def gauges_are_floats(message: Message) -> Message:
    """A gauge goes through a floating-point number."""
    return _each(message, GAUGES | BY_FAMILY, lambda value: min(int(float(value)), 2**64 - 1))


@shows(*GAUGE)
def gauges_stick_at_63_bits(message: Message) -> Message:
    """A gauge ends at the largest signed number."""
    return _each(message, GAUGES | BY_FAMILY, lambda value: min(value, 2**63 - 1))


@shows(*FAMILY, link="https://github.com/sbezverk/gobmp/pull/276")
def family_gauges_are_plain(message: Message) -> Message:
    """A gauge by family is read as a number of eight octets, so that its family is part of the number."""

    def changed(held: Statistic) -> Statistic:
        if held.type not in BY_FAMILY:
            return held
        value = int.from_bytes(octets_of(held.data)[:8])
        return replace(held, value=str(value), afi=UNSET, safi=UNSET)

    return with_statistics(message, changed)


@refuses(*FAMILY, link="https://github.com/bgpkit/bgpkit-parser/issues/162")
def knows_four_and_eight_octets_alone(message: Message) -> bool:
    """Data that has neither four nor eight octets costs the report."""
    return any(len(octets_of(held.data)) not in {4, 8} for held in message.statistics or ())


@shows(*FAMILY)
def families_are_not_kept(message: Message) -> Message:
    """The family of a gauge is skipped."""
    return with_statistics(message, lambda held: replace(held, afi=0, safi=0) if isinstance(held.afi, int) else held)


@shows(*FAMILY)
def safi_before_afi(message: Message) -> Message:
    """The SAFI of a gauge is looked for in front of the AFI."""

    def changed(held: Statistic) -> Statistic:
        octets = octets_of(held.data)
        return replace(held, safi=octets[0], afi=int.from_bytes(octets[1:3])) if isinstance(held.afi, int) else held

    return with_statistics(message, changed)


@shows("RFC8671-6.2-4", link="https://github.com/sbezverk/gobmp/pull/276")
def adj_rib_out_family_gauges_are_plain(message: Message) -> Message:
    """The gauges by family of RFC 8671 are read as numbers."""

    def changed(held: Statistic) -> Statistic:
        if held.type not in {16, 17}:
            return held
        return replace(held, value=str(int.from_bytes(octets_of(held.data)[-8:])), afi=UNSET, safi=UNSET)

    return with_statistics(message, changed)


@shows("RFC8671-6.2-3", "RFC8671-6.2-4")
def pre_and_post_policy_swapped(message: Message) -> Message:
    """Types 14 and 15, and 16 and 17, are taken for each other."""
    swap = {14: 15, 15: 14, 16: 17, 17: 16}
    return with_statistics(message, lambda held: replace(held, type=swap.get(held.type or 0, held.type)))


@shows("RFC9069-5.6-1", "RFC9972-3.1-6", "RFC9972-3.1-7", "RFC9972-4-1")
def loc_rib_has_two_statistics(message: Message) -> Message:
    """Statistics that are not about a Loc-RIB are dropped where they are told of one."""
    return _without(message, lambda held: is_loc_rib(message) and held.type not in {8, 10})


@shows("RFC9972-5-1", "RFC9972-3.1-1")
def newer_gauge_is_the_older(message: Message) -> Message:
    """Type 18 is shown as type 7, which counts nearly the same."""
    return with_statistics(message, lambda held: replace(held, type=7) if held.type == 18 else held)


@refuses("RFC9972-3.1-9", "RFC9972-5-3")
def total_or_families(message: Message) -> bool:
    """A report that counts in total and by family is refused."""
    types = {held.type for held in message.statistics or ()}
    return any(total in types and by_family in types for total, by_family in TOTALS)


@refuses("RFC9972-5-4")
def sums_must_agree(message: Message) -> bool:
    """A report in which families do not add up to the total is refused."""
    sums: dict[int, int] = {}
    for held in message.statistics or ():
        sums[held.type or 0] = sums.get(held.type or 0, 0) + int(held.value or 0)
    return any(total in sums and sums.get(families, sums[total]) != sums[total] for total, families in TOTALS)


@shows("RFC8671-6.2-2", "RFC8671-6.2-1")
def o_flag_makes_zeros(message: Message) -> Message:
    """The values of a report with the O flag are shown as zero, as that RIB is not followed."""
    is_out = bool(flags_of(message) & O) and not is_loc_rib(message)
    return _each(message, frozenset(range(44)), lambda _: 0) if is_out else message


@shows("RFC7854-4.8-10")
def a_report_is_never_empty(message: Message) -> Message:
    """A report without statistics is shown with one of zero."""
    is_empty = message.type == MessageType.STATISTICS_REPORT and not message.statistics
    return replace(message, count=1, statistics=(Statistic(7, 16 * "0", "0"),)) if is_empty else message


@reads("RFC7854-4.8-2", "RFC7854-4.8-3")
def types_of_eight_bits(frame: bytes) -> bytes:
    """The first octet of a statistic's type is not read."""
    return retyped(frame, lambda code: code & 0xFF) if frame[TYPE : TYPE + 1] == b"\1" else frame


@refuses("RFC7854-4.1-10")
def refuses_small_messages(message: Message) -> bool:
    """A message of fewer octets than the smallest that its author had seen is refused."""
    least: dict[int, int] = {MessageType.STATISTICS_REPORT: 60, MessageType.INITIATION: 16, MessageType.PEER_UP: 127}
    return (message.length or 0) < least.get(message.type or 0, 0)
