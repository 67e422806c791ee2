"""Each live check by hand: a session that holds its clause and one that breaks it, or makes the other choice."""

from typing import NamedTuple

import pytest

import raw
from bmpconform.live.facts import (
    Announced,
    Changed,
    Direction,
    Leaving,
    Left,
    Policy,
    Received,
    Sent,
    Stopped,
    Table,
    Withdrew,
)
from bmpconform.live.oracle import CHECKS, Case, Standing, by_clause, rule_on
from bmpconform.live.script import Role
from bmpconform.live.transcript import Kind
from bmpconform.spec.catalogue import Level
from bmpconform.wire.value import replace
from by_hand import (
    ANNOUNCED,
    CLOSED,
    CONNECTED,
    END,
    FIN,
    INITIATION,
    OPENING,
    OUT,
    OUT_POST,
    PEER,
    PEER_UP,
    POST,
    ROUTE,
    TERMINATION,
    TIMED_OUT,
    UP,
    WITHDRAWAL,
    case,
    on,
    sent,
    transcript,
    unknown,
)


class Row(NamedTuple):
    """A clause with a session that is right, and one that is wrong or chose otherwise; `level` is of the breach."""

    clause: str
    right: Case
    wrong: Case
    level: Level = Level.FAIL
    role: Role = Role.STATION


SECOND = on(1, Kind.CONNECTED)
CEASE = raw.notification_pdu()
REFUSED = on(-1, Kind.REFUSED)
JUNK = b"hello"
LATE_UP = replace(UP, at=25.0)
LATE = Announced(55, PEER, raw.ROUTE.hex())
GONE = Withdrew(55, PEER, WITHDRAWAL.hex())
PRE_WITHDRAW, POST_WITHDRAW = raw.route_monitoring(WITHDRAWAL), raw.route_monitoring(WITHDRAWAL, of=POST)
POST_ROUTE, POST_END = raw.route_monitoring(raw.ROUTE, of=POST), raw.route_monitoring(raw.END_OF_RIB, of=POST)
RATED = raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + raw.attribute(0x80, 4, bytes(3) + b"\x32"), raw.PREFIX)
SETS = Policy(Direction.IN, PEER, "192.0.2.0/24", attribute=4, value="00000032")
SETS_OUT = replace(SETS, direction=Direction.OUT)
OUT_ROUTE, OUT_POST_ROUTE = (raw.route_monitoring(raw.ROUTE, of=peer) for peer in (OUT, OUT_POST))
NAME = raw.tlv(3, b"global")
LOC_UP, LOC_END = raw.loc_rib_up(NAME), raw.route_monitoring(raw.END_OF_RIB, of=raw.loc_rib())
LOC_ROUTE, LOC_WITHDRAW = (raw.route_monitoring(pdu, of=raw.loc_rib()) for pdu in (raw.ROUTE, WITHDRAWAL))
RED = Table("red", "0000000000000001", "10.0.0.9")
IN_RED = raw.loc_rib(rd=bytes(7) + b"\1", bgp_id=bytes((10, 0, 0, 9)))
OLD = raw.TIME - 100_000_000
MIRRORED = raw.mirroring(raw.tlv(0, raw.ROUTE))


def down(reason: int, *data: bytes) -> tuple[bytes, ...]:
    """Return a session in which a peer goes down at 60, told for a reason."""
    return (*OPENING, raw.peer_down(reason, *data), END)


def left(how: Leaving, pdu: bytes | None = None, event: int | None = None) -> tuple[Left, ...]:
    """Return that the peer left at 59."""
    return (UP, Left(59, PEER, how, None if pdu is None else pdu.hex(), event))  # type: ignore[return-value]


def refused(*gaps: float) -> Case:
    """Return attempts of a router that were refused, so many seconds apart."""
    script, at, events = transcript(CONNECTED, INITIATION), 100.0, []
    for gap in (0.0, *gaps):
        at += gap
        events.append(replace(REFUSED, at=at))
    whole = replace(script, events=(*script.events, *events), ended=at + 1000)
    return Case(whole, unknown().truth, unknown().profile)


def rushed(sessions: int, *, turned_away: bool) -> Case:
    """Return sessions made one behind the other within a few seconds."""
    events = []
    for number in range(sessions):
        at = 1 + number / 10
        events += [
            replace(on(number, Kind.CONNECTED), at=at),
            replace(on(number, INITIATION), at=at),
            replace(on(number, Kind.CLOSED_BY_US), at=at),
        ]
    events += [replace(on(-1, Kind.TIMED_OUT), at=30.0)] if turned_away else []
    whole = replace(transcript(), events=tuple(events), ended=31.0)
    return Case(whole, unknown().truth, unknown().profile)


AFTER_RESET = (CONNECTED, *OPENING, on(0, Kind.RESET_BY_US), SECOND)

CONNECTIONS = [
    Row("RFC7854-3.2-1", unknown(CONNECTED, INITIATION), unknown(CONNECTED, JUNK, INITIATION)),
    Row("RFC7854-3.2-17", unknown(CONNECTED, INITIATION), unknown(CONNECTED, TIMED_OUT)),
    Row(
        "RFC7854-3.2-4",
        unknown(CONNECTED, INITIATION, sent(JUNK), ROUTE),
        unknown(CONNECTED, INITIATION, sent(JUNK), on(-1, Kind.GONE)),
    ),
    Row("RFC7854-3.2-6", unknown(CONNECTED), unknown(REFUSED)),
    Row(
        "RFC7854-3.2-11",
        unknown(CONNECTED, *OPENING, SECOND, on(1, Kind.FIN)),
        unknown(CONNECTED, *OPENING, SECOND, on(1, INITIATION)),
        Level.WARN,
    ),
    Row(
        "RFC7854-3.2-10",
        unknown(CONNECTED, *OPENING, SECOND, on(1, INITIATION), on(2, Kind.REFUSED)),
        unknown(CONNECTED, *OPENING, SECOND, on(1, INITIATION)),
        Level.WARN,
    ),
    Row(
        "RFC7854-3.2-15",
        unknown(CONNECTED, INITIATION, SECOND, on(1, Kind.FIN)),
        unknown(CONNECTED, INITIATION, SECOND, on(1, INITIATION)),
    ),
    Row(
        "RFC7854-3.2-16",
        unknown(CONNECTED, INITIATION, SECOND, on(1, raw.termination(raw.tlv(1, b"\0\3"))), on(1, Kind.FIN)),
        unknown(CONNECTED, INITIATION, SECOND, on(1, TERMINATION), on(1, Kind.FIN)),
    ),
    Row(
        "RFC7854-3.2-20",
        unknown(CONNECTED, INITIATION, SECOND, on(1, INITIATION)),
        unknown(CONNECTED, *OPENING, SECOND, on(1, INITIATION)),
    ),
    Row("RFC7854-3.3-10", unknown(*AFTER_RESET, on(1, INITIATION)), unknown(*AFTER_RESET, on(1, ROUTE))),
    Row("RFC7854-3.2-7", refused(1, 2, 4), refused(0.01, 0.01, 0.01)),
    Row("RFC7854-3.2-7", refused(1, 2, 4), refused(10, 10, 10), Level.WARN),
    Row("RFC7854-3.2-8", refused(1, 2, 4), refused(10, 10, 10)),
    Row("RFC7854-3.2-19", refused(1), refused(), Level.WARN),
    Row("RFC7854-3.2-13", rushed(20, turned_away=True), rushed(60, turned_away=False)),
]
CLOSING = [
    Row(
        "RFC7854-3.3-11",
        unknown(CONNECTED, INITIATION, TERMINATION, FIN),
        unknown(CONNECTED, INITIATION, FIN),
    ),
    Row(
        "RFC7854-4.5-1",
        case(*OPENING, TERMINATION, FIN, facts=(UP, Stopped(55))),
        case(*OPENING, FIN, facts=(UP, Stopped(55))),
        Level.WARN,
    ),
    Row("RFC7854-4.5-3", case(INITIATION, TERMINATION, FIN), case(INITIATION, TERMINATION, ROUTE, FIN)),
    Row("RFC7854-4.5-3", case(INITIATION, TERMINATION, FIN), case(INITIATION, TERMINATION, CLOSED)),
]
OPENINGS = [
    Row("RFC7854-3.3-2", case(*OPENING), case(PEER_UP, INITIATION)),
    Row("RFC7854-3.3-3", case(*OPENING), case(INITIATION, raw.loc_rib_up(), LOC_END)),
    Row("RFC7854-3.3-3", case(*OPENING), case(*OPENING, facts=(LATE_UP, Left(28, PEER, Leaving.DECONFIGURED)))),
    Row("RFC7854-3.3-4", case(*OPENING), case(INITIATION, ROUTE, PEER_UP, END)),
    Row("RFC7854-3.3-4", case(*OPENING), case(INITIATION, PEER_UP, END)),
    Row("RFC7854-3.3-5", case(*OPENING), case(INITIATION, PEER_UP, ROUTE, TIMED_OUT)),
    Row("RFC9736-3.1-3", case(*OPENING), case(*OPENING, sys_descr="another")),
    Row("RFC9736-3.1-4", case(*OPENING), case(*OPENING, sys_name="another")),
    Row(
        "RFC9736-2-2",
        case(INITIATION, raw.peer_up(raw.tlv(0, b"to the peer"))),
        case(INITIATION, raw.peer_up(raw.tlv(0, b"to the peer\0"))),
    ),
    Row(
        "RFC9736-2-2",
        case(INITIATION, raw.peer_up(raw.tlv(0, b"to the peer"))),
        case(INITIATION, raw.peer_up(raw.tlv(0, b"to the p"))),
    ),
]
PEERS = [
    Row("RFC7854-3.3-8", case(*OPENING, facts=(LATE_UP,)), case(INITIATION, END, facts=(LATE_UP,))),
    Row(
        "RFC7854-3.3-9",
        case(*down(4), facts=left(Leaving.REMOTE_NO_NOTIFICATION)),
        case(*OPENING, END, END, facts=left(Leaving.REMOTE_NO_NOTIFICATION)),
    ),
    Row(
        "RFC7854-4.9-2",
        case(*down(1, CEASE), facts=left(Leaving.LOCAL_NOTIFICATION, CEASE)),
        case(*down(3, CEASE), facts=left(Leaving.LOCAL_NOTIFICATION, CEASE)),
    ),
    Row(
        "RFC7854-4.9-3",
        case(*down(2, b"\0\x0a"), facts=left(Leaving.LOCAL_NO_NOTIFICATION, event=10)),
        case(*down(2, b"\0\x0b"), facts=left(Leaving.LOCAL_NO_NOTIFICATION, event=10)),
    ),
    Row(
        "RFC7854-4.9-4",
        case(*down(3, CEASE), facts=left(Leaving.REMOTE_NOTIFICATION, CEASE)),
        case(*down(3, raw.notification_pdu(6, 4)), facts=left(Leaving.REMOTE_NOTIFICATION, CEASE)),
    ),
    Row(
        "RFC7854-4.9-5",
        case(*down(4), facts=left(Leaving.REMOTE_NO_NOTIFICATION)),
        case(*down(5), facts=left(Leaving.REMOTE_NO_NOTIFICATION)),
        Level.WARN,
    ),
    Row(
        "RFC7854-4.9-6",
        case(*down(5), facts=left(Leaving.DECONFIGURED)),
        case(*down(4), facts=left(Leaving.DECONFIGURED)),
        Level.WARN,
    ),
    Row("RFC7854-4.10-2", case(*OPENING), case(INITIATION, raw.peer_up(local=raw.address("10.0.0.3")))),
    Row("RFC7854-4.10-3", case(*OPENING), case(INITIATION, raw.peer_up(remote_port=179))),
    Row("RFC7854-4.10-4", case(*OPENING), case(INITIATION, raw.peer_up(sent=raw.sent_open(raw.as4(65000))))),
    Row("RFC7854-4.10-5", case(*OPENING), case(INITIATION, raw.peer_up(received=raw.SENT_OPEN))),
    Row("RFC7854-4.2-21", case(*OPENING), case(INITIATION, raw.peer_up(of=raw.peer(asn=1)))),
    Row("RFC7854-4.2-21", case(*OPENING), case(INITIATION, raw.peer_up(of=raw.peer(bgp_id=raw.ROUTER_ID)))),
    Row("RFC7854-4.2-23", case(*OPENING), case(INITIATION, raw.peer_up(of=raw.peer(address=raw.ROUTER_ADDRESS)))),
    Row(
        "RFC7854-4.2-16",
        case(INITIATION, raw.peer_up(of=raw.peer(1, rd=bytes(7) + b"\1")), tables=(Table(), RED)),
        case(INITIATION, raw.peer_up(of=raw.peer(1, rd=bytes(7) + b"\2")), tables=(Table(), RED)),
    ),
    Row(
        "RFC9069-6.1.3-1",
        case(*OPENING, raw.peer_down(5), PEER_UP, facts=(UP, Changed(55, "views"))),
        case(*OPENING, raw.peer_down(5), ROUTE, facts=(UP, Changed(55, "views"))),
    ),
    Row(
        "RFC8671-4-4",
        case(INITIATION, PEER_UP, OUT_ROUTE),
        case(INITIATION, PEER_UP, raw.route_monitoring(raw.ROUTE, of=raw.peer(flags=raw.O, asn=65000))),
    ),
]
ROUTES = [
    Row("RFC7854-5-16", case(*OPENING), case(INITIATION, PEER_UP, END)),
    Row("RFC7854-5-14", case(*OPENING, ROUTE, facts=(UP, LATE)), case(*OPENING, PRE_WITHDRAW, facts=(UP, LATE))),
    Row(
        "RFC7854-5-14",
        case(*OPENING, raw.route_monitoring(RATED), facts=(UP, Announced(55, PEER, RATED.hex()))),
        case(*OPENING, ROUTE, facts=(UP, Announced(55, PEER, RATED.hex()))),
    ),
    Row(
        "RFC7854-5-15",
        case(*OPENING, PRE_WITHDRAW, facts=(UP, ANNOUNCED, GONE)),
        case(*OPENING, END, facts=(UP, ANNOUNCED, GONE)),
    ),
    Row(
        "RFC7854-5-10",
        case(*OPENING, PRE_WITHDRAW, facts=(UP, ANNOUNCED, GONE)),
        case(*OPENING, POST_WITHDRAW, facts=(UP, ANNOUNCED, GONE)),
    ),
    Row(
        "RFC7854-5-11",
        case(INITIATION, PEER_UP, ROUTE, POST_ROUTE, PRE_WITHDRAW, POST_WITHDRAW, facts=(UP, ANNOUNCED, GONE)),
        case(INITIATION, PEER_UP, ROUTE, POST_ROUTE, PRE_WITHDRAW, END, facts=(UP, ANNOUNCED, GONE)),
    ),
    Row(
        "RFC7854-5-9",
        case(*OPENING, ROUTE, POST_ROUTE, facts=(UP, LATE)),
        case(*OPENING, ROUTE, facts=(UP, LATE)),
    ),
    Row(
        "RFC7854-5-17",
        case(*OPENING, ROUTE, facts=(UP, replace(LATE, at=59.0))),
        case(*OPENING, TIMED_OUT, ROUTE, facts=(UP, LATE)),
    ),
    Row(
        "RFC8671-5.1-1",
        case(
            INITIATION,
            PEER_UP,
            OUT_POST_ROUTE,
            facts=(UP, Received(8, PEER, raw.ROUTE.hex())),
        ),
        case(INITIATION, PEER_UP, END, facts=(UP, Received(8, PEER, raw.ROUTE.hex()))),
    ),
    Row("RFC8671-6.1-1", case(*OPENING), case(*OPENING, facts=(UP, Received(8, PEER, raw.ROUTE.hex())))),
    Row("RFC8671-6.1-1", case(*OPENING, OUT_ROUTE), case(INITIATION, PEER_UP, OUT_ROUTE)),
    Row("RFC8671-6.1-1", case(*OPENING, OUT_ROUTE), case(*OPENING, OUT_POST_ROUTE)),
    Row("RFC7854-5-4", case(*OPENING, policies=(SETS,)), case(*OPENING, raw.route_monitoring(RATED), policies=(SETS,))),
    Row(
        "RFC7854-5-5",
        case(INITIATION, PEER_UP, raw.route_monitoring(RATED, of=POST), policies=(SETS,)),
        case(INITIATION, PEER_UP, POST_ROUTE, policies=(SETS,)),
    ),
    Row(
        "RFC7854-5-5",
        case(INITIATION, PEER_UP, raw.route_monitoring(RATED, of=POST), policies=(SETS,)),
        case(INITIATION, PEER_UP, POST_ROUTE, policies=(Policy(Direction.IN, PEER, "192.0.2.0/24", rejects=True),)),
    ),
    Row(
        "RFC7854-4.2-5",
        case(*OPENING, raw.route_monitoring(RATED, of=POST), policies=(SETS,)),
        case(INITIATION, PEER_UP, raw.route_monitoring(RATED), POST_ROUTE, policies=(SETS,)),
    ),
    Row(
        "RFC8671-5.2-1",
        case(INITIATION, PEER_UP, OUT_ROUTE, policies=(SETS_OUT,)),
        case(INITIATION, PEER_UP, raw.route_monitoring(RATED, of=OUT), policies=(SETS_OUT,)),
    ),
    Row(
        "RFC8671-5.1-2",
        case(INITIATION, PEER_UP, raw.route_monitoring(RATED, of=OUT_POST), policies=(SETS_OUT,)),
        case(INITIATION, PEER_UP, OUT_POST_ROUTE, policies=(SETS_OUT,)),
    ),
    Row(
        "RFC7854-4.2-22",
        case(*OPENING),
        case(INITIATION, PEER_UP, raw.route_monitoring(raw.ROUTE, of=raw.peer(sec=OLD))),
    ),
    Row(
        "RFC8671-4-5",
        case(INITIATION, PEER_UP, OUT_ROUTE),
        case(INITIATION, PEER_UP, raw.route_monitoring(raw.ROUTE, of=raw.peer(flags=raw.O, sec=OLD))),
    ),
    Row(
        "RFC9069-5.1-6",
        case(INITIATION, LOC_UP, LOC_ROUTE),
        case(INITIATION, LOC_UP, raw.route_monitoring(raw.ROUTE, of=raw.loc_rib(sec=OLD))),
    ),
]
LOC_RIBS = [
    Row("RFC9069-6.1.1-1", case(INITIATION, LOC_UP, LOC_END), case(*OPENING)),
    Row(
        "RFC9069-5.1-2",
        case(INITIATION, LOC_UP),
        case(INITIATION, raw.loc_rib_up(NAME, of=raw.loc_rib(rd=b"\1" * 8))),
    ),
    Row(
        "RFC9069-5.1-4",
        case(INITIATION, LOC_UP),
        case(INITIATION, raw.loc_rib_up(NAME, of=raw.loc_rib(asn=0))),
    ),
    Row(
        "RFC9069-5.1-5",
        case(INITIATION, raw.loc_rib_up(NAME, of=IN_RED), tables=(Table(), RED)),
        case(INITIATION, raw.loc_rib_up(NAME, of=raw.loc_rib(bgp_id=bytes(4))), tables=(Table(), RED)),
    ),
    Row(
        "RFC9736-3.3-3",
        case(INITIATION, raw.loc_rib_up(raw.tlv(3, b"red"), of=IN_RED), tables=(Table(), RED)),
        case(INITIATION, raw.loc_rib_up(raw.tlv(3, b"blue"), of=IN_RED), tables=(Table(), RED)),
    ),
    Row(
        "RFC9069-5.2.1-4",
        case(INITIATION, raw.loc_rib_up(raw.tlv(3, b"red"), of=IN_RED), tables=(Table(), RED)),
        case(INITIATION, raw.loc_rib_up(of=IN_RED), tables=(Table(), RED)),
    ),
    Row(
        "RFC9069-4.2-1",
        case(INITIATION, LOC_UP, LOC_ROUTE, facts=(UP,), originated=("192.0.2.0/24",)),
        case(*OPENING, facts=(UP,), originated=("192.0.2.0/24",)),
    ),
    Row("RFC9069-5-2", case(INITIATION, LOC_UP, LOC_ROUTE, LOC_END), case(INITIATION, LOC_UP, LOC_END)),
    Row(
        "RFC9069-5.4-2",
        case(INITIATION, LOC_UP, LOC_ROUTE, LOC_END, LOC_WITHDRAW, facts=(UP, ANNOUNCED, GONE)),
        case(INITIATION, LOC_UP, LOC_ROUTE, LOC_END, LOC_END, facts=(UP, ANNOUNCED, GONE)),
    ),
]
MIRRORING = [
    Row(
        "RFC7854-4.7-10",
        case(*OPENING, MIRRORED, facts=(UP, Sent(6, PEER, raw.ROUTE.hex()))),
        case(*OPENING, MIRRORED, facts=(UP, Sent(6, PEER, WITHDRAWAL.hex()))),
    ),
    Row(
        "RFC7854-6-2",
        case(*OPENING, on(-1, Kind.ACTED, "SendMalformed"), raw.mirroring(raw.tlv(1, b"\0\0"), raw.tlv(0, raw.ROUTE))),
        case(*OPENING, on(-1, Kind.ACTED, "SendMalformed"), MIRRORED),
    ),
    Row("RFC7854-4.8-11", case(*OPENING, raw.statistics(raw.tlv(0, bytes(4)))), case(*OPENING)),
]
STOPPED = (Stopped(25),)
FUTURE = raw.message(200, b"!")
COLLECTORS = [
    Row("RFC7854-3.2-2", case(sent(INITIATION), FIN), case(sent(INITIATION), INITIATION)),
    Row("RFC7854-3.2-2", case(sent(INITIATION), FIN), case(sent(INITIATION), JUNK), Level.WARN),
    Row(
        "RFC7854-3.2-18",
        case(sent(INITIATION), FIN, facts=STOPPED),
        case(sent(INITIATION), TERMINATION, FIN, facts=STOPPED),
    ),
    Row(
        "RFC7854-3.2-18",
        case(sent(INITIATION), FIN, facts=STOPPED),
        case(sent(INITIATION), TIMED_OUT, CLOSED, facts=STOPPED),
    ),
    Row("RFC7854-4.5-4", case(sent(TERMINATION), FIN), case(sent(TERMINATION), TIMED_OUT, CLOSED)),
    Row(
        "RFC7854-4.5-2",
        case(sent(INITIATION), CLOSED, SECOND, on(1, Kind.HALF_CLOSED), on(1, Kind.FIN)),
        case(sent(INITIATION), CLOSED, SECOND, on(1, Kind.HALF_CLOSED), on(1, Kind.TIMED_OUT)),
    ),
    Row(
        "RFC7854-4.5-2",
        case(sent(INITIATION), CLOSED, SECOND, on(1, Kind.HALF_CLOSED), on(1, Kind.FIN)),
        case(sent(INITIATION), CLOSED, on(1, Kind.REFUSED)),
    ),
    Row("RFC7854-4.1-7", case(sent(FUTURE), sent(PEER_UP), CLOSED), case(sent(FUTURE), FIN)),
]
# What is only noted: these have no session that breaks them, or none that chose otherwise.
NOTED = {"RFC7854-3.2-5", "RFC7854-3.2-14"}
ROWS = [*CONNECTIONS, *CLOSING, *OPENINGS, *PEERS, *ROUTES, *LOC_RIBS, *MIRRORING, *COLLECTORS]


def rule(row: Row, made: Case) -> tuple[Standing, str, Level]:
    """Return what the check of a row says."""
    role = Role.ROUTER if row in COLLECTORS else Role.STATION
    ruling = rule_on(by_clause(role)[row.clause], made)
    return ruling.standing, ruling.label, ruling.level


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.clause)
def test_what_is_right_holds_and_what_is_wrong_does_not(row: Row) -> None:
    right, wrong = rule(row, row.right), rule(row, row.wrong)
    assert right[0] in {Standing.HELD, Standing.CHOSEN}
    if wrong[0] is Standing.CHOSEN:
        assert right[:2] != wrong[:2]
    else:
        assert (wrong[0], wrong[2]) == (Standing.BROKEN, row.level)


def test_every_check_has_a_row() -> None:
    rowed = {(row.clause, row in COLLECTORS) for row in ROWS}
    for check in CHECKS:
        if check.clauses[0] not in NOTED:
            assert (check.clauses[0], check.role is Role.ROUTER) in rowed, check.clauses


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.role} {check.clauses[0]}")
def test_a_check_says_nothing_of_a_session_that_never_was(check: object) -> None:
    ruling = rule_on(check, Case(transcript(), unknown().truth, unknown().profile))  # type: ignore[arg-type]
    expected = Standing.BROKEN if check.code == "not-on-its-port" else Standing.UNTESTED  # type: ignore[attr-defined]
    assert ruling.standing is expected


def test_a_check_that_needs_facts_says_so_of_a_device_known_by_its_address() -> None:
    ruling = rule_on(by_clause(Role.STATION)["RFC7854-3.3-3"], unknown(CONNECTED, *OPENING))
    assert (ruling.standing, ruling.seen.split(":")[0]) == (
        Standing.UNTESTED,
        "what happened on the BGP side is not known",
    )


def test_a_role_that_is_played_is_noted() -> None:
    checks = by_clause(Role.STATION)
    assert rule_on(checks["RFC7854-3.2-5"], unknown(CONNECTED)).standing is Standing.HELD
    ruling = rule_on(checks["RFC7854-3.2-14"], rushed(3, turned_away=True))
    assert (ruling.standing, ruling.seen) == (Standing.CHOSEN, "3 sessions in 0.2 s")


def test_a_limit_for_one_address_tells_nothing_of_several_stations() -> None:
    turned_away = unknown(CONNECTED, INITIATION, SECOND, on(1, Kind.FIN))
    ruling = rule_on(by_clause(Role.STATION)["RFC7854-3.2-20"], turned_away)
    assert (ruling.standing, ruling.label) == (Standing.CHOSEN, "serves-one-of-an-address")


def test_a_device_that_cannot_be_made_to_do_it_leaves_the_clause_open() -> None:
    ruling = rule_on(
        by_clause(Role.STATION)["RFC7854-3.3-8"], case(INITIATION, on(-1, Kind.CANNOT, "PeerUp: no means"))
    )
    assert (ruling.standing, ruling.seen) == (Standing.UNTESTED, "PeerUp: no means")
