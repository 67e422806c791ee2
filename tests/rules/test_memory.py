"""Messages of one kind are judged once, and a message that is another kind is judged for itself.

Why what is remembered is tested beside what is found: without it the same would be found, slowly.
"""

import pytest

import raw
from bmpconform.rules import memory as module
from bmpconform.rules.memory import Memory, SessionJudge
from bmpconform.rules.selection import Policy, Selection
from bmpconform.rules.session import Session
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.codec import decode
from invariants import judge_next, misremembered

START, UP, DOWN = raw.initiation(raw.MANDATORY_TLVS), raw.peer_up(), raw.peer_down(4)


def route(  # noqa: PLR0913 - what tells routes apart, all by name
    *attributes: bytes,
    path: bytes = raw.as_segment(2, 65001),
    hop: bytes = b"\x0a\0\0\1",
    nlri: bytes = raw.prefix(24, b"\x0a\1\2"),
    sec: int = raw.TIME,
    usec: int = 0,
    flags: int = 0,
) -> bytes:
    of_route = (raw.attribute(0x40, 1, b"\0"), raw.attribute(0x40, 2, path), raw.attribute(0x40, 3, hop))
    update = raw.update_pdu(attributes=b"".join((*of_route, *attributes)), nlri=nlri)
    return raw.route_monitoring(update, of=raw.peer(flags=flags, sec=sec, usec=usec))


LIKE = [
    route(nlri=raw.prefix(24, b"\x0a\1\3")),
    route(nlri=raw.prefix(8, b"\x0a") + raw.prefix(32, b"\x0a\1\2\3")),
    route(hop=b"\x0a\0\0\2"),
    route(path=raw.as_segment(2, 65001, 65002)),
    route(sec=raw.TIME + 1, usec=7),
    route(sec=0),
]
ALIKE = {
    "withdrawn routes": [
        raw.route_monitoring(raw.update_pdu(withdrawn=raw.prefix(8, octet))) for octet in (b"\x0a", b"\x0b")
    ],
    "communities": [route(raw.attribute(0xC0, 8, bytes(4 * number))) for number in (1, 2)],
    "routes in MP_REACH_NLRI": [
        route(raw.mp_reach(2, 1, raw.prefix(8, octet), next_hop=bytes(16)), nlri=b"") for octet in (b"\x20", b"\x30")
    ],
}
UNLIKE = {
    "routes-malformed": route(nlri=raw.prefix(33, bytes(5))),
    "path-ids-suspected": route(nlri=raw.prefix(24, b"\x0a\1\2", path_id=0)),
    "as-path-malformed": route(path=b"\2\2\0"),
    "as-path-width": route(path=raw.as_segment(2, 1, octets=2)),
    "attribute-length": route(hop=b"\x0a\0\0"),
    "attributes-leftover": route(b"\x40"),
    "microseconds-too-large-adj-rib-in": route(usec=1_000_000),
    "route-time-implausible-adj-rib-in": route(sec=1),
    "peer-flags-reserved": route(flags=1),
}


def judge() -> SessionJudge:
    judge = SessionJudge(Memory(Selection(PROFILES["bmp-2026"], Policy())), Session())
    for octets in (START, UP):
        assert not judge_next(judge, octets)
    return judge


@pytest.mark.parametrize("other", LIKE)
def test_routes_that_differ_in_what_no_rule_looks_at_are_judged_once(other: bytes) -> None:
    remembering = judge()
    assert judge_next(remembering, other) is judge_next(remembering, route())


@pytest.mark.parametrize("frames", ALIKE.values(), ids=ALIKE)
def test_so_are_others_of_one_kind(frames: list[bytes]) -> None:
    remembering = judge()
    first, second = (judge_next(remembering, frame) for frame in frames)
    assert second is first


@pytest.mark.parametrize("code", UNLIKE)
def test_routes_that_differ_otherwise_are_judged_for_themselves(code: str) -> None:
    remembering = judge()
    for _ in range(2):
        assert not judge_next(remembering, route())
        assert code in {finding.code for finding in judge_next(remembering, UNLIKE[code])}


def test_what_is_found_each_time_is_remembered_too() -> None:
    remembering = judge()
    first, second = (judge_next(remembering, route(flags=1, nlri=raw.prefix(8, octet))) for octet in (b"\1", b"\2"))
    assert [finding.code for finding in first] == ["peer-flags-reserved"]
    assert second is first


def test_a_peer_that_goes_down_and_comes_up_again_is_told_from_what_it_was() -> None:
    remembering = judge()
    clean = judge_next(remembering, route())
    assert not clean
    judge_next(remembering, DOWN)
    assert [finding.code for finding in judge_next(remembering, route())] == ["routes-after-peer-down"]
    judge_next(remembering, UP)
    assert judge_next(remembering, route()) is clean


def test_a_full_table_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    monkeypatch.setattr(module, "REMEMBERED_ATTRIBUTES", 1)
    memory = Memory(Selection(PROFILES["bmp-2026"], Policy()))
    routes = [*LIKE, *UNLIKE.values()]
    messages = [decode(octets) for octets in (START, UP, *routes, *reversed(routes), DOWN, *routes, *routes)]
    assert misremembered(memory, messages) == []
    assert len(memory.found) <= module.REMEMBERED
    assert len(memory.outlines) <= module.REMEMBERED_ATTRIBUTES
