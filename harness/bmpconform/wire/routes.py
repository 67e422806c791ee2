"""The inside of an UPDATE: routes, next hops and AS paths, as the session says that they are written.

Why apart from `bgp`: a PDU does not tell how its prefixes and AS numbers are written. The capabilities of both
sides do (RFC 7911), and the A flag of the per-peer header, so these readers are told.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import cast

from bmpconform.wire import interpret
from bmpconform.wire.bgp import ATTRIBUTES, Attributes, Update
from bmpconform.wire.codec import reader
from bmpconform.wire.codes import Afi, AttributeType, MessageType, Safi
from bmpconform.wire.compile_parts import compile_parts
from bmpconform.wire.compile_read import compile_fitter
from bmpconform.wire.layout import Bits, Many, Record, Rest, Sized, Uint, Uints
from bmpconform.wire.messages import LAYOUTS
from bmpconform.wire.value import Value

Family = tuple[int, int]
IPV4_UNICAST: Family = (Afi.IPV4, Safi.UNICAST)
# Octets of an AS number, as the session or the A flag says.
WIDE_AS, SHORT_AS = 4, 2
ADDRESS_BITS = {Afi.IPV4: 32, Afi.IPV6: 128}
SAFIS = frozenset(Safi)
LABEL_OCTETS = 3
PATH_ID_OCTETS = 4
# Comparing with a member of an enum costs four times as much.
_MP_REACH_TYPE, _MP_UNREACH_TYPE = int(AttributeType.MP_REACH_NLRI), int(AttributeType.MP_UNREACH_NLRI)
RD_BITS = 64


class Prefix(Value, frozen=True):
    """A prefix, RFC 4271 section 4.3; `bits` counts labels (RFC 8277) and RD (RFC 4364) in, as on the wire."""

    bits: int
    prefix: bytes


class PathPrefix(Value, frozen=True):
    """A prefix behind its path identifier, RFC 7911 section 3."""

    path_id: int
    bits: int
    prefix: bytes


class Prefixes(Value, frozen=True):
    """Prefixes one behind the other; `rest` where they do not add up."""

    items: tuple[Prefix | PathPrefix, ...]
    rest: bytes


class MpReach(Value, frozen=True):
    """The value of MP_REACH_NLRI, RFC 4760 section 3."""

    afi: int
    safi: int
    next_hop: bytes
    reserved: int
    nlri: bytes


class MpUnreach(Value, frozen=True):
    """The value of MP_UNREACH_NLRI, RFC 4760 section 4."""

    afi: int
    safi: int
    withdrawn: bytes


class AsSegment(Value, frozen=True):
    """One segment of an AS path, RFC 4271 section 4.3; `count` is its number of AS numbers."""

    type: int
    count: int
    asns: tuple[int, ...]


class AsPath(Value, frozen=True):
    """The value of AS_PATH; `rest` where the segments do not add up in this width."""

    items: tuple[AsSegment, ...]
    rest: bytes


def _prefix(most: int | None, *, path_ids: bool) -> Record:
    """Return the layout of one prefix of at most so many bits, None for any."""
    fields = (Uint("bits", 1, high=most), Bits("prefix", "bits"))
    return Record(PathPrefix, (Uint("path_id", PATH_ID_OCTETS), *fields)) if path_ids else Record(Prefix, fields)


def _prefixes(most: int | None, *, path_ids: bool) -> Record:
    return Record(Prefixes, (Many("items", _prefix(most, path_ids=path_ids)), Rest()))


_MP_REACH = Record(
    MpReach,
    (
        Uint("afi", 2),
        Uint("safi", 1),
        Sized("next_hop_length", 1, (Rest("next_hop"),)),
        Uint("reserved", 1),
        Rest("nlri"),
    ),
)
_MP_UNREACH = Record(MpUnreach, (Uint("afi", 2), Uint("safi", 1), Rest("withdrawn")))
# The layouts of what stands in an UPDATE apart from its PDU.
PART_LAYOUTS: dict[type[Value], Record] = {
    Prefix: _prefix(None, path_ids=False),
    PathPrefix: _prefix(None, path_ids=True),
    MpReach: _MP_REACH,
    MpUnreach: _MP_UNREACH,
}
_AS_PATHS = {
    width: Record(
        AsPath,
        (
            Many("items", Record(AsSegment, (Uint("type", 1), Uint("count", 1), Uints("asns", width, "count")))),
            Rest(),
        ),
    )
    for width in (2, 4)
}

_PREFIX_READERS = {path_ids: reader(_prefixes(None, path_ids=path_ids)) for path_ids in (False, True)}
_UNICAST_FITTERS: dict[tuple[int, bool], Callable[[bytes], bool]] = {
    (afi, path_ids): compile_fitter(_prefixes(most, path_ids=path_ids))
    for afi, most in ADDRESS_BITS.items()
    for path_ids in (False, True)
}
# Several rules look at the same attribute, one behind the other.
read_mp_reach = lru_cache(16)(reader(_MP_REACH))
read_mp_unreach = lru_cache(16)(reader(_MP_UNREACH))
# Whether the segments of AS_PATH add up with AS numbers of so many octets.
fits_as_path_of_2, fits_as_path_of_4 = (compile_fitter(_AS_PATHS[width]) for width in (2, 4))
_AS_PATH_READERS = {width: reader(record) for width, record in _AS_PATHS.items()}


# What tells routes apart: the per-peer header up to its time, the time, what the UPDATE holds, what is behind it.
ROUTE_PATHS = (
    "peer.type:peer.bgp_id",
    "peer.seconds",
    "peer.microseconds",
    "pdu.marker",
    "pdu.update.withdrawn",
    "pdu.update.attributes",
    "pdu.update.nlri",
    "rest",
)
# Of Route Monitoring at an offset: where it ends, then each of these.
route_parts = compile_parts(LAYOUTS[MessageType.ROUTE_MONITORING], *ROUTE_PATHS)
_read_attributes = reader(ATTRIBUTES)


def read_attributes(octets: bytes) -> Attributes:
    """Read the path attributes of an UPDATE. Total: see `Attributes.rest`."""
    return cast("Attributes", _read_attributes(octets))


def read_prefixes(octets: bytes, *, path_ids: bool) -> Prefixes:
    """Read NLRI, with path identifiers where the session has them. Total: see `Prefixes.rest`."""
    return cast("Prefixes", _PREFIX_READERS[path_ids](octets))


def read_as_path(octets: bytes, as_octets: int) -> AsPath:
    """Read the value of AS_PATH with AS numbers of 2 or 4 octets. Total: see `AsPath.rest`."""
    return cast("AsPath", _AS_PATH_READERS[as_octets](octets))


def encode_part(part: Prefix | PathPrefix | MpReach | MpUnreach) -> bytes:
    """Encode a prefix, or the value of an attribute that holds some. Raises WireError where a value does not fit."""
    return interpret.encode_part(PART_LAYOUTS[type(part)], part)


class RouteField(Value, frozen=True):
    """One place in an UPDATE that holds routes of one family.

    `path` is that of the field in the UPDATE, and the routes begin `start` octets into it.
    """

    path: str
    start: int
    family: Family
    octets: bytes
    withdrawn: bool


def route_fields(update: Update) -> Iterator[RouteField]:
    """Yield the places of an UPDATE that hold routes, empty ones left out; malformed attributes hold none."""
    if update.withdrawn:
        yield RouteField("withdrawn", 0, IPV4_UNICAST, update.withdrawn, withdrawn=True)
    yield from routes_in(update.attributes)
    if update.nlri:
        yield RouteField("nlri", 0, IPV4_UNICAST, update.nlri, withdrawn=False)


def routes_in(attributes: Attributes) -> Iterator[RouteField]:
    """Yield the attributes that hold routes."""
    for index, attribute in enumerate(attributes.items):
        if attribute.type == _MP_REACH_TYPE:
            reach = read_mp_reach(attribute.value)
            if isinstance(reach, MpReach) and reach.nlri:
                path = f"attributes[{index}].value"
                start = len(attribute.value) - len(reach.nlri)
                yield RouteField(path, start, (reach.afi, reach.safi), reach.nlri, withdrawn=False)
        elif attribute.type == _MP_UNREACH_TYPE:
            unreach = read_mp_unreach(attribute.value)
            if isinstance(unreach, MpUnreach) and unreach.withdrawn:
                path = f"attributes[{index}].value"
                start = len(attribute.value) - len(unreach.withdrawn)
                yield RouteField(path, start, (unreach.afi, unreach.safi), unreach.withdrawn, withdrawn=True)


def is_end_of_rib(update: Update) -> bool:
    """Whether an UPDATE is an End-of-RIB of any family, RFC 4724 section 2."""
    if update.withdrawn or update.nlri or update.attributes.rest:
        return False
    match update.attributes.items:
        case ():
            return True
        case (attribute,):
            unreach = read_mp_unreach(attribute.value) if attribute.type == AttributeType.MP_UNREACH_NLRI else None
            return isinstance(unreach, MpUnreach) and not unreach.withdrawn
        case _:
            return False


class Fault(Value, frozen=True):
    """What does not parse in a run of routes: `start` and `length` in octets, and why."""

    start: int
    length: int
    reason: str


def is_read(family: Family) -> bool:
    """Whether the routes of this family are prefixes that are read here; those of others stay octets."""
    return family[0] in ADDRESS_BITS and family[1] in SAFIS


def nlri_fault(field: RouteField, *, path_ids: bool) -> Fault | None:
    """Return the first fault of the routes in `field`; None where they parse, or the family is not one of ours."""
    if not is_read(field.family):
        return None
    prefixes = read_prefixes(field.octets, path_ids=path_ids)
    position = 0
    for prefix in prefixes.items:
        octets = len(prefix.prefix) + (1 if isinstance(prefix, Prefix) else 5)
        reason = _prefix_fault(prefix, *field.family)
        if reason:
            return Fault(position, octets, reason)
        position += octets
    if prefixes.rest:
        return Fault(position, len(prefixes.rest), "the last prefix goes past the end of its field")
    return None


def routes_fitter(family: Family, *, path_ids: bool) -> Callable[[bytes], bool]:
    """Return what tells routes of `family` in which `nlri_fault` finds nothing, and faster."""
    afi, safi = family
    if safi == Safi.UNICAST and afi in ADDRESS_BITS:
        return _UNICAST_FITTERS[afi, path_ids]

    def fits(routes: bytes) -> bool:
        return nlri_fault(RouteField("", 0, family, routes, withdrawn=False), path_ids=path_ids) is None

    return fits


def has_path_ids(family: Family, routes: bytes) -> bool:
    """Whether routes fit their family with path identifiers and not without: a guess for want of a session."""
    return not routes_fitter(family, path_ids=False)(routes) and routes_fitter(family, path_ids=True)(routes)


def _prefix_fault(prefix: Prefix | PathPrefix, afi: int, safi: int) -> str | None:
    """Return what is wrong with one prefix of a family."""
    most = ADDRESS_BITS[Afi(afi)]
    if safi == Safi.UNICAST:
        return f"a prefix of {prefix.bits} bits, {most} at most" if prefix.bits > most else None
    stacks = label_stacks(prefix.prefix)
    rd_bits = RD_BITS if safi == Safi.VPN else 0
    rests = [prefix.bits - 8 * octets - rd_bits for octets in stacks]
    if any(0 <= rest <= most for rest in rests):
        return None
    if not rests or rests[0] < 0:
        behind = "a label and a route distinguisher" if rd_bits else "a label"
        return f"a prefix of {prefix.bits} bits has no room for {behind}"
    return f"a prefix of {rests[-1]} bits behind its labels, {most} at most"


def label_stacks(prefix: bytes) -> tuple[int, ...]:
    """Return how many octets of labels may stand before a prefix, the fewest first; none where there is no room.

    RFC 8277 section 2: without the Multiple Labels capability there is one label, and receivers ignore its bottom of
    stack bit; with it the stack goes on to the label that has this bit. In a withdraw (section 2.4) the three octets
    of one label have no meaning, and RFC 3107 had the whole stack there.
    """
    if len(prefix) < LABEL_OCTETS:
        return ()
    ends = range(LABEL_OCTETS, len(prefix) + 1, LABEL_OCTETS)
    bottom = next((end for end in ends if prefix[end - 1] & 1), LABEL_OCTETS)
    return (LABEL_OCTETS, bottom) if bottom > LABEL_OCTETS else (LABEL_OCTETS,)
