"""Faults in reading what is told of a Loc-RIB, RFC 9069."""

from bmpconform.neutral.form import Capability, Message, Open, Parameter, Peer, Tlv
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from faults.mutant import refuses, shows
from faults.tools import (
    each_tlv,
    flags_of,
    is_loc_rib,
    octets_of,
    tlvs_of,
    with_capabilities,
    with_flags,
    with_opens,
    with_peer,
)

F = 0x80
NAME = ("RFC9069-5.2.1-3", "RFC9736-3.3-4")
VRF_TABLE_NAME = 3
NONE = 32 * "0"


def _is_peer_up(message: Message) -> bool:
    return is_loc_rib(message) and message.type == MessageType.PEER_UP


def _has_name(message: Message) -> bool:
    return any(held.type == VRF_TABLE_NAME for held in tlvs_of(message))


@refuses("RFC9069-4.1-1")
def peer_type_3_is_not_known(message: Message) -> bool:
    """Peers of type 3 are refused, as RFC 7854 has none."""
    return is_loc_rib(message)


@shows("RFC9069-4.1-1", link="https://github.com/FRRouting/frr/pull/17545")
def loc_rib_is_a_global_peer(message: Message) -> Message:
    """A Loc-RIB is shown as the global peer 0.0.0.0."""
    return with_peer(message, lambda _: {"type": 0}) if is_loc_rib(message) else message


@shows("RFC9069-4.2-2", link="https://github.com/sbezverk/gobmp/pull/207")
def f_flag_is_not_known(message: Message) -> Message:
    """The F flag is masked away, as no other peer type has it."""
    return with_flags(message, lambda flags: flags & ~F) if is_loc_rib(message) else message


@refuses("RFC9069-4.2-2")
def f_flag_is_the_v_flag(message: Message) -> bool:
    """The F flag is read as V, and an IPv6 peer without address is refused."""
    return is_loc_rib(message) and bool(flags_of(message) & F)


@refuses("RFC9069-4.2-5")
def refuses_reserved_flags(message: Message) -> bool:
    """Flags of a Loc-RIB that must be ignored cost the message."""
    return is_loc_rib(message) and bool(flags_of(message) & 0x7F)


@shows("RFC9069-5.1-3")
def address_is_made_zero(message: Message) -> Message:
    """The peer address of a Loc-RIB is not read, as it must be zero."""
    return with_peer(message, lambda _: {"address": NONE}) if is_loc_rib(message) else message


@shows("RFC9069-5.2-1")
def local_address_is_made_zero(message: Message) -> Message:
    """The local address of a Loc-RIB is not read, as it must be zero."""
    return replace(message, local_address=NONE) if _is_peer_up(message) else message


@shows("RFC9069-5.2-4")
def opens_have_as4_always(message: Message) -> Message:
    """The OPENs of a Loc-RIB are shown with capability 65, as they must have it."""
    numbers = Capability(65, f"{(message.peer.asn or 0) if message.peer else 0:08x}")

    def added(held: Open) -> dict[str, object]:
        parameters = held.parameters or ()
        has_one = any(one.code == 65 for parameter in parameters for one in parameter.capabilities or ())
        return {} if has_one else {"parameters": (*parameters, Parameter(2, (numbers,)))}

    return with_opens(message, added) if _is_peer_up(message) else message


@shows("RFC9069-5.2-7")
def received_open_is_the_sent_one(message: Message) -> Message:
    """The received OPEN of a Loc-RIB is not read, as it must be the sent one."""
    return replace(message, received_open=message.sent_open) if _is_peer_up(message) else message


@shows("RFC9069-5.2-8", "RFC9069-5.2-5")
def add_path_needs_both_directions(message: Message) -> Message:
    """ADD-PATH in the OPENs of a Loc-RIB is dropped for families that name one direction."""

    def both(held: Capability) -> Capability:
        octets = octets_of(held.value)
        families = [octets[at : at + 4] for at in range(0, len(octets), 4)]
        return replace(held, value=b"".join(one for one in families if one[3:] == b"\3").hex())

    def changed(held: tuple[Capability, ...]) -> list[Capability]:
        return [both(one) if one.code == 69 else one for one in held]

    return with_capabilities(message, changed) if _is_peer_up(message) else message


@shows("RFC9069-5.2.1-4", "RFC9069-5.2.1-5", "RFC9736-3.2-1")
def no_name_is_global(message: Message) -> Message:
    """A Loc-RIB without name is shown as "global"."""
    lacks = _is_peer_up(message) and not _has_name(message)
    given = Tlv(VRF_TABLE_NAME, b"global".hex(), "vrf_table_name", None)
    return replace(message, tlvs=(*tlvs_of(message), given)) if lacks else message


@shows("RFC9069-5.2.1-5", "RFC9069-5.2.1-1")
def no_distinguisher_is_global(message: Message) -> Message:
    """The name of a Loc-RIB without distinguisher is shown as "global"."""
    distinguisher = message.peer.distinguisher if isinstance(message.peer, Peer) else None
    is_default = _is_peer_up(message) and not (distinguisher or "").strip("0")

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=b"global".hex()) if held.type == VRF_TABLE_NAME else held

    return each_tlv(message, changed) if is_default else message


@shows(*NAME)
def names_of_255_octets(message: Message) -> Message:
    """A table name is cut to the length that it may have."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=(held.value or "")[:510]) if held.meaning == "vrf_table_name" else held

    return each_tlv(message, changed)


@shows(*NAME)
def names_of_64_octets(message: Message) -> Message:
    """A table name is cut to the length that an interface may have."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=(held.value or "")[:128]) if held.meaning == "vrf_table_name" else held

    return each_tlv(message, changed)


@shows("RFC9069-5.3-3")
def name_in_peer_down_is_a_c_string(message: Message) -> Message:
    """The table name in a Peer Down ends at a NUL."""

    def changed(held: Tlv) -> Tlv:
        return replace(held, value=octets_of(held.value).split(b"\0")[0].hex())

    return each_tlv(message, changed) if message.type == MessageType.PEER_DOWN else message


@shows("RFC9069-6.1.1-5")
def distinguisher_of_a_loc_rib_is_zero(message: Message) -> Message:
    """A Loc-RIB is told by its name, and its distinguisher not kept."""
    return with_peer(message, lambda _: {"distinguisher": 16 * "0"}) if is_loc_rib(message) else message


@shows("RFC9069-6.1.1-5", "RFC9069-5.4-1")
def bgp_id_of_a_loc_rib_is_zero(message: Message) -> Message:
    """The BGP identifier of a Loc-RIB is not kept, as a Loc-RIB has no peer."""
    return with_peer(message, lambda _: {"bgp_id": "00000000"}) if is_loc_rib(message) else message
