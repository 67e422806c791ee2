"""Spans: where each field of a frame lies, by the path that findings name it with."""

import raw
from bmpconform.wire.bgp import PDU, Pdu
from bmpconform.wire.interpret import decode, decode_with_spans, encode_part, part_spans, read_exactly, spans
from bmpconform.wire.layout import Octets, Record, RecordLength, Rest, Uint, field_places
from bmpconform.wire.messages import Unknown
from bmpconform.wire.routes import PART_LAYOUTS, Prefix


def places(octets: bytes) -> dict[str, tuple[int, int]]:
    return {span.path: (span.offset, span.length) for span in spans(octets)}


def test_each_field_has_its_place_and_each_container_holds_its_fields() -> None:
    octets = raw.message(raw.INITIATION, raw.tlv(1, b"ab"), raw.tlv(2))
    assert [(span.path, span.offset, span.length) for span in spans(octets)] == [
        ("version", 0, 1),
        ("length", 1, 4),
        ("type", 5, 1),
        ("tlvs", 6, 10),
        ("tlvs[0]", 6, 6),
        ("tlvs[0].type", 6, 2),
        ("tlvs[0].length", 8, 2),
        ("tlvs[0].value", 10, 2),
        ("tlvs[1]", 12, 4),
        ("tlvs[1].type", 12, 2),
        ("tlvs[1].length", 14, 2),
        ("tlvs[1].value", 16, 0),
        ("rest", 16, 0),
    ]


def test_a_container_has_no_field_and_a_leaf_has() -> None:
    for span in spans(raw.message(raw.INITIATION, raw.tlv(1, b"ab"))):
        assert (span.field is None) == (span.path in {"tlvs", "tlvs[0]"})


def test_paths_go_through_the_pdu_as_findings_name_it() -> None:
    sent = raw.bgp(raw.OPEN, bytes([4, 0, 1, 0, 90, 10, 0, 0, 1, 8]) + raw.capabilities(raw.as4(7)))
    octets = raw.message(raw.PEER_UP, raw.peer(), bytes(20), sent, sent)
    found = places(octets)
    assert found["peer"] == (6, 42)
    assert found["sent_open"] == (68, 37)
    assert found["sent_open.open.parameters"] == (96, 9)
    assert found["sent_open.open.parameters[0].capabilities[0].value.asn"] == (101, 4)
    assert found["received_open.marker"] == (105, 16)


def test_attributes_have_no_items_in_their_path() -> None:
    attribute = bytes.fromhex("50 02 0001 ff")
    update = raw.bgp(raw.UPDATE, bytes(2) + raw.u16(len(attribute)) + attribute)
    found = places(raw.message(raw.ROUTE_MONITORING, raw.peer(), update))
    assert found["pdu.update.attributes[0].length"] == (48 + 19 + 4 + 2, 2)
    assert found["pdu.update.attributes[0].value"] == (48 + 19 + 4 + 4, 1)


def test_what_is_not_framed_lies_in_the_rest() -> None:
    octets = raw.message(raw.ROUTE_MONITORING, raw.peer(), bytes(5))
    assert places(octets)["rest"] == (48, 5)


def test_what_is_no_frame_is_one_span() -> None:
    assert places(b"\3\0") == {"octets": (0, 2)}


def test_message_and_spans_come_together_as_they_do_apart() -> None:
    octets = raw.message(raw.STATISTICS, raw.peer(), raw.u32(1), raw.tlv(0, raw.u32(1)))
    assert decode_with_spans(octets) == (decode(octets), spans(octets))


def test_a_part_is_read_and_written_alone() -> None:
    octets = raw.bgp(raw.NOTIFICATION, b"\6\2")
    pdu = read_exactly(PDU, octets)
    assert isinstance(pdu, Pdu)
    assert encode_part(PDU, pdu) == octets
    assert read_exactly(PDU, octets + b"\0") is None
    assert read_exactly(PDU, octets[:-1]) is None


def test_a_part_of_a_frame_has_spans_where_it_fits_its_window() -> None:
    frame, prefix = b"..\x18\xc0\0\2..", PART_LAYOUTS[Prefix]
    found = part_spans(prefix, frame, 2, 8, "nlri[0]")
    assert found is not None
    assert found[1] == 6
    assert [(span.path, span.offset, span.length) for span in found[0]] == [
        ("nlri[0]", 2, 4),
        ("nlri[0].bits", 2, 1),
        ("nlri[0].prefix", 3, 3),
    ]
    assert part_spans(prefix, frame, 2, 5, "nlri[0]") is None


def test_fields_of_fixed_width_have_their_places_in_the_record() -> None:
    record = Record(Unknown, (RecordLength("length", 2), Uint("type", 1), Octets("body", 4), Rest()))
    assert dict(field_places(record)) == {"length": (0, 2), "type": (2, 3), "body": (3, 7)}
