"""Statistics Reports of one peer over a stream, RFC 7854 section 4.8 and RFC 9972 section 3.1.

Offsets: the data of the first statistic 56, of the second, behind a counter, 64.
"""

from collections.abc import Callable, Mapping

import pytest

import raw
from bmpconform.events import FindingLine
from bmpconform.rules.session import MAX_COUNTERS, Session
from bmpconform.wire.interpret import decode
from raw import Broken, Fault, Valid

Beside = Mapping[str, tuple[str, ...]]

START = raw.initiation(raw.MANDATORY_TLVS)
UP, DOWN = raw.peer_up(), raw.peer_down(4)
GOODBYE = raw.termination(raw.tlv(1, raw.u16(0)))
LOST = raw.message(raw.TERMINATION, version=4)
OTHER = raw.peer(address=raw.address("10.0.0.3"))
COUNTERS = (0, 1, 2, 3, 4, 5, 6, 11, 12, 13)
TOP, HALF = 0xFFFFFFFF, 1 << 31
OLDER = raw.EVERY_PROFILE[:3]


def _count(value: int, number: int = 1, of: bytes | None = None) -> bytes:
    """Return a report of one counter."""
    return raw.statistics(raw.tlv(number, raw.u32(value)), of=of)


def _back(name: str, *reports: bytes, index: int = 0, offset: int = 56, at: int = -1) -> Broken:
    path = f"statistics[{index}].data.value"
    fault = Fault("counter-went-back", "warn", ("RFC7854-4.8-8",), path, offset, 4)
    return Broken(name, (START, UP, *reports), fault, at=at)


def _opens(sent: tuple[bytes, ...], received: tuple[bytes, ...]) -> bytes:
    return raw.peer_up(sent=raw.sent_open(*sent), received=raw.received_open(*received))


IPV6, VPN = raw.multiprotocol(2, 1), raw.multiprotocol(1, 128)
# Of RFC 9972, and none that another statistic should come with.
PER_FAMILY = (21, 22, 23, 26, 27, 28, 30, 32, 34, 35, 36, 37, 38, 40, 41, 42, 43)
OF_LOC_RIB_TOO = (26, 27, 28, 32)


def _unassigned(times: int = 1) -> Beside:
    return dict.fromkeys(OLDER, ("statistic-unassigned",) * times)


def _of_family(number: int, afi: int = 2, safi: int = 1, of: bytes | None = None) -> bytes:
    return raw.statistics(raw.tlv(number, raw.family_gauge(afi, safi)), of=of)


def _other_family(name: str, up: bytes, report: bytes, beside: Beside) -> Broken:
    path = "statistics[0].data"
    fault = Fault("statistic-of-other-family", "warn", ("RFC9972-3.1-9",), path, 56, 11)
    return Broken(name, (START, up, report), fault, beside=beside)


LOC_RIB_BESIDE: Beside = dict(_unassigned()) | {"rfc7854": ("statistic-unassigned", "peer-type-unassigned")}
BROKEN = (
    *(_back(f"counter {number} from 100 to 99", _count(100, number), _count(99, number)) for number in COUNTERS),
    _back("a counter from 1 to 0", _count(1), _count(0)),
    _back("a counter from half its range to 0", _count(HALF), _count(0)),
    _back("a counter from its top to one less", _count(TOP), _count(TOP - 1)),
    _back("a counter that grew and went back", _count(1), _count(100), _count(50)),
    _back("a counter that went back and grows on", _count(100), _count(50), _count(60), at=3),
    _back(
        "the second of two counters",
        raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(1, raw.u32(5))),
        raw.statistics(raw.tlv(0, raw.u32(6)), raw.tlv(1, raw.u32(4))),
        index=1,
        offset=64,
    ),
    _back("a counter behind another report without it", _count(100), _count(7, 2), _count(50)),
    *(
        _other_family(f"statistic {number} of a family in neither OPEN", UP, _of_family(number), _unassigned())
        for number in PER_FAMILY
    ),
    _other_family("a family in the sent OPEN alone", _opens((IPV6,), ()), _of_family(26), _unassigned()),
    _other_family("a family in the received OPEN alone", _opens((), (IPV6,)), _of_family(26), _unassigned()),
    _other_family("another family in both OPENs", _opens((VPN,), (VPN,)), _of_family(26), _unassigned()),
    _other_family("another SAFI in both OPENs", _opens((IPV6,), (IPV6,)), _of_family(26, 2, 128), _unassigned()),
    *(
        _other_family(
            f"statistic {number} of a family that a Loc-RIB does not name",
            raw.loc_rib_up(),
            _of_family(number, of=raw.loc_rib()),
            LOC_RIB_BESIDE,
        )
        for number in OF_LOC_RIB_TOO
    ),
)

BACK, FAMILY = ("counter-went-back",), ("statistic-of-other-family",)


def _valid(name: str, *messages: bytes, beside: str | None = None) -> Valid:
    codes = {} if beside is None else dict.fromkeys(raw.EVERY_PROFILE, (beside,))
    return Valid(name, (START, *messages), BACK, codes)


def _family(name: str, *messages: bytes, beside: Beside | None = None) -> Valid:
    return Valid(name, (START, *messages), FAMILY, _unassigned() if beside is None else beside)


def _and(code: str) -> Beside:
    """Return one code of every profile, and what the older say of a statistic of RFC 9972."""
    return {profile: (code, *_unassigned().get(profile, ())) for profile in raw.EVERY_PROFILE}


BOTH_IPV6 = _opens((IPV6,), (IPV6,))
VALID = (
    *(_valid(f"counter {number} grows", UP, _count(99, number), _count(100, number)) for number in COUNTERS),
    *(
        _valid(f"a counter from {before} to {after}", UP, _count(before), _count(after))
        for before, after in (
            (100, 100),
            (0, TOP),
            (0, HALF),
            (5, HALF + 10),
            (TOP, 0),
            (TOP, TOP),
            (TOP - 5, 100),
            (HALF + 1, 0),
        )
    ),
    _valid("a counter that goes round", UP, _count(TOP - 1), _count(3), _count(HALF), _count(TOP), _count(1)),
    _valid("Peer Down between", UP, _count(100), DOWN, UP, _count(50)),
    _valid("a Peer Down for each view between", UP, _count(100), DOWN, UP, _count(0), _count(1)),
    _valid("another Peer Up between", UP, _count(100), UP, _count(50), beside="peer-up-repeated"),
    _valid("other flags", UP, _count(100), _count(50, of=raw.peer(flags=raw.L))),
    _valid("another peer", UP, raw.peer_up(of=OTHER), _count(100), _count(50, of=OTHER)),
    _valid("another counter", UP, _count(100, 1), _count(50, 2)),
    _valid("no Peer Up before", _count(100), _count(50)),
    _valid(
        "another session between",
        UP,
        _count(100),
        GOODBYE,
        START,
        UP,
        _count(50),
        beside="initiation-after-termination",
    ),
    _valid("behind a Termination", UP, _count(100), GOODBYE, _count(50), beside="message-after-termination"),
    _valid("behind lost octets", UP, _count(100), LOST, _count(50), beside="version"),
    *(
        _valid(f"gauge {number} falls", UP, raw.statistics(raw.tlv(number, high)), raw.statistics(raw.tlv(number, low)))
        for number, high, low in (
            (7, raw.u64(100), raw.u64(50)),
            (8, raw.u64(100), raw.u64(0)),
            (9, raw.family_gauge(value=100), raw.family_gauge(value=50)),
            (10, raw.family_gauge(value=100), raw.family_gauge(value=50)),
        )
    ),
    _valid(
        "a counter of another length",
        UP,
        _count(100),
        raw.statistics(raw.tlv(1, raw.u64(50))),
        beside="counter-length",
    ),
    *(_family(f"statistic {number} of a family in both OPENs", BOTH_IPV6, _of_family(number)) for number in PER_FAMILY),
    _family("IPv4 unicast, which needs no capability", UP, _of_family(26, 1, 1)),
    _family("IPv4 unicast beside a family that has one", BOTH_IPV6, _of_family(26, 1, 1)),
    *(
        _family(f"statistic {number}, which is older", UP, _of_family(number), beside=beside)
        for number, beside in (
            (9, {}),
            (10, {}),
            (16, {"rfc7854": ("statistic-unassigned",)}),
            (17, {"rfc7854": ("statistic-unassigned",)}),
        )
    ),
    _family("no Peer Up seen", _of_family(26)),
    _family("a peer that is down", UP, DOWN, _of_family(26)),
    _family(
        "an OPEN that cannot be read",
        raw.peer_up(
            received=raw.open_pdu(raw.PEER_AS, raw.PEER_ID, raw.capabilities(raw.capability(1, b"\0\2\0"))),
        ),
        _of_family(26),
    ),
    _family("behind lost octets", UP, LOST, _of_family(26), beside=_and("version")),
    _family("behind a Termination", UP, GOODBYE, _of_family(26), beside=_and("message-after-termination")),
    _family(
        "families of emulated peers of a Loc-RIB",
        raw.loc_rib_up(sent=raw.loc_rib_open(VPN)),
        raw.loc_rib_up(sent=raw.loc_rib_open(IPV6)),
        _of_family(26, of=raw.loc_rib()),
        _of_family(26, 1, 128, of=raw.loc_rib()),
        beside=LOC_RIB_BESIDE,
    ),
    Valid(
        "a Loc-RIB whose opening is missing",
        (raw.loc_rib_up(), _of_family(26, of=raw.loc_rib())),
        FAMILY,
        {profile: ("initiation-missing", *LOC_RIB_BESIDE.get(profile, ())) for profile in raw.EVERY_PROFILE},
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_the_reports_of_a_peer_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_reports_at_the_border_are_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


Findings = Callable[..., list[FindingLine]]


def test_two_counters_that_go_back_are_two_breaches(findings: Findings) -> None:
    reports = [_count(value, number) for value in (9, 8, 7) for number in (1, 2)]
    found = findings(START, UP, *reports)
    assert [(finding.message, finding.count) for finding in found] == [(4, 2), (5, 2)]


def test_a_bounded_number_of_counters_is_kept() -> None:
    session = Session()
    for octets in (START, UP):
        session.advance(decode(octets))
    flags = [raw.peer(flags=flags) for flags in range(40)]
    for of in flags:
        session.advance(decode(raw.statistics(*(raw.tlv(number, raw.u32(1)) for number in COUNTERS), of=of)))
    (state,) = session.peers.values()
    assert len(state.counters) == MAX_COUNTERS
