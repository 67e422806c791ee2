"""Compiled code and interpreter say the same of octets that are nearly right, each length and each number in turn.

Why near misses by hand: each doubt of the compiled code has one of its own, so each is known to be raised where it is
due, whatever chance makes of generated inputs.
"""

from collections.abc import Iterator
from itertools import chain

import pytest

import raw
from bmpconform.neutral.pdu import read_route_refresh
from bmpconform.wire import interpret
from bmpconform.wire.bgp import ATTRIBUTES, PDU, PDUS, ROUTE_REFRESH, Attributes, Update
from bmpconform.wire.codec import decode, encode, reader
from bmpconform.wire.compile import DoubtError
from bmpconform.wire.compile_read import REMEMBERED, REMEMBERED_OCTETS, compile_decoders
from bmpconform.wire.errors import WireError
from bmpconform.wire.layout import Octets, Record
from bmpconform.wire.messages import LAYOUTS, UNKNOWN, Message, RouteMonitoring
from bmpconform.wire.routes import (
    ROUTE_PATHS,
    RouteField,
    fits_as_path_of_2,
    fits_as_path_of_4,
    nlri_fault,
    read_as_path,
    read_attributes,
    read_mp_reach,
    read_mp_unreach,
    route_parts,
    routes_fitter,
)
from invariants import leaves, parts_of_spans

CAPABILITIES = (raw.as4(7), raw.multiprotocol(1, 1), raw.add_path(1, 1) + raw.add_path(2, 1)[2:], raw.capability(2))
OPENS = {
    "open": raw.open_pdu(parameters=raw.capabilities(*CAPABILITIES) + raw.parameter(1, b"old")),
    "open-extended": raw.open_pdu(
        behind_id=raw.extended(raw.parameter(2, CAPABILITIES[0], octets=2) + raw.parameter(1, b"old", octets=2))
    ),
}
PDUS_BY_NAME = {
    **OPENS,
    "update": raw.update_pdu(raw.PREFIX, raw.MANDATORY_ATTRIBUTES + raw.attribute(0x50, 77, b"long"), raw.PREFIX),
    "notification": raw.notification_pdu(6, 2, b"why"),
    "keepalive": raw.bgp(4),
    "route-refresh": raw.bgp(5, b"\0\1\0\1" + b"orf"),
}
FRAMES = {
    "initiation": raw.initiation(raw.tlv(1, b"ab"), raw.tlv(2)),
    "termination": raw.termination(raw.tlv(1, raw.u16(0)), raw.tlv(0, b"text")),
    "peer-up": raw.peer_up(raw.tlv(0, b"text"), sent=OPENS["open"], received=OPENS["open-extended"]),
    "peer-down-local": raw.peer_down(1, raw.notification_pdu()),
    "peer-down-event": raw.peer_down(2, raw.u16(24)),
    "peer-down-table": raw.peer_down(6, raw.tlv(3, b"blue"), of=raw.loc_rib()),
    "route-monitoring": raw.route_monitoring(PDUS_BY_NAME["update"]),
    "route-mirroring": raw.mirroring(raw.tlv(0, raw.ROUTE), raw.tlv(1, raw.u16(1))),
    "statistics": raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, raw.u64(2)), raw.tlv(9, raw.family_gauge())),
    "unknown": raw.message(77, b"\1\2"),
}
ROUTES = {
    False: raw.prefix(24, bytes(3)) + raw.prefix(0) + raw.prefix(9, bytes(2)),
    True: raw.prefix(24, bytes(3), path_id=1) + raw.prefix(8, bytes(1), path_id=2),
}


def near(octets: bytes) -> Iterator[bytes]:
    """Yield octets, their beginnings, what is one octet longer, and each octet changed in four ways."""
    yield octets
    yield octets + b"\0"
    for at, octet in enumerate(octets):
        yield octets[:at]
        yield octets[:at] + b"\0" + octets[at:]
        for other in {0, 255, octet - 1 & 255, octet + 1 & 255} - {octet}:
            yield octets[:at] + bytes((other,)) + octets[at + 1 :]


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_frame_that_is_nearly_right_is_read_and_written_alike(frame: bytes) -> None:
    for octets in near(frame):
        message = decode(octets)
        assert message == interpret.decode(octets)
        assert encode(message) == interpret.encode(message) == octets


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_frame_whose_body_is_cut_is_read_and_written_alike(frame: bytes) -> None:
    for end in range(6, len(frame)):
        octets = raw.message(frame[5], frame[6:end])
        message = decode(octets)
        assert message == interpret.decode(octets)
        assert encode(message) == octets


@pytest.mark.parametrize("pdu", PDUS_BY_NAME.values(), ids=PDUS_BY_NAME)
def test_a_mirrored_pdu_that_is_nearly_right_is_read_alike(pdu: bytes) -> None:
    cut = (raw.bgp(pdu[18], pdu[19:end]) for end in range(19, len(pdu)))
    for octets in chain(near(pdu), cut):
        frame = raw.mirroring(raw.tlv(0, octets))
        assert decode(frame) == interpret.decode(frame)


def test_more_attributes_than_are_remembered_are_read_alike() -> None:
    attributes = raw.MANDATORY_ATTRIBUTES + raw.attribute(0x90, 77, bytes(REMEMBERED_OCTETS))
    frame = raw.route_monitoring(raw.update_pdu(b"", attributes, raw.PREFIX))
    assert decode(frame) == decode(frame) == interpret.decode(frame)


def test_only_attributes_of_few_octets_are_remembered() -> None:
    for more, is_remembered in (0, True), (REMEMBERED_OCTETS, False):
        attributes = raw.MANDATORY_ATTRIBUTES + raw.attribute(0x90, 78, bytes(more))
        frame = raw.route_monitoring(raw.update_pdu(b"", attributes, raw.PREFIX))
        first, second = (attributes_of(decode(frame)) for _ in range(2))
        assert (second is first) == is_remembered


def attributes_of(message: Message) -> Attributes:
    """Return the attributes of a Route Monitoring with an UPDATE."""
    assert isinstance(message, RouteMonitoring)
    assert message.pdu is not None
    assert isinstance(message.pdu.body, Update)
    return message.pdu.body.attributes


def test_attributes_that_are_cut_are_read_alike() -> None:
    attributes = raw.MANDATORY_ATTRIBUTES + raw.attribute(0x50, 77, b"long")
    for octets in chain(near(attributes), (attributes[:end] for end in range(len(attributes)))):
        frame = raw.route_monitoring(raw.update_pdu(b"", octets, raw.PREFIX))
        assert decode(frame) == interpret.decode(frame)
        assert read_attributes(octets) == interpret.read_exactly(ATTRIBUTES, octets)


def test_parts_of_a_frame_that_is_nearly_right_are_those_of_the_message() -> None:
    frame = FRAMES["route-monitoring"]
    cut = (raw.message(raw.ROUTE_MONITORING, frame[6:end]) for end in range(6, len(frame)))
    pdu = PDUS_BY_NAME["update"]
    shorter = (raw.route_monitoring(raw.bgp(raw.UPDATE, pdu[19:end])) for end in range(19, len(pdu)))
    for octets in chain(near(frame), cut, shorter):
        parts = route_parts(octets, 0)
        if parts is None:
            continue
        whole = octets[: parts[0]]
        assert isinstance(interpret.decode(whole), RouteMonitoring)
        assert parts == (len(whole), *parts_of_spans(whole, interpret.spans(whole), ROUTE_PATHS))


@pytest.mark.parametrize("record", [*LAYOUTS.values(), UNKNOWN], ids=lambda record: record.shape.__name__)
def test_compiled_code_gives_up_or_says_what_the_interpreter_says(record: Record) -> None:
    read = compile_decoders((*LAYOUTS.values(), UNKNOWN))[id(record)]
    for octets in chain.from_iterable(map(near, FRAMES.values())):
        try:
            value, end = read(octets, 0, len(octets))
        except DoubtError:
            continue
        assert interpret.read_exactly(record, octets[:end]) == value


def test_what_was_remembered_is_read_alike_when_there_is_too_much_of_it() -> None:
    update = raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + raw.attribute(0x80, 77, raw.u32(0)))
    for frame in FRAMES["statistics"], raw.route_monitoring(update):
        changed = bytearray(frame)
        for number in range(REMEMBERED + 2):
            changed[-4:] = changed[44:48] = raw.u32(number)
            octets = bytes(changed)
            assert encode(decode(octets)) == octets
        assert decode(octets) == interpret.decode(octets)


@pytest.mark.parametrize("record", [PDU, PDUS], ids=["one", "several"])
@pytest.mark.parametrize("pdu", PDUS_BY_NAME.values(), ids=PDUS_BY_NAME)
def test_a_pdu_that_is_nearly_right_is_read_alike(pdu: bytes, record: Record) -> None:
    read = reader(record)
    for octets in near(pdu):
        assert read(octets) == interpret.read_exactly(record, octets)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_octets_of_another_number_than_their_field_has_are_refused_alike(frame: bytes) -> None:
    fields = {span.path: span.field for span in interpret.spans(frame)}
    for leaf in leaves(decode(frame)):
        if isinstance(fields[leaf.path], Octets):
            assert isinstance(leaf.content, bytes)
            for content in (leaf.content[:-1], leaf.content + b"\0"):
                changed = leaf.with_content(content)
                with pytest.raises(WireError) as fast:
                    encode(changed)
                with pytest.raises(WireError) as slow:
                    interpret.encode(changed)
                assert (fast.value.path, str(fast.value)) == (leaf.path, str(slow.value))


def test_a_route_refresh_has_four_octets_and_what_follows() -> None:
    for octets in near(b"\0\1\2\3orf"):
        read = read_route_refresh(octets)
        assert read == interpret.read_exactly(ROUTE_REFRESH, octets)
        assert (read is None) == (len(octets) < 4)


def test_what_the_multiprotocol_attributes_say_begins_with_a_family() -> None:
    for octets in near(b"\0\1\1\4\xc0\0\2\1\0" + raw.PREFIX):
        assert (read_mp_reach(octets) is None) == (len(octets) < 5 or len(octets) < 5 + octets[3])
        assert (read_mp_unreach(octets) is None) == (len(octets) < 3)


@pytest.mark.parametrize("path_ids", [False, True])
@pytest.mark.parametrize("family", [(1, 1), (2, 1), (1, 4), (1, 128), (25, 65)])
def test_routes_that_are_nearly_right_fit_where_they_have_no_fault(family: tuple[int, int], path_ids: bool) -> None:  # noqa: FBT001 - each way
    for octets in near(ROUTES[path_ids]):
        fault = nlri_fault(RouteField("nlri", 0, family, octets, withdrawn=False), path_ids=path_ids)
        assert routes_fitter(family, path_ids=path_ids)(octets) == (fault is None)


@pytest.mark.parametrize("width", [2, 4])
def test_an_as_path_that_is_nearly_right_fits_where_nothing_is_left_of_it(width: int) -> None:
    fits = fits_as_path_of_2 if width == 2 else fits_as_path_of_4
    for octets in near(raw.as_segment(2, 7, 8, octets=width) + raw.as_segment(1, 9, octets=width)):
        assert fits(octets) == (not read_as_path(octets, width).rest)
