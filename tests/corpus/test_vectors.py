"""The vectors that are there: they hold, there are enough, and what the project is about has the most."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from bmpconform.corpus.lint import lint
from bmpconform.corpus.load import FOLDERS, load, load_flags, topic_files
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.vector import Op, OutcomeLevel, Vector
from bmpconform.neutral.form import Tlv
from bmpconform.wire.codes import MessageType

VECTORS = load().vectors
ENOUGH = 700
EDGES = {0, 1, 255, 256, 4096, 65532, 65533, 65534, 65535}
# The first octet of a type below 256 is 0x00, where a C string would end.
HIDES_NOTHING = range(0x100, 0x10000)
STRINGS = [(MessageType.INITIATION, code) for code in range(3)] + [(MessageType.PEER_UP, code) for code in (0, 3, 4)]


def _tlvs(vector: Vector, message_type: int) -> Iterator[Tlv]:
    if vector.message and vector.message.type == message_type:
        yield from vector.message.tlvs or ()


def _values(message_type: int, *tlv_types: int) -> list[bytes]:
    """Return the values of TLVs of these types that a decoder meets in messages of this type."""
    return [
        bytes.fromhex(tlv.value or "")
        for vector in VECTORS
        if Op.DECODE in vector.ops
        for tlv in _tlvs(vector, message_type)
        if tlv.type in tlv_types
    ]


def test_every_vector_holds() -> None:
    assert lint() == []


def test_there_are_enough_in_every_folder() -> None:
    files = list(topic_files(vectors_folder()))
    assert {file.partition("/")[0] for file in files} == set(FOLDERS)
    assert len(VECTORS) >= ENOUGH


def test_every_flag_of_the_glossary_is_on_a_vector() -> None:
    assert {flag for vector in VECTORS for flag in vector.flags} == set(load_flags(vectors_folder()))


def test_what_breaks_no_document_passes_only_when_it_is_accepted() -> None:
    for vector in VECTORS:
        if not vector.finding:
            passed = [outcome.observation.value for outcome in vector.outcomes if outcome.level is OutcomeLevel.PASS]
            assert passed == (["accepted"] if vector.fields else ["rejected"]), vector.id


@pytest.mark.parametrize("message_type", MessageType)
def test_every_message_type_is_decoded_and_encoded(message_type: MessageType) -> None:
    ops = {op for vector in VECTORS if vector.message and vector.message.type == message_type for op in vector.ops}
    assert ops == {Op.DECODE, Op.ENCODE}


@pytest.mark.parametrize("message_type, tlv_type", [(MessageType.INITIATION, 0), (MessageType.PEER_UP, 0)])
def test_strings_have_every_length_at_an_edge(message_type: int, tlv_type: int) -> None:
    assert {len(value) for value in _values(message_type, tlv_type)} >= EDGES


@pytest.mark.parametrize("message_type, tlv_type", STRINGS)
def test_each_string_is_followed_by_a_type_that_hides_no_over_read(message_type: int, tlv_type: int) -> None:
    assert any(
        first.type == tlv_type and first.value and not first.value.endswith("00") and second.type in HIDES_NOTHING
        for vector in VECTORS
        for first, second in pairwise(_tlvs(vector, message_type))
    )


@pytest.mark.parametrize("message_type, tlv_type", STRINGS)
def test_each_string_has_its_nuls(message_type: int, tlv_type: int) -> None:
    values = _values(message_type, tlv_type)
    assert any(value.endswith(b"\0") and value.strip(b"\0") for value in values)
    assert any(b"\0" in value.strip(b"\0") for value in values)


@pytest.mark.parametrize("message_type", [MessageType.INITIATION, MessageType.PEER_UP])
def test_each_namespace_meets_every_kind_of_type(message_type: int) -> None:
    types = {tlv.type for vector in VECTORS for tlv in _tlvs(vector, message_type)}
    assert types >= {0, 1, 2, 3, 4, 5, 32767, 32768, 65530, 65531, 65534, 65535}
