"""Faults in writing TLVs."""

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral.form import Message, Session, Tlv
from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from faults.mutant import asks, encodes, writes
from faults.tools import (
    TYPE,
    each_text,
    is_text,
    octets_of,
    retyped,
    rewritten,
    texts_of,
    tlv,
    tlv_area,
    tlvs_of,
    with_tlvs,
)

COUNTED = ("RFC7854-4.4-3", "RFC9736-2-2")
UTF_8 = ("RFC7854-4.4-2", "RFC9736-2-1")
LENGTH = ("RFC7854-4.4-1", "RFC9736-3.3-1")
ORDER = ("RFC7854-4.4-4", "RFC9736-3.3-2", "RFC8671-6.3.1-3", "RFC9069-5.2.1-8")
SEVERAL = ("RFC7854-4.3-6", "RFC7854-4.5-8", "RFC9736-3.2-2", "RFC8671-6.3.1-2", "RFC9069-5.2.1-7")
MOST = 0xFFFF


def _is(message: Message, message_type: MessageType) -> bool:
    return message.type == message_type


@asks(*COUNTED, "HOUSE-nul")
def counts_the_nul(message: Message) -> Message:
    """The length of a text is that of its buffer, strlen and one."""
    return each_text(message, lambda text: text + b"\0")


@asks(*COUNTED)
def writes_up_to_the_nul(message: Message) -> Message:
    """The length of a text is what strlen says."""
    return each_text(message, lambda text: text.partition(b"\0")[0])


@asks(*COUNTED)
def strips_trailing_nuls(message: Message) -> Message:
    """NULs at the end of a text are taken for padding."""
    return each_text(message, lambda text: text.rstrip(b"\0"))


@writes(*COUNTED)
def writes_a_nul_behind(frame: bytes) -> bytes:
    """A NUL is written behind each value, and not counted in its length."""
    return rewritten(frame, lambda code, value: tlv(code, value) + b"\0")


@asks(*COUNTED)
def pads_texts_to_four(message: Message) -> Message:
    """A text is filled up with NULs to a multiple of four octets, and they are counted."""
    return each_text(message, lambda text: text + bytes(-len(text) % 4))


@writes(*UTF_8)
def counts_characters(frame: bytes) -> bytes:
    """The length of a text is the number of its characters."""

    def tile(code: int, value: bytes) -> bytes:
        return code.to_bytes(2) + len(value.decode("utf-8", "replace")).to_bytes(2) + value

    return rewritten(frame, tile) if frame[TYPE : TYPE + 1] in {b"\3", b"\4"} else frame


@asks(*UTF_8)
def writes_latin_1(message: Message) -> Message:
    """The text is written as ISO 8859-1 where it fits."""
    return each_text(message, lambda text: text.decode("utf-8", "replace").encode("latin-1", "replace"))


@asks(*UTF_8)
def writes_ascii(message: Message) -> Message:
    """Characters beyond ASCII are written as a question mark."""
    return each_text(message, lambda text: text.decode("utf-8", "replace").encode("ascii", "replace"))


@asks(*LENGTH)
def cuts_at_255(message: Message) -> Message:
    """A text is cut to 255 octets."""
    return each_text(message, lambda text: text[:255])


@asks("RFC7854-4.4-7")
def cuts_an_empty_name(message: Message) -> Message:
    """A value that is empty is written as "unknown"."""
    return each_text(message, lambda text: text or b"unknown")


@encodes(*LENGTH)
def cuts_what_is_too_long(message: Message, session: Session | None) -> bytes:
    """A text of more than 65,535 octets is cut to what the length can say."""
    return reference.encode(each_text(message, lambda text: text[:MOST]), session)


@encodes(*LENGTH)
def refuses_more_than_a_bgp_message(message: Message, session: Session | None) -> bytes:
    """A message of more than 4096 octets is not written."""
    frame = reference.encode(message, session)
    if texts_of(message) and len(frame) > 4096:
        raise Reject("too-long")
    return frame


@writes(*LENGTH)
def counts_the_header(frame: bytes) -> bytes:
    """The length of a TLV counts its own four octets."""

    def tile(code: int, value: bytes) -> bytes:
        return code.to_bytes(2) + ((len(value) + 4) & MOST).to_bytes(2) + value

    return rewritten(frame, tile)


@writes(*LENGTH)
def lengths_of_little_endian(frame: bytes) -> bytes:
    """The octets of a TLV length are written in the wrong order."""
    return rewritten(frame, lambda code, value: code.to_bytes(2) + len(value).to_bytes(2, "little") + value)


@writes(*LENGTH)
def types_of_little_endian(frame: bytes) -> bytes:
    """The octets of a TLV type are written in the wrong order."""
    return retyped(frame, lambda code: int.from_bytes(code.to_bytes(2), "little"))


@writes(*LENGTH)
def pads_tlvs_to_four(frame: bytes) -> bytes:
    """TLVs are filled up to a multiple of four octets."""
    return rewritten(frame, lambda code, value: tlv(code, value) + bytes(-len(value) % 4))


@asks(*LENGTH)
def leaves_empty_tlvs_out(message: Message) -> Message:
    """A TLV without value is not written."""
    return with_tlvs(message, lambda tlvs: (held for held in tlvs if held.value))


@asks(*SEVERAL)
def writes_a_type_once(message: Message) -> Message:
    """TLVs are kept in a table by their type."""
    return with_tlvs(message, lambda tlvs: {held.type: held for held in tlvs}.values())


@asks(*ORDER)
def writes_texts_sorted(message: Message) -> Message:
    """TLVs are written in the order of their types and values."""
    return with_tlvs(message, lambda tlvs: sorted(tlvs, key=lambda held: (held.type or 0, held.value)))


@asks(*ORDER)
def writes_types_in_turn(message: Message) -> Message:
    """TLVs are written type by type."""
    return with_tlvs(message, lambda tlvs: sorted(tlvs, key=lambda held: held.type or 0))


@asks("RFC9736-4-1", "RFC9736-3.3-5", "RFC9736-3.3-6")
def peer_up_has_strings_alone(message: Message) -> Message:
    """All TLVs of a Peer Up are written as Strings."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, type=0) if is_text(message, held) else held

    return with_tlvs(message, lambda tlvs: map(changed, tlvs)) if _is(message, MessageType.PEER_UP) else message


@asks("RFC9736-4-1", "RFC9736-3.3-5", "RFC9736-3.3-6")
def label_and_name_swapped(message: Message) -> Message:
    """VRF/Table Name and Admin Label are written with each other's number."""
    swap = {3: 4, 4: 3}
    if not _is(message, MessageType.PEER_UP):
        return message
    return with_tlvs(message, lambda tlvs: (replace(held, type=swap.get(held.type or 0, held.type)) for held in tlvs))


@asks("RFC9736-3.1-1", "RFC9736-4-2", "RFC9736-4-1")
def peer_up_repeats_the_name(message: Message) -> Message:
    """A sysName is written into the Peer Up too."""
    if not _is(message, MessageType.PEER_UP):
        return message
    return replace(message, tlvs=(*tlvs_of(message), Tlv(2, b"router".hex())))


@asks("RFC7854-4.3-2", "RFC7854-4.3-3", "RFC7854-4.3-4", link="https://github.com/osrg/gobgp/issues/2003")
def initiation_has_no_mib_objects(message: Message) -> Message:
    """An Initiation is written without sysDescr and sysName."""
    if not _is(message, MessageType.INITIATION):
        return message
    return with_tlvs(message, lambda tlvs: (held for held in tlvs if held.type not in {1, 2}))


@asks("RFC7854-4.3-4", "RFC7854-4.4-6")
def sys_name_is_the_host(message: Message) -> Message:
    """A sysName is written as the name of the host, asked or not."""
    if not _is(message, MessageType.INITIATION):
        return message
    kept = tuple(held for held in tlvs_of(message) if held.type != 2)
    return replace(message, tlvs=(*kept, Tlv(2, b"localhost".hex())))


@asks("RFC7854-4.3-3", "RFC7854-4.4-5")
def sys_descr_is_the_program(message: Message) -> Message:
    """A sysDescr is written as the name of the program, asked or not."""
    if not _is(message, MessageType.INITIATION):
        return message
    kept = tuple(held for held in tlvs_of(message) if held.type != 1)
    return replace(message, tlvs=(Tlv(1, b"bgpd".hex()), *kept))


@asks("RFC7854-4.5-9")
def termination_always_has_a_reason(message: Message) -> Message:
    """A reason is written into each Termination that has none."""
    lacks = _is(message, MessageType.TERMINATION) and all(held.type != 1 for held in tlvs_of(message))
    return replace(message, tlvs=(*tlvs_of(message), Tlv(1, "0001"))) if lacks else message


@writes("RFC7854-4.5-10")
def reason_of_four_octets(frame: bytes) -> bytes:
    """The reason of a Termination is written as a number of 32 bits."""

    def tile(code: int, value: bytes) -> bytes:
        return tlv(code, b"\0\0" + value if code == 1 else value)

    return rewritten(frame, tile) if frame[TYPE : TYPE + 1] == b"\5" else frame


@writes("RFC7854-4.7-6")
def mirroring_code_of_one_octet(frame: bytes) -> bytes:
    """The code of a Route Mirroring is written as one octet."""

    def tile(code: int, value: bytes) -> bytes:
        return tlv(code, value[1:] if code == 1 else value)

    return rewritten(frame, tile) if frame[TYPE : TYPE + 1] == b"\6" else frame


@asks("RFC7854-4.7-5", "RFC7854-4.7-1")
def mirrored_message_first(message: Message) -> Message:
    """The mirrored message is written in front of its code."""
    if not _is(message, MessageType.ROUTE_MIRRORING):
        return message
    return with_tlvs(message, lambda tlvs: sorted(tlvs, key=lambda held: held.type or 0))


@asks("RFC7854-4.7-3")
def empty_mirroring_is_messages_lost(message: Message) -> Message:
    """A Route Mirroring without TLV is written with the code for messages lost."""
    is_empty = _is(message, MessageType.ROUTE_MIRRORING) and not message.tlvs
    return replace(message, tlvs=(Tlv(1, "0001"),)) if is_empty else message


@writes("RFC7854-4.7-4")
def mirrored_message_without_marker(frame: bytes) -> bytes:
    """A mirrored message is written without the sixteen octets of its marker."""

    def tile(code: int, value: bytes) -> bytes:
        return tlv(code, value[16:] if code == 0 else value)

    return rewritten(frame, tile) if frame[TYPE : TYPE + 1] == b"\6" else frame


@asks("RFC7854-4.7-7")
def mirroring_codes_from_1(message: Message) -> Message:
    """The codes of a Route Mirroring begin with 1."""

    def changed(held: Tlv) -> Tlv:
        is_code = held.type == 1 and held.value in {"0000", "0001"}
        return replace(held, value=f"{int.from_bytes(octets_of(held.value)) + 1:04x}") if is_code else held

    return with_tlvs(message, lambda tlvs: map(changed, tlvs)) if _is(message, MessageType.ROUTE_MIRRORING) else message


@asks("RFC9069-5.3-2", "RFC9069-5.3-3")
def reason_6_without_name(message: Message) -> Message:
    """Reason 6 is written without its TLVs."""
    return with_tlvs(message, lambda _: ()) if _is(message, MessageType.PEER_DOWN) else message


@writes("RFC9736-3.2-1", "RFC7854-4.10-7")
def peer_up_without_information(frame: bytes) -> bytes:
    """A Peer Up is written without its TLVs."""
    start = tlv_area(frame)
    return frame[:1] + start.to_bytes(4) + frame[5:start] if frame[TYPE : TYPE + 1] == b"\3" and start else frame


@asks("RFC9069-5.2.1-4", "RFC9069-5.2.1-5")
def all_loc_ribs_are_global(message: Message) -> Message:
    """The name of each Loc-RIB is written as "global"."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=b"global".hex()) if held.type == 3 else held

    return with_tlvs(message, lambda tlvs: map(changed, tlvs)) if _is(message, MessageType.PEER_UP) else message


@asks("RFC9069-5.2.1-3", "RFC9736-3.3-4")
def names_of_64_octets(message: Message) -> Message:
    """A table name is cut to 64 octets."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=(held.value or "")[:128]) if held.type == 3 else held

    return with_tlvs(message, lambda tlvs: map(changed, tlvs)) if _is(message, MessageType.PEER_UP) else message
