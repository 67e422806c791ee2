"""Compiled code answers where it can, gives up where it must, and never says anything else than the interpreter.

Why with the interpreter taken away: both give the same, so only then it shows which of them did.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.wire import interpret
from bmpconform.wire.bgp import ATTRIBUTE, ATTRIBUTES, CAPABILITY_VALUE, PARAMETER_VALUE, PDU, Attributes, Update
from bmpconform.wire.codec import decode, encode, reader
from bmpconform.wire.codes import MessageType
from bmpconform.wire.compile_parts import compile_looker, compile_parts
from bmpconform.wire.compile_read import compile_decoders, compile_fitter
from bmpconform.wire.compile_write import compile_encoders
from bmpconform.wire.errors import WireError
from bmpconform.wire.layout import Fixed, Many, Nested, Octets, Record, RecordLength, Rest, Sized, Uint, Uints, When
from bmpconform.wire.messages import (
    LAYOUTS,
    Initiation,
    InitiationTlv,
    Message,
    MirroringTlv,
    Peer,
    RouteMirroring,
    RouteMonitoring,
    Unknown,
)
from bmpconform.wire.routes import (
    ROUTE_PATHS,
    RouteField,
    fits_as_path_of_2,
    fits_as_path_of_4,
    nlri_fault,
    read_as_path,
    route_parts,
    routes_fitter,
)
from bmpconform.wire.value import Value
from invariants import parts_of_spans

FAMILIES = [(afi, safi) for afi in (1, 2) for safi in (1, 4, 128)] + [(25, 65)]
# Few bits, many, too many, and what may be path identifiers.
ROUTES = st.lists(st.sampled_from([0, 1, 8, 24, 32, 33, 64, 128, 129, 255]), max_size=30).map(bytes)


PEER = Peer(0, 0, bytes(8), bytes(16), 7, bytes(4), 0, 0)


class Odd(Value, frozen=True):
    """A number from 2 to 4."""

    number: int


class Odds(Value, frozen=True):
    """Such numbers."""

    items: tuple[Odd, ...]
    rest: bytes


ODD = Record(Odd, (Uint("number", 1, low=2, high=4),))
ODDS = Record(Odds, (Many("items", ODD), Rest()))


def test_valid_messages_need_no_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = Generator(seeded("compiled"))
    # What is mirrored may be a PDU gone wrong, which is the interpreter's.
    messages = [message for _ in range(500) if not isinstance(message := generator.message(), RouteMirroring)]
    frames = [interpret.encode(message) for message in messages]
    monkeypatch.setattr(interpret, "encode", None)
    monkeypatch.setattr(interpret, "decode", None)
    assert [encode(message) for message in messages] == frames
    assert [decode(frame) for frame in frames] == messages


@pytest.mark.parametrize(
    "message, error",
    [
        (Unknown(256), WireError),
        (Initiation((InitiationTlv(0, bytes(65536)),)), WireError),
        (Initiation((InitiationTlv(0, "text"),)), TypeError),  # type: ignore[arg-type]
        (Initiation((None,)), AttributeError),  # type: ignore[arg-type]
        (Unknown(0, None), TypeError),  # type: ignore[arg-type]
        (RouteMirroring(PEER, (MirroringTlv(0, PEER),)), WireError),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_encoded_is_refused_as_by_the_interpreter(message: Message, error: type[Exception]) -> None:
    with pytest.raises(error) as slow:
        interpret.encode(message)
    with pytest.raises(error) as fast:
        encode(message)
    assert str(fast.value) == str(slow.value)


@pytest.mark.parametrize("number", range(6))
def test_a_number_out_of_its_range_does_not_fit_in_any_engine(number: int) -> None:
    octets = bytes([3, number])
    fits = 2 <= number <= 4
    assert compile_fitter(ODDS)(octets) == fits
    assert reader(ODDS)(octets) == interpret.read_exactly(ODDS, octets)
    assert reader(ODD)(octets[1:]) == (Odd(number) if fits else None)
    assert (interpret.read_exactly(ODDS, octets) == Odds((Odd(3), Odd(number)), b"")) == fits


def test_what_need_not_fill_its_window_is_not_remembered() -> None:
    loose = Record(Odds, (Many("items", ODD), Rest("middle"), Uint("rest", 1)))
    with pytest.raises(TypeError):
        compile_decoders([Record(Odd, (Nested("number", (loose,), repeats=True),))])


def test_what_has_no_layout_there_is_not_encoded() -> None:
    with pytest.raises(WireError, match="Peer has no layout there"):
        interpret.encode_content(CAPABILITY_VALUE, PEER)


def test_what_holds_other_records_has_no_fitter() -> None:
    with pytest.raises(TypeError):
        compile_fitter(PDU)


class Counted(Value, frozen=True):
    """A number, numbers of which there are so many, and a rest that is there for some numbers only."""

    number: int
    numbers: tuple[int, ...]
    rest: bytes


COUNTED = Record(
    Counted, (RecordLength("length", 1), Uint("number", 1), Uints("numbers", 2, "number"), When("number", (2,), Rest()))
)


@pytest.mark.parametrize(
    "octets, value",
    [
        ("06 02 0001 0002", Counted(2, (1, 2), b"")),
        ("07 02 0001 0002 03", Counted(2, (1, 2), b"\3")),
        ("04 01 ffff", Counted(1, (0xFFFF,), b"")),
        ("02 00", Counted(0, (), b"")),
        ("03 00 00", None),
        ("05 01 ffff 00", None),
        ("03 01 ff", None),
        ("01 00", None),
        ("03 00", None),
    ],
)
def test_a_record_ends_where_its_own_length_says_in_every_engine(octets: str, value: Counted | None) -> None:
    given = bytes.fromhex(octets)
    assert interpret.read_exactly(COUNTED, given) == value
    assert reader(COUNTED)(given) == value
    if value is not None:
        assert interpret.encode_part(COUNTED, value) == given
        assert compile_encoders([COUNTED])[Counted](value) == given


def test_a_record_that_need_not_fill_its_window_ends_behind_its_fields() -> None:
    read = compile_decoders([ODD])[id(ODD)]
    assert read(b"\3\4", 0, 2) == (Odd(3), 1)


def test_octets_that_never_change_may_be_several() -> None:
    record = Record(Odd, (Fixed("magic", b"\1\2"), Uint("number", 1)))
    assert interpret.encode_part(record, Odd(7)) == compile_encoders([record])[Odd](Odd(7)) == b"\1\2\7"
    for octets, value in (b"\1\2\7", Odd(7)), (b"\1\3\7", None), (b"\2\2\7", None):
        assert reader(record)(octets) == interpret.read_exactly(record, octets) == value


def test_a_length_behind_as_many_octets_as_it_has_is_written_in_its_place() -> None:
    record = Record(Odd, (Uint("number", 2), RecordLength("length", 2)))
    assert interpret.encode_part(record, Odd(7)) == compile_encoders([record])[Odd](Odd(7)) == b"\0\x07\0\x04"


SIZED = Record(Odds, (Sized("length", 1, (Many("items", ODD),)), Rest()))


@pytest.mark.parametrize(
    "octets, fits", [("00", True), ("0102", True), ("0202", False), ("0105", False), ("", False), ("010203", True)]
)
def test_what_is_counted_has_to_fill_its_window_in_every_engine(octets: str, fits: bool) -> None:  # noqa: FBT001
    given = bytes.fromhex(octets)
    assert compile_fitter(SIZED)(given) == fits
    assert (interpret.read_exactly(SIZED, given) is not None) == fits
    assert reader(SIZED)(given) == interpret.read_exactly(SIZED, given)


def test_parts_are_read_at_any_offset_as_the_interpreter_reads_them() -> None:
    generator = Generator(seeded("parts"))
    messages = (message for _ in range(2000) if isinstance(message := generator.message(), RouteMonitoring))
    frames = [encode(message) for message in messages if message.pdu and isinstance(message.pdu.body, Update)]
    assert len(frames) > 100
    for frame in frames:
        expected = parts_of_spans(frame, interpret.spans(frame), ROUTE_PATHS)
        assert route_parts(b"\0" + frame + frame, 1) == (1 + len(frame), *expected)
        assert route_parts(frame[:-1], 0) is None


@pytest.mark.parametrize(
    "record, path",
    [
        (LAYOUTS[MessageType.INITIATION], "rest"),
        (LAYOUTS[MessageType.PEER_DOWN], "peer.type"),
        (LAYOUTS[MessageType.ROUTE_MONITORING], "rest"),
        (Record(Odd, (Octets("before", 1), *ODD.fields)), "before:number"),
        (Record(Odd, (Uint("type", 1), PARAMETER_VALUE)), "capabilities.code"),
    ],
)
def test_what_repeats_or_may_be_absent_has_no_parts(record: Record, path: str) -> None:
    with pytest.raises(TypeError):
        compile_parts(record, path)


@given(st.lists(st.sampled_from([0, 1, 2, 3, 16, 255]), max_size=24).map(bytes))
def test_records_are_looked_at_where_they_add_up(octets: bytes) -> None:
    read = interpret.read_exactly(ATTRIBUTES, octets)
    assert isinstance(read, Attributes)
    looked = compile_looker(ATTRIBUTE, "type", "value", [bytes.hex] * 256)(octets)
    assert looked == (None if read.rest else tuple((item.type, item.value.hex()) for item in read.items))


@given(ROUTES, st.sampled_from(FAMILIES), st.booleans())
def test_routes_fit_where_they_have_no_fault(routes: bytes, family: tuple[int, int], path_ids: bool) -> None:  # noqa: FBT001 - each way
    fault = nlri_fault(RouteField("nlri", 0, family, routes, withdrawn=False), path_ids=path_ids)
    assert routes_fitter(family, path_ids=path_ids)(routes) == (fault is None)


@given(st.lists(st.integers(0, 5), max_size=24).map(bytes))
def test_an_as_path_fits_where_nothing_is_left_of_it(octets: bytes) -> None:
    assert fits_as_path_of_2(octets) == (not read_as_path(octets, 2).rest)
    assert fits_as_path_of_4(octets) == (not read_as_path(octets, 4).rest)
