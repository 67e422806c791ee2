"""D2: faults that one field shows, if it has the right value."""

from bmpbench.planted.fault import Difficulty, HangError, Kind, Planting, Stage
from bmpconform.neutral.form import Attribute, Message, Pdu, Statistic
from bmpconform.wire.codes import MessageType, PeerDownReason, PeerFlag
from bmpconform.wire.value import UNSET, replace
from faults.tools import (
    each_text,
    flags_of,
    is_loc_rib,
    octets_of,
    texts_of,
    tlv_area,
    tlvs_of,
    with_flags,
    with_peer,
    with_statistics,
)

D2 = Planting(Difficulty.D2)
REASON = 1
ORIGIN, INCOMPLETE = 1, 2
LAST_REASON_OF_RFC_7854 = 4
SIGNED = 1 << 31
COUNT, COUNT_END = 48, 52
OF_A_STATISTIC = 1 << 40


@D2.shown(Kind.WRONG_VALUE, MessageType.INITIATION, MessageType.PEER_UP)
def text_ends_at_nul(message: Message) -> Message:
    """The text is copied by strcpy: what stands behind a NUL is lost."""
    return each_text(message, lambda text: text.partition(b"\0")[0])


@D2.shown(Kind.CRASH, MessageType.INITIATION, MessageType.PEER_UP, MessageType.TERMINATION)
def text_is_utf_8_anyway(message: Message) -> Message:
    """A text that is no UTF-8 raises what nobody catches."""
    for text in texts_of(message):
        text.decode()
    return message


@D2.shown(Kind.WRONG_VALUE, MessageType.INITIATION)
def text_of_255_octets(message: Message) -> Message:
    """A text is kept with a length of one octet, and cut to that."""
    return each_text(message, lambda text: text[:255])


@D2.shown(Kind.WRONG_VALUE, MessageType.ROUTE_MONITORING, link="sbezverk/gobmp/pull/273")
def l_flag_belongs_to_adj_rib_in(message: Message) -> Message:
    """Adj-RIB-Out and post-policy are taken to exclude each other."""
    is_out = bool(flags_of(message) & PeerFlag.O) and not is_loc_rib(message)
    return with_flags(message, lambda flags: flags & ~PeerFlag.L) if is_out else message


@D2.shown(Kind.WRONG_VALUE, MessageType.PEER_DOWN, MessageType.ROUTE_MONITORING)
def time_is_signed(message: Message) -> Message:
    """Seconds beyond 2038 are taken for a time that is not known."""
    return with_peer(message, lambda peer: {"seconds": 0} if (peer.seconds or 0) >= SIGNED else {})


@D2.refuses(MessageType.TERMINATION)
def last_reason_is_not_known(message: Message) -> bool:
    """The last reason of RFC 7854 is not in the table of reasons."""
    return any(held.type == REASON and held.value == "0004" for held in tlvs_of(message))


@D2.shown(Kind.CRASH, MessageType.PEER_DOWN)
def deconfigured_is_not_handled(message: Message) -> Message:
    """Reason 5 falls out of a match that names all others."""
    if message.reason == PeerDownReason.PEER_DE_CONFIGURED:
        raise AssertionError("unreachable")
    return message


@D2.refuses(MessageType.ROUTE_MONITORING, MessageType.ROUTE_MIRRORING)
def incomplete_is_no_origin(message: Message) -> bool:
    """The last value of ORIGIN is taken for the first that is none."""
    held = message.pdu.update if isinstance(message.pdu, Pdu) else None
    attributes: tuple[Attribute, ...] = (held.attributes or ()) if held else ()
    return any(one.type == ORIGIN and one.value == "02" for one in attributes)


@D2.shown(Kind.WRONG_VALUE, MessageType.STATISTICS_REPORT, link="sbezverk/gobmp/pull/276")
def adj_rib_out_family_gauges_are_plain(message: Message) -> Message:
    """The gauges by family of RFC 8671 are read as numbers."""

    def changed(held: Statistic) -> Statistic:
        if held.type not in {16, 17}:
            return held
        return replace(held, value=str(int.from_bytes(octets_of(held.data)[-8:])), afi=UNSET, safi=UNSET)

    return with_statistics(message, changed)


@D2.shown(Kind.WRONG_VALUE, MessageType.STATISTICS_REPORT)
def gauges_stick_at_63_bits(message: Message) -> Message:
    """A gauge ends at the largest signed number."""
    most = (1 << 63) - 1
    return with_statistics(
        message, lambda held: replace(held, value=str(most)) if int(held.value or 0) > most else held
    )


@D2.plant(Stage.TAKEN, Kind.MEMORY, MessageType.STATISTICS_REPORT)
def room_for_as_many_as_claimed(frame: bytes, _error: str) -> Message | None:
    """Room is made for as many statistics as the count says, before there is one."""
    count = int.from_bytes(frame[COUNT:COUNT_END])
    if count > len(frame):
        bytes(count * OF_A_STATISTIC)
    return None


@D2.plant(Stage.TAKEN, Kind.HANG)
def length_wraps_in_sixteen_bits(frame: bytes, error: str) -> Message | None:
    """Length and header of a TLV are added in 16 bits, so that one of 65,532 octets takes none."""
    start = tlv_area(frame) if error == "octets-left" else None
    at = len(frame) if start is None else start
    while at + 4 <= len(frame):
        step = (int.from_bytes(frame[at + 2 : at + 4]) + 4) & 0xFFFF
        if not step:
            raise HangError
        at += step
    return None


@D2.plant(Stage.ASKED, Kind.RE_ENCODE, MessageType.PEER_UP, MessageType.ROUTE_MONITORING, link="osrg/gobgp/pull/1528")
def a_flag_is_never_set(message: Message) -> Message:
    """The A flag is always clear."""
    return message if is_loc_rib(message) else with_flags(message, lambda flags: flags & ~PeerFlag.A)
