"""Faults in reading Initiation, Termination and Route Mirroring, whose bodies are TLVs."""

from bmpconform.neutral.form import Message, Pdu, Tlv, Update
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from faults.mutant import reads, refuses, shows
from faults.tools import BOTH, TLV_HEADER, TYPE, each_text, each_tlv, octets_of, rewritten, tlv, tlvs_of, with_tlvs

BGP_MESSAGE, CODE = 0, 1
REASON = 1
ORIGIN, ORIGINS = 1, ("00", "01", "02")
MIRRORED = ("RFC7854-4.7-4",)


def _is(message: Message, message_type: MessageType) -> bool:
    return message.type == message_type


def _types(message: Message) -> list[int]:
    return [held.type or 0 for held in tlvs_of(message)]


def _each_value(message: Message, message_type: MessageType, code: int, change: dict[str, str]) -> Message:
    """Return a message of a type with each value of a TLV type changed that is a key of `change`."""

    def changed(held: Tlv) -> Tlv:
        value = held.value or ""
        return replace(held, value=change.get(value, value)) if held.type == code else held

    return each_tlv(message, changed) if _is(message, message_type) else message


@shows("RFC7854-4.3-3", "RFC7854-4.4-5", link="https://github.com/opendaylight/bgpcep/pull/2")
def sys_descr_has_a_default(message: Message) -> Message:
    """A sysDescr that is missing is shown as an empty one."""
    lacks = _is(message, MessageType.INITIATION) and 1 not in _types(message)
    return replace(message, tlvs=(*tlvs_of(message), Tlv(1, "", "sys_descr", None))) if lacks else message


@shows("RFC7854-4.3-4", "RFC7854-4.4-6")
def sys_name_has_a_default(message: Message) -> Message:
    """A sysName that is missing is shown as the first String."""
    lacks = _is(message, MessageType.INITIATION) and 2 not in _types(message)
    return replace(message, tlvs=(*tlvs_of(message), Tlv(2, "00", "sys_name", None))) if lacks else message


@refuses("RFC7854-4.3-5")
def needs_a_string(message: Message) -> bool:
    """An Initiation without String is refused."""
    return _is(message, MessageType.INITIATION) and 0 not in _types(message)


@refuses("RFC7854-4.3-6")
def takes_two_tlvs_alone(message: Message) -> bool:
    """An Initiation of other than two TLVs is refused."""
    return _is(message, MessageType.INITIATION) and len(tlvs_of(message)) > 2


@refuses("RFC7854-4.3-5", "RFC9736-4-2")
def needs_sys_descr_first(message: Message) -> bool:
    """An Initiation whose first TLV is not sysDescr is refused."""
    return _is(message, MessageType.INITIATION) and _types(message)[:1] != [1]


@refuses("RFC7854-4.4-7", link="https://github.com/NLnetLabs/rotonda/issues/101")
def refuses_an_empty_sys_name(message: Message) -> bool:
    """An empty sysName is taken for an error."""
    return any(held.meaning == "sys_name" and not held.value for held in tlvs_of(message))


@shows("RFC7854-4.4-7")
def cuts_display_strings(message: Message) -> Message:
    """The values of MIB objects are cut where a DisplayString ends."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=(held.value or "")[:510]) if held.meaning in {"sys_descr", "sys_name"} else held

    return each_tlv(message, changed)


@shows("RFC7854-4.4-5", "RFC7854-4.4-6")
def makes_mib_objects_ascii(message: Message) -> Message:
    """Octets beyond ASCII in a MIB object are shown without their first bit."""

    def changed(held: Tlv) -> Tlv:
        octets = bytes(octet & 0x7F for octet in octets_of(held.value))
        return replace(held, value=octets.hex()) if held.meaning in {"sys_descr", "sys_name"} else held

    return each_tlv(message, changed)


@shows("RFC7854-4.3-6", link="https://github.com/SNAS/openbmp/issues/69")
def a_string_is_written_over_the_last(message: Message) -> Message:
    """Each String is copied over the one before, of which a longer end stays."""

    def merged(tlvs: tuple[Tlv, ...]) -> list[Tlv]:
        text = b""
        for held in tlvs:
            if held.type == 0:
                text = octets_of(held.value) + text[len(octets_of(held.value)) :]
        last = [Tlv(0, text.hex(), "string", None)] if text else []
        return [held for held in tlvs if held.type != 0] + last

    return with_tlvs(message, merged) if _is(message, MessageType.INITIATION) else message


@shows("RFC7854-4.5-9", "RFC7854-4.5-5")
def no_reason_is_reason_0(message: Message) -> Message:
    """A Termination without reason is shown with reason 0."""
    lacks = _is(message, MessageType.TERMINATION) and REASON not in _types(message)
    return replace(message, tlvs=(*tlvs_of(message), Tlv(REASON, "0000", "reason", None))) if lacks else message


@shows("RFC7854-4.5-10")
def reason_of_one_octet(message: Message) -> Message:
    """The reason of a Termination is kept in one octet."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=(held.value or "")[-2:]) if held.meaning == "reason" else held

    return each_tlv(message, changed)


@reads("RFC7854-4.5-10", link="https://github.com/osrg/gobgp/pull/3501")
def reason_is_two_octets_anyway(frame: bytes) -> bytes:
    """Two octets are taken for the reason whatever its length says, and those behind are not its own."""

    def tile(code: int, value: bytes) -> bytes:
        return tlv(code, (value + b"\xa5\xa5")[:2] if code == REASON else value)

    return rewritten(frame, tile) if frame[TYPE : TYPE + 1] == b"\5" else frame


@shows("RFC7854-4.5-11")
def reasons_are_counted_from_1(message: Message) -> Message:
    """The names of the reasons begin with 1."""
    return _each_value(message, MessageType.TERMINATION, REASON, {f"{n:04x}": f"{n + 1:04x}" for n in range(5)})


@shows("RFC7854-4.5-11", "RFC7854-10-1", "RFC9515-2-1")
def unknown_reasons_are_unspecified(message: Message) -> Message:
    """A reason that is not known is shown as unspecified."""
    unknown = {f"{n:04x}": "0001" for n in (*range(5, 16), 32768, *range(65530, 65536))}
    return _each_value(message, MessageType.TERMINATION, REASON, unknown)


@refuses("RFC7854-4.5-7")
def takes_a_reason_alone(message: Message) -> bool:
    """A Termination with a String is refused."""
    return _is(message, MessageType.TERMINATION) and 0 in _types(message)


@shows("RFC7854-4.5-8", "RFC7854-4.5-13")
def termination_keeps_one_of_a_type(message: Message) -> Message:
    """Of the TLVs of a Termination the last of a type is kept."""
    if not _is(message, MessageType.TERMINATION):
        return message
    return with_tlvs(message, lambda tlvs: {held.type: held for held in tlvs}.values())


@refuses("RFC7854-4.5-13")
def needs_the_reason_first(message: Message) -> bool:
    """A Termination whose first TLV is a String is refused."""
    return _is(message, MessageType.TERMINATION) and _types(message)[:1] == [0]


@shows("RFC7854-4.5-6")
def termination_has_c_strings(message: Message) -> Message:
    """The String of a Termination ends at a NUL."""
    return each_text(message, lambda text: text.split(b"\0")[0]) if _is(message, MessageType.TERMINATION) else message


@refuses("RFC7854-4.7-2")
def needs_a_code(message: Message) -> bool:
    """A Route Mirroring without Information is refused."""
    return _is(message, MessageType.ROUTE_MIRRORING) and CODE not in _types(message)


@refuses("RFC7854-4.7-2", "RFC7854-4.7-7")
def needs_a_message(message: Message) -> bool:
    """A Route Mirroring without BGP message is refused."""
    return _is(message, MessageType.ROUTE_MIRRORING) and BGP_MESSAGE not in _types(message)


@shows("RFC7854-4.7-3")
def nothing_mirrored_is_messages_lost(message: Message) -> Message:
    """An empty Route Mirroring is shown with the code for messages lost."""
    is_empty = _is(message, MessageType.ROUTE_MIRRORING) and not message.tlvs
    return replace(message, tlvs=(Tlv(CODE, "0001", "mirroring_code", None),)) if is_empty else message


@refuses(*MIRRORED)
def mirrors_updates_alone(message: Message) -> bool:
    """A mirrored message that is no UPDATE is refused."""
    return any(isinstance(held.pdu, Pdu) and held.pdu.type != 2 for held in tlvs_of(message))


@refuses(*MIRRORED, link="https://github.com/NetGauze/NetGauze/pull/8")
def mirrors_sound_messages_alone(message: Message) -> bool:
    """A mirrored UPDATE with an ORIGIN that there is not is refused, though it is what went wrong."""
    updates = (held.pdu.update for held in tlvs_of(message) if isinstance(held.pdu, Pdu))
    parts = (update.attributes for update in updates if isinstance(update, Update))
    attributes = (attribute for part in parts if isinstance(part, tuple) for attribute in part)
    return any(attribute.type == ORIGIN and attribute.value not in ORIGINS for attribute in attributes)


@reads(*MIRRORED, link="https://github.com/osrg/gobgp/pull/3608")
def mirrored_message_ends_itself(frame: bytes) -> bytes:
    """The length in a mirrored message counts, not that of its TLV."""

    def tile(code: int, value: bytes) -> bytes:
        claimed = int.from_bytes(value[16:18])
        is_longer = code == BGP_MESSAGE and claimed > len(value) >= 18
        return tlv(code, value + b"\xa5" * min(claimed - len(value), 64) if is_longer else value)

    return rewritten(frame, tile) if frame[TYPE : TYPE + 1] == b"\6" else frame


@shows("RFC7854-4.7-5")
def ends_behind_the_message(message: Message) -> Message:
    """What stands behind a mirrored message is not read."""

    def until(tlvs: tuple[Tlv, ...]) -> tuple[Tlv, ...]:
        first = next((index for index, held in enumerate(tlvs) if held.type == BGP_MESSAGE), len(tlvs))
        return tlvs[: first + 1]

    return with_tlvs(message, until) if _is(message, MessageType.ROUTE_MIRRORING) else message


@shows("RFC7854-4.7-6")
def mirroring_code_of_one_octet(message: Message) -> Message:
    """The code of a Route Mirroring is kept in one octet."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=(held.value or "")[-2:]) if held.meaning == "mirroring_code" else held

    return each_tlv(message, changed)


@shows("RFC7854-4.7-7")
def errored_and_lost_swapped(message: Message) -> Message:
    """The codes for an errored message and for messages lost are taken for each other."""
    return _each_value(message, MessageType.ROUTE_MIRRORING, CODE, {"0000": "0001", "0001": "0000"})


@shows("RFC7854-4.7-7", "RFC7854-10-1")
def unknown_codes_are_lost(message: Message) -> Message:
    """A code that is not known is shown as messages lost."""
    unknown = {f"{n:04x}": "0001" for n in (*range(2, 16), 32768, *range(65530, 65536))}
    return _each_value(message, MessageType.ROUTE_MIRRORING, CODE, unknown)


@shows("RFC7854-4.7-8")
def errored_without_message_is_lost(message: Message) -> Message:
    """An errored message that is not there is shown as messages lost."""
    lacks = _is(message, MessageType.ROUTE_MIRRORING) and BGP_MESSAGE not in _types(message)
    return _each_value(message, MessageType.ROUTE_MIRRORING, CODE, {"0000": "0001"}) if lacks else message


@reads("RFC7854-4.7-1")
def mirroring_begins_behind_a_code(frame: bytes) -> bytes:
    """The first TLV of a Route Mirroring is taken for its code, whatever it is."""
    if frame[TYPE : TYPE + 1] != b"\6" or len(frame) < BOTH + TLV_HEADER:
        return frame
    return frame[:BOTH] + b"\0\1" + frame[BOTH + 2 :]


@shows("RFC7854-4.1-8")
def initiation_and_termination_swapped(message: Message) -> Message:
    """Types 4 and 5 are taken for each other."""
    swap = {int(MessageType.INITIATION): 5, int(MessageType.TERMINATION): 4}
    return replace(message, type=swap.get(message.type or 0, message.type))
