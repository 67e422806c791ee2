"""What a collector wrote is read line by line, and a line of pmbmpd says what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest

import raw
from bmpconform.lab.collectors import Output
from bmpconform.lab.pmbmpd import ABLE, understood_of
from bmpconform.neutral import Message
from bmpconform.targets.errors import TargetError


@pytest.fixture
def output(tmp_path: Path) -> Output:
    return Output(tmp_path / "lines", lambda line: Message(3, len(line)))


def test_half_a_line_waits_for_its_other_half(output: Output, tmp_path: Path) -> None:
    assert output.messages() == ()
    with (tmp_path / "lines").open("wb", buffering=0) as lines:
        lines.write(b"one\ntw")
        assert [message.type for message in output.messages()] == [4]
        lines.write(b"o\n")
        assert [message.type for message in output.messages()] == [4, 4]


def test_a_line_that_cannot_be_read_is_the_collectors_fault(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b'{"bmp_msg_type": "init", "bmp_init_info_what": "x"}\n')

    def refuse(line: bytes) -> Message:
        raise ValueError(line)

    with pytest.raises(TargetError, match="lines has a line that cannot be read"):
        Output(tmp_path / "lines", refuse).messages()


PEER = {"peer_ip": "10.0.0.2", "peer_asn": 65001, "peer_type": 0, "timestamp": "2023-11-14 22:13:20.000005"}
PEER_FIELDS = {**PEER, "local_ip": "10.0.0.1", "local_port": 1, "remote_port": 2, "bgp_id": "10.0.0.2"}


@pytest.mark.parametrize(
    "line, check",
    [
        ({"event_type": "log_init"}, lambda read: read is None),
        ({"bmp_msg_type": "stats", **PEER}, lambda read: read is None),
        (
            {"bmp_msg_type": "term", "bmp_term_info_reason": "Redundant connection"},
            lambda read: [(tlv.type, tlv.value, tlv.meaning) for tlv in read.tlvs] == [(1, "0003", "reason")],
        ),
        (
            {"bmp_msg_type": "term", "bmp_term_info_reason": "Something else"},
            lambda read: [tlv.value for tlv in read.tlvs] == [None],
        ),
        (
            {"bmp_msg_type": "peer_up", "bmp_peer_up_info_1": "78-7A", **PEER_FIELDS},
            lambda read: [(tlv.type, tlv.value, tlv.meaning) for tlv in read.tlvs] == [(1, "787a", "unknown")],
        ),
        (
            {"bmp_msg_type": "term", "bmp_term_info_string": None, "bmp_term_info_1852143732_32763": None},
            lambda read: [(tlv.type, tlv.value) for tlv in read.tlvs] == [(0, None), (None, None)],
        ),
        (
            {"bmp_msg_type": "peer_down", "reason_type": 4, **PEER},
            lambda read: read.reason == 4 and (read.peer.seconds, read.peer.microseconds) == (raw.TIME, 5),
        ),
        (
            {"bmp_msg_type": "peer_down", "reason_type": 4, **PEER, "timestamp": "0000-00-00 00:00:00.000000"},
            lambda read: (read.peer.seconds, read.peer.microseconds) == (0, None),
        ),
        (
            {"bmp_msg_type": "peer_down", "reason_type": 4, **PEER, "timestamp": "2023-11-14 22:13:20.1000000"},
            lambda read: (read.peer.seconds, read.peer.microseconds) == (raw.TIME, 1_000_000),
        ),
    ],
)
def test_a_line_of_pmbmpd_is_read_as_what_it_says(
    line: dict[str, object], check: Callable[[Message | None], bool]
) -> None:
    assert check(understood_of(line))


def test_pmbmpd_shows_no_routes() -> None:
    assert [ABLE.depth_of(number) for number in range(7)] == [0, 0, 2, 3, 3, 3, 0]
