"""What happened in a script is told in its order, with the message at fault and its octets."""

import pytest

import raw
from bmpconform.live.account import BEFORE, MOST, account_of
from bmpconform.live.facts import Changed, Leaving, Left, Sent, Stopped, Withdrew
from bmpconform.live.transcript import Kind
from by_hand import ANNOUNCED, CLOSED, END, INITIATION, OPENING, PEER, PEER_UP, POST, ROUTE, UP, WITHDRAWAL, case, on

DOWN = raw.peer_down(4)


def told(*items: object, place: str = "", **known: object) -> list[str]:
    return account_of(case(*items, **known), place).splitlines()  # type: ignore[arg-type]


def test_what_came_stands_beside_what_was_done() -> None:
    assert told(*OPENING, on(-1, Kind.ACTED, "PeerDown one"), DOWN, CLOSED) == [
        "  BGP: the session with 10.0.0.2 is up",
        "  BGP: 10.0.0.2 announces 192.0.2.0/24",
        "  connections[0]: connected",
        "  connections[0].messages[0]: Initiation",
        "  connections[0].messages[1]: Peer Up of 10.0.0.2",
        "  connections[0].messages[2]: Route Monitoring of 10.0.0.2 announces 192.0.2.0/24 in pre-in",
        "  connections[0].messages[3]: Route Monitoring of 10.0.0.2 ends AFI 1 SAFI 1 in pre-in",
        "  done: PeerDown one",
        "  connections[0].messages[4]: Peer Down of 10.0.0.2, reason 4",
        "  connections[0]: we close",
    ]


@pytest.mark.parametrize("place", ["connections[0].messages[1]", "connections[0].messages[1].sent_open"])
def test_the_message_at_fault_is_marked_and_has_its_octets(place: str) -> None:
    lines = told(*OPENING, place=place)
    first = lines.index("! connections[0].messages[1]: Peer Up of 10.0.0.2")
    behind = lines.index("  connections[0].messages[2]: Route Monitoring of 10.0.0.2 announces 192.0.2.0/24 in pre-in")
    assert bytes.fromhex("".join(lines[first + 1 : behind])) == PEER_UP
    assert sum(line.startswith("!") for line in lines) == 1


def test_a_place_that_is_no_message_marks_none() -> None:
    assert not [line for line in told(*OPENING, place="connections[0]") if line.startswith("!")]


def test_messages_of_ten_are_not_taken_for_the_first() -> None:
    lines = told(INITIATION, PEER_UP, *[ROUTE] * 12, place="connections[0].messages[1]")
    assert [line for line in lines if line.startswith("!")] == ["! connections[0].messages[1]: Peer Up of 10.0.0.2"]


def test_what_the_bgp_side_knows_is_told() -> None:
    facts = (
        UP,
        ANNOUNCED,
        Sent(6, PEER, raw.ROUTE.hex()),
        Withdrew(7, PEER, WITHDRAWAL.hex()),
        Left(8, PEER, Leaving.LOCAL_NOTIFICATION),
        Changed(9, "views"),
        Stopped(9.5),
        Stopped(9.6, killed=True),
    )
    assert told(facts=facts)[1:-1] == [
        "  BGP: 10.0.0.2 announces 192.0.2.0/24",
        "  BGP: 10.0.0.2 withdraws 192.0.2.0/24",
        "  BGP: the session with 10.0.0.2 ends by local-notification",
        "  the device is told to change its views",
        "  BMP is told to stop",
        "  the device is killed",
    ]


def test_views_and_addresses_are_told_apart() -> None:
    loc_rib = raw.statistics(of=raw.peer(3, address=bytes(16)))
    wide = raw.statistics(of=raw.peer(flags=raw.V, address=bytes(15) + b"\1"))
    lines = told(raw.route_monitoring(WITHDRAWAL, of=POST), loc_rib, wide, raw.message(77, b""))
    assert [line.partition("]: ")[2] for line in lines[3:]] == [
        "Route Monitoring of 10.0.0.2 withdraws 192.0.2.0/24 in post-in",
        "Statistics Report of 0.0.0.0",
        "Statistics Report of ::1",
        "Unknown",
    ]


def test_what_repeats_is_told_once() -> None:
    refused = on(-1, Kind.REFUSED)
    assert told(refused, refused, refused)[-1] == "  refused, 3 times"


def test_of_a_long_session_what_stands_around_the_mark_is_told() -> None:
    many = [INITIATION, PEER_UP, *[ROUTE, END] * MOST]
    lines = told(*many)
    assert len(lines) == MOST + 1
    assert lines[-1] == "  ..."
    lines = told(*many, place="connections[0].messages[60]")
    assert lines[0] == lines[-1] == "  ..."
    assert lines[BEFORE + 1].startswith("! connections[0].messages[60]: ")
