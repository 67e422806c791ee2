"""The rules of Peer Up, RFC 7854 section 4.10, RFC 8671 section 6.3.1, RFC 9069 section 5.2, RFC 9736 section 3.3."""

from collections.abc import Callable

from bmpconform.rules.pdus import pdu_rules
from bmpconform.rules.peer_header import IPV4_PREFIX, ZERO_ADDRESS, is_classic
from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.rules.session import Session, peer_key
from bmpconform.rules.tlvs import (
    VRF_NAME_OCTETS,
    length_rule,
    registry_rules,
    status_rule,
    tiling_rules,
    tlv_types,
    trailing_nul_rule,
    utf_8_rule,
)
from bmpconform.spec.catalogue import Level
from bmpconform.wire.bgp import AS_TRANS, LARGEST_OPEN_OCTETS, PDU, SMALLEST_OPEN_OCTETS, Open, Parameters, Pdu
from bmpconform.wire.codes import (
    PEER_UP_TLVS,
    BgpType,
    CapabilityCode,
    InitiationTlvType,
    LocRibFlag,
    MessageType,
    ParameterType,
    PeerFlag,
    PeerUpTlvType,
    Status,
)
from bmpconform.wire.interpret import encode_part
from bmpconform.wire.messages import Malformed, PeerUp

BGP_PORT = 179
DEFAULT_TABLE_NAME = b"global"
# What changes how the Route Monitoring of a Loc-RIB is read; a fabricated OPEN needs no other capability.
CAPABILITIES_THAT_SHAPE_UPDATES = frozenset(
    {
        CapabilityCode.MULTIPROTOCOL,
        CapabilityCode.EXTENDED_NEXT_HOP,
        CapabilityCode.MULTIPLE_LABELS,
        CapabilityCode.EXTENDED_MESSAGE,
        CapabilityCode.FOUR_OCTET_AS,
        CapabilityCode.ADD_PATH,
    }
)


@rule(Malformed, "RFC7854-4.10-1", code="peer-up-cut")
def fixed_fields_are_whole(message: Malformed, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.10."""
    if message.type == MessageType.PEER_UP and message.peer is not None:
        text = f"The Peer Up ends {len(message.rest)} octets into its addresses and ports, which have 20."
        breaches.append(Breach("rest", text, missing=not message.rest))


@rule(PeerUp, "RFC7854-4.10-2", code="local-address-not-ipv4")
def ipv4_local_address_where_v_is_clear(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.10: the V flag gives the form of the local address too."""
    peer = message.peer
    if is_classic(peer) and not peer.has(PeerFlag.V) and not message.local_address.startswith(IPV4_PREFIX):
        text = "The V flag is clear, yet the 12 octets before an IPv4 address are not zero."
        breaches.append(Breach("local_address", text))


@rule(PeerUp, "RFC7854-4.10-2", code="local-address-not-ipv6", level=Level.WARN)
def ipv6_local_address_where_v_is_set(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.10; ::/96 is legal, so a warning."""
    if message.peer.has(PeerFlag.V) and message.local_address.startswith(IPV4_PREFIX):
        text = "The V flag is set, yet the first 12 octets are zero, as before an IPv4 address."
        breaches.append(Breach("local_address", text))


@rule(PeerUp, "RFC7854-4.10-3", code="peer-up-ports", level=Level.INFO)
def ports_are_those_of_a_bgp_session(message: PeerUp, breaches: list[Breach]) -> None:
    """Note ports that RFC 7854 section 4.10 makes unlikely: BGP listens on 179, and 0 means no session."""
    if not is_classic(message.peer):
        return
    ports = (message.local_port, message.remote_port)
    if 0 in ports:
        path = "local_port" if message.local_port == 0 else "remote_port"
        breaches.append(Breach(path, "Port 0 says that there is no TCP session behind this peer."))
    elif BGP_PORT not in ports:
        breaches.append(Breach("local_port", f"Neither port is {BGP_PORT}, which BGP listens on by default."))


def _open(pdu: Pdu | None) -> Open | None:
    """Return the OPEN in a PDU, None where it is none or cannot be read to its end."""
    return pdu.body if pdu is not None and isinstance(pdu.body, Open) and _open_fault(pdu.body) is None else None


def _asn(message: Open) -> int | None:
    """Return the AS number of an OPEN, None where AS_TRANS stands for one that is not told (RFC 6793)."""
    asn = message.asn()
    return None if asn == AS_TRANS else asn


def _rest(message: PeerUp) -> bytes:
    return message.rest


def _open_rules(  # the two OPENs have the same demands under clauses of their own
    clause: str, name: str, pdu_of: Callable[[PeerUp], Pdu | None], applies: Callable[[PeerUp], bool]
) -> None:
    path = f"{name}_open"
    pdu_rules(
        PeerUp,
        clause,
        code=f"{name}-open",
        path=path,
        pdu_type=BgpType.OPEN,
        applies=applies,
        pdu_of=pdu_of,
        rest_of=_rest,
    )

    def open_pdu(message: PeerUp) -> Pdu | None:
        pdu = pdu_of(message)
        return pdu if pdu is not None and pdu.type == BgpType.OPEN else None

    @rule(PeerUp, clause, code=f"{name}-open-length")
    def open_has_a_possible_length(message: PeerUp, breaches: list[Breach]) -> None:
        pdu = open_pdu(message)
        length = SMALLEST_OPEN_OCTETS if pdu is None else _open_octets(pdu)
        if not SMALLEST_OPEN_OCTETS <= length <= LARGEST_OPEN_OCTETS:
            text = f"The OPEN has {length} octets; it has from {SMALLEST_OPEN_OCTETS} to {LARGEST_OPEN_OCTETS}."
            breaches.append(Breach(f"{path}.length", text))

    @rule(PeerUp, clause, code=f"{name}-open-malformed")
    def open_is_whole(message: PeerUp, breaches: list[Breach]) -> None:
        pdu = open_pdu(message)
        # Where the fixed fields are not whole the length is at fault.
        if pdu is None or not isinstance(pdu.body, Open) or _open_octets(pdu) < SMALLEST_OPEN_OCTETS:
            return
        fault = _open_fault(pdu.body)
        if fault is not None:
            place, text = fault
            breaches.append(Breach(f"{path}.{place}", text))


def _open_octets(pdu: Pdu) -> int:
    """Return the octets of an OPEN, SMALLEST_OPEN_OCTETS for any whose classic parameters keep it in range."""
    body = pdu.body
    if isinstance(body, Open) and isinstance(body.parameters, Parameters) and not body.rest:
        return SMALLEST_OPEN_OCTETS
    return len(encode_part(PDU, pdu))


def _open_fault(body: Open) -> tuple[str, str] | None:
    """Return (path inside the PDU, sentence) of what is wrong with an OPEN's optional parameters."""
    if body.parameters is None:
        return "open.rest", "The length of the optional parameters goes past the end of the OPEN."
    if body.parameters.rest:
        text = f"{octets_text(len(body.parameters.rest))} left behind the last whole optional parameter."
        return "open.parameters.rest", text
    if body.rest:
        return "open.rest", f"{octets_text(len(body.rest))} behind the optional parameters in the OPEN."
    for index, parameter in enumerate(body.parameters.items):
        if parameter.type == ParameterType.CAPABILITIES and isinstance(parameter.value, bytes):
            return f"open.parameters[{index}].value", "The capabilities do not fill their parameter."
    return None


_open_rules("RFC7854-4.10-4", "sent", lambda message: message.sent_open, lambda _: True)
_open_rules(
    "RFC7854-4.10-5",
    "received",
    lambda message: message.received_open,
    lambda message: message.sent_open is not None,
)


def _judged_against_open(message: PeerUp) -> Open | None:
    """Return the OPEN that the per-peer header describes: the received one, of a peer that is monitored inwards."""
    if not is_classic(message.peer) or message.peer.has(PeerFlag.O):
        return None
    return _open(message.received_open)


@rule(PeerUp, "RFC7854-4.10-10", code="peer-bgp-id-differs")
def bgp_id_is_that_of_the_received_open(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 7854 sections 4.2 and 4.10 together."""
    received = _judged_against_open(message)
    if received is not None and received.bgp_id != message.peer.bgp_id:
        text = f"The per-peer header has BGP ID {_dotted(message.peer.bgp_id)}, the received OPEN "
        breaches.append(Breach("peer.bgp_id", f"{text}{_dotted(received.bgp_id)}."))


def _is_left_aligned(asn: int, received: Open) -> bool:
    return received.asn() < 1 << 16 and asn == received.asn() << 16 != received.asn()


@rule(PeerUp, "RFC7854-4.10-10", code="peer-as-differs")
def asn_is_that_of_the_received_open(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 7854 sections 4.2 and 4.10 together."""
    received, asn = _judged_against_open(message), message.peer.asn
    if received is not None and _asn(received) not in (asn, None) and not _is_left_aligned(asn, received):
        text = f"The per-peer header has AS {asn}, the received OPEN {received.asn()}."
        breaches.append(Breach("peer.asn", text))


@rule(PeerUp, "RFC7854-4.2-20", "RFC7854-4.10-10", code="peer-as-left-aligned", level=Level.WARN)
def two_octet_asn_is_in_the_last_octets(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: a 16-bit AS is padded in the upper 16 bits."""
    received, asn = _judged_against_open(message), message.peer.asn
    if received is not None and _asn(received) is not None and _is_left_aligned(asn, received):
        text = f"AS {received.asn()} of the received OPEN is in the upper 16 bits; zeros go there."
        breaches.append(Breach("peer.asn", text))


def _dotted(octets: bytes) -> str:
    return ".".join(str(octet) for octet in octets)


@rule(PeerUp, "RFC9069-5.1-4", code="loc-rib-as-differs", level=Level.WARN)
def loc_rib_asn_is_that_of_the_open(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.1; that the fabricated OPEN has the same AS is derived, so a warning."""
    sent = _open(message.sent_open) if message.peer.is_loc_rib else None
    if sent is not None and _asn(sent) not in (message.peer.asn, None):
        text = f"The per-peer header has AS {message.peer.asn}, the fabricated OPEN {sent.asn()}."
        breaches.append(Breach("peer.asn", text))


@rule(PeerUp, "RFC9069-5.1-5", code="loc-rib-bgp-id-differs", level=Level.WARN)
def loc_rib_bgp_id_is_that_of_the_open(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.1; that the fabricated OPEN has the same BGP ID is derived, so a warning."""
    sent = _open(message.sent_open) if message.peer.is_loc_rib else None
    if sent is not None and sent.bgp_id != message.peer.bgp_id:
        text = f"The per-peer header has BGP ID {_dotted(message.peer.bgp_id)}, the fabricated OPEN "
        breaches.append(Breach("peer.bgp_id", f"{text}{_dotted(sent.bgp_id)}."))


@rule(PeerUp, "RFC9069-5.2-1", code="loc-rib-local-address-not-zero")
def loc_rib_local_address_is_zero(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2."""
    if message.peer.is_loc_rib and message.local_address != ZERO_ADDRESS:
        breaches.append(Breach("local_address", "The local address of a Loc-RIB is zero."))


@rule(PeerUp, "RFC9069-5.2-2", code="loc-rib-local-port-not-zero")
def loc_rib_local_port_is_zero(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2."""
    if message.peer.is_loc_rib and message.local_port:
        breaches.append(Breach("local_port", "The local port of a Loc-RIB is 0."))


@rule(PeerUp, "RFC9069-5.2-3", code="loc-rib-remote-port-not-zero")
def loc_rib_remote_port_is_zero(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2."""
    if message.peer.is_loc_rib and message.remote_port:
        breaches.append(Breach("remote_port", "The remote port of a Loc-RIB is 0."))


@rule(PeerUp, "RFC9069-5.2-4", code="loc-rib-open-without-as4")
def loc_rib_open_has_four_octet_as(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2: capability 65 is always there."""
    sent = _open(message.sent_open) if message.peer.is_loc_rib else None
    if sent is not None and CapabilityCode.FOUR_OCTET_AS not in {item.code for item in sent.capabilities()}:
        text = "The fabricated OPEN lacks the 4-octet AS number capability (65)."
        breaches.append(Breach("sent_open.open.parameters", text, missing=True))


@rule(PeerUp, "RFC9069-5.2-6", code="loc-rib-open-capability-unused", level=Level.INFO)
def loc_rib_open_has_only_what_is_used(message: PeerUp, breaches: list[Breach]) -> None:
    """Note capabilities that change nothing in Route Monitoring, which RFC 9069 section 5.2 advises to leave out."""
    sent = _open(message.sent_open) if message.peer.is_loc_rib else None
    if sent is not None:
        unused = sorted({item.code for item in sent.capabilities()} - CAPABILITIES_THAT_SHAPE_UPDATES)
        if unused:
            text = f"The fabricated OPEN has capabilities that no Route Monitoring needs: {unused}."
            breaches.append(Breach("sent_open.open.parameters", text))


@rule(PeerUp, "RFC9069-5.2-7", code="loc-rib-opens-differ")
def loc_rib_opens_are_equal(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2: the received OPEN repeats the sent one."""
    if message.peer.is_loc_rib and message.received_open is not None and message.sent_open != message.received_open:
        text = "The received OPEN of a Loc-RIB repeats the sent one; here they differ."
        breaches.append(Breach("received_open", text))


@rule(PeerUp, "RFC9069-5.2.1-5", code="default-loc-rib-not-global")
def default_loc_rib_is_named_global(message: PeerUp, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2.1; filters, several names and emulated peers (section 6.1) leave room: a warning."""
    if not message.peer.is_loc_rib or any(message.peer.distinguisher):
        return
    names = [
        (index, tlv.value)
        for index, tlv in enumerate(message.tlvs)
        if tlv.type == PeerUpTlvType.VRF_TABLE_NAME and len(tlv.value) in VRF_NAME_OCTETS
    ]
    # A counted NUL is the house rule's business, not another name.
    if names and all(name.rstrip(b"\0") != DEFAULT_TABLE_NAME for _, name in names):
        lenient = len(names) > 1 or message.peer.flags & LocRibFlag.F
        text = 'The default Loc-RIB (distinguisher zero) is named "global".'
        key = peer_key(message.peer)

        def settle(session: Session) -> Level | None:
            return Level.WARN if session.is_emulated(key) else None

        level = Level.WARN if lenient else None
        breaches.append(Breach(f"tlvs[{names[0][0]}].value", text, level, settle=settle))


@rule(PeerUp, "RFC8671-6-1", code="o-flag-in-peer-up", level=Level.INFO)
def o_flag_is_clear_in_peer_up(message: PeerUp, breaches: list[Breach]) -> None:
    """Note the O flag where RFC 8671 section 6 gives it no meaning."""
    if message.peer.has(PeerFlag.O):
        breaches.append(Breach("peer.flags", "The O flag is set in a Peer Up, where it means nothing."))


def _has_tlvs(message: PeerUp) -> bool:
    return message.received_open is not None


tiling_rules(
    PeerUp,
    "RFC9736-3.3-1",
    "RFC7854-4.4-8",
    prefix="peer-up",
    explained={
        "length-counts-header": ("RFC9736-3.3-1", "RFC7854-4.4-1"),
        "little-endian": ("RFC7854-4.1-9",),
    },
    applies=_has_tlvs,
)
utf_8_rule(PeerUp, PeerUpTlvType.STRING, "RFC9736-2-1", "RFC7854-4.4-2", code="peer-up-string-not-utf-8")
utf_8_rule(PeerUp, PeerUpTlvType.VRF_TABLE_NAME, "RFC9736-3.3-6", "RFC9069-5.2.1-1", code="peer-up-name-not-utf-8")
utf_8_rule(PeerUp, PeerUpTlvType.ADMIN_LABEL, "RFC9736-3.3-5", "RFC8671-6.3.1-1", code="admin-label-not-utf-8")
length_rule(
    PeerUp,
    PeerUpTlvType.VRF_TABLE_NAME,
    VRF_NAME_OCTETS,
    "RFC9736-3.3-4",
    "RFC9069-5.2.1-3",
    code="peer-up-name-length",
    what="The VRF/Table Name",
)
trailing_nul_rule(PeerUp, PeerUpTlvType.STRING, code="peer-up-trailing-nul")
trailing_nul_rule(PeerUp, PeerUpTlvType.VRF_TABLE_NAME, code="peer-up-name-trailing-nul", needs="RFC9069-5.2.1-1")
trailing_nul_rule(PeerUp, PeerUpTlvType.ADMIN_LABEL, code="admin-label-trailing-nul", needs="RFC8671-6.3.1-1")

# sysDescr and sysName: reserved here since RFC 9736, and before it never defined in this message.
INITIATION_TYPES = frozenset({InitiationTlvType.SYS_DESCR, InitiationTlvType.SYS_NAME})


def _initiation_types(message: PeerUp) -> list[tuple[str, int]]:
    return [item for item in tlv_types(message) if item[1] in INITIATION_TYPES]


def _later_types(message: PeerUp) -> list[tuple[str, int]]:
    return [item for item in tlv_types(message) if item[1] not in INITIATION_TYPES]


registry_rules(
    PeerUp,
    PEER_UP_TLVS,
    "peer-up-tlv",
    _later_types,
    {
        "reserved": ("RFC9736-4-1", "RFC7854-10-1"),
        "unassigned": ("RFC9736-4-3", "RFC7854-10-1"),
        "first-come": ("RFC9736-4-3", "RFC9515-2-1", "RFC7854-10-1"),
        "experimental": ("RFC9736-4-3", "RFC7854-10-1"),
    },
)
status_rule(
    PeerUp,
    PEER_UP_TLVS,
    "RFC9736-4-1",
    "RFC9736-3.1-1",
    "RFC7854-4.10-8",
    "RFC7854-10-1",
    code="initiation-tlv-in-peer-up",
    statuses=(Status.RESERVED,),
    level=Level.FAIL,
    code_points=_initiation_types,
    needs="RFC9736-4-1",
)
status_rule(
    PeerUp,
    PEER_UP_TLVS,
    "RFC7854-4.10-8",
    code="initiation-tlv-in-peer-up-undefined",
    statuses=(Status.SHARED,),
    level=Level.WARN,
    code_points=_initiation_types,
)
status_rule(
    PeerUp,
    PEER_UP_TLVS,
    "RFC9736-4-3",
    "RFC7854-10-1",
    code="peer-up-tlv-of-shared-registry",
    statuses=(Status.SHARED,),
    level=Level.INFO,
    code_points=_later_types,
)
