"""A request holds what an encoder has to know, and `build` makes the message of it or says why not."""

import pytest

import raw
from bmpconform.neutral import Message, NeutralError, Session, build, by_parts, compare, request, show_octets
from bmpconform.neutral.form import Notification, Pdu, Peer, Tlv
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import from_json, replace, to_json

NOW = PROFILES["bmp-2026"]


def asked(octets: bytes) -> Message:
    """Return the request for a frame."""
    message = show_octets(octets, NOW)
    assert message is not None
    return request(message)


def initiation(*tlvs: Tlv) -> Message:
    """Return the request for an Initiation."""
    return Message(3, 4, tlvs=tlvs)


PEER = asked(raw.route_monitoring(raw.ROUTE)).peer
NOTIFICATION = raw.notification_pdu(6, 2)


def down(reason: int, pdu: Pdu) -> Message:
    """Return the request for a Peer Down with a PDU."""
    return Message(3, 2, peer=PEER, reason=reason, pdu=pdu)


def test_a_request_leaves_out_what_is_derived_and_what_is_evidence() -> None:
    assert (
        to_json(asked(raw.initiation(raw.tlv(1, b"a")))) == b'{"version":3,"type":4,"tlvs":[{"type":1,"value":"61"}]}'
    )
    statistics = from_json(to_json(asked(raw.statistics(raw.tlv(9, raw.family_gauge())))), dict[str, object])
    assert list(statistics) == ["version", "type", "peer", "statistics"]
    assert statistics["statistics"] == [{"type": 9, "data": raw.family_gauge().hex()}]


def test_a_request_for_an_update_has_its_fields_and_not_what_follows_from_them() -> None:
    pdu = asked(raw.route_monitoring(raw.ROUTE)).pdu
    assert isinstance(pdu, Pdu)
    assert list(from_json(to_json(pdu), dict[str, object])) == ["type", "hex", "update"]
    assert list(from_json(to_json(pdu.update), dict[str, object])) == ["as_width", "withdrawn", "attributes", "nlri"]


def test_a_request_holds_no_null() -> None:
    octets = raw.peer_up(sent=raw.bgp(raw.OPEN, b"\4"))
    assert b"null" in to_json(show_octets(octets, NOW))
    assert b"null" not in to_json(asked(octets))


@pytest.mark.parametrize(
    "octets",
    [
        raw.initiation(raw.tlv(0, b"a\0"), raw.tlv(3, b"reserved"), raw.tlv(65535)),
        raw.termination(raw.tlv(1, b"\0\0")),
        raw.peer_up(raw.tlv(3, b"red"), sent=raw.sent_open(raw.as4(65000), raw.add_path(1, 1))),
        raw.peer_up(sent=raw.open_pdu(behind_id=raw.extended(raw.parameter(1, b"a", octets=2)))),
        raw.route_monitoring(raw.ROUTE),
        raw.route_monitoring(raw.END_OF_RIB, of=raw.loc_rib()),
        raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, b"\1"), raw.tlv(9, raw.family_gauge()), raw.tlv(60000)),
        raw.peer_down(1, NOTIFICATION),
        raw.peer_down(2, b"\0\1"),
        raw.peer_down(3, NOTIFICATION),
        raw.peer_down(4),
        raw.peer_down(6, raw.tlv(3, b"red"), of=raw.loc_rib()),
        raw.mirroring(raw.tlv(0, raw.ROUTE), raw.tlv(0, b"no pdu"), raw.tlv(1, b"\0\1")),
        raw.mirroring(raw.tlv(0, raw.bgp(5, b"\0\1\0\1"))),
    ],
)
def test_what_is_asked_for_is_built(octets: bytes) -> None:
    assert build(asked(octets)) == octets


WITH_PATH_ID = raw.prefix(24, b"\xc0\0\2", 7)


@pytest.mark.parametrize(
    "pdu", [raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, WITH_PATH_ID), raw.update_pdu(WITH_PATH_ID)]
)
def test_routes_with_path_identifiers_are_held_against_the_octets_as_such(pdu: bytes) -> None:
    octets = raw.route_monitoring(pdu)
    message = show_octets(octets, NOW, Session(((1, 1),)))
    assert message is not None
    assert build(request(message)) == octets


def test_the_longest_string_is_built_and_a_longer_one_is_not() -> None:
    assert build(initiation(Tlv(0, "61" * 65535))) == raw.initiation(raw.tlv(0, b"a" * 65535))
    with pytest.raises(NeutralError) as caught:
        build(initiation(Tlv(0, "61" * 65536)))
    assert caught.value.path == "tlvs[0].length"


@pytest.mark.parametrize(
    "message, path",
    [
        (Message(), "version"),
        (Message(2, 4, tlvs=()), "version"),
        (Message(3), "type"),
        (Message(3, None), "type"),
        (Message(3, 7), "type"),
        (Message(3, 4), "tlvs"),
        (Message(3, 4, tlvs=None), "tlvs"),
        (Message(3, 4, tlvs=(), reason=1), "reason"),
        (Message(3, 4, tlvs=(), peer=PEER), "peer"),
        (initiation(Tlv(1, "a")), "tlvs[0].value"),
        (initiation(Tlv(1, "AA")), "tlvs[0].value"),
        (initiation(Tlv(1, "aa"), Tlv(1)), "tlvs[1].value"),
        (initiation(Tlv(None, "aa")), "tlvs[0].type"),
        (initiation(Tlv(65536, "aa")), "tlvs[0].type"),
        (Message(3, 1), "peer"),
        (Message(3, 1, peer=Peer(0)), "peer.flags"),
        (Message(3, 1, peer=PEER), "statistics"),
        (Message(3, 0, peer=PEER), "pdu"),
        (Message(3, 2, peer=PEER), "reason"),
        (Message(3, 2, peer=PEER, reason=2), "fsm_event"),
        (Message(3, 2, peer=PEER, reason=6), "tlvs"),
        (Message(3, 2, peer=PEER, reason=4, tlvs=()), "tlvs"),
        (Message(3, 3, peer=PEER), "local_address"),
        (Message(3, 3, peer=PEER, local_address="00" * 4), "local_address"),
        (down(1, Pdu(3)), "pdu.hex"),
        (down(1, Pdu(3, "00")), "pdu.hex"),
        (down(1, Pdu(3, (NOTIFICATION + b"x").hex())), "pdu.hex"),
        (down(1, Pdu(1, NOTIFICATION.hex())), "pdu.type"),
        (down(1, Pdu(3, NOTIFICATION.hex(), notification=Notification(6, 3, ""))), "pdu.notification"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_at_its_path(message: Message, path: str) -> None:
    with pytest.raises(NeutralError) as caught:
        build(message)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path} cannot be asked for: ")


def test_parts_may_be_left_out_because_the_octets_count() -> None:
    assert build(down(1, Pdu(3, NOTIFICATION.hex()))) == raw.peer_down(1, NOTIFICATION)


def test_parts_that_were_not_shown_are_not_held_against_the_octets() -> None:
    octets = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.PREFIX))
    message = show_octets(octets, NOW, Session(((1, 1),)))
    assert message is not None
    assert isinstance(message.pdu, Pdu)
    assert message.pdu.update
    assert message.pdu.update.nlri is None
    assert build(request(message)) == octets


def test_parts_of_another_type_are_refused() -> None:
    opened = asked(raw.peer_up()).sent_open
    assert isinstance(opened, Pdu)
    with pytest.raises(NeutralError) as caught:
        build(down(1, replace(opened, type=3, hex=NOTIFICATION.hex())))
    assert caught.value.path == "pdu.open"


def test_an_encoder_that_builds_from_parts_is_held_to_the_parts() -> None:
    regrouped = raw.open_pdu(parameters=raw.capabilities(raw.as4(1)) + raw.capabilities(raw.add_path(1, 1)))
    expected = show_octets(raw.peer_up(sent=raw.sent_open(raw.as4(1), raw.add_path(1, 1))), NOW)
    seen = show_octets(raw.peer_up(sent=regrouped), NOW)
    other = show_octets(raw.peer_up(sent=raw.sent_open(raw.as4(2), raw.add_path(1, 1))), NOW)
    assert expected is not None
    assert seen is not None
    assert other is not None
    assert compare(expected, seen, 3, "parsed", NOW) is not None
    assert compare(by_parts(expected), seen, 3, "parsed", NOW) is None
    assert compare(by_parts(expected), other, 3, "parsed", NOW) is not None


@pytest.mark.parametrize("octets", [raw.initiation(), raw.peer_up(sent=raw.bgp(4), received=raw.bgp(1))])
def test_what_has_no_parts_is_held_to_its_octets(octets: bytes) -> None:
    message = show_octets(octets, NOW)
    assert message is not None
    assert by_parts(message) == message
