"""A Loc-RIB over a stream: its table names and its emulated peers, RFC 9069 sections 5.2.1, 5.3 and 6.1.1.

Offsets: sent OPEN 68, in a Peer Up with OPENs of 37 octets TLVs at 142 and the first value at 146; in a Peer Down TLVs
at 49 and the first value at 53.
"""

from collections.abc import Callable

import pytest

import raw
from bmpconform.events import FindingLine
from bmpconform.rules.session import Session
from bmpconform.wire.interpret import decode
from raw import Broken, Fault, Valid

Beside = dict[str, tuple[str, ...]]

START = raw.initiation(raw.MANDATORY_TLVS)
GOODBYE = raw.termination(raw.tlv(1, raw.u16(0)))
LOST = raw.message(raw.TERMINATION, version=4)
NAME = 3
RED, BLUE, GREEN, GLOBAL = (raw.tlv(NAME, name) for name in (b"red", b"blue", b"green", b"global"))
VRF, OTHER_VRF = raw.loc_rib(rd=raw.u64(1)), raw.loc_rib(rd=raw.u64(2))
OTHER_ID_OCTETS = bytes((10, 0, 0, 9))
OTHER_ID = raw.loc_rib(rd=raw.u64(1), bgp_id=OTHER_ID_OCTETS)


def _up(*tlvs: bytes, of: bytes = VRF, families: tuple[tuple[int, int], ...] = ()) -> bytes:
    bgp_id = OTHER_ID_OCTETS if of == OTHER_ID else raw.ROUTER_ID
    items = (raw.as4(raw.ROUTER_AS), *(raw.multiprotocol(*family) for family in families))
    return raw.loc_rib_up(*tlvs, of=of, sent=raw.open_pdu(raw.ROUTER_AS, bgp_id, raw.capabilities(*items)))


def _down(*tlvs: bytes, of: bytes = VRF, reason: int = 6) -> bytes:
    return raw.peer_down(reason, *tlvs, of=of)


def _old(peers: int = 1, names: int = 0, downs: int = 0) -> Beside:
    """Return what older profiles say besides: of so many peers of type 3, of TLVs of type 3, of reason 6."""
    codes = {"peer-type-unassigned": peers, "peer-up-tlv-unassigned": names, "peer-down-reason-unassigned": downs}
    return {
        "rfc7854": tuple(code for code, times in codes.items() for _ in range(times)),
        "draft-peer-up": ("peer-up-tlv-of-shared-registry",) * names,
    }


def _broken(name: str, fault: Fault, beside: Beside, *messages: bytes) -> Broken:
    return Broken(name, (START, *messages), fault, beside=beside)


def _differs(index: int = 0, offset: int = 53, length: int = 4) -> Fault:
    path = f"tlvs[{index}].value"
    return Fault("peer-down-name-differs", "fail", ("RFC9069-5.3-3",), path, offset, length)


def _of_other(index: int = 0, offset: int = 146) -> Fault:
    path = f"tlvs[{index}].value"
    return Fault("loc-rib-name-of-other-peer", "info", ("RFC9069-6.1.1-2",), path, offset, 3)


def _without_family(length: int = 37) -> Fault:
    return Fault("emulated-peer-without-family", "warn", ("RFC9069-6.1.1-3",), "sent_open", 68, length)


MISSING = Fault("peer-down-name-missing", "fail", ("RFC9069-5.3-4", "RFC9069-5.2.1-6"), "tlvs", 49, 0)
IPV4, IPV6 = ((1, 1),), ((2, 1),)
DEFAULT, FILTERED = raw.loc_rib(), raw.loc_rib(flags=raw.F, rd=raw.u64(1))
ONE_NAME, TWO_NAMES, NO_NAME = _old(names=1, downs=1), _old(names=2, downs=1), _old(downs=1)
BROKEN = (
    _broken("a name in Peer Up, none in Peer Down", MISSING, ONE_NAME, _up(RED), _down()),
    _broken("the default Loc-RIB goes down nameless", MISSING, ONE_NAME, _up(GLOBAL, of=DEFAULT), _down(of=DEFAULT)),
    _broken("two names in Peer Up, none in Peer Down", MISSING, TWO_NAMES, _up(RED, BLUE), _down()),
    _broken("a name in Peer Up, a String in Peer Down", MISSING, ONE_NAME, _up(RED), _down(raw.tlv(0, b"red"))),
    _broken("F set, a name in Peer Up alone", MISSING, ONE_NAME, _up(RED, of=FILTERED), _down(of=FILTERED)),
    _broken(
        "a name of each emulated peer, none in Peer Down",
        MISSING,
        ONE_NAME,
        _up(RED, families=IPV4),
        _up(GREEN, families=IPV6),
        _down(),
    ),
    _broken("another name in Peer Down", _differs(), ONE_NAME, _up(RED), _down(BLUE)),
    _broken("a name in Peer Down that goes on", _differs(), ONE_NAME, _up(RED), _down(raw.tlv(NAME, b"red2"))),
    _broken(
        "another name of the default Loc-RIB", _differs(), ONE_NAME, _up(GLOBAL, of=DEFAULT), _down(BLUE, of=DEFAULT)
    ),
    _broken("a second name in Peer Down", _differs(1, 60), ONE_NAME, _up(RED), _down(RED, BLUE)),
    _broken(
        "a name that neither emulated peer gave",
        _differs(),
        ONE_NAME,
        _up(RED, families=IPV4),
        _up(GREEN, families=IPV6),
        _down(BLUE),
    ),
    _broken("a name of another distinguisher", _of_other(), _old(2, 2), _up(RED), _up(RED, of=OTHER_VRF)),
    _broken("a name of another BGP ID", _of_other(), _old(2, 2), _up(RED), _up(RED, of=OTHER_ID)),
    _broken("one of two names of another peer", _of_other(1, 154), _old(2, 3), _up(RED), _up(BLUE, RED, of=OTHER_VRF)),
    _broken("a name of a peer that has two", _of_other(), _old(2, 3), _up(BLUE, RED), _up(RED, of=OTHER_VRF)),
    _broken("first a family, then none", _without_family(), _old(), _up(families=IPV4), _up()),
    _broken("first none, then a family", _without_family(43), _old(), _up(), _up(families=IPV6)),
    _broken("no family twice", _without_family(), _old(), _up(), _up()),
    _broken("no family twice, once with F set", _without_family(), _old(), _up(), _up(of=FILTERED)),
)
NAME_CODES = ("peer-down-name-missing", "peer-down-name-differs")
OTHER = ("loc-rib-name-of-other-peer",)
FAMILIES = ("emulated-peer-without-family",)


def _everywhere(code: str, old: Beside, profiles: tuple[str, ...] = raw.EVERY_PROFILE) -> Beside:
    """Return what older profiles say, and one code that these profiles have."""
    return {
        profile: (*old.get(profile, ()), *((code,) if profile in profiles else ())) for profile in raw.EVERY_PROFILE
    }


def _valid(name: str, near: tuple[str, ...], beside: Beside, *messages: bytes) -> Valid:
    return Valid(name, (START, *messages), near, beside)


SINCE_9069 = raw.EVERY_PROFILE[1:]
VALID = (
    _valid("the same name in Peer Up and Peer Down", NAME_CODES, ONE_NAME, _up(RED), _down(RED)),
    _valid("no name in either", NAME_CODES, NO_NAME, _up(), _down()),
    _valid("a name in Peer Down alone", NAME_CODES, NO_NAME, _up(), _down(RED)),
    _valid(
        "the default Loc-RIB with its name", NAME_CODES, ONE_NAME, _up(GLOBAL, of=DEFAULT), _down(GLOBAL, of=DEFAULT)
    ),
    _valid("two names in both, in another order", NAME_CODES, TWO_NAMES, _up(RED, BLUE), _down(BLUE, RED)),
    _valid("one of two names in Peer Down", NAME_CODES, TWO_NAMES, _up(RED, BLUE), _down(BLUE)),
    _valid("F set and the same name", NAME_CODES, ONE_NAME, _up(RED, of=FILTERED), _down(RED, of=FILTERED)),
    _valid("F set in Peer Up alone", NAME_CODES, ONE_NAME, _up(RED, of=FILTERED), _down(RED)),
    _valid(
        "each emulated peer goes down by its name",
        NAME_CODES,
        ONE_NAME,
        _up(RED, families=IPV4),
        _up(GREEN, families=IPV6),
        _down(GREEN),
        _down(RED),
    ),
    *(
        _valid(
            f"an emulated peer has no name, and {end}",
            NAME_CODES,
            ONE_NAME,
            _up(RED, families=IPV4),
            _up(families=IPV6),
            *downs,
        )
        for end, downs in (
            ("it goes down first", (_down(), _down(RED))),
            ("it goes down last", (_down(RED), _down())),
            ("what goes down has a name of its own", (_down(BLUE),)),
        )
    ),
    _valid("a second life under another name", NAME_CODES, ONE_NAME, _up(RED), _down(RED), _up(GREEN), _down(GREEN)),
    _valid(
        "a name where no Peer Up is known",
        NAME_CODES,
        _everywhere("peer-down-without-peer-up", NO_NAME),
        _down(RED),
    ),
    Valid("no opening to measure by", (_up(RED), _down()), NAME_CODES, _everywhere("initiation-missing", ONE_NAME)),
    _valid("lost octets between them", NAME_CODES, _everywhere("version", ONE_NAME), _up(RED), LOST, _down(BLUE)),
    _valid(
        "a Termination between them",
        NAME_CODES,
        _everywhere("message-after-termination", ONE_NAME),
        _up(RED),
        GOODBYE,
        _down(BLUE),
    ),
    *(
        _valid(
            f"a Peer Up with octets behind its TLVs, where another name may be, {end}",
            NAME_CODES,
            _everywhere("peer-up-tlvs-leftover", ONE_NAME),
            _up(RED, BLUE[:-1]),
            down,
        )
        for end, down in (("no name", _down()), ("the other name", _down(BLUE)))
    ),
    _valid(
        "a Peer Down with octets behind its TLVs, where the name may be",
        NAME_CODES,
        _everywhere("peer-down-tlvs-leftover", ONE_NAME, SINCE_9069),
        _up(RED),
        _down(RED[:-1]),
    ),
    _valid(
        "a reason that has no room for a name",
        NAME_CODES,
        _everywhere("loc-rib-down-reason", _old(names=1), SINCE_9069),
        _up(RED),
        _down(reason=4),
    ),
    _valid("a name of a peer of another type", NAME_CODES, _old(0, 1), raw.peer_up(RED), raw.peer_down(4)),
    _valid("two names at two distinguishers", OTHER, _old(2, 2), _up(RED), _up(BLUE, of=OTHER_VRF)),
    _valid("one name for two emulated peers", OTHER, _old(names=1), _up(RED, families=IPV4), _up(RED, families=IPV6)),
    _valid("a name whose other peer is down", OTHER, _old(2, 2, 1), _up(RED), _down(RED), _up(RED, of=OTHER_VRF)),
    _valid(
        "a name that its other peer has no more",
        OTHER,
        _old(2, 2, 1),
        _up(RED),
        _down(RED),
        _up(BLUE),
        _up(RED, of=OTHER_VRF),
    ),
    _valid(
        "one String at two distinguishers",
        OTHER,
        _old(2),
        _up(raw.tlv(0, b"red")),
        _up(raw.tlv(0, b"red"), of=OTHER_VRF),
    ),
    _valid(
        "one name behind lost octets", OTHER, _everywhere("version", _old(2, 2)), _up(RED), LOST, _up(RED, of=OTHER_VRF)
    ),
    _valid(
        "one name behind a Termination",
        OTHER,
        _everywhere("message-after-termination", _old(2, 2)),
        _up(RED),
        GOODBYE,
        _up(RED, of=OTHER_VRF),
    ),
    _valid("a family in each Peer Up", FAMILIES, _old(), _up(families=IPV4), _up(families=IPV6)),
    _valid("one Peer Up without family", FAMILIES, _old(), _up()),
    _valid("no family, but one after the other", FAMILIES, NO_NAME, _up(), _down(), _up(), _down()),
    _valid("no family at two distinguishers", FAMILIES, _old(2), _up(), _up(of=OTHER_VRF)),
    _valid("no family behind lost octets", FAMILIES, _everywhere("version", _old()), _up(), LOST, _up()),
    _valid(
        "no family behind a Termination",
        FAMILIES,
        _everywhere("message-after-termination", _old()),
        _up(),
        GOODBYE,
        _up(),
    ),
    _valid(
        "two Peer Ups of another peer type",
        FAMILIES,
        _everywhere("peer-up-repeated", _old(0)),
        raw.peer_up(),
        raw.peer_up(),
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_of_a_loc_rib_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_loc_rib_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


def test_more_emulated_peers_than_are_kept_leave_names_untested(findings: Callable[..., list[FindingLine]]) -> None:
    ups = [_up(raw.tlv(NAME, bytes((number,))), families=((1, number),)) for number in range(1, 67)]
    known = findings(START, *ups[:64], _down(BLUE))
    assert [finding.code for finding in known] == ["peer-down-name-differs"]
    assert findings(START, *ups, _down(BLUE), _down()) == []


def test_names_are_kept_for_as_many_peers_as_are_kept() -> None:
    session = Session(max_peers=2)
    for octets in (START, _up(RED), _up(BLUE, of=OTHER_VRF), _up(GREEN, of=OTHER_VRF), _up(RED, of=OTHER_VRF)):
        session.advance(decode(octets))
    assert sorted(session.names) == [b"blue", b"red"]
