"""The BGP messages that BMP carries: values and their layout.

Why apart: a PDU is read as far as RFC 4271 lays it out; what does not fit stays octets and the rules say so.
"""

from bmpconform.wire.codes import AttributeFlag, BgpType, CapabilityCode, ParameterType
from bmpconform.wire.layout import (
    Case,
    Fixed,
    Many,
    Nested,
    Octets,
    Record,
    RecordLength,
    Rest,
    Sized,
    Uint,
    Variant,
    Wide,
)
from bmpconform.wire.value import Value

MARKER = b"\xff" * 16
HEADER_OCTETS = 19
# What stands in `my_as` for an AS number that does not fit it, RFC 6793 section 9.
AS_TRANS = 23456
SMALLEST_OPEN_OCTETS = 29
LARGEST_OPEN_OCTETS = 4096


class Multiprotocol(Value, frozen=True):
    """The value of capability 1, RFC 4760 section 8."""

    afi: int
    reserved: int
    safi: int


class FourOctetAs(Value, frozen=True):
    """The value of capability 65, RFC 6793 section 3."""

    asn: int


class AddPathFamily(Value, frozen=True):
    """One family of capability 69, RFC 7911 section 4; `direction` 1 receive, 2 send, 3 both."""

    afi: int
    safi: int
    direction: int


class Capability(Value, frozen=True):
    """One capability of an OPEN, RFC 5492 section 4; its value is raw where it is not one of ours."""

    code: int
    value: "bytes | Multiprotocol | FourOctetAs | tuple[AddPathFamily, ...]"


class Parameter(Value, frozen=True):
    """One optional parameter of an OPEN; type 2 holds capabilities where they parse."""

    type: int
    value: bytes | tuple[Capability, ...]


class Parameters(Value, frozen=True):
    """The optional parameters in their classic form, RFC 4271 section 4.2, lengths of one octet."""

    items: tuple[Parameter, ...] = ()
    rest: bytes = b""


class ExtendedParameters(Value, frozen=True):
    """The optional parameters in their extended form, RFC 9072 section 2, lengths of two octets.

    `short_length` is the old one-octet length, which receivers ignore (but for 0).
    """

    short_length: int = 255
    items: tuple[Parameter, ...] = ()
    rest: bytes = b""


class Open(Value, frozen=True):
    """The body of an OPEN, RFC 4271 section 4.2. `hold_time` in seconds; `bgp_id` 4 octets."""

    version: int
    my_as: int
    hold_time: int
    bgp_id: bytes
    parameters: Parameters | ExtendedParameters | None = Parameters()
    rest: bytes = b""

    def capabilities(self) -> tuple[Capability, ...]:
        """Return the capabilities of all parameters, in order."""
        if self.parameters is None:
            return ()
        return tuple(
            capability
            for parameter in self.parameters.items
            if isinstance(parameter.value, tuple)
            for capability in parameter.value
        )

    def asn(self) -> int:
        """Return the AS number: that of capability 65 where present, RFC 6793 section 4.1."""
        for capability in self.capabilities():
            if isinstance(capability.value, FourOctetAs):
                return capability.value.asn
        return self.my_as


class Attribute(Value, frozen=True):
    """One path attribute, RFC 4271 section 4.3."""

    flags: int
    type: int
    value: bytes


class Attributes(Value, frozen=True, cache_hash=True):
    """The path attributes of an UPDATE; `rest` where they do not add up."""

    items: tuple[Attribute, ...] = ()
    rest: bytes = b""


class Update(Value, frozen=True):
    """The body of an UPDATE, RFC 4271 section 4.3."""

    withdrawn: bytes = b""
    attributes: Attributes = Attributes()
    nlri: bytes = b""


class Notification(Value, frozen=True):
    """The body of a NOTIFICATION, RFC 4271 section 4.5."""

    code: int
    subcode: int
    data: bytes = b""


class RouteRefresh(Value, frozen=True):
    """The body of a ROUTE-REFRESH, RFC 2918 section 3 and RFC 7313 section 3.2; in a `Pdu` it stays octets."""

    afi: int
    subtype: int
    safi: int
    data: bytes = b""


class Pdu(Value, frozen=True):
    """A whole BGP message with its header; the body is raw where it does not parse as its type."""

    marker: bytes
    type: int
    body: Open | Update | Notification | bytes


class PduSequence(Value, frozen=True):
    """PDUs one behind the other."""

    items: tuple[Pdu, ...]
    rest: bytes = b""


_MULTIPROTOCOL = Record(Multiprotocol, (Uint("afi", 2), Uint("reserved", 1), Uint("safi", 1)))
_FOUR_OCTET_AS = Record(FourOctetAs, (Uint("asn", 4),))
_ADD_PATH_FAMILY = Record(AddPathFamily, (Uint("afi", 2), Uint("safi", 1), Uint("direction", 1)))
CAPABILITY_VALUE = Variant(
    "value",
    "code",
    {
        CapabilityCode.MULTIPROTOCOL: Case("value", _MULTIPROTOCOL),
        CapabilityCode.FOUR_OCTET_AS: Case("value", _FOUR_OCTET_AS),
        CapabilityCode.ADD_PATH: Case("value", Many("value", _ADD_PATH_FAMILY)),
    },
)
_CAPABILITY = Record(Capability, (Uint("code", 1), Sized("length", 1, (CAPABILITY_VALUE,))))
PARAMETER_VALUE = Variant(
    "value", "type", {ParameterType.CAPABILITIES: Case("capabilities", Many("capabilities", _CAPABILITY))}
)
_PARAMETER = Record(Parameter, (Uint("type", 1), Sized("length", 1, (PARAMETER_VALUE,))))
_EXTENDED_PARAMETER = Record(Parameter, (Uint("type", 1), Sized("length", 2, (PARAMETER_VALUE,))))
_PARAMETERS = Record(Parameters, (Sized("length", 1, (Many("items", _PARAMETER, unnamed=True), Rest())),))
_EXTENDED_PARAMETERS = Record(
    ExtendedParameters,
    (
        Uint("short_length", 1, low=1),
        Fixed("extended_type", bytes([ParameterType.EXTENDED_LENGTH])),
        Sized("length", 2, (Many("items", _EXTENDED_PARAMETER, unnamed=True), Rest())),
    ),
)
_OPEN = Record(
    Open,
    (
        Uint("version", 1),
        Uint("my_as", 2),
        Uint("hold_time", 2),
        Octets("bgp_id", 4),
        Nested("parameters", (_EXTENDED_PARAMETERS, _PARAMETERS), optional=True),
        Rest(),
    ),
)
ATTRIBUTE = Record(
    Attribute,
    (
        Uint("flags", 1),
        Uint("type", 1),
        Sized("length", Wide("flags", AttributeFlag.EXTENDED_LENGTH, clear=1, set=2), (Rest("value"),)),
    ),
)
ATTRIBUTES = Record(Attributes, (Many("items", ATTRIBUTE, unnamed=True), Rest()))
_UPDATE = Record(
    Update,
    (
        Sized("withdrawn_length", 2, (Rest("withdrawn"),)),
        Sized("attributes_length", 2, (Nested("attributes", (ATTRIBUTES,), repeats=True),)),
        Rest("nlri"),
    ),
)
_NOTIFICATION = Record(Notification, (Uint("code", 1), Uint("subcode", 1), Rest("data")))
ROUTE_REFRESH = Record(RouteRefresh, (Uint("afi", 2), Uint("subtype", 1), Uint("safi", 1), Rest("data")))

PDU = Record(
    Pdu,
    (
        Octets("marker", 16),
        RecordLength("length", 2),
        Uint("type", 1),
        Variant(
            "body",
            "type",
            {
                BgpType.OPEN: Case("open", _OPEN),
                BgpType.UPDATE: Case("update", _UPDATE),
                BgpType.NOTIFICATION: Case("notification", _NOTIFICATION),
            },
        ),
    ),
)
PDUS = Record(PduSequence, (Many("items", PDU, unnamed=True), Rest()))
