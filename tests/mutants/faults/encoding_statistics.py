"""Faults in writing a Statistics Report."""

from collections.abc import Callable

from bmpconform.neutral.form import Message, Statistic
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from faults.mutant import asks, writes
from faults.tools import (
    BOTH,
    TYPE,
    framed,
    octets_of,
    overwritten,
    rewritten,
    with_statistics,
)

STATISTIC = ("RFC7854-4.8-2", "RFC7854-4.8-1")
COUNTERS, GAUGES = frozenset({0, 1, 2, 3, 4, 5, 6, 11, 12, 13}), frozenset({7, 8})
FAMILIES = frozenset({9, 10})


def _is(frame: bytes, message_type: MessageType) -> bool:
    return frame[TYPE] == message_type


def _each_data(message: Message, types: frozenset[int], change: Callable[[bytes], bytes]) -> Message:
    """Return a report with the data of each statistic of these types changed."""

    def changed(held: Statistic) -> Statistic:
        return replace(held, data=change(octets_of(held.data)).hex()) if held.type in types else held

    return with_statistics(message, changed)


@writes("RFC7854-4.8-1")
def count_is_one_more(frame: bytes) -> bytes:
    """The count says one statistic too many."""
    if not _is(frame, MessageType.STATISTICS_REPORT):
        return frame
    return overwritten(frame, BOTH, (int.from_bytes(frame[BOTH : BOTH + 4]) + 1).to_bytes(4))


@writes("RFC7854-4.8-1")
def count_of_two_octets(frame: bytes) -> bytes:
    """The count is written as a number of 16 bits."""
    is_one = _is(frame, MessageType.STATISTICS_REPORT)
    return framed(frame[:BOTH], frame[BOTH + 2 :]) if is_one else frame


@writes(*STATISTIC)
def statistic_length_counts_its_header(frame: bytes) -> bytes:
    """The length of a statistic counts its own four octets."""

    def tile(code: int, value: bytes) -> bytes:
        return code.to_bytes(2) + ((len(value) + 4) & 0xFFFF).to_bytes(2) + value

    return rewritten(frame, tile) if _is(frame, MessageType.STATISTICS_REPORT) else frame


@asks("RFC7854-4.8-5")
def counters_of_eight_octets(message: Message) -> Message:
    """Counters are written as gauges."""
    return _each_data(message, COUNTERS, lambda data: bytes(4) + data)


@asks("RFC7854-4.8-5")
def counters_of_little_endian(message: Message) -> Message:
    """The octets of a counter are written in the wrong order."""
    return _each_data(message, COUNTERS, lambda data: data[::-1])


@asks("RFC7854-4.8-6")
def gauges_of_four_octets(message: Message) -> Message:
    """Gauges are written as counters."""
    return _each_data(message, GAUGES, lambda data: data[-4:])


@asks("RFC7854-4.8-9", "RFC7854-4.8-6")
def gauges_wrap_at_32_bits(message: Message) -> Message:
    """The upper half of a gauge is written as zero."""
    return _each_data(message, GAUGES, lambda data: bytes(4) + data[-4:] if len(data) == 8 else data)


@asks("RFC7854-4.8-7", link="https://github.com/sbezverk/gobmp/pull/276")
def family_gauges_without_family(message: Message) -> Message:
    """Gauges by family are written as plain ones."""
    return _each_data(message, FAMILIES, lambda data: data[-8:])


@asks("RFC7854-4.8-7")
def safi_before_afi(message: Message) -> Message:
    """The SAFI of a gauge is written in front of the AFI."""
    return _each_data(message, FAMILIES, lambda data: data[2:3] + data[:2] + data[3:] if len(data) == 11 else data)


@asks("RFC8671-6.2-3")
def adj_rib_out_gauges_of_four_octets(message: Message) -> Message:
    """The gauges of RFC 8671 are written as counters."""
    return _each_data(message, frozenset({14, 15}), lambda data: data[-4:])


@asks("RFC8671-6.2-4")
def adj_rib_out_gauges_without_family(message: Message) -> Message:
    """The gauges by family of RFC 8671 are written as plain ones."""
    return _each_data(message, frozenset({16, 17}), lambda data: data[-8:])


@asks("RFC9972-3.1-1")
def rib_gauges_of_four_octets(message: Message) -> Message:
    """The global gauges of RFC 9972 are written as counters."""
    return _each_data(message, frozenset({18, 20, 29, 31, 33, 39}), lambda data: data[-4:])


@asks("RFC9972-3.1-3", "RFC9972-6-2")
def rib_gauges_without_family(message: Message) -> Message:
    """The gauges by family of RFC 9972 are written as plain ones."""
    types = frozenset({*range(18, 44)} - {18, 20, 24, 25, 29, 31, 33, 39})
    return _each_data(message, types, lambda data: data[-8:])


@asks("RFC7854-4.8-10")
def a_report_is_never_empty(message: Message) -> Message:
    """A report without statistics is written with one of zero."""
    is_empty = message.type == MessageType.STATISTICS_REPORT and not message.statistics
    return replace(message, statistics=(Statistic(7, 16 * "0"),)) if is_empty else message


@asks("RFC7854-4.8-3", "RFC9972-3.1-8")
def types_of_eight_bits(message: Message) -> Message:
    """The first octet of a statistic's type is written as zero."""
    return with_statistics(message, lambda held: replace(held, type=(held.type or 0) & 0xFF))
