"""Plans, edits, relations, sessions and what is made up: each does what it says, on octets by hand."""

from collections.abc import Callable
from random import Random

import pytest

import raw
from bmpconform.fuzz.anatomy import frames_of
from bmpconform.fuzz.edits import all_applied, applied
from bmpconform.fuzz.fresh import fresh_frame
from bmpconform.fuzz.mutate_relations import relation_changed
from bmpconform.fuzz.mutate_sessions import peer_of, session_changed, with_peer
from bmpconform.fuzz.plan import Plan
from bmpconform.wire.codec import decode
from bmpconform.wire.messages import (
    Malformed,
    Message,
    PeerDown,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
    StatisticsReport,
    Unframed,
)

UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"two"))
REPORT = raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, raw.u64(2)))
ROUTES = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.PREFIX))
DOWN = raw.peer_down(2, raw.u16(24))
MANY = 400


def seeded(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - the same each time


def related(frame: bytes) -> list[Message]:
    """Return what becomes of a frame by changes of relations."""
    random, message = seeded(), decode(frame)
    return [decode(changed) for _ in range(MANY) if (changed := relation_changed(random, message)) is not None]


def test_an_edit_takes_its_lengths_and_its_count_along() -> None:
    plan = Plan(REPORT, seeded())
    member = plan.members[0]
    edit = (member.start, member.end, b"", member.lengths, member.counted, -1)
    assert applied(REPORT, edit) == raw.statistics(raw.tlv(7, raw.u64(2)))


def test_edits_of_one_input_add_up_in_the_lengths_around_both() -> None:
    values = [
        site for site in Plan(UP, seeded()).fields if site.path.startswith("tlvs[") and site.path.endswith("value")
    ]
    edits = [(site.start, site.end, b"longer", site.lengths, 0, 0) for site in values]
    assert all_applied(UP, edits) == raw.peer_up(raw.tlv(0, b"longer"), raw.tlv(3, b"longer"))


def test_of_edits_that_take_each_other_away_one_is_made() -> None:
    member = Plan(UP, seeded()).members[1]
    edits = [(member.start, member.end, b"", member.lengths, 0, 0), (member.start + 4, member.end, b"x", (), 0, 0)]
    assert all_applied(UP, edits) in {raw.peer_up(raw.tlv(0, b"one")), UP[: member.start + 4] + b"x"}


def test_sites_of_a_session_are_where_they_are_in_the_whole() -> None:
    session = raw.initiation(raw.MANDATORY_TLVS) + UP
    site = next(site for site in Plan(session, seeded()).fields if site.path == "tlvs[1].value" and site.start > 60)
    edited = applied(session, (site.start, site.end, b"other", site.lengths, 0, 0))
    assert edited == raw.initiation(raw.MANDATORY_TLVS) + raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"other"))


def test_contents_of_a_code_are_those_of_its_registry() -> None:
    plan = Plan(raw.termination(raw.tlv(1, b"\0\1")), seeded())
    reason = next(site for site in plan.fields if site.path == "tlvs[0].value")
    assert {b"\0\0", b"\0\2", b"\0\3", b"\0\4", b"\0\5", b"\xff\xff"} <= set(reason.known)


def test_flags_are_tried_in_each_combination() -> None:
    flags = next(site for site in Plan(ROUTES, seeded()).fields if site.path == "peer.flags")
    assert {bytes((bits << 4,)) for bits in range(1, 16)} <= {*flags.known, b"\0"}


def test_no_site_offers_what_is_there() -> None:
    for site in Plan(UP + REPORT, seeded()).fields:
        assert (UP + REPORT)[site.start : site.end] not in {*site.known, *site.near}


def test_an_as_number_changes_in_header_and_open_alike_or_in_one_of_them() -> None:
    ups = [message for message in related(UP) if isinstance(message, PeerUp)]
    both = [(one.peer.asn, one.received_open.body.asn()) for one in ups if one.received_open]  # type: ignore[union-attr]
    assert any(asn == other != raw.PEER_AS for asn, other in both)
    assert any(asn != other for asn, other in both)


def test_the_width_of_as_numbers_changes_with_its_flag_or_without() -> None:
    messages = [message for message in related(ROUTES) if isinstance(message, RouteMonitoring)]
    shapes = {(bool(one.peer.flags & 0x20), len(_path(one))) for one in messages if _path(one)}
    whole = len(_path(decode(ROUTES)))
    short = {length for is_short, length in shapes if is_short}
    assert whole in short
    assert any(length < whole for length in short)


def _path(message: Message) -> bytes:
    assert isinstance(message, RouteMonitoring)
    body = message.pdu.body if message.pdu else None
    attributes = getattr(getattr(body, "attributes", None), "items", ())
    return next((one.value for one in attributes if one.type == 2), b"")


def test_a_reason_comes_with_what_belongs_to_it() -> None:
    downs = [message for message in related(DOWN) if isinstance(message, PeerDown)]
    assert {one.reason for one in downs} == {1, 2, 3, 4, 5, 6}
    assert all((one.pdu is not None) == (one.reason in {1, 3}) for one in downs)
    assert all((one.fsm_event is not None) == (one.reason == 2) for one in downs)


def test_statistics_come_with_data_of_their_shape() -> None:
    reports = [message for message in related(REPORT) if isinstance(message, StatisticsReport)]
    assert len({one.type for report in reports for one in report.statistics}) > 20
    assert not any(isinstance(one.data, bytes) for report in reports for one in report.statistics)


def test_what_is_monitored_is_mirrored_and_back() -> None:
    assert any(isinstance(message, RouteMirroring) for message in related(ROUTES))
    assert any(isinstance(message, RouteMonitoring) for message in related(raw.mirroring(raw.tlv(0, raw.ROUTE))))


@pytest.mark.parametrize("frame", [b"", raw.initiation(raw.MANDATORY_TLVS), b"\3\0\0"])
def test_what_has_no_relations_has_none_to_change(frame: bytes) -> None:
    assert relation_changed(seeded(), decode(frame)) is None


SESSION = [raw.initiation(raw.MANDATORY_TLVS), UP, ROUTES, DOWN]
SECOND = raw.peer(rd=b"\0\0\0\1\0\0\0\2", peer_type=1)


def sessions() -> list[list[bytes]]:
    random = seeded()
    others = [REPORT, raw.peer_up(of=SECOND)]
    return [frames_of(session_changed(random, SESSION, others)) for _ in range(MANY)]


@pytest.mark.parametrize(
    "is_one",
    [
        lambda frames: frames == SESSION * 2,
        lambda frames: frames == SESSION[:2],
        lambda frames: sorted(frames) == sorted(SESSION) and frames != SESSION,
        lambda frames: REPORT in frames and len(frames) == 5,
        lambda frames: frames.count(UP) == 2 and frames[-1] == UP,
        lambda frames: len({peer_of(frame) for frame in frames} - {None}) == 2 and len(frames) == 7,
        lambda frames: any(frame[5] > 6 for frame in frames if len(frame) > 5),
        lambda frames: {peer_of(UP), peer_of(with_peer(UP, SECOND))} <= {peer_of(frame) for frame in frames},
    ],
    ids=["twice", "ends early", "moved", "put in", "up again", "second peer", "unknown", "peer of another"],
)
def test_sessions_are_changed_in_each_way(is_one: Callable[[list[bytes]], bool]) -> None:
    assert any(map(is_one, sessions()))


def test_a_header_is_not_put_into_a_message_that_has_none() -> None:
    assert with_peer(SESSION[0], SECOND) == SESSION[0]
    assert peer_of(SESSION[0]) is None


def test_what_is_made_up_is_framed_and_of_all_types() -> None:
    random = seeded()
    frames = list(filter(None, (fresh_frame(random) for _ in range(MANY))))
    assert not any(isinstance(decode(frame), Unframed | Malformed) for frame in frames)
    assert {frame[5] for frame in frames} == set(range(7))
    assert len(frames) > MANY * 0.8
