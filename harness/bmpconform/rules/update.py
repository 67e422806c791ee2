"""The rules of the UPDATE inside Route Monitoring: its attributes, and the width of its AS numbers.

Why attribute lengths alone: RFC 7854 section 5 wants ordinary UPDATE encoding, and that is where encoding ends and
policy begins. In a pre-policy Adj-RIB-Out, mandatory attributes that are not known yet are zero or empty, which is
valid (RFC 8671 section 5.2).
"""

from collections.abc import Callable, Hashable, Iterator

from bmpconform.rules.rule import Breach, rule
from bmpconform.spec.catalogue import Level
from bmpconform.wire.bgp import ATTRIBUTE, Attribute, Update
from bmpconform.wire.codes import AttributeType, PeerFlag, PeerType
from bmpconform.wire.compile_parts import compile_looker
from bmpconform.wire.messages import Peer, RouteMonitoring
from bmpconform.wire.routes import (
    MpReach,
    MpUnreach,
    fits_as_path_of_2,
    fits_as_path_of_4,
    read_attributes,
    read_mp_reach,
    read_mp_unreach,
)

AGGREGATOR_OCTETS = {2: 6, 4: 8}
EXACT_OCTETS: dict[int, int] = {
    AttributeType.ORIGIN: 1,
    AttributeType.NEXT_HOP: 4,
    AttributeType.MULTI_EXIT_DISC: 4,
    AttributeType.LOCAL_PREF: 4,
    AttributeType.ATOMIC_AGGREGATE: 0,
    AttributeType.ORIGINATOR_ID: 4,
    AttributeType.AS4_AGGREGATOR: 8,
}
OCTETS_OF_ONE: dict[int, int] = {
    AttributeType.COMMUNITIES: 4,
    AttributeType.CLUSTER_LIST: 4,
    AttributeType.EXTENDED_COMMUNITIES: 8,
    AttributeType.LARGE_COMMUNITIES: 12,
}
MAY_BE_UNKNOWN = frozenset({AttributeType.ORIGIN, AttributeType.NEXT_HOP})


def _attributes(message: RouteMonitoring) -> Iterator[tuple[str, Attribute]]:
    if message.pdu is not None and isinstance(message.pdu.body, Update):
        for index, attribute in enumerate(message.pdu.body.attributes.items):
            yield f"pdu.update.attributes[{index}].value", attribute


def announced_width(peer: Peer) -> int | None:
    """Return the octets of an AS number in this message: by the A flag, always 4 for a Loc-RIB, else None."""
    if peer.type > PeerType.LOC_RIB_INSTANCE:
        return None
    return 2 if peer.has(PeerFlag.A) else 4


def _fitting_widths(value: bytes) -> tuple[int, ...]:
    return _FITTING[fits_as_path_of_2(value), fits_as_path_of_4(value)]


_FITTING = {(False, False): (), (True, False): (2,), (False, True): (4,), (True, True): (2, 4)}


def _as_path_width_rule(code: str, clause: str, *, loc_rib: bool, text: str) -> None:
    """Register: AS_PATH adds up in the width that this message announces, if it adds up in any."""

    @rule(RouteMonitoring, clause, code=code)
    def as_path_has_its_width(message: RouteMonitoring, breaches: list[Breach]) -> None:
        width = announced_width(message.peer)
        if width is None or message.peer.is_loc_rib != loc_rib:
            return
        for path, attribute in _attributes(message):
            if attribute.type == AttributeType.AS_PATH:
                widths = _fitting_widths(attribute.value)
                if widths and width not in widths:
                    breaches.append(Breach(path, text.format(announced=width, fitting=widths[0])))


_as_path_width_rule(
    "as-path-width",
    "RFC7854-4.2-7",
    loc_rib=False,
    text="The A flag announces AS numbers of {announced} octets, and AS_PATH adds up only with {fitting}.",
)
_as_path_width_rule(
    "loc-rib-as-path-width",
    "RFC9069-5.4.1-1",
    loc_rib=True,
    text="A Loc-RIB has AS numbers of {announced} octets, and AS_PATH adds up only with {fitting}.",
)


@rule(RouteMonitoring, "RFC7854-5-1", code="as-path-malformed")
def as_path_adds_up(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 5: segments fill AS_PATH in one of the two widths."""
    for path, attribute in _attributes(message):
        if attribute.type == AttributeType.AS_PATH and not _fitting_widths(attribute.value):
            breaches.append(Breach(path, "AS_PATH adds up neither with AS numbers of 4 octets nor of 2."))
        if attribute.type == AttributeType.AS4_PATH and not fits_as_path_of_4(attribute.value):
            breaches.append(Breach(path, "AS4_PATH does not add up with AS numbers of 4 octets."))


@rule(RouteMonitoring, "RFC9069-5.4.1-1", code="loc-rib-aggregator-width")
def loc_rib_aggregator_has_four_octets(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.4.1: AGGREGATOR has an AS number of 4 octets too."""
    if message.peer.is_loc_rib:
        for path, attribute in _attributes(message):
            if attribute.type == AttributeType.AGGREGATOR and len(attribute.value) == AGGREGATOR_OCTETS[2]:
                breaches.append(Breach(path, "The AGGREGATOR of a Loc-RIB has an AS number of 2 octets."))


@rule(RouteMonitoring, "RFC7854-4.2-7", code="aggregator-width", level=Level.INFO)
def aggregator_has_its_width(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Note an AGGREGATOR in another width than the A flag announces, which speaks of AS_PATH alone."""
    width = announced_width(message.peer)
    if width is None or message.peer.is_loc_rib:
        return
    for path, attribute in _attributes(message):
        octets = len(attribute.value)
        if (
            attribute.type == AttributeType.AGGREGATOR
            and octets in AGGREGATOR_OCTETS.values()
            and octets != AGGREGATOR_OCTETS[width]
        ):
            text = f"AGGREGATOR has {octets} octets where the A flag announces AS numbers of {width}."
            breaches.append(Breach(path, text))


def length_fault(attribute: Attribute, *, unknown_is_empty: bool) -> str | None:
    """Return what is wrong with the length of an attribute's value.

    `unknown_is_empty` where it is of a pre-policy Adj-RIB-Out, RFC 8671 section 5.2.
    """
    octets = len(attribute.value)
    expected = EXACT_OCTETS.get(attribute.type)
    if expected is not None and octets != expected:
        empty = unknown_is_empty and not octets and attribute.type in MAY_BE_UNKNOWN
        return None if empty else f"{octets} octets, {expected} expected"
    one = OCTETS_OF_ONE.get(attribute.type)
    if one is not None and octets % one:
        return f"{octets} octets, a multiple of {one} expected"
    if attribute.type == AttributeType.AGGREGATOR and octets not in AGGREGATOR_OCTETS.values():
        return f"{octets} octets, 6 or 8 expected"
    if attribute.type == AttributeType.MP_REACH_NLRI and read_mp_reach(attribute.value) is None:
        return "its family, next hop and routes do not fit"
    if attribute.type == AttributeType.MP_UNREACH_NLRI and read_mp_unreach(attribute.value) is None:
        return "its family does not fit"
    return None


@rule(RouteMonitoring, "RFC7854-5-1", code="attribute-length")
def attributes_have_their_length(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 5: ordinary UPDATE encoding, as the documents of each attribute have it."""
    unknown_is_empty = message.peer.has(PeerFlag.O) and not message.peer.has(PeerFlag.L)
    for path, attribute in _attributes(message):
        fault = length_fault(attribute, unknown_is_empty=unknown_is_empty)
        if fault is not None:
            name = AttributeType(attribute.type).name
            breaches.append(Breach(path, f"{name} is malformed: {fault}.", number=attribute.type))


def fingerprint(attributes: bytes) -> Hashable:
    """Return all that the rules can tell apart in the attributes of an UPDATE, beside the routes in them."""
    looked = _look(attributes)
    if looked is not None:
        return looked
    read = read_attributes(attributes)
    return len(read.rest), *[(item.type, _LOOK_AT[item.type](item.value)) for item in read.items]


def _no_look(_value: bytes) -> None:
    return None


def _odd_octets(octets: int) -> Callable[[bytes], Hashable]:
    return lambda value: len(value) % octets and len(value)


def _look_at_reach(value: bytes) -> Hashable:
    reach = read_mp_reach(value)
    return (reach.afi, reach.safi, bool(reach.nlri)) if isinstance(reach, MpReach) else None


def _look_at_unreach(value: bytes) -> Hashable:
    unreach = read_mp_unreach(value)
    return (unreach.afi, unreach.safi, bool(unreach.withdrawn)) if isinstance(unreach, MpUnreach) else None


# What the rules can tell apart in the value of an attribute of each type; in those of other types nothing.
_LOOKS: dict[int, Callable[[bytes], Hashable]] = {
    **dict.fromkeys(EXACT_OCTETS, len),
    **{code: _odd_octets(octets) for code, octets in OCTETS_OF_ONE.items()},
    AttributeType.AGGREGATOR: len,
    AttributeType.AS_PATH: _fitting_widths,
    AttributeType.AS4_PATH: fits_as_path_of_4,
    AttributeType.MP_REACH_NLRI: _look_at_reach,
    AttributeType.MP_UNREACH_NLRI: _look_at_unreach,
}
_LOOK_AT = [_LOOKS.get(code, _no_look) for code in range(256)]
_look = compile_looker(ATTRIBUTE, "type", "value", _LOOK_AT)
