"""Each code point that is a landmark of its registry is looked for in the octets of the vectors."""

import pytest

import raw
import vectors as made
from bmpconform.corpus.code_points import CodePoint, code_points
from bmpconform.corpus.evidence import Gap
from bmpconform.corpus.vector import Vector
from bmpconform.wire.codes import REGISTRIES, Status

STRINGS = (raw.tlv(1, b"router"), raw.tlv(2, b"r1"))


def at(registry: str, code: int, *vectors: Vector) -> CodePoint:
    """Return what the vectors say of one code point of the default profile."""
    return next(
        point for point in code_points(made.PROFILE, vectors) if (point.registry, point.code) == (registry, code)
    )


@pytest.mark.parametrize(
    "registry, code, frame",
    [
        ("BMP Message Types", 4, raw.message(4, *STRINGS)),
        ("BMP Peer Types", 1, raw.message(2, raw.peer(1, rd=raw.u64(1)), b"\x04")),
        ("BMP Initiation Information TLVs", 0, raw.message(4, *STRINGS, raw.tlv(0, b"a"))),
        ("BMP Peer Up Message TLVs", 4, raw.peer_up(raw.tlv(4, b"a"))),
        ("BMP Termination Message TLVs", 1, raw.message(5, raw.tlv(1, raw.u16(0)))),
        ("BMP Termination Message Reason Codes", 3, raw.message(5, raw.tlv(1, raw.u16(3)))),
        ("BMP Peer Down Reason Codes", 5, raw.message(2, raw.peer(), b"\x05")),
        ("BMP Route Mirroring TLVs", 1, raw.message(6, raw.peer(), raw.tlv(1, raw.u16(1)))),
        ("BMP Route Mirroring Information Codes", 1, raw.message(6, raw.peer(), raw.tlv(1, raw.u16(1)))),
        ("BMP Statistics Types", 7, raw.message(1, raw.peer(), raw.u32(1), raw.tlv(7, raw.u64(1)))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_assigned_code_point_occurs_in_a_frame_that_breaks_nothing(registry: str, code: int, frame: bytes) -> None:
    assert at(registry, code).gaps == (Gap.POSITIVE,)
    found = at(registry, code, made.vector(frame))
    assert (found.status, found.positive, found.gaps) == (Status.ASSIGNED, ("test/one",), ())


def test_an_assigned_code_point_wants_a_vector_that_breaks_nothing() -> None:
    found = at("BMP Initiation Information TLVs", 1, made.vector(raw.message(4, raw.tlv(1, b"router"))))
    assert (found.negative, found.gaps) == (("test/one",), (Gap.POSITIVE,))


def test_any_vector_will_do_for_a_code_point_without_a_meaning() -> None:
    assert at("BMP Peer Types", 255).gaps == (Gap.VECTOR,)
    assert at("BMP Peer Types", 255, made.vector(raw.message(2, raw.peer(255), b"\x04"))).gaps == ()


def test_what_is_unassigned_in_between_has_vectors_at_its_ends() -> None:
    codes = [point.code for point in code_points(made.PROFILE, ()) if point.registry == "BMP Statistics Types"]
    assert codes == [*range(45), 32767, 32768, 65530, 65531, 65534, 65535]


def test_every_registry_is_there() -> None:
    assert {point.registry for point in code_points(made.PROFILE, ())} == {registry.name for registry in REGISTRIES}


def test_octets_that_are_no_frame_have_no_code_point() -> None:
    points = code_points(made.PROFILE, [made.vector(bytes.fromhex("ee0000000c04"))])
    assert not any(point.positive or point.negative for point in points)
