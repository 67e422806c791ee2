"""libbgp's adapter shows the three messages that the library decodes, by the names that the library has for TLVs."""

from collections.abc import Iterator

import pytest

import raw
from bmpconform.neutral.form import Session
from bmpconform.targets.driver import Driver
from bmpconform.targets.protocol import Decode, Rejected, Unsupported
from bmpconform.targets.replies import Case, Crashed
from conversation import tlvs_of
from libraries import Library, launch_or_skip, values_of


@pytest.fixture(scope="module")
def libbgp() -> Iterator[Library]:
    with Driver(launch_or_skip("libbgp")) as driver:
        yield Library(driver)


def test_hello_names_the_library_and_what_it_can(libbgp: Library) -> None:
    greeted = libbgp.driver.hello()
    assert (greeted.name, greeted.version, greeted.capabilities.ops) == ("libbgp", "0.2.0", ("decode",))
    assert (greeted.capabilities.depth, greeted.capabilities.bgp) == ({"1": 3, "4": 3, "5": 3}, "none")


def test_initiation_shows_the_last_string_of_each_name(libbgp: Library) -> None:
    frame = raw.initiation(raw.tlv(2, b"r1"), raw.tlv(0, b"one"), raw.tlv(0, b"two\0"), raw.tlv(9, b"?"))
    assert tlvs_of(libbgp.read(frame)) == [(2, "7231", "sys_name"), (0, "74776f00", "string")]


@pytest.mark.parametrize("reason", range(5))
def test_termination_shows_the_reason_behind_the_sentence_of_the_library(libbgp: Library, reason: int) -> None:
    answer = libbgp.read(raw.termination(raw.tlv(0, b"bye"), raw.tlv(1, raw.u16(reason))))
    assert tlvs_of(answer) == [(0, b"bye".hex(), "string"), (1, f"{reason:04x}", "reason")]


def test_statistics_show_what_is_one_number(libbgp: Library) -> None:
    frame = raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(7, raw.u64((1 << 64) - 1)), raw.tlv(9, raw.family_gauge()))
    message = libbgp.message(frame)
    assert values_of(message) == [(0, "5"), (7, str((1 << 64) - 1)), (9, None)]
    assert (message["peer"], message["count"]) == (None, None)


@pytest.mark.parametrize("frame", [raw.peer_up(), raw.peer_down(4), raw.route_monitoring(raw.ROUTE), raw.message(9)])
def test_what_it_does_not_decode_is_unsupported(libbgp: Library, frame: bytes) -> None:
    assert isinstance(libbgp.decode(frame), Unsupported)


def test_a_session_is_unsupported(libbgp: Library) -> None:
    [answer] = libbgp.ask(Decode(raw.initiation().hex(), Session(as_width=2)))
    assert isinstance(answer, Unsupported)


@pytest.mark.parametrize(
    "frame, error",
    [
        (b"", "struct.error in Message.unpack"),
        (raw.header(4, version=238), "RuntimeError in Message.unpack"),
        (raw.initiation(raw.tlv(1, b"\xff")), "UnicodeDecodeError in Initiation.unpack"),
        (raw.statistics(raw.tlv(0, raw.u32(1)), count=2), "struct.error in StatsReport.unpack"),
    ],
)
def test_errors_are_named_by_class_and_place(libbgp: Library, frame: bytes, error: str) -> None:
    answer = libbgp.decode(frame)
    assert isinstance(answer, Rejected)
    assert answer.error == error


def test_what_it_does_not_make_an_error_is_a_panic(libbgp: Library) -> None:
    frame = raw.termination(raw.tlv(1, raw.u16(5)))
    [(_, reply)] = libbgp.driver.ask([Case("", (Decode(frame.hex()),))])
    assert isinstance(reply, Crashed)
    assert reply.error == "KeyError"
