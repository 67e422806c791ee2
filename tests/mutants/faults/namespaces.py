"""Faults in what a TLV type means: RFC 9736 parted the types of Initiation and Peer Up, and some never heard of it."""

from bmpconform.neutral.form import Message, Tlv
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from faults.mutant import reads, refuses, shows
from faults.tools import each_tlv, retyped, tlvs_of, with_tlvs

PARTED = ("RFC9736-4-4",)
PEER_UP = ("RFC9736-4-1",)
INITIATION = ("RFC9736-4-2",)
SHARED = {0: "string", 1: "sys_descr", 2: "sys_name", 3: "vrf_table_name", 4: "admin_label"}


def _meaning(message: Message, message_type: MessageType, words: dict[int, str]) -> Message:
    def named(tlv: Tlv) -> Tlv:
        return replace(tlv, meaning=words.get(tlv.type or 0, tlv.meaning))

    return each_tlv(message, named) if message.type == message_type else message


@shows(*PARTED)
def one_table_in_peer_up(message: Message) -> Message:
    """One table serves both messages: types 1 and 2 of a Peer Up are sysDescr and sysName."""
    return _meaning(message, MessageType.PEER_UP, SHARED)


@shows(*PARTED)
def one_table_in_initiation(message: Message) -> Message:
    """One table serves both messages: types 3 and 4 of an Initiation are VRF/Table Name and Admin Label."""
    return _meaning(message, MessageType.INITIATION, SHARED)


@shows(*PARTED)
def first_octets_decide(message: Message) -> Message:
    """A Peer Up's type 1 is sysDescr if it holds text, else reserved."""
    return _meaning(message, MessageType.PEER_UP, {1: "sys_descr"})


@shows(*PEER_UP)
def label_and_name_swapped(message: Message) -> Message:
    """VRF/Table Name and Admin Label have each other's number."""
    return _meaning(message, MessageType.PEER_UP, {3: "admin_label", 4: "vrf_table_name"})


@shows(*PEER_UP)
def names_are_strings(message: Message) -> Message:
    """All TLVs of a Peer Up are taken for Strings, as RFC 7854 had no other there."""
    return _meaning(message, MessageType.PEER_UP, {3: "string", 4: "string"})


@shows(*INITIATION)
def descr_and_name_swapped(message: Message) -> Message:
    """The types of sysDescr and sysName have each other's number."""
    return _meaning(message, MessageType.INITIATION, {1: "sys_name", 2: "sys_descr"})


@shows("RFC7854-4.5-5", "RFC7854-4.5-10")
def termination_in_the_table_of_initiation(message: Message) -> Message:
    """The reason of a Termination, type 1, is taken for sysDescr."""
    return _meaning(message, MessageType.TERMINATION, {1: "sys_descr"})


@shows("RFC7854-4.7-6", "RFC7854-4.7-4")
def mirroring_in_the_table_of_initiation(message: Message) -> Message:
    """The code of a Route Mirroring, type 1, is taken for sysDescr."""
    return _meaning(message, MessageType.ROUTE_MIRRORING, {0: "string", 1: "sys_descr"})


@shows("RFC9069-5.3-3", "RFC9069-5.3-2")
def peer_down_in_the_table_of_initiation(message: Message) -> Message:
    """The name in a Peer Down, type 3, is not known there."""
    return _meaning(message, MessageType.PEER_DOWN, {3: "sys_descr"})


@shows("RFC7854-4.4-9")
def ends_at_an_unknown_type(message: Message) -> Message:
    """A TLV type that is not known ends the list."""

    def known(tlvs: tuple[Tlv, ...]) -> tuple[Tlv, ...]:
        unknown = [index for index, tlv in enumerate(tlvs) if tlv.meaning == "unknown"]
        return tlvs[: unknown[0]] if unknown else tlvs

    return with_tlvs(message, known)


@shows("RFC7854-4.4-9")
def unknown_types_are_strings(message: Message) -> Message:
    """A TLV type that is not known is taken for a String."""
    return each_tlv(message, lambda tlv: replace(tlv, meaning="string") if tlv.meaning == "unknown" else tlv)


@reads("RFC7854-4.4-1", "RFC9736-3.3-1", "RFC9736-4-3")
def types_of_eight_bits(frame: bytes) -> bytes:
    """The first octet of a TLV type is not read."""
    return retyped(frame, lambda code: code & 0xFF)


@reads("RFC9515-2-1", "RFC7854-4.4-9")
def first_bit_is_a_flag(frame: bytes) -> bytes:
    """The first bit of a TLV type is taken for the enterprise bit that version 4 has."""
    return retyped(frame, lambda code: code & 0x7FFF)


@reads("RFC7854-4.4-1", "RFC9736-3.3-1")
def types_of_little_endian(frame: bytes) -> bytes:
    """The octets of a TLV type are read in the wrong order."""
    return retyped(frame, lambda code: int.from_bytes(code.to_bytes(2), "little"))


@refuses("RFC9736-3.2-1", "RFC7854-4.10-7")
def peer_up_has_no_tlvs(message: Message) -> bool:
    """A Peer Up with Information is refused."""
    return message.type == MessageType.PEER_UP and bool(tlvs_of(message))


@refuses("RFC9736-3.2-1", "RFC7854-4.10-7")
def peer_up_must_have_tlvs(message: Message) -> bool:
    """A Peer Up without Information is refused."""
    return message.type == MessageType.PEER_UP and not tlvs_of(message)
