"""Statistics Report, RFC 7854 section 4.8, RFC 8671 section 6.2, RFC 9069 section 5.6, RFC 9972.

Offsets: count 48, the first statistic 52, its length 54, its data 56.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

import raw
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
# Both OPENs name every family that the statistics below speak of.
FAMILIES = tuple(raw.multiprotocol(afi, safi) for afi, safi in ((0, 0), (1, 2), (2, 1), (65535, 255)))
UP = raw.peer_up(sent=raw.sent_open(*FAMILIES), received=raw.received_open(*FAMILIES))
COUNTER, GAUGE, FAMILY = raw.u32(7), raw.u64(7), raw.family_gauge()
SIZES = {4: COUNTER, 8: GAUGE, 11: FAMILY}


class Shape(NamedTuple):
    """The statistics of one document that have data of so many octets."""

    code: str
    level: str
    clause: str
    octets: int
    numbers: tuple[int, ...]


class Document(NamedTuple):
    """The statistics of one document, and how many of the profiles are older."""

    older: int
    shapes: tuple[Shape, ...]


COUNTERS = (0, 1, 2, 3, 4, 5, 6, 11, 12, 13)
RIB_GAUGES = (18, 20, 29, 31, 33, 39)
RIB_FAMILY_GAUGES = (19, 21, 22, 23, 26, 27, 28, 30, 32, 34, 35, 36, 37, 38, 40, 41, 42, 43)
RFC7854 = Document(
    0,
    (
        Shape("counter-length", "fail", "RFC7854-4.8-5", 4, COUNTERS),
        Shape("gauge-length", "fail", "RFC7854-4.8-6", 8, (7, 8)),
        Shape("family-gauge-length", "fail", "RFC7854-4.8-7", 11, (9, 10)),
    ),
)
RFC8671 = Document(
    1,
    (
        Shape("adj-rib-out-gauge-length", "fail", "RFC8671-6.2-3", 8, (14, 15)),
        Shape("adj-rib-out-family-gauge-length", "fail", "RFC8671-6.2-4", 11, (16, 17)),
    ),
)
RFC9972 = Document(
    3,
    (
        Shape("rib-gauge-length", "warn", "RFC9972-3.1-1", 8, RIB_GAUGES),
        Shape("rib-family-gauge-length", "warn", "RFC9972-3.1-3", 11, RIB_FAMILY_GAUGES),
    ),
)
DOCUMENTS = (RFC7854, RFC8671, RFC9972)
LOC_RIB_TOO = (26, 27, 28, 31, 32)
# The older statistic that goes with each of these, RFC 9972 section 5.
TOGETHER = {18: raw.tlv(7, GAUGE), 19: raw.tlv(9, FAMILY)}


def _report(*stats: bytes, of: bytes | None = None, count: int | None = None) -> tuple[bytes, ...]:
    return START, UP, raw.statistics(*stats, of=of, count=count)


def _unassigned(document: Document, times: int = 1) -> dict[str, tuple[str, ...]]:
    """Return what the profiles older than the document of `times` statistics say of them."""
    return dict.fromkeys(raw.EVERY_PROFILE[: document.older], ("statistic-unassigned",) * times)


def _with(number: int, *stats: bytes) -> tuple[bytes, ...]:
    return _report(*stats, *([TOGETHER[number]] if number in TOGETHER else []))


def _wrong_lengths() -> Iterator[Broken]:
    for document in DOCUMENTS:
        for code, level, clause, octets, numbers in document.shapes:
            for number in numbers:
                for wrong in sorted({0, octets - 1, octets + 1, 4, 8, 11, 100} - {octets}):
                    fault = Fault(code, level, (clause,), "statistics[0].length", 54, 2)
                    yield Broken(
                        f"statistic {number} of {wrong} octets",
                        _with(number, raw.tlv(number, bytes(wrong))),
                        fault,
                        beside=_unassigned(document),
                    )


def _right_lengths() -> Iterator[Valid]:
    for document in DOCUMENTS:
        for code, _, _, octets, numbers in document.shapes:
            for number in numbers:
                for data in (SIZES[octets], bytes(octets), b"\xff" * octets):
                    yield Valid(
                        f"statistic {number} with {data.hex()}",
                        _with(number, raw.tlv(number, data)),
                        (code, "stats-empty", "stats-count-too-large", "stats-count-too-small", "statistic-cut"),
                        _unassigned(document),
                    )


def _fault(code: str, clause: str, path: str, offset: int, length: int) -> Fault:
    return Fault(code, "fail", (clause,), path, offset, length)


def _loc_rib_faults() -> Iterator[Broken]:
    of = raw.loc_rib()
    for number in (*RIB_GAUGES, *RIB_FAMILY_GAUGES):
        if number in LOC_RIB_TOO:
            continue
        data = GAUGE if number in RIB_GAUGES else FAMILY
        beside = _unassigned(RFC9972)
        beside["rfc7854"] += ("peer-type-unassigned",)
        if number in TOGETHER:
            beside["bmp-2026"] = ("statistic-18-without-7" if number == 18 else "statistic-19-without-9",)
        yield Broken(
            f"statistic {number} of a Loc-RIB",
            (START, raw.loc_rib_up(), raw.statistics(raw.tlv(number, data), of=of)),
            Fault(
                "statistic-not-of-loc-rib-9972",
                "warn",
                ("RFC9972-3.1-7", "RFC9972-4-1"),
                "statistics[0].type",
                52,
                2,
            ),
            beside=beside,
        )
    for document in (RFC7854, RFC8671):
        for _, _, _, octets, numbers in document.shapes:
            for number in numbers:
                if number in (8, 10):
                    continue
                old = ("peer-type-unassigned", *_unassigned(document).get("rfc7854", ()))
                yield Broken(
                    f"statistic {number} of a Loc-RIB",
                    (START, raw.loc_rib_up(), raw.statistics(raw.tlv(number, SIZES[octets]), of=of)),
                    Fault("statistic-not-of-loc-rib", "info", ("RFC9069-5.6-1",), "statistics[0].type", 52, 2),
                    beside={"rfc7854": old},
                )


BROKEN = (
    *(
        Broken(
            f"{octets} octets of the count",
            (START, UP, raw.message(raw.STATISTICS, raw.peer(), bytes(octets))),
            _fault("stats-count-missing", "RFC7854-4.8-1", "rest", 48, octets),
        )
        for octets in (0, 1, 3)
    ),
    Broken("no statistic, 52 octets", _report(), _fault("stats-empty", "RFC7854-4.8-10", "count", 48, 4)),
    Broken(
        "a count one too large",
        _report(raw.tlv(0, COUNTER), count=2),
        _fault("stats-count-too-large", "RFC7854-4.8-1", "count", 48, 4),
    ),
    Broken(
        "a count of 0xffffffff",
        _report(raw.tlv(0, COUNTER), count=0xFFFFFFFF),
        _fault("stats-count-too-large", "RFC7854-4.8-1", "count", 48, 4),
    ),
    Broken(
        "a count of 1 and no statistic",
        _report(count=1),
        _fault("stats-count-too-large", "RFC7854-4.8-1", "count", 48, 4),
    ),
    Broken(
        "a count with the least significant octet first",
        _report(raw.tlv(0, COUNTER), count=1 << 24),
        _fault("stats-count-too-large", "RFC7854-4.8-1", "count", 48, 4),
    ),
    Broken(
        "a count one too small",
        _report(raw.tlv(0, COUNTER), raw.tlv(1, COUNTER), count=1),
        _fault("stats-count-too-small", "RFC7854-4.8-1", "rest", 60, 8),
    ),
    Broken(
        "a count of 0 before a statistic",
        _report(raw.tlv(0, COUNTER), count=0),
        _fault("stats-count-too-small", "RFC7854-4.8-1", "rest", 52, 8),
    ),
    *(
        Broken(
            f"{octets} octets behind the last statistic",
            _report(raw.tlv(0, COUNTER), raw.tlv(1, COUNTER)[:octets], count=1),
            _fault("stats-count-too-small", "RFC7854-4.8-1", "rest", 60, octets),
        )
        for octets in (1, 2, 3)
    ),
    *(
        Broken(
            f"{octets} octets of the second statistic",
            _report(raw.tlv(0, COUNTER), raw.tlv(1, COUNTER)[:octets], count=2),
            _fault("statistic-cut", "RFC7854-4.8-2", "rest", 60, octets),
        )
        for octets in (1, 3, 4, 7)
    ),
    Broken(
        "a length one too large",
        _report(raw.tlv(0, COUNTER, length=5)),
        _fault("statistic-cut", "RFC7854-4.8-2", "rest", 52, 8),
    ),
    *_wrong_lengths(),
    *(
        Broken(
            f"statistic {number} twice",
            _with(number, raw.tlv(number, GAUGE), raw.tlv(number, raw.u64(8))),
            Fault("global-statistic-repeated", "warn", ("RFC9972-3.1-2",), "statistics[1]", 64, 12),
            beside=_unassigned(RFC9972, 2),
        )
        for number in RIB_GAUGES
    ),
    *(
        Broken(
            f"statistic {number} twice for one family",
            _with(number, raw.tlv(number, FAMILY), raw.tlv(number, raw.family_gauge(value=8))),
            Fault("family-statistic-repeated", "warn", ("RFC9972-3.1-4",), "statistics[1]", 67, 15),
            beside=_unassigned(RFC9972, 2),
        )
        for number in RIB_FAMILY_GAUGES
    ),
    *_loc_rib_faults(),
    Broken(
        "statistic 18 without 7",
        _report(raw.tlv(0, COUNTER), raw.tlv(18, GAUGE)),
        Fault("statistic-18-without-7", "info", ("RFC9972-5-1",), "statistics[1].type", 60, 2),
        beside=_unassigned(RFC9972),
    ),
    Broken(
        "statistic 19 without 9",
        _report(raw.tlv(0, COUNTER), raw.tlv(19, FAMILY)),
        Fault("statistic-19-without-9", "info", ("RFC9972-5-1",), "statistics[1].type", 60, 2),
        beside=_unassigned(RFC9972),
    ),
    *(
        Broken(
            f"flags 0x{flags:02x}",
            _report(raw.tlv(7, GAUGE), of=raw.peer(flags=flags)),
            Fault("o-flag-in-statistics", "fail", ("RFC8671-6.2-1",), "peer.flags", 7, 1),
            beside=raw.O_FLAG,
        )
        for flags in (raw.O, raw.O | raw.L)
    ),
)

VALID = (
    *_right_lengths(),
    Valid(
        "one statistic of length 0 that is not known, 56 octets",
        _report(raw.tlv(65531)),
        ("stats-empty", "stats-count-missing"),
        dict.fromkeys(raw.EVERY_PROFILE, ("statistic-experimental",)),
    ),
    *(
        Valid(
            f"statistic {number} twice, which only RFC 9972 forbids, and for its own",
            _report(raw.tlv(number, data), raw.tlv(number, data)),
            ("global-statistic-repeated", "family-statistic-repeated"),
        )
        for number, data in ((0, COUNTER), (7, GAUGE), (9, FAMILY), (10, FAMILY))
    ),
    *(
        Valid(
            f"statistic {number} for two families",
            _with(number, raw.tlv(number, FAMILY), raw.tlv(number, other)),
            ("family-statistic-repeated",),
            _unassigned(RFC9972, 2),
        )
        for number in RIB_FAMILY_GAUGES
        for other in (raw.family_gauge(safi=2), raw.family_gauge(afi=2))
    ),
    Valid(
        "the same family under two types, and a global one",
        _report(raw.tlv(21, FAMILY), raw.tlv(22, FAMILY), raw.tlv(20, GAUGE)),
        ("family-statistic-repeated", "global-statistic-repeated"),
        _unassigned(RFC9972, 3),
    ),
    Valid(
        "a report of 100 statistics, 0 to 6 again and again",
        _report(*(raw.tlv(number % 7, COUNTER) for number in range(100))),
        ("stats-count-too-small", "stats-count-too-large", "statistic-cut"),
    ),
    *(
        Valid(
            f"statistic {number} of a Loc-RIB",
            (START, raw.loc_rib_up(), raw.statistics(raw.tlv(number, data), of=raw.loc_rib())),
            ("statistic-not-of-loc-rib", "statistic-not-of-loc-rib-9972"),
            {
                "rfc7854": ("peer-type-unassigned", *(("statistic-unassigned",) * (number > 10))),
                "draft-peer-up": ("statistic-unassigned",) * (number > 10),
                "rfc9736": ("statistic-unassigned",) * (number > 10),
            },
        )
        for number, data in (
            (8, GAUGE),
            (10, FAMILY),
            (26, FAMILY),
            (27, FAMILY),
            (28, FAMILY),
            (31, GAUGE),
            (32, FAMILY),
        )
    ),
    *(
        Valid(
            f"statistic {number} of a peer",
            _report(raw.tlv(number, data)),
            ("statistic-not-of-loc-rib",),
        )
        for number, data in ((8, GAUGE), (10, FAMILY))
    ),
    Valid(
        "statistics 7 and 9 without 18 and 19",
        _report(raw.tlv(7, GAUGE), raw.tlv(9, FAMILY)),
        ("statistic-18-without-7", "statistic-19-without-9"),
    ),
    Valid(
        "statistics 18 and 19 before 7 and 9",
        _report(raw.tlv(19, FAMILY), raw.tlv(18, GAUGE), raw.tlv(9, FAMILY), raw.tlv(7, GAUGE)),
        ("statistic-18-without-7", "statistic-19-without-9"),
        _unassigned(RFC9972, 2),
    ),
    Valid(
        "the sum of the families is not the total",
        _report(raw.tlv(7, raw.u64(1)), raw.tlv(9, FAMILY), raw.tlv(9, raw.family_gauge(2))),
        ("stats-count-too-small",),
    ),
    Valid("the L and A flags", _report(raw.tlv(7, GAUGE), of=raw.peer(flags=raw.L | raw.A)), ("o-flag-in-statistics",)),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_a_report_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_report_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)
