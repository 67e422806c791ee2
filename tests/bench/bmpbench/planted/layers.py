"""D4: faults that show where one layer is related to another: a PDU to the header of its peer, a code to a flag."""

from bmpbench.planted.agreeing import opens_of
from bmpbench.planted.fault import Difficulty, Kind, Planting, Stage
from bmpconform.neutral import show_octets
from bmpconform.neutral.form import AsSegment, Message, Pdu, Update
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.codes import BgpType, CapabilityCode, MessageType, PeerFlag, PeerType
from faults.tools import (
    flags_of,
    is_loc_rib,
    octets_of,
    peer_type_of,
    tlvs_of,
    with_flags,
    with_peer,
    with_update,
)

D4 = Planting(Difficulty.D4)
PROFILE = PROFILES[DEFAULT_PROFILE]
AS_TRANS, AS_PATH, MP_REACH = 23456, 2, 14
TYPE, FLAGS, A_CLEARED = 5, 7, 0xDF
EVENT, IPV4_FROM = 2, 24


def update_of(message: Message) -> Update | None:
    """Return the UPDATE of a message, None where it has none that can be read."""
    held = message.pdu.update if isinstance(message.pdu, Pdu) else None
    return held if isinstance(held, Update) else None


@D4.shown(Kind.CRASH, MessageType.PEER_UP)
def as_trans_has_its_capability(message: Message) -> Message:
    """Where an OPEN says AS_TRANS, the capability with the number itself is taken to be there."""
    for held in opens_of(message):
        if held.my_as == AS_TRANS:
            values = {one.code: one.value for part in held.parameters or () for one in part.capabilities or ()}
            _ = values[CapabilityCode.FOUR_OCTET_AS]
    return message


@D4.read(Kind.WRONG_VALUE, MessageType.ROUTE_MONITORING, link="bgpfix/bgpipe/pull/39")
def as_numbers_have_four_octets(frame: bytes) -> bytes:
    """The A flag is not looked at: AS numbers have four octets."""
    return frame[:FLAGS] + bytes((frame[FLAGS] & A_CLEARED,)) + frame[FLAGS + 1 :]


@D4.shown(Kind.WRONG_VALUE, MessageType.PEER_UP, MessageType.PEER_DOWN, link="sbezverk/gobmp/pull/207")
def f_flag_is_not_known(message: Message) -> Message:
    """The F flag of a Loc-RIB is masked away, as no other peer type has it."""
    return with_flags(message, lambda flags: flags & ~PeerFlag.V) if is_loc_rib(message) else message


@D4.shown(Kind.WRONG_VALUE, MessageType.ROUTE_MONITORING, link="sbezverk/gobmp/pull/207")
def loc_rib_is_read_by_an_a_flag(message: Message) -> Message:
    """The AS numbers of a Loc-RIB are taken to have two octets, as of a peer that says so."""
    held = update_of(message)
    if not is_loc_rib(message) or held is None or not held.as_path:
        return message
    halves = tuple(
        AsSegment(one.segment, tuple(half for asn in one.asns or () for half in (asn >> 16, asn & 0xFFFF)))
        for one in held.as_path
    )
    return with_update(message, lambda _: {"as_path": halves, "as_width": 2})


@D4.plant(Stage.TAKEN, Kind.ACCEPT_INVALID, MessageType.ROUTE_MONITORING)
def any_pdu_is_an_update(frame: bytes, error: str) -> Message | None:
    """The type of the PDU in Route Monitoring is not looked at."""
    return show_octets(frame, PROFILE, None) if error == "pdu-of-another-type" else None


@D4.plant(Stage.TAKEN, Kind.ACCEPT_INVALID, MessageType.PEER_UP)
def second_pdu_may_be_anything(frame: bytes, error: str) -> Message | None:
    """The received PDU of a Peer Up is shown whether or not it is an OPEN, if the sent one is."""
    shown = show_octets(frame, PROFILE, None) if error == "pdu-of-another-type" else None
    is_open = shown is not None and isinstance(shown.sent_open, Pdu) and shown.sent_open.type == BgpType.OPEN
    return shown if is_open else None


@D4.shown(Kind.CRASH, MessageType.PEER_DOWN)
def loc_rib_has_no_state_machine(message: Message) -> Message:
    """An FSM event is looked up in the state machine of the peer, which a Loc-RIB has not."""
    if message.reason == EVENT and is_loc_rib(message):
        raise AttributeError("fsm")
    return message


@D4.shown(Kind.CRASH, MessageType.PEER_UP)
def local_address_is_of_the_peers_family(message: Message) -> Message:
    """The local address of an IPv4 peer is unpacked from its last four octets, the others having to be zero."""
    is_ipv4 = not is_loc_rib(message) and not flags_of(message) & PeerFlag.V
    if is_ipv4 and octets_of(message.local_address)[:12] != bytes(12):
        raise ValueError("no IPv4 address")
    return message


@D4.shown(Kind.CRASH, MessageType.ROUTE_MIRRORING)
def mirrored_open_is_an_update(message: Message) -> Message:
    """A mirrored message is taken for an UPDATE, as mirrored routes are."""
    for held in tlvs_of(message):
        if isinstance(held.pdu, Pdu) and held.pdu.type == BgpType.OPEN:
            raise TypeError("no UPDATE")
    return message


@D4.shown(Kind.WRONG_VALUE, MessageType.ROUTE_MONITORING)
def multiprotocol_routes_or_classic_ones(message: Message) -> Message:
    """The classic routes of an UPDATE are read where there is no MP_REACH_NLRI."""
    held = update_of(message)
    if held is None or not held.nlri or not any(one.type == MP_REACH for one in held.attributes or ()):
        return message
    return with_update(
        message, lambda one: {"reach": tuple(route for route in one.reach or () if route.afi != 1), "nlri": ()}
    )


@D4.plant(Stage.ASKED, Kind.RE_ENCODE, MessageType.PEER_UP, MessageType.PEER_DOWN, link="FRRouting/frr/pull/17555")
def vrf_peers_are_global(message: Message) -> Message:
    """Peers of a VRF that has no route distinguisher are written as global ones."""
    is_local = peer_type_of(message) == PeerType.LOCAL_INSTANCE
    return with_peer(message, lambda _: {"type": 0, "distinguisher": 16 * "0"}) if is_local else message
