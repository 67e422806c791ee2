"""Faults in reading a Peer Up: its fixed fields, and the two OPENs."""

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral.form import Capability, Message, Open, Parameter, Pdu, Session
from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from faults.mutant import decodes, reads, refuses, shows
from faults.tools import (
    BOTH,
    OPENS,
    TYPE,
    flags_of,
    framed,
    is_loc_rib,
    little_endian,
    octets_of,
    overwritten,
    tlv_area,
    with_capabilities,
    with_opens,
)

FIELDS = ("RFC7854-4.10-1",)
LOCAL = ("RFC7854-4.10-2",)
OPEN = ("RFC7854-4.10-5", "RFC7854-4.10-4")
SECOND = ("RFC7854-4.10-6",)
ZEROS = 24 * "0"
V, O = 0x80, 0x10  # noqa: E741 - the letters of the documents
LEAST_OPEN = 29


def _is_peer_up(frame: bytes) -> bool:
    return frame[TYPE : TYPE + 1] == b"\3" and len(frame) >= OPENS + 2 * LEAST_OPEN


def _parameters(held: Open) -> tuple[Parameter, ...]:
    return held.parameters or ()


def _swapped(message: Message) -> Message:
    return replace(message, sent_open=message.received_open, received_open=message.sent_open)


@shows(*FIELDS, "RFC7854-4.10-3")
def ports_swapped(message: Message) -> Message:
    """The remote port is looked for in front of the local one."""
    return replace(message, local_port=message.remote_port, remote_port=message.local_port)


@shows(*FIELDS, "RFC7854-4.1-9")
def ports_of_little_endian(message: Message) -> Message:
    """The octets of the ports are read in the wrong order."""
    if message.type != MessageType.PEER_UP:
        return message
    local, remote = little_endian(message.local_port, 2), little_endian(message.remote_port, 2)
    return replace(message, local_port=local, remote_port=remote)


@reads(*FIELDS)
def ports_before_the_address(frame: bytes) -> bytes:
    """The ports are looked for in front of the local address."""
    if not _is_peer_up(frame):
        return frame
    return overwritten(frame, BOTH, frame[BOTH + 4 : OPENS] + frame[BOTH : BOTH + 4])


@refuses("RFC7854-4.10-3")
def needs_a_local_port(message: Message) -> bool:
    """A Peer Up with a local port of 0 is refused."""
    return message.type == MessageType.PEER_UP and message.local_port == 0 and not is_loc_rib(message)


@shows(*LOCAL)
def local_ipv4_in_the_first_octets(message: Message) -> Message:
    """A local IPv4 address is read from the first four of the sixteen octets."""
    is_ipv4 = isinstance(message.local_address, str) and not flags_of(message) & V
    return replace(message, local_address=ZEROS + (message.local_address or "")[:8]) if is_ipv4 else message


@shows(*LOCAL)
def local_address_is_ipv4(message: Message) -> Message:
    """Of the local address four octets are kept, whatever the V flag says."""
    has_one = isinstance(message.local_address, str)
    return replace(message, local_address=ZEROS + (message.local_address or "")[24:]) if has_one else message


@shows(*LOCAL)
def link_local_is_none(message: Message) -> Message:
    """A link-local address is taken for none."""
    is_one = isinstance(message.local_address, str) and message.local_address.startswith("fe80")
    return replace(message, local_address=32 * "0") if is_one else message


@shows("RFC7854-4.10-4", "RFC7854-4.10-5")
def opens_swapped(message: Message) -> Message:
    """The first OPEN is taken for the received one."""
    return _swapped(message)


@shows("RFC7854-4.10-5", "RFC9069-5.2-7")
def one_open_is_shown_twice(message: Message) -> Message:
    """The received OPEN is taken for a copy of the sent one."""
    return replace(message, received_open=message.sent_open)


@reads(*SECOND)
def first_open_has_29_octets(frame: bytes) -> bytes:
    """The second OPEN is looked for behind 29 octets, as if the first had no parameters."""
    if not _is_peer_up(frame):
        return frame
    return framed(frame[: OPENS + 28] + b"\0", frame[OPENS + LEAST_OPEN :]) if frame[OPENS + 28] else frame


@reads(*SECOND)
def tlvs_begin_behind_29_octets(frame: bytes) -> bytes:
    """TLVs are looked for behind 29 octets of the second OPEN."""
    if not _is_peer_up(frame):
        return frame
    second = OPENS + int.from_bytes(frame[OPENS + 16 : OPENS + 18])
    if len(frame) < second + LEAST_OPEN or not frame[second + 28]:
        return frame
    cut = overwritten(frame, second + 16, LEAST_OPEN.to_bytes(2))
    return overwritten(cut, second + 28, b"\0")


@decodes(*SECOND, "RFC7854-4.10-7", link="https://github.com/bgpkit/bgpkit-parser/pull/243")
def second_open_has_all_the_rest(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The second OPEN is read from all that is left, and has to fill it."""
    message, consumed = reference.decode(octets, session)
    if message.type == MessageType.PEER_UP and message.tlvs:
        raise Reject("open-length")
    return message, consumed


@refuses(*OPEN)
def opens_of_a_small_buffer(message: Message) -> bool:
    """A Peer Up that does not fit in 1024 octets is refused."""
    opens = (message.sent_open, message.received_open)
    return any(isinstance(held, Pdu) and len(octets_of(held.hex)) > 512 for held in opens)


@refuses(*OPEN, link="https://github.com/bgpkit/bgpkit-parser/pull/51")
def refuses_extended_parameters(message: Message) -> bool:
    """An OPEN whose parameters have lengths of two octets is refused."""
    opens = (message.sent_open, message.received_open)
    return any(isinstance(held, Pdu) and isinstance(held.open, Open) and held.open.extended == 1 for held in opens)


@refuses(*OPEN, link="https://github.com/FRRouting/frr/issues/22307")
def parameters_of_255_octets_are_extended(message: Message) -> bool:
    """Parameters of exactly 255 octets are taken for extended ones, and do not add up."""
    opens = (message.sent_open, message.received_open)
    return any(
        isinstance(held, Pdu) and octets_of(held.hex)[28:29] == b"\xff" and octets_of(held.hex)[29:30] != b"\xff"
        for held in opens
    )


@refuses(*OPEN, link="https://github.com/the-tcpdump-group/tcpdump/pull/962")
def extended_parameters_need_255(message: Message) -> bool:
    """Parameters are only extended where their first length is 255 too, and more than 255 octets follow."""
    opens = (message.sent_open, message.received_open)
    return any(
        isinstance(held, Pdu)
        and octets_of(held.hex)[29:30] == b"\xff"
        and int.from_bytes(octets_of(held.hex)[30:32]) <= 255
        for held in opens
    )


@shows(*OPEN, link="https://github.com/bgpkit/bgpkit-parser/pull/245")
def first_capability_of_a_parameter(message: Message) -> Message:
    """Of the capabilities of a parameter only the first is read."""
    return with_capabilities(message, lambda held: held[:1])


@shows(*OPEN, link="https://github.com/osrg/gobgp/issues/1037")
def graceful_restart_takes_the_rest(message: Message) -> Message:
    """The capability for graceful restart is taken to reach to the end of its parameter."""

    def changed(held: tuple[Capability, ...]) -> list[Capability]:
        kept: list[Capability] = []
        for capability in held:
            if kept and kept[-1].code == 64:
                value = octets_of(capability.value)
                behind = bytes([capability.code or 0, len(value)]) + value
                kept[-1] = replace(kept[-1], value=(kept[-1].value or "") + behind.hex())
            else:
                kept.append(capability)
        return kept

    return with_capabilities(message, changed)


@shows(*OPEN)
def unknown_capabilities_are_dropped(message: Message) -> Message:
    """A capability that is not known is dropped without a trace."""
    known = {1, 2, 5, 6, 9, 64, 65, 69, 70, 73}
    return with_capabilities(message, lambda held: (one for one in held if one.code in known))


@shows(*OPEN)
def a_capability_is_kept_once(message: Message) -> Message:
    """Capabilities are kept in a table by their code."""
    return with_capabilities(message, lambda held: {one.code: one for one in held}.values())


@shows(*OPEN)
def capabilities_are_sorted(message: Message) -> Message:
    """Capabilities are told in the order of their codes."""
    return with_capabilities(message, lambda held: sorted(held, key=lambda one: one.code or 0))


@shows(*OPEN)
def empty_capabilities_are_dropped(message: Message) -> Message:
    """A capability without value is taken for none."""
    return with_capabilities(message, lambda held: (one for one in held if one.value))


@shows(*OPEN)
def first_parameter_alone(message: Message) -> Message:
    """Of the parameters of an OPEN only the first is read."""
    return with_opens(message, lambda held: {"parameters": _parameters(held)[:1]})


@shows(*OPEN)
def hold_time_is_signed(message: Message) -> Message:
    """A hold time with its first bit set is taken for none."""
    return with_opens(message, lambda held: {"hold_time": 0} if (held.hold_time or 0) >= 0x8000 else {})


@shows(*OPEN)
def no_hold_time_is_the_usual(message: Message) -> Message:
    """A hold time of 0 is shown as that of RFC 4271."""
    return with_opens(message, lambda held: {} if held.hold_time else {"hold_time": 90})


@shows("RFC7854-4.10-10", *OPEN)
def as_trans_is_the_as(message: Message) -> Message:
    """AS_TRANS in an OPEN is replaced by the lower half of what capability 65 says."""

    def changed(held: Open) -> dict[str, object]:
        numbers = [
            int.from_bytes(octets_of(one.value)) & 0xFFFF
            for parameter in _parameters(held)
            for one in parameter.capabilities or ()
            if one.code == 65
        ]
        return {"my_as": numbers[0]} if numbers else {}

    return with_opens(message, changed)


@reads("RFC7854-4.10-7", "RFC9736-3.2-3")
def tlvs_need_a_string_first(frame: bytes) -> bytes:
    """Whether there are TLVs is told by the octets behind the OPENs, not by the message's length."""
    start = tlv_area(frame) if _is_peer_up(frame) else None
    return frame + bytes(4) if start == len(frame) else frame


@shows("RFC8671-6.3-1")
def o_flag_swaps_the_opens(message: Message) -> Message:
    """In a Peer Up with the O flag the first OPEN is taken for the received one."""
    is_out = message.type == MessageType.PEER_UP and flags_of(message) & O and not is_loc_rib(message)
    return _swapped(message) if is_out else message
