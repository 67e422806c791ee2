"""The decoder in C is right without switches, and each switch is the fault that it says."""

import random
from pathlib import Path

import pytest

import raw
from c_programs import SANITIZED, build_decoder
from conversation import Adapter, places_of, tlvs_of

NUL_STRING = raw.initiation(raw.tlv(0, b"ab\0c\0"), raw.tlv(2, b"r1"))
UP_WITH_INITIATION_TYPES = raw.peer_up(raw.tlv(0, b"x"), raw.tlv(1, b"y"), raw.tlv(2, b"z"), raw.tlv(3, b"v"))
TWO_STRINGS = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(4, b"label"), raw.tlv(0, b"two"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_decoder(tmp_path_factory.mktemp("cdecoder"))


@pytest.fixture
def decoder(program: Path) -> Adapter:
    return Adapter((str(program),))


def test_strings_come_back_octet_for_octet(decoder: Adapter) -> None:
    answer = decoder.decode(NUL_STRING)
    assert answer["consumed"] == len(NUL_STRING)
    assert tlvs_of(answer) == [(0, "6162006300", "string"), (2, "7231", "sys_name")]


def test_each_message_has_its_own_namespace(decoder: Adapter) -> None:
    meanings = [meaning for _, _, meaning in tlvs_of(decoder.decode(UP_WITH_INITIATION_TYPES))]
    assert meanings == ["string", "unknown", "unknown", "vrf_table_name"]


def test_peer_up_shows_header_ports_and_opens(decoder: Adapter) -> None:
    message = decoder.decode(raw.peer_up())["message"]
    assert message["peer"]["asn"] == raw.PEER_AS
    assert message["peer"]["address"] == raw.PEER_ADDRESS.hex()
    assert (message["local_port"], message["remote_port"]) == (179, 50000)
    assert message["sent_open"] == {"type": 1, "hex": raw.SENT_OPEN.hex()}
    assert message["received_open"] == {"type": 1, "hex": raw.RECEIVED_OPEN.hex()}


def test_peer_down_shows_what_its_reason_has(decoder: Adapter) -> None:
    told, event, table, none = (
        decoder.decode(raw.peer_down(1, raw.notification_pdu()))["message"],
        decoder.decode(raw.peer_down(2, raw.u16(24)))["message"],
        decoder.decode(raw.peer_down(6, raw.tlv(3, b"vrf")))["message"],
        decoder.decode(raw.peer_down(4))["message"],
    )
    assert told["pdu"]["hex"] == raw.notification_pdu().hex()
    assert event["fsm_event"] == 24
    assert table["tlvs"][0]["meaning"] == "vrf_table_name"
    assert none["rest"] == ""


@pytest.mark.parametrize(
    "frame, error",
    [
        (b"", "header-cut"),
        (raw.header(raw.INITIATION)[:5], "header-cut"),
        (raw.header(raw.INITIATION, version=238), "version"),
        (raw.message(raw.INITIATION, length=5), "length"),
        (raw.peer_up()[:60], "message-cut"),
        (raw.initiation(raw.tlv(1, b"ab", length=3)), "tlv-cut"),
        (raw.initiation(b"\0\1\0"), "tlv-cut"),
        (raw.peer_down(1, raw.bgp(3, length=18)), "pdu-length"),
        (raw.message(raw.PEER_UP, raw.peer()[:20]), "message-cut"),
        (raw.statistics(raw.tlv(0, raw.u32(1)), count=2), "statistic-cut"),
    ],
)
def test_what_does_not_add_up_is_refused(decoder: Adapter, frame: bytes, error: str) -> None:
    answer = decoder.decode(frame)
    assert (answer["status"], answer["error"]) == ("reject", error)


def test_stream_keeps_the_cut_message_and_closes_at_what_is_no_header(decoder: Adapter) -> None:
    start, up, unknown = raw.initiation(raw.SYS_NAME), raw.peer_up(), raw.message(9, b"later")
    first, second = decoder.stream(start + up[:50], up[50:] + unknown + b"junk..")
    assert (places_of(first), first["left"], first["closed"]) == ([(0, "ok")], 50, False)
    behind = len(start) + len(up)
    expected = [(len(start), "ok"), (behind, "skipped"), (behind + len(unknown), "reject")]
    assert (places_of(second), second["closed"]) == (expected, True)


@pytest.mark.parametrize(
    "fault, frame, expected",
    [
        ("--stop-at-nul", NUL_STRING, [(0, "6162", "string"), (2, "7231", "sys_name")]),
        ("--strip-trailing-nul", NUL_STRING, [(0, "61620063", "string"), (2, "7231", "sys_name")]),
        (
            "--one-namespace",
            UP_WITH_INITIATION_TYPES,
            [(0, "78", "string"), (1, "79", "sys_descr"), (2, "7a", "sys_name"), (3, "76", "vrf_table_name")],
        ),
        ("--last-string-wins", TWO_STRINGS, [(4, "6c6162656c", "admin_label"), (0, "74776f", "string")]),
        ("--over-read", raw.initiation(raw.tlv(2, b"r1")), [(2, (b"r1" + b"behind").hex(), "sys_name")]),
    ],
)
def test_each_switch_is_its_fault(
    program: Path, fault: str, frame: bytes, expected: list[tuple[int, str, str | None]]
) -> None:
    assert tlvs_of(Adapter((str(program), fault)).decode(frame)) == expected


def test_a_decoder_that_needs_a_nul_refuses_a_string_without(program: Path) -> None:
    needy = Adapter((str(program), "--need-nul"))
    assert needy.decode(raw.initiation(raw.SYS_NAME))["error"] == "unterminated-string"
    assert needy.decode(raw.initiation(raw.tlv(2, b"r1\0")))["status"] == "ok"


def test_no_octets_make_it_touch_what_is_not_its_own(tmp_path: Path) -> None:
    sanitized = Adapter((str(build_decoder(tmp_path, *SANITIZED)),))
    dice = random.Random(7854)  # noqa: S311 - the same octets each time
    whole = [NUL_STRING, TWO_STRINGS, raw.peer_down(6, raw.tlv(3, b"v")), raw.route_monitoring(raw.ROUTE)]
    whole += [raw.statistics(raw.tlv(0, raw.u32(1))), raw.mirroring(raw.tlv(0, raw.ROUTE))]
    frames = [_spoilt(dice, dice.choice(whole)) for _ in range(600)]
    answers = sanitized.ask(*({"op": "decode", "hex": frame.hex()} for frame in frames))
    assert {answer["status"] for answer in answers} == {"ok", "reject"}
    sanitized.stream(*frames)


def _spoilt(dice: random.Random, frame: bytes) -> bytes:
    """Return a frame whose length is right and whose body is not."""
    body = bytearray(frame[6:])
    body[dice.randrange(len(body))] = dice.choice((0, 1, 255))
    return raw.message(frame[5], bytes(body[: dice.randrange(len(body) // 2, len(body) + 1)]))
