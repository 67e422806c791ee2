"""Functions that build valid messages, from what a sender knows.

Why apart from the classes: those hold whatever can be encoded, and conformance is the rules' business. What these
functions build breaks no rule of a profile that knows its code points; what no valid message can hold raises
WireError. Whether octets given as such (routes, attributes, data) are right is left to the caller.
"""

from collections.abc import Iterable, Sequence

from bmpconform.wire.bgp import (
    AS_TRANS,
    MARKER,
    AddPathFamily,
    Attribute,
    Attributes,
    Capability,
    ExtendedParameters,
    FourOctetAs,
    Multiprotocol,
    Notification,
    Open,
    Parameter,
    Parameters,
    Pdu,
    Update,
)
from bmpconform.wire.codes import (
    STATISTIC_SHAPES,
    AttributeFlag,
    AttributeType,
    BgpType,
    CapabilityCode,
    InitiationTlvType,
    LocRibFlag,
    MirroringTlvType,
    ParameterType,
    PeerDownReason,
    PeerDownTlvType,
    PeerFlag,
    PeerType,
    PeerUpTlvType,
    StatisticShape,
    TerminationTlvType,
)
from bmpconform.wire.errors import WireError
from bmpconform.wire.messages import (
    Counter32,
    FamilyGauge64,
    Gauge64,
    Initiation,
    InitiationTlv,
    MirroringTlv,
    Peer,
    PeerDown,
    PeerDownTlv,
    PeerUp,
    PeerUpTlv,
    RouteMirroring,
    RouteMonitoring,
    Statistic,
    StatisticsReport,
    Termination,
    TerminationTlv,
)

Family = tuple[int, int]

IPV4_UNICAST: Family = (1, 1)
BGP_PORT = 179
IPV4_OCTETS = 4
IPV6_OCTETS = 16
DISPLAY_STRING_OCTETS = 255
NAME_OCTETS = 255
SHORT_OCTETS = 255
SHORT_ASN = 0xFFFF
NO_DISTINGUISHER = bytes(8)
BOTH_DIRECTIONS = 3

# RFC 4271 section 5 and the documents of each: what is neither here nor optional is optional and transitive.
_PASSED_ON = AttributeFlag.OPTIONAL | AttributeFlag.TRANSITIVE
_ATTRIBUTE_FLAGS = {
    **dict.fromkeys((1, 2, 3, 5, 6), AttributeFlag.TRANSITIVE),
    **dict.fromkeys((4, 9, 10, 14, 15), AttributeFlag.OPTIONAL),
}
_NOTIFICATION_REASONS = frozenset({PeerDownReason.LOCAL_NOTIFICATION, PeerDownReason.REMOTE_NOTIFICATION})


def make_peer(  # noqa: PLR0913 - the fields of the header, each by name
    address: bytes,
    asn: int,
    bgp_id: bytes,
    *,
    peer_type: PeerType = PeerType.GLOBAL_INSTANCE,
    distinguisher: bytes = NO_DISTINGUISHER,
    post_policy: bool = False,
    adj_rib_out: bool = False,
    two_octet_as: bool = False,
    seconds: int = 0,
    microseconds: int = 0,
) -> Peer:
    """Return the per-peer header of a peer of type 0 to 2, RFC 7854 section 4.2 and RFC 8671 section 4.

    `address` has 4 or 16 octets, `bgp_id` 4, `distinguisher` 8. The time of reception is in seconds since 1970 and
    microseconds. `two_octet_as` says that AS_PATH has AS numbers of 2 octets.
    """
    _demand(peer_type != PeerType.LOC_RIB_INSTANCE, "peer.type", "a Loc-RIB has a header of its own")
    flags = (
        _flag(PeerFlag.V, len(address) == IPV6_OCTETS)
        | _flag(PeerFlag.L, post_policy)
        | _flag(PeerFlag.A, two_octet_as)
        | _flag(PeerFlag.O, adj_rib_out)
    )
    padded = _padded(address, "peer.address")
    return Peer(peer_type, flags, distinguisher, padded, asn, bgp_id, seconds, microseconds)


def make_loc_rib_peer(  # noqa: PLR0913 - the fields of the header, each by name
    asn: int,
    bgp_id: bytes,
    *,
    distinguisher: bytes = NO_DISTINGUISHER,
    filtered: bool = False,
    seconds: int = 0,
    microseconds: int = 0,
) -> Peer:
    """Return the per-peer header of a Loc-RIB, RFC 9069 sections 4.2 and 5.1.

    `asn` and `bgp_id` (4 octets) are the router's own; `filtered` sets the F flag; a `distinguisher` of zero means the
    default Loc-RIB.
    """
    flags = _flag(LocRibFlag.F, filtered)
    address = bytes(IPV6_OCTETS)
    return Peer(PeerType.LOC_RIB_INSTANCE, flags, distinguisher, address, asn, bgp_id, seconds, microseconds)


def make_open(  # noqa: PLR0913 - what an OPEN announces, each by name
    asn: int,
    bgp_id: bytes,
    families: Iterable[Family] = (IPV4_UNICAST,),
    add_path: Iterable[Family] = (),
    capabilities: Iterable[Capability] = (),
    *,
    hold_time: int = 90,
    four_octet_as: bool = True,
    extended: bool = False,
) -> Pdu:
    """Return an OPEN, RFC 4271 section 4.2, with all capabilities in one parameter.

    `families` and `add_path` are (AFI, SAFI); those with ADD-PATH both send and receive path identifiers. `hold_time`
    is in seconds. The parameters take their extended form (RFC 9072) where they need it, or where `extended` asks.
    """
    _demand(four_octet_as or asn <= SHORT_ASN, "open.my_as", f"AS {asn} needs 4 octets")
    announced = [Capability(CapabilityCode.MULTIPROTOCOL, Multiprotocol(afi, 0, safi)) for afi, safi in families]
    if four_octet_as:
        announced.append(Capability(CapabilityCode.FOUR_OCTET_AS, FourOctetAs(asn)))
    if with_paths := tuple(AddPathFamily(afi, safi, BOTH_DIRECTIONS) for afi, safi in add_path):
        announced.append(Capability(CapabilityCode.ADD_PATH, with_paths))
    announced.extend(capabilities)
    my_as = asn if asn <= SHORT_ASN else AS_TRANS
    return Pdu(MARKER, BgpType.OPEN, Open(4, my_as, hold_time, bgp_id, _parameters(announced, extended=extended)))


def _parameters(capabilities: Sequence[Capability], *, extended: bool) -> Parameters | ExtendedParameters:
    """Return one parameter with these capabilities; type and length of a classic one count towards its 255 octets."""
    items = (Parameter(ParameterType.CAPABILITIES, tuple(capabilities)),) if capabilities else ()
    octets = sum(2 + _octets_of(capability) for capability in capabilities)
    if extended or octets > SHORT_OCTETS - 2:
        return ExtendedParameters(SHORT_OCTETS, items)
    return Parameters(items)


def _octets_of(capability: Capability) -> int:
    match capability.value:
        case bytes() as octets:
            return len(octets)
        case tuple() as families:
            return 4 * len(families)
        case Multiprotocol() | FourOctetAs():
            return 4


def flags_of(attribute_type: int) -> AttributeFlag:
    """Return the flags that an attribute of a type is made with, RFC 4271 section 5 and the documents of each."""
    return _ATTRIBUTE_FLAGS.get(attribute_type, _PASSED_ON)


def are_flags_of(attribute_type: int, flags: int) -> bool:
    """Whether these are the flags of a type, whatever its length; one that is passed on may be partial."""
    kind, usual = flags & (_PASSED_ON | AttributeFlag.PARTIAL), flags_of(attribute_type)
    return kind == usual or (usual == _PASSED_ON and kind == _PASSED_ON | AttributeFlag.PARTIAL)


def make_attribute(attribute_type: AttributeType, value: bytes, *, extended: bool = False) -> Attribute:
    """Return a path attribute, RFC 4271 section 4.3, with the flags of its type.

    Its length takes 2 octets where the value needs them, or where `extended` asks.
    """
    flags = flags_of(attribute_type)
    long = extended or len(value) > SHORT_OCTETS
    return Attribute(flags | _flag(AttributeFlag.EXTENDED_LENGTH, long), attribute_type, value)


def make_update(attributes: Iterable[Attribute] = (), nlri: bytes = b"", withdrawn: bytes = b"") -> Pdu:
    """Return an UPDATE, RFC 4271 section 4.3. `nlri` and `withdrawn` are IPv4 prefixes as octets."""
    return Pdu(MARKER, BgpType.UPDATE, Update(withdrawn, Attributes(tuple(attributes)), nlri))


def make_notification(code: int, subcode: int, data: bytes = b"") -> Pdu:
    """Return a NOTIFICATION, RFC 4271 section 4.5."""
    return Pdu(MARKER, BgpType.NOTIFICATION, Notification(code, subcode, data))


def make_initiation(sys_descr: str, sys_name: str, strings: Iterable[str] = ()) -> Initiation:
    """Return an Initiation, RFC 7854 section 4.3 and RFC 9736 section 3.1.

    `sys_descr` and `sys_name` are ASCII of up to 255 octets; `strings` are free text of up to 65,535 octets each.
    """
    return Initiation(
        (
            InitiationTlv(InitiationTlvType.SYS_DESCR, _display_string(sys_descr, "sysDescr")),
            InitiationTlv(InitiationTlvType.SYS_NAME, _display_string(sys_name, "sysName")),
            *(InitiationTlv(InitiationTlvType.STRING, _utf_8(text)) for text in strings),
        )
    )


def make_peer_up(  # noqa: PLR0913 - the fields of the message, each by name
    peer: Peer,
    local_address: bytes,
    sent_open: Pdu,
    received_open: Pdu,
    *,
    local_port: int = BGP_PORT,
    remote_port: int = BGP_PORT,
    strings: Iterable[str] = (),
    vrf_name: str | None = None,
    admin_labels: Iterable[str] = (),
) -> PeerUp:
    """Return the Peer Up of a peer of type 0 to 2, RFC 7854 section 4.10 and RFC 9736 section 3.3.

    `local_address` has as many octets (4 or 16) as the peer's; the AS and BGP ID of `peer` are those of
    `received_open`. `vrf_name` has 1 to 255 octets, the other texts up to 65,535.
    """
    _demand(not peer.is_loc_rib, "peer.type", "a Loc-RIB has a Peer Up of its own")
    wide = len(local_address) == IPV6_OCTETS
    _demand(wide == peer.has(PeerFlag.V), "local_address", "it is of the peer's address family")
    received = received_open.body
    if not isinstance(received, Open):
        raise WireError("received_open", "it is an OPEN")
    _demand(received.asn() == peer.asn, "peer.asn", "it is that of the received OPEN")
    _demand(received.bgp_id == peer.bgp_id, "peer.bgp_id", "it is that of the received OPEN")
    padded = _padded(local_address, "local_address")
    tlvs = _peer_up_tlvs(strings, vrf_name, admin_labels)
    return PeerUp(peer, padded, local_port, remote_port, sent_open, received_open, tlvs)


def make_loc_rib_peer_up(
    peer: Peer,
    fabricated_open: Pdu,
    *,
    vrf_name: str | None = "global",
    strings: Iterable[str] = (),
    admin_labels: Iterable[str] = (),
) -> PeerUp:
    """Return the Peer Up of a Loc-RIB, RFC 9069 section 5.2.

    `fabricated_open`, with the AS and BGP ID of `peer`, stands in it twice; `vrf_name` of 1 to 255 octets is `global`
    for the default Loc-RIB.
    """
    _demand(peer.is_loc_rib, "peer.type", "it is 3, of a Loc-RIB")
    named_right = any(peer.distinguisher) or vrf_name in {None, "global"}
    _demand(named_right, "tlvs", 'the default Loc-RIB is named "global"')
    tlvs = _peer_up_tlvs(strings, vrf_name, admin_labels)
    return PeerUp(peer, bytes(IPV6_OCTETS), 0, 0, fabricated_open, fabricated_open, tlvs)


def _peer_up_tlvs(strings: Iterable[str], vrf_name: str | None, admin_labels: Iterable[str]) -> tuple[PeerUpTlv, ...]:
    names = [] if vrf_name is None else [_name(vrf_name)]
    return (
        *(PeerUpTlv(PeerUpTlvType.STRING, _utf_8(text)) for text in strings),
        *(PeerUpTlv(PeerUpTlvType.VRF_TABLE_NAME, name) for name in names),
        *(PeerUpTlv(PeerUpTlvType.ADMIN_LABEL, _utf_8(text)) for text in admin_labels),
    )


def make_peer_down(
    peer: Peer,
    reason: PeerDownReason,
    *,
    notification: Pdu | None = None,
    fsm_event: int | None = None,
    vrf_name: str | None = None,
) -> PeerDown:
    """Return a Peer Down, RFC 7854 section 4.9 and RFC 9069 section 5.3.

    Reasons 1 and 3 have a `notification`, 2 has an `fsm_event` (RFC 4271 section 8.1, 0 where none fits), 6 is a
    Loc-RIB's and has the `vrf_name` that its Peer Up gave.
    """
    _demand(peer.is_loc_rib == (reason == PeerDownReason.LOCAL_TLVS), "reason", "6 is the reason of a Loc-RIB alone")
    _demand((notification is not None) == (reason in _NOTIFICATION_REASONS), "pdu", "reasons 1 and 3 have one")
    _demand((fsm_event is not None) == (reason == PeerDownReason.LOCAL_FSM_EVENT), "fsm_event", "reason 2 has one")
    _demand(vrf_name is None or peer.is_loc_rib, "tlvs", "reason 6 alone has TLVs")
    names = () if vrf_name is None else (PeerDownTlv(PeerDownTlvType.VRF_TABLE_NAME, _name(vrf_name)),)
    return PeerDown(peer, reason, notification, fsm_event, names)


def make_statistic(statistic_type: int, value: int, family: Family | None = None) -> Statistic:
    """Return one statistic, RFC 7854 section 4.8; `family` (AFI, SAFI) for types that count by family, no others."""
    shape = STATISTIC_SHAPES.get(statistic_type)
    _demand(shape is not None, "type", f"statistic {statistic_type} is not assigned")
    _demand((family is not None) == (shape is StatisticShape.FAMILY_GAUGE64), "data", f"it is a {shape}")
    if family is not None:
        return Statistic(statistic_type, FamilyGauge64(*family, value))
    return Statistic(statistic_type, Counter32(value) if shape is StatisticShape.COUNTER32 else Gauge64(value))


def make_statistics_report(peer: Peer, statistics: Iterable[Statistic]) -> StatisticsReport:
    """Return a Statistics Report of at least one statistic, RFC 7854 section 4.8; the count is derived."""
    _demand(not peer.has(PeerFlag.O), "peer.flags", "the O flag is clear in a Statistics Report")
    listed = tuple(statistics)
    _demand(bool(listed), "statistics", "there is at least one")
    return StatisticsReport(peer, len(listed), listed)


def make_route_monitoring(peer: Peer, update: Pdu) -> RouteMonitoring:
    """Return a Route Monitoring, RFC 7854 section 4.6."""
    _demand(update.type == BgpType.UPDATE, "pdu", "it is an UPDATE")
    return RouteMonitoring(peer, update)


def make_end_of_rib(peer: Peer, family: Family = IPV4_UNICAST) -> RouteMonitoring:
    """Return the End-of-RIB of `family` (AFI, SAFI), RFC 4724 section 2: of IPv4 unicast it is an empty UPDATE."""
    if family == IPV4_UNICAST:
        return make_route_monitoring(peer, make_update())
    afi, safi = family
    withdrawn = make_attribute(AttributeType.MP_UNREACH_NLRI, afi.to_bytes(2) + bytes([safi]))
    return make_route_monitoring(peer, make_update([withdrawn]))


def make_route_mirroring(peer: Peer, pdu: Pdu | bytes | None, codes: Iterable[int] = ()) -> RouteMirroring:
    """Return a Route Mirroring, RFC 7854 section 4.7: Information `codes` (MirroringCode), then the PDU.

    `pdu` is octets where it is no well-formed BGP message, None where none is mirrored; code 0 (errored PDU) needs one.
    """
    _demand(not peer.is_loc_rib, "peer.type", "a Loc-RIB is not mirrored")
    listed = list(codes)
    _demand(bool(listed) or pdu is not None, "tlvs", "there is at least one")
    _demand(pdu is not None or 0 not in listed, "tlvs", "code 0 comes with the errored PDU")
    tlvs = [MirroringTlv(MirroringTlvType.INFORMATION, code.to_bytes(2)) for code in listed]
    if pdu is not None:
        tlvs.append(MirroringTlv(MirroringTlvType.BGP_MESSAGE, pdu))
    return RouteMirroring(peer, tuple(tlvs))


def make_termination(reason: int, strings: Iterable[str] = ()) -> Termination:
    """Return a Termination, RFC 7854 section 4.5: free text of up to 65,535 octets each, then a TerminationReason."""
    texts = (TerminationTlv(TerminationTlvType.STRING, _utf_8(text)) for text in strings)
    return Termination((*texts, TerminationTlv(TerminationTlvType.REASON, reason.to_bytes(2))))


def _demand(holds: bool, path: str, reason: str) -> None:  # noqa: FBT001 - what is demanded
    if not holds:
        raise WireError(path, reason)


def _flag(flag: int, is_set: bool) -> int:  # noqa: FBT001 - the state of the flag
    return int(flag) if is_set else 0


def _padded(address: bytes, path: str) -> bytes:
    """Return an address in the 16 octets of its field, IPv4 in the last 4: RFC 7854 section 4.2."""
    _demand(len(address) in {IPV4_OCTETS, IPV6_OCTETS}, path, f"4 or 16 octets expected, {len(address)} given")
    return address.rjust(IPV6_OCTETS, b"\0")


def _utf_8(text: str) -> bytes:
    """Return free text as octets; that none ends in NUL is the house rule."""
    _demand(not text.endswith("\0"), "value", "a string has no terminator")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise WireError("value", f"{error.reason}: no UTF-8") from error


def _display_string(text: str, what: str) -> bytes:
    """Return sysDescr or sysName as octets: ASCII, RFC 1213."""
    _demand(text.isascii(), "value", f"{what} is ASCII")
    _demand(len(text) <= DISPLAY_STRING_OCTETS, "value", f"{what} has up to {DISPLAY_STRING_OCTETS} octets")
    return _utf_8(text)


def _name(text: str) -> bytes:
    """Return a VRF or table name as octets: 1 to 255, RFC 9069 section 5.2.1."""
    octets = _utf_8(text)
    _demand(1 <= len(octets) <= NAME_OCTETS, "value", f"a name has 1 to {NAME_OCTETS} octets, here {len(octets)}")
    return octets
