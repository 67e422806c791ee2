"""D3: faults that show where several fields agree: a length with what it counts, a count, members in an order."""

from bmpbench.planted.fault import Difficulty, HangError, Kind, Planting, Stage
from bmpconform.neutral.form import Capability, Message, Open, Pdu, Prefix, Tlv
from bmpconform.wire.codes import CapabilityCode, MessageType, MirroringTlvType
from bmpconform.wire.value import replace
from faults.tools import octets_of, rewritten, tlv, tlvs_of, with_capabilities, with_tlvs, with_update

D3 = Planting(Difficulty.D3)
STRING, REASON, EXTENDED = 0, 1, 0x10
MOST_TLVS = 8
_PDU_LENGTH, _PDU_LENGTH_END = 16, 18


def opens_of(message: Message) -> list[Open]:
    """Return the OPENs of a message that can be read."""
    held = (message.sent_open, message.received_open)
    return [pdu.open for pdu in held if isinstance(pdu, Pdu) and isinstance(pdu.open, Open)]


@D3.shown(Kind.LOST_TLV, MessageType.STATISTICS_REPORT)
def a_type_is_kept_once(message: Message) -> Message:
    """Statistics are kept in a table by their type."""
    held = message.statistics or ()
    return replace(message, statistics=tuple({one.type: one for one in held}.values())) if held else message


@D3.shown(Kind.CRASH, MessageType.STATISTICS_REPORT)
def mean_of_nothing(message: Message) -> Message:
    """What a statistic takes is worked out from how many there are."""
    if isinstance(message.length, int) and isinstance(message.count, int):
        _ = message.length // message.count
    return message


@D3.shown(Kind.WRONG_VALUE, MessageType.PEER_UP, link="SNAS/openbmp/issues/69")
def a_string_is_written_over_the_last(message: Message) -> Message:
    """Each String is copied over the one before, of which a longer end stays."""
    texts = [octets_of(held.value) for held in tlvs_of(message) if held.type == STRING]
    if len(texts) < 2:
        return message
    text = b""
    for one in texts:
        text = one + text[len(one) :]
    others = tuple(held for held in tlvs_of(message) if held.type != STRING)
    return replace(message, tlvs=(*others, Tlv(STRING, text.hex(), "string", None)))


@D3.shown(Kind.CRASH, MessageType.INITIATION)
def eight_tlvs_fit(message: Message) -> Message:
    """The TLVs of an Initiation are put into a table of eight."""
    table: list[Tlv | None] = [None] * MOST_TLVS
    for number, held in enumerate(tlvs_of(message)):
        table[number] = held
    return message


@D3.shown(Kind.LOST_TLV, MessageType.PEER_DOWN)
def one_tlv_behind_a_reason(message: Message) -> Message:
    """Behind reason 6 one TLV is read."""
    return with_tlvs(message, lambda tlvs: tlvs[:1])


@D3.shown(Kind.LOST_TLV, MessageType.PEER_UP)
def ends_at_an_empty_tlv(message: Message) -> Message:
    """A TLV of no octets is taken for the end of the list."""
    values = [held.value for held in tlvs_of(message)]
    return with_tlvs(message, lambda tlvs: tlvs[: values.index("")]) if "" in values else message


@D3.shown(Kind.WRONG_VALUE, MessageType.PEER_UP, link="osrg/gobgp/issues/1037")
def graceful_restart_takes_the_rest(message: Message) -> Message:
    """The capability for graceful restart is taken to reach to the end of its parameter."""

    def changed(held: tuple[Capability, ...]) -> list[Capability]:
        codes = [one.code for one in held]
        if CapabilityCode.GRACEFUL_RESTART not in codes:
            return list(held)
        at = codes.index(CapabilityCode.GRACEFUL_RESTART)
        behind = b"".join(
            bytes((one.code or 0, len(octets_of(one.value)))) + octets_of(one.value) for one in held[at + 1 :]
        )
        return [*held[:at], replace(held[at], value=(octets_of(held[at].value) + behind).hex())]

    return with_capabilities(message, changed)


@D3.shown(Kind.CRASH, MessageType.PEER_UP)
def open_has_parameters(message: Message) -> Message:
    """The first parameter of an OPEN is looked at before it is asked whether there is one."""
    for held in opens_of(message):
        _ = (held.parameters or ())[0]
    return message


@D3.plant(Stage.TAKEN, Kind.CRASH, MessageType.TERMINATION)
def tail_of_a_string_is_a_header(frame: bytes, _error: str) -> Message | None:
    """What is left behind the TLVs is unpacked as the header of one, whatever there is."""
    tail = frame[6:]
    while len(tail) >= 4:
        tail = tail[4 + int.from_bytes(tail[2:4]) :]
    if tail:
        _ = tail[0] << 24 | tail[1] << 16 | tail[2] << 8 | tail[3]
    return None


@D3.shown(Kind.CRASH, MessageType.TERMINATION, link="osrg/gobgp/pull/3501")
def reason_is_two_octets_anyway(message: Message) -> Message:
    """The reason of a Termination is taken from two octets whatever its length says."""
    for held in tlvs_of(message):
        if held.type == REASON:
            _ = octets_of(held.value)[1]
    return message


@D3.read(Kind.WRONG_VALUE, MessageType.ROUTE_MIRRORING, link="osrg/gobgp/pull/3608")
def mirrored_message_ends_itself(frame: bytes) -> bytes:
    """The length in a mirrored message counts, not that of its TLV."""

    def tile(code: int, value: bytes) -> bytes:
        length = int.from_bytes(value[_PDU_LENGTH:_PDU_LENGTH_END])
        return tlv(code, value[:length] if code == MirroringTlvType.BGP_MESSAGE and length else value)

    return rewritten(frame, tile)


@D3.shown(Kind.WRONG_VALUE, MessageType.ROUTE_MONITORING)
def default_route_is_no_route(message: Message) -> Message:
    """A prefix of no bits is taken for the padding of a list."""

    def is_route(prefix: Prefix) -> bool:
        return prefix.bits != 0

    return with_update(
        message,
        lambda held: (
            {"reach": tuple(filter(is_route, held.reach or ())), "nlri": tuple(filter(is_route, held.nlri or ()))}
            if held.reach
            else {}
        ),
    )


@D3.shown(Kind.HANG, MessageType.ROUTE_MONITORING)
def extended_and_empty(message: Message) -> Message:
    """An attribute with a length of two octets that is 0 is looked for again and again."""
    held = message.pdu.update if isinstance(message.pdu, Pdu) else None
    if held and any((one.flags or 0) & EXTENDED and one.value == "" for one in held.attributes or ()):
        raise HangError
    return message
