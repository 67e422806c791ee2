"""The neutral form of BMP messages, version 1: what a target says that it read, and what it is asked to write.

Why so plain: every library's own view must fit in. Octets are lower-case hex, because a text hides a NUL; numbers of 64
bits are decimal strings, because JSON readers round them. UNSET is a key that is absent, None a null: the library does
not show it. Reading does not check what the annotations say; `malformed` does.
"""

from typing import Annotated, TypeAlias

from bmpconform.wire.value import UNSET, UnsetType, Value, in_schema

MEANINGS = (
    "string",
    "sys_descr",
    "sys_name",
    "vrf_table_name",
    "admin_label",
    "reason",
    "bgp_message",
    "mirroring_code",
    "reserved",
    "unknown",
)

Uint8: TypeAlias = Annotated[int, in_schema(minimum=0, maximum=0xFF)] | UnsetType | None
Uint16: TypeAlias = Annotated[int, in_schema(minimum=0, maximum=0xFFFF)] | UnsetType | None
Uint32: TypeAlias = Annotated[int, in_schema(minimum=0, maximum=0xFFFFFFFF)] | UnsetType | None
HEX = "^([0-9a-f]{2})*$"
Decimal: TypeAlias = Annotated[str, in_schema(pattern="^(0|[1-9][0-9]{0,19})$")] | UnsetType | None
Hex: TypeAlias = Annotated[str, in_schema(pattern=HEX)] | UnsetType | None
Hex4: TypeAlias = Annotated[str, in_schema(pattern="^[0-9a-f]{8}$")] | UnsetType | None
Hex8: TypeAlias = Annotated[str, in_schema(pattern="^[0-9a-f]{16}$")] | UnsetType | None
Hex16: TypeAlias = Annotated[str, in_schema(pattern="^[0-9a-f]{32}$")] | UnsetType | None
AsNumber: TypeAlias = Annotated[int, in_schema(minimum=0, maximum=0xFFFFFFFF)]
AsWidth: TypeAlias = Annotated[int, in_schema(enum=[2, 4])] | UnsetType | None
Flag: TypeAlias = Annotated[int, in_schema(enum=[0, 1])] | UnsetType | None
Meaning: TypeAlias = Annotated[str, in_schema(enum=list(MEANINGS))] | UnsetType | None


class Session(Value, frozen=True):
    """What a decoder is told of a session: the (AFI, SAFI) with path identifiers, and the octets of an AS number."""

    add_path: tuple[tuple[int, int], ...] | UnsetType = UNSET
    as_width: Annotated[int, in_schema(enum=[2, 4])] | UnsetType = UNSET


class Peer(Value, frozen=True):
    """The per-peer header, RFC 7854 section 4.2; an IPv4 address is 12 zero octets and 4."""

    type: Uint8 = UNSET
    flags: Uint8 = UNSET
    distinguisher: Hex8 = UNSET
    address: Hex16 = UNSET
    asn: Uint32 = UNSET
    bgp_id: Hex4 = UNSET
    seconds: Uint32 = UNSET
    microseconds: Uint32 = UNSET


class Capability(Value, frozen=True):
    """One capability of an OPEN, RFC 5492 section 4."""

    code: Uint8 = UNSET
    value: Hex = UNSET


class Parameter(Value, frozen=True):
    """One optional parameter of an OPEN: `capabilities` where it is of type 2 and they parse, else `value`."""

    type: Uint8 = UNSET
    capabilities: tuple[Capability, ...] | UnsetType | None = UNSET
    value: Hex = UNSET


class Open(Value, frozen=True):
    """The parts of an OPEN, RFC 4271 section 4.2; `extended` is 1 where the parameters are as RFC 9072 has them."""

    version: Uint8 = UNSET
    my_as: Uint16 = UNSET
    hold_time: Uint16 = UNSET
    bgp_id: Hex4 = UNSET
    extended: Flag = UNSET
    parameters: tuple[Parameter, ...] | UnsetType | None = UNSET


class Prefix(Value, frozen=True):
    """A prefix as on the wire: `bits` counts labels and route distinguisher in; `path_id` with ADD-PATH only."""

    bits: Uint8 = UNSET
    prefix: Hex = UNSET
    path_id: Uint32 = UNSET


class Route(Prefix, frozen=True):
    """A prefix with its family, classic and multiprotocol routes alike."""

    afi: Uint16 = UNSET
    safi: Uint8 = UNSET


class Attribute(Value, frozen=True):
    """One path attribute, RFC 4271 section 4.3."""

    flags: Uint8 = UNSET
    type: Uint8 = UNSET
    value: Hex = UNSET


class AsSegment(Value, frozen=True):
    """One segment of AS_PATH, RFC 4271 section 4.3; `segment` is its type."""

    segment: Uint8 = UNSET
    asns: tuple[AsNumber, ...] | UnsetType | None = UNSET


class Update(Value, frozen=True):
    """The parts of an UPDATE, RFC 4271 section 4.3; `reach` and `unreach` hold the routes of all its fields.

    `as_width` is the octets of an AS number; it and `as_path` are null where nothing tells the width, or where the path
    does not add up in it.
    """

    as_width: AsWidth = UNSET
    withdrawn: tuple[Prefix, ...] | UnsetType | None = UNSET
    attributes: tuple[Attribute, ...] | UnsetType | None = UNSET
    nlri: tuple[Prefix, ...] | UnsetType | None = UNSET
    reach: tuple[Route, ...] | UnsetType | None = UNSET
    unreach: tuple[Route, ...] | UnsetType | None = UNSET
    as_path: tuple[AsSegment, ...] | UnsetType | None = UNSET


class Notification(Value, frozen=True):
    """The parts of a NOTIFICATION, RFC 4271 section 4.5."""

    code: Uint8 = UNSET
    subcode: Uint8 = UNSET
    data: Hex = UNSET


class RouteRefresh(Value, frozen=True):
    """The parts of a ROUTE-REFRESH, RFC 2918 section 3 and RFC 7313 section 3.2."""

    afi: Uint16 = UNSET
    subtype: Uint8 = UNSET
    safi: Uint8 = UNSET
    data: Hex = UNSET


class Pdu(Value, frozen=True):
    """A whole BGP message: `hex` with its marker, and the parts of its type, if it has one of the four below."""

    type: Uint8 = UNSET
    hex: Hex = UNSET
    open: Open | UnsetType | None = UNSET
    update: Update | UnsetType | None = UNSET
    notification: Notification | UnsetType | None = UNSET
    route_refresh: RouteRefresh | UnsetType | None = UNSET


class Tlv(Value, frozen=True):
    """A TLV. `meaning` is what the library took it for, by its own variant; `name` is that variant's name.

    `pdu` is there in Route Mirroring only, where the value is a BGP message.
    """

    type: Uint16 = UNSET
    value: Hex = UNSET
    meaning: Meaning = UNSET
    name: str | UnsetType | None = UNSET
    pdu: Pdu | UnsetType | None = UNSET


class Statistic(Value, frozen=True):
    """One statistic, RFC 7854 section 4.8; `afi` and `safi` only where its type counts by family."""

    type: Uint16 = UNSET
    data: Hex = UNSET
    value: Decimal = UNSET
    afi: Uint16 = UNSET
    safi: Uint8 = UNSET


class Message(Value, frozen=True):
    """A BMP message; which keys there are hangs on its type, and for a Peer Down on its reason.

    `length` counts the octets of the frame, `rest` are those behind the last field that the layout defines.
    """

    version: Uint8 = UNSET
    type: Uint8 = UNSET
    length: Uint32 = UNSET
    peer: Peer | UnsetType | None = UNSET
    count: Uint32 = UNSET
    statistics: tuple[Statistic, ...] | UnsetType | None = UNSET
    reason: Uint8 = UNSET
    fsm_event: Uint16 = UNSET
    local_address: Hex16 = UNSET
    local_port: Uint16 = UNSET
    remote_port: Uint16 = UNSET
    sent_open: Pdu | UnsetType | None = UNSET
    received_open: Pdu | UnsetType | None = UNSET
    pdu: Pdu | UnsetType | None = UNSET
    tlvs: tuple[Tlv, ...] | UnsetType | None = UNSET
    rest: Hex = UNSET
