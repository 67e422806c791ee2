"""The order of messages, and findings that repeat, RFC 7854 sections 3.3 and 4.5, RFC 9069 section 6.1."""

from collections.abc import Callable

import pytest

import raw
from bmpconform.events import FindingLine
from bmpconform.rules.selection import Policy, Selection
from bmpconform.rules.session import Session
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.interpret import decode
from raw import Broken, Fault, Valid

Findings = Callable[..., list[FindingLine]]

START = raw.initiation(raw.MANDATORY_TLVS)
GOODBYE = raw.termination(raw.tlv(1, raw.u16(0)))
UP, DOWN = raw.peer_up(), raw.peer_down(4)
ROUTE, STATS = raw.route_monitoring(raw.ROUTE), raw.statistics(raw.tlv(7, raw.u64(1)))
OTHER = raw.peer(address=raw.address("10.0.0.3"))
OTHER_UP, OTHER_DOWN = raw.peer_up(of=OTHER), raw.peer_down(4, of=OTHER)
OTHER_ROUTE = raw.route_monitoring(raw.ROUTE, of=OTHER)
LOC_UP, LOC_DOWN = raw.loc_rib_up(), raw.peer_down(6, of=raw.loc_rib())
LOC_ROUTE = raw.route_monitoring(raw.ROUTE, of=raw.loc_rib())
IN_VRF = raw.loc_rib(rd=raw.u64(1))
OTHER_ID = raw.loc_rib(bgp_id=bytes((10, 0, 0, 9)))
EVERYWHERE_INFO = dict.fromkeys(raw.EVERY_PROFILE, ("initiation-after-termination",))
LOC_RIB_TWICE = {"rfc7854": ("peer-type-unassigned",) * 2}
LOC_RIB_DOWN = {"rfc7854": ("peer-type-unassigned", "peer-down-reason-unassigned")}


def _of_peer(code: str, level: str, *clauses: str) -> Fault:
    """Return a fault of the whole per-peer header, 42 octets behind the common header."""
    return Fault(code, level, clauses, "peer", 6, 42)


BEFORE_UP = _of_peer("routes-before-peer-up", "fail", "RFC7854-3.3-4")
AFTER_DOWN = _of_peer("routes-after-peer-down", "warn", "RFC7854-3.3-4")
LOC_BEFORE_UP = _of_peer("loc-rib-routes-before-peer-up", "fail", "RFC9069-6.1-1", "RFC7854-3.3-4")
LOC_AFTER_DOWN = _of_peer("loc-rib-routes-after-peer-down", "warn", "RFC9069-6.1-1", "RFC7854-3.3-4")
DOWN_WITHOUT_UP = _of_peer("peer-down-without-peer-up", "warn", "RFC7854-3.3-9")
REPEATED_UP = _of_peer("peer-up-repeated", "info", "RFC7854-3.3-9")
OUTSIDE_UP = _of_peer("mirroring-outside-peer-up", "warn", "RFC7854-4.7-9")
NOT_FIRST = Fault("first-message-not-initiation", "fail", ("RFC7854-3.3-2",), "type", 5, 1)
NO_INITIATION = Fault("initiation-missing", "warn", ("RFC7854-3.3-2",), "type", 5, 1)


def _after_termination(name: str, message: bytes) -> Broken:
    fault = Fault("message-after-termination", "fail", ("RFC7854-4.5-3",), "", 0, len(message))
    return Broken(f"{name} after a Termination", (START, UP, GOODBYE, message), fault, at=3)


END_OF_RIB = raw.route_monitoring(raw.END_OF_RIB)
MIRROR = raw.mirroring(raw.tlv(0, raw.ROUTE))


def _no_end_of_rib(name: str, *messages: bytes) -> Broken:
    """Return a stream whose dump has no end: a note at the start of it, about no message."""
    clauses = ("RFC7854-3.3-5",)
    fault = Fault("end-of-rib-missing", "info", clauses, "", 0, 0, framed=False)
    return Broken(name, messages, fault, at=0)


UNREAD = raw.message(raw.PEER_UP, UP[6:], version=4)
HEADLESS = raw.message(raw.PEER_UP, raw.peer()[:41])

BROKEN = (
    *(
        Broken(f"{name} first and an Initiation later", (message, START, *rest), NOT_FIRST, at=0)
        for name, message, rest in (
            ("Peer Up", UP, ()),
            ("Statistics Report", STATS, (UP,)),
            ("Route Monitoring", ROUTE, ()),
        )
    ),
    *(
        Broken(f"{name} first and no Initiation", (message, STATS), NO_INITIATION, at=0)
        for name, message in (("Peer Up", UP), ("Route Monitoring", ROUTE), ("Peer Down", DOWN))
    ),
    Broken("a Termination alone", (GOODBYE,), NO_INITIATION),
    Broken("routes before Peer Up", (START, ROUTE), BEFORE_UP),
    Broken("routes before Peer Up, which comes later", (START, ROUTE, UP, ROUTE), BEFORE_UP, at=1),
    Broken("End-of-RIB before Peer Up", (START, raw.route_monitoring(raw.END_OF_RIB)), BEFORE_UP),
    Broken("routes of a peer whose neighbour is up", (START, UP, OTHER_ROUTE), BEFORE_UP),
    Broken(
        "routes of a peer that is up under another distinguisher",
        (
            START,
            raw.peer_up(of=raw.peer(1, rd=raw.u64(1))),
            raw.route_monitoring(raw.ROUTE, of=raw.peer(1, rd=raw.u64(2))),
        ),
        BEFORE_UP,
    ),
    Broken(
        "routes of a peer that is up under another type",
        (
            START,
            raw.peer_up(of=raw.peer(1, rd=raw.u64(1))),
            raw.route_monitoring(raw.ROUTE, of=raw.peer(2, rd=raw.u64(1))),
        ),
        BEFORE_UP,
    ),
    Broken("routes after Peer Down", (START, UP, ROUTE, DOWN, ROUTE), AFTER_DOWN),
    Broken(
        "a withdraw after Peer Down", (START, UP, DOWN, raw.route_monitoring(raw.update_pdu(raw.PREFIX))), AFTER_DOWN
    ),
    Broken("routes of a Loc-RIB before Peer Up", (START, UP, LOC_ROUTE), LOC_BEFORE_UP, beside=raw.TYPE_3),
    Broken(
        "routes of a Loc-RIB that came up under type 0",
        (
            START,
            raw.peer_up(
                of=raw.peer(0, address=bytes(16), asn=raw.ROUTER_AS, bgp_id=raw.ROUTER_ID), received=raw.SENT_OPEN
            ),
            LOC_ROUTE,
        ),
        LOC_BEFORE_UP,
        beside=raw.TYPE_3,
    ),
    Broken(
        "routes of a Loc-RIB with another BGP ID",
        (START, LOC_UP, raw.route_monitoring(raw.ROUTE, of=OTHER_ID)),
        LOC_BEFORE_UP,
        beside=LOC_RIB_TWICE,
    ),
    Broken(
        "routes of a Loc-RIB with another distinguisher",
        (START, LOC_UP, raw.route_monitoring(raw.ROUTE, of=IN_VRF)),
        LOC_BEFORE_UP,
        beside=LOC_RIB_TWICE,
    ),
    Broken(
        "routes of a Loc-RIB after its Peer Down",
        (START, LOC_UP, LOC_DOWN, LOC_ROUTE),
        LOC_AFTER_DOWN,
        beside=LOC_RIB_DOWN,
    ),
    Broken("Peer Down without Peer Up", (START, DOWN), DOWN_WITHOUT_UP),
    Broken("Peer Down of another peer", (START, UP, OTHER_DOWN), DOWN_WITHOUT_UP),
    Broken("a second Peer Down for one Peer Up", (START, UP, DOWN, DOWN), DOWN_WITHOUT_UP),
    Broken("Peer Down of a Loc-RIB without Peer Up", (START, LOC_DOWN), DOWN_WITHOUT_UP, beside=LOC_RIB_DOWN),
    Broken("a second Peer Up", (START, UP, UP), REPEATED_UP),
    Broken("a second Peer Up with L set", (START, UP, raw.peer_up(of=raw.peer(flags=raw.L))), REPEATED_UP),
    Broken("Peer Up three times", (START, UP, UP, ROUTE, UP), REPEATED_UP._replace(times=2), at=2),
    Broken("mirroring before Peer Up", (START, MIRROR), OUTSIDE_UP),
    Broken(
        "an OPEN mirrored before Peer Up", (START, raw.mirroring(raw.tlv(0, raw.RECEIVED_OPEN)), UP), OUTSIDE_UP, at=1
    ),
    Broken("mirroring after Peer Down", (START, UP, MIRROR, DOWN, MIRROR), OUTSIDE_UP),
    Broken("mirroring of a peer whose neighbour is up", (START, OTHER_UP, MIRROR), OUTSIDE_UP),
    Broken(
        "mirroring of a peer that is up under another distinguisher",
        (START, UP, raw.mirroring(raw.tlv(0, raw.ROUTE), of=raw.peer(1, rd=raw.u64(1)))),
        OUTSIDE_UP,
    ),
    _no_end_of_rib("a route and no End-of-RIB", START, UP, ROUTE),
    _no_end_of_rib("a withdraw and no End-of-RIB", START, UP, raw.route_monitoring(raw.update_pdu(raw.PREFIX))),
    _no_end_of_rib(
        "End-of-RIB of another peer", START, UP, OTHER_UP, ROUTE, raw.route_monitoring(raw.END_OF_RIB, of=OTHER)
    ),
    _no_end_of_rib("a second life without End-of-RIB", START, UP, ROUTE, END_OF_RIB, DOWN, UP, ROUTE),
    _no_end_of_rib(
        "MP_UNREACH_NLRI of a route is no End-of-RIB",
        START,
        UP,
        raw.route_monitoring(raw.update_pdu(b"", raw.mp_unreach(1, 1, raw.PREFIX))),
    ),
    _no_end_of_rib(
        "attributes without route are no End-of-RIB",
        START,
        UP,
        raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES)),
    ),
    _no_end_of_rib(
        "an empty MP_UNREACH_NLRI beside another attribute is no End-of-RIB",
        START,
        UP,
        raw.route_monitoring(raw.update_pdu(b"", raw.ORIGIN_IGP + raw.mp_unreach(2, 1))),
    ),
    _after_termination("Peer Up", OTHER_UP),
    _after_termination("Route Monitoring", ROUTE),
    _after_termination("Statistics Report", STATS),
    _after_termination("another Termination", GOODBYE),
    Broken(
        "a second session behind a Termination",
        (START, UP, GOODBYE, START, UP, ROUTE),
        Fault("initiation-after-termination", "info", ("RFC7854-4.5-3",), "", 0, len(START)),
        at=3,
    ),
    Broken(
        "a second session that takes up the peers of the first",
        (START, UP, GOODBYE, START, ROUTE),
        BEFORE_UP,
        beside=EVERYWHERE_INFO,
    ),
    Broken(
        "an ordered second session behind one without opening",
        (ROUTE, GOODBYE, START, ROUTE),
        BEFORE_UP,
        beside=dict.fromkeys(raw.EVERY_PROFILE, ("initiation-missing", "initiation-after-termination")),
    ),
    # Faults that are told once.
    Broken("the same breach on three routes", (START, ROUTE, ROUTE, ROUTE), BEFORE_UP._replace(times=3), at=1),
    Broken(
        "the same flag on every message of a peer",
        (
            START,
            *(
                build(of=raw.peer(flags=1))
                for build in (
                    raw.peer_up,
                    lambda of: raw.route_monitoring(raw.ROUTE, of=of),
                    lambda of: raw.peer_down(4, of=of),
                )
            ),
        ),
        Fault("peer-flags-reserved", "fail", ("RFC8671-4-2", "RFC7854-4.2-13"), "peer.flags", 7, 1, times=3),
        at=1,
        profiles=raw.EVERY_PROFILE[1:],
    ),
    Broken(
        "the same breach at another place of the list",
        (
            START,
            UP,
            raw.statistics(raw.tlv(24)),
            raw.statistics(raw.tlv(7, raw.u64(1)), raw.tlv(24)),
        ),
        Fault("statistic-unassigned", "warn", ("RFC7854-10-1",), "statistics[0].type", 52, 2, times=2),
        at=2,
    ),
    # One fault that has no consequences.
    Broken(
        "a Peer Up that is cut is a Peer Up",
        (START, raw.message(raw.PEER_UP, raw.peer(), bytes(19)), ROUTE),
        Fault("peer-up-cut", "fail", ("RFC7854-4.10-1",), "rest", 48, 19),
        at=1,
    ),
    Broken(
        "a Peer Down that is cut is a Peer Down",
        (START, UP, raw.message(raw.PEER_DOWN, raw.peer()), UP, ROUTE),
        Fault("peer-down-reason-missing", "fail", ("RFC7854-4.9-1",), "rest", 48, 0),
        at=2,
    ),
    Broken(
        "a Peer Up that cannot be framed",
        (START, UNREAD, ROUTE, STATS, DOWN),
        Fault("version", "fail", ("RFC7854-4.1-2",), "", 0, len(UNREAD), framed=False),
        at=1,
    ),
    Broken(
        "a Peer Up without the last octet of its per-peer header",
        (START, HEADLESS, ROUTE, DOWN),
        Fault("per-peer-header-cut", "fail", ("RFC7854-4.2-1",), "rest", 6, 41),
        at=1,
    ),
    Broken(
        "an Initiation that cannot be framed, and another later",
        (raw.message(raw.INITIATION, raw.MANDATORY_TLVS, version=4), UP, START, STATS),
        Fault("version", "fail", ("RFC7854-4.1-2",), "", 0, len(START), framed=False),
        at=0,
    ),
)

ORDER = (
    "first-message-not-initiation",
    "initiation-missing",
    "routes-before-peer-up",
    "routes-after-peer-down",
    "loc-rib-routes-before-peer-up",
    "loc-rib-routes-after-peer-down",
    "peer-down-without-peer-up",
    "peer-up-repeated",
    "message-after-termination",
    "initiation-after-termination",
    "mirroring-outside-peer-up",
)
END = (*ORDER, "end-of-rib-missing")
LATER_INITIATION = dict.fromkeys(raw.EVERY_PROFILE, ("first-message-not-initiation",))
NO_OPENING = dict.fromkeys(raw.EVERY_PROFILE, ("initiation-missing",))
IPV4_UP = raw.loc_rib_up(
    sent=raw.open_pdu(parameters=raw.capabilities(raw.multiprotocol(1, 1), raw.as4(raw.ROUTER_AS)))
)
IPV6_UP = raw.loc_rib_up(
    sent=raw.open_pdu(parameters=raw.capabilities(raw.multiprotocol(2, 1), raw.as4(raw.ROUTER_AS)))
)
VALID = (
    Valid("an Initiation alone", (START,), ORDER),
    Valid("a session from Initiation to Termination", (START, UP, ROUTE, STATS, DOWN, GOODBYE), ORDER),
    Valid("Initiations in the middle", (START, UP, START, ROUTE, START, DOWN), ORDER),
    Valid("a Termination right behind the Initiation", (START, GOODBYE), ORDER),
    Valid("a peer that comes up again", (START, UP, ROUTE, DOWN, UP, ROUTE, DOWN), ORDER),
    Valid("peers that interleave", (START, UP, OTHER_UP, ROUTE, OTHER_ROUTE, DOWN, OTHER_ROUTE, OTHER_DOWN), ORDER),
    Valid("a report before Peer Up and after Peer Down", (START, STATS, UP, DOWN, STATS), ORDER),
    Valid(
        "all views of one peer",
        (
            START,
            UP,
            *(raw.route_monitoring(raw.ROUTE, of=raw.peer(flags=flags)) for flags in (0, raw.L, raw.O, raw.O | raw.L)),
            DOWN,
        ),
        ORDER,
        raw.O_FLAG,
    ),
    Valid(
        "a peer is told apart by type, distinguisher and address alone",
        (START, UP, raw.route_monitoring(raw.ROUTE, of=raw.peer(asn=1, bgp_id=bytes(4), sec=0))),
        ORDER,
    ),
    Valid(
        "one address in two instances",
        (
            START,
            UP,
            raw.peer_up(of=raw.peer(1, rd=raw.u64(1))),
            raw.peer_up(of=raw.peer(1, rd=raw.u64(2))),
            raw.peer_down(4, of=raw.peer(1, rd=raw.u64(1))),
            ROUTE,
            raw.route_monitoring(raw.ROUTE, of=raw.peer(1, rd=raw.u64(2))),
        ),
        ORDER,
    ),
    Valid("a Loc-RIB", (START, LOC_UP, LOC_ROUTE, LOC_DOWN), ORDER, LOC_RIB_DOWN),
    Valid(
        "Loc-RIBs with distinguishers and BGP IDs of their own",
        (
            START,
            LOC_UP,
            raw.loc_rib_up(of=IN_VRF),
            raw.loc_rib_up(
                of=OTHER_ID,
                sent=raw.open_pdu(bgp_id=bytes((10, 0, 0, 9)), parameters=raw.capabilities(raw.as4(raw.ROUTER_AS))),
            ),
            LOC_DOWN,
            raw.route_monitoring(raw.ROUTE, of=IN_VRF),
            raw.route_monitoring(raw.ROUTE, of=OTHER_ID),
        ),
        ORDER,
        {"rfc7854": (*("peer-type-unassigned",) * 3, "peer-down-reason-unassigned")},
    ),
    Valid("two Peer Ups of one Loc-RIB, one for each family", (START, IPV4_UP, IPV6_UP, LOC_ROUTE), ORDER, raw.TYPE_3),
    Valid(
        "two Peer Ups of one Loc-RIB and a Peer Down for each",
        (START, IPV4_UP, IPV6_UP, LOC_ROUTE, LOC_DOWN, LOC_ROUTE, LOC_DOWN),
        ORDER,
        LOC_RIB_DOWN,
    ),
    Valid(
        "a Peer Up and a Peer Down for each view",
        (START, UP, raw.peer_up(of=raw.peer(flags=raw.L)), ROUTE, DOWN, raw.peer_down(4, of=raw.peer(flags=raw.L))),
        ORDER,
        dict.fromkeys(raw.EVERY_PROFILE, ("peer-up-repeated",)),
    ),
    Valid("mirroring between Peer Up and Peer Down", (START, UP, MIRROR, ROUTE, MIRROR, DOWN), ORDER),
    Valid("mirroring of a peer that comes up again", (START, UP, DOWN, UP, MIRROR), ORDER),
    Valid("mirroring where the opening is missing", (MIRROR, UP, DOWN, MIRROR), ORDER, NO_OPENING),
    Valid(
        "mirroring behind a Termination",
        (START, GOODBYE, MIRROR),
        ORDER,
        dict.fromkeys(raw.EVERY_PROFILE, ("message-after-termination",)),
    ),
    Valid(
        "mirroring behind lost octets", (START, UNREAD, MIRROR), ORDER, dict.fromkeys(raw.EVERY_PROFILE, ("version",))
    ),
    Valid("a dump and its End-of-RIB", (START, UP, ROUTE, END_OF_RIB), END),
    Valid("End-of-RIB alone", (START, UP, END_OF_RIB), END),
    Valid("routes behind the End-of-RIB", (START, UP, ROUTE, END_OF_RIB, ROUTE, ROUTE), END),
    *(
        Valid(
            f"End-of-RIB of AFI {afi} SAFI {safi}",
            (START, UP, ROUTE, raw.route_monitoring(raw.update_pdu(b"", raw.mp_unreach(afi, safi)))),
            END,
        )
        for afi, safi in ((2, 1), (1, 128), (25, 70))
    ),
    Valid(
        "one End-of-RIB for two views of a peer",
        (START, UP, ROUTE, raw.route_monitoring(raw.ROUTE, of=raw.peer(flags=raw.L)), END_OF_RIB),
        END,
    ),
    Valid("a dump that Peer Down ends", (START, UP, ROUTE, DOWN), END),
    Valid("a peer without a route", (START, UP), END),
    Valid("a dump that a Termination ends", (START, UP, ROUTE, GOODBYE), END),
    Valid("a dump without opening", (UP, ROUTE), END, NO_OPENING),
    Valid(
        "a dump with lost octets",
        (START, UP, ROUTE, UNREAD, STATS),
        END,
        dict.fromkeys(raw.EVERY_PROFILE, ("version",)),
    ),
    Valid("order is not judged without the opening", (ROUTE, DOWN, DOWN, UP, UP), ORDER, NO_OPENING),
    Valid("order is not judged before the first Initiation", (ROUTE, UP, UP, DOWN, START), ORDER, LATER_INITIATION),
    Valid(
        "order is not judged behind a late Initiation", (UP, START, OTHER_ROUTE, OTHER_DOWN), ORDER, LATER_INITIATION
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_the_order_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_an_order_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


def test_a_breach_of_two_peers_is_told_twice(findings: Findings) -> None:
    found = findings(START, ROUTE, OTHER_ROUTE, ROUTE, OTHER_ROUTE, OTHER_ROUTE)
    assert [(finding.code, finding.message, finding.count) for finding in found] == [
        ("routes-before-peer-up", 1, 2),
        ("routes-before-peer-up", 2, 3),
    ]


def test_a_breach_without_peer_is_told_each_time(findings: Findings) -> None:
    found = findings(raw.initiation(raw.SYS_DESCR), raw.initiation(raw.SYS_DESCR))
    assert [(finding.code, finding.message, finding.count) for finding in found] == [
        ("sys-name-missing", 0, 1),
        ("sys-name-missing", 1, 1),
    ]


def test_two_breaches_of_a_kind_in_one_message_are_two_findings(findings: Findings) -> None:
    twice = raw.statistics(raw.tlv(24), raw.tlv(25))
    found = findings(START, UP, twice, twice)
    assert [(finding.path, finding.offset - len(START + UP), finding.count) for finding in found] == [
        ("statistics[0].type", 52, 2),
        ("statistics[1].type", 56, 2),
    ]


def test_findings_are_told_in_the_order_of_their_octets(findings: Findings) -> None:
    found = findings(UP, START, raw.initiation(raw.SYS_DESCR), raw.initiation(raw.tlv(1, b"d\0"), raw.SYS_NAME, b"x"))
    assert [finding.code for finding in found] == [
        "first-message-not-initiation",
        "sys-name-missing",
        "initiation-trailing-nul",
        "initiation-tlvs-leftover",
    ]
    assert [finding.offset for finding in found] == sorted(finding.offset for finding in found)


def test_a_stream_that_begins_where_frames_are_lost_may_lack_its_opening(findings: Findings) -> None:
    found = findings(UP[1:], UP, STATS, STATS)
    assert [(finding.code, finding.level) for finding in found] == [("version-reserved", "fail")]


@pytest.mark.parametrize(
    "messages, code",
    [
        pytest.param(
            [
                raw.statistics(raw.tlv(7, raw.u64(1)), of=raw.peer(flags=flags, address=raw.address("::ffff:10.0.0.2")))
                for flags in (raw.V, 0)
            ],
            "peer-address-mapped",
            id="a mapped address with V set, then clear",
        ),
        pytest.param(
            [
                raw.loc_rib_up(raw.tlv(3, b"red"), of=raw.loc_rib(flags=raw.F)),
                LOC_DOWN,
                raw.loc_rib_up(raw.tlv(3, b"red")),
            ],
            "default-loc-rib-not-global",
            id="a default Loc-RIB named red with F set, then clear",
        ),
    ],
)
def test_a_breach_that_fails_is_not_hidden_behind_one_that_warns(
    messages: list[bytes], code: str, findings: Findings
) -> None:
    found = findings(START, *messages)
    assert {finding.level for finding in found if finding.code == code} == {"warn", "fail"}


def test_two_code_points_in_two_messages_of_a_peer_are_two_breaches(findings: Findings) -> None:
    found = findings(START, UP, raw.statistics(raw.tlv(24)), raw.statistics(raw.tlv(25)))
    assert [(finding.code, finding.message, finding.count) for finding in found] == [
        ("statistic-unassigned", 2, 1),
        ("statistic-unassigned", 3, 1),
    ]


def test_names_of_emulated_peers_of_the_default_loc_rib_do_not_fail(findings: Findings) -> None:
    red, blue = (
        raw.loc_rib_up(
            raw.tlv(3, name),
            sent=raw.open_pdu(parameters=raw.capabilities(raw.multiprotocol(afi, 1), raw.as4(raw.ROUTER_AS))),
        )
        for afi, name in ((1, b"red"), (2, b"blue"))
    )
    found = findings(START, red, blue)
    assert [finding.level for finding in found if finding.clause == "RFC9069-5.2.1-5"] == ["warn"]


def _judge(session: Session, *messages: bytes) -> list[tuple[str, str | None, str, str]]:
    """Return (code, clause, level, path) of what the rules of order find in messages of one session."""
    selection = Selection(PROFILES["bmp-2026"], Policy())
    found = []
    for octets in messages:
        message = decode(octets)
        found += selection.judge_in_session(message, session)
        session.advance(message)
    return [(finding.code, finding.clause, finding.level.value, finding.breach.path) for finding in found]


def test_the_note_of_missing_end_of_rib_counts_the_peers(findings: Findings) -> None:
    (found,) = findings(START, UP, OTHER_UP, ROUTE, OTHER_ROUTE, ROUTE, end_of_rib=True)
    assert found.text == "No End-of-RIB came for the dump of 2 of the peers that are up."


DROPPED = ("capture-state-dropped", None, "info", "peer")


def test_more_peers_than_are_kept_are_noted_once_and_order_goes_untested() -> None:
    third = raw.peer(address=raw.address("10.0.0.4"))
    untested = (raw.peer_up(of=third), raw.route_monitoring(raw.ROUTE, of=third), OTHER_ROUTE, UP, DOWN, DOWN)
    assert _judge(Session(max_peers=1), START, UP, OTHER_UP, *untested) == [DROPPED]


def test_as_many_peers_as_are_kept_are_judged() -> None:
    found = _judge(Session(max_peers=2), START, UP, OTHER_UP, DOWN, UP, OTHER_ROUTE, OTHER_DOWN, OTHER_DOWN)
    assert found == [("peer-down-without-peer-up", "RFC7854-3.3-9", "warn", "peer")]


def test_a_new_session_has_room_for_its_peers_again() -> None:
    found = _judge(Session(max_peers=1), START, UP, OTHER_UP, GOODBYE, START, OTHER_UP, OTHER_UP)
    assert [code for code, *_ in found] == [
        "capture-state-dropped",
        "initiation-after-termination",
        "peer-up-repeated",
    ]
