"""The rules that hold the routes of Route Monitoring against the OPENs of the Peer Up before them.

Why over a stream: prefixes do not tell whether path identifiers stand before them; the ADD-PATH capability does
(RFC 7911). Only what cannot be parsed as the session says is a breach, a suspicion is a note. Where no Peer Up was
seen, routes are malformed only if they parse in neither way.
"""

from collections.abc import Callable, Iterator, Sequence

from bmpconform.rules.negotiated import view_of
from bmpconform.rules.rule import Breach, stream_rule
from bmpconform.rules.session import Session, Up
from bmpconform.rules.update import announced_width
from bmpconform.spec.catalogue import Level
from bmpconform.wire.bgp import Update
from bmpconform.wire.codes import AttributeType, PeerType
from bmpconform.wire.messages import Peer, RouteMonitoring
from bmpconform.wire.routes import (
    IPV4_UNICAST,
    Family,
    Fault,
    RouteField,
    is_read,
    nlri_fault,
    read_prefixes,
    route_fields,
    routes_fitter,
)

EITHER = frozenset({False, True})
AS4_ATTRIBUTES = frozenset({AttributeType.AS4_PATH, AttributeType.AS4_AGGREGATOR})
# What routes begin with that may be path identifiers.
_TWO_DEFAULT_ROUTES = bytes(2)


def _update(message: RouteMonitoring, session: Session) -> Update | None:
    """Return the UPDATE of a session that has not ended."""
    body = message.pdu.body if message.pdu is not None else None
    return body if isinstance(body, Update) and not session.terminated else None


def readings(peer: Peer, ups: Sequence[Up], family: Family) -> frozenset[bool]:
    """Return whether the routes have path identifiers: as the session says, or both answers where it does not."""
    if not ups or peer.type > PeerType.LOC_RIB_INSTANCE or any(up.negotiated is None for up in ups):
        return EITHER
    view = view_of(peer)
    return frozenset((view, family) in up.negotiated.path_ids for up in ups if up.negotiated is not None)


def screen(family: Family, either: frozenset[bool]) -> Callable[[bytes], bool]:
    """Return what tells routes in which the rules of this module find nothing, and takes some for worse than they are.

    `either` are their `readings`; that their family goes unnamed is another matter.
    """
    fits, *others = (routes_fitter(family, path_ids=path_ids) for path_ids in sorted(either))
    if others:
        return lambda routes: fits(routes) or others[0](routes)
    if True in either or not is_read(family):
        return fits
    return lambda routes: not routes.startswith(_TWO_DEFAULT_ROUTES) and fits(routes)


def _fault(field: RouteField, either: frozenset[bool]) -> Fault | None:
    """Return the fault of the routes in the first reading, None where one of the readings has none."""
    faults = [nlri_fault(field, path_ids=path_ids) for path_ids in sorted(either)]
    return None if None in faults else faults[0]


def _malformed_routes(message: RouteMonitoring, session: Session, *, for_want_of_capability: bool) -> Iterator[Breach]:
    """Yield the routes that parse in none of their readings.

    `for_want_of_capability` chooses those of a Loc-RIB that would parse in the other reading, or all the rest.
    """
    peer, update = message.peer, _update(message, session)
    if update is None or (for_want_of_capability and not peer.is_loc_rib):
        return
    ups = session.ups(peer)
    for field in route_fields(update):
        either = readings(peer, ups, field.family)
        fault = _fault(field, either)
        if fault is None:
            continue
        wants_capability = peer.is_loc_rib and _fault(field, EITHER) is None
        if wants_capability == for_want_of_capability:
            text = f"The routes do not parse {_reading_text(either)}: {fault.reason}."
            yield Breach(f"pdu.update.{field.path}", text, within=(field.start + fault.start, fault.length))


def _reading_text(either: frozenset[bool]) -> str:
    if either == frozenset({True}):
        return "with path identifiers, as the OPENs have it"
    if either == frozenset({False}):
        return "without path identifiers, as the OPENs have it"
    return "with path identifiers or without"


@stream_rule(RouteMonitoring, "RFC7854-5-1", code="routes-malformed")
def routes_parse_as_the_opens_say(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 5: ordinary UPDATE encoding, with ADD-PATH as both OPENs say."""
    breaches.extend(_malformed_routes(message, session, for_want_of_capability=False))


@stream_rule(RouteMonitoring, "RFC9069-5.2-5", code="loc-rib-routes-malformed")
def loc_rib_routes_parse_as_the_opens_say(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2: the fabricated OPEN has every capability that parsing needs."""
    breaches.extend(_malformed_routes(message, session, for_want_of_capability=True))


@stream_rule(RouteMonitoring, "RFC7854-5-1", code="path-ids-suspected", level=Level.INFO)
def routes_do_not_look_like_path_ids(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Note routes that parse as the OPENs say but look like path identifiers: default routes one behind the other."""
    update = _update(message, session)
    if update is None:
        return
    ups = session.ups(message.peer)
    for field in route_fields(update):
        if _looks_like_path_ids(field) and readings(message.peer, ups, field.family) == frozenset({False}):
            text = "The routes parse without path identifiers, as the OPENs say, but look as if they had them."
            breaches.append(Breach(f"pdu.update.{field.path}", text))


def _looks_like_path_ids(field: RouteField) -> bool:
    if not field.octets.startswith(_TWO_DEFAULT_ROUTES) or not is_read(field.family):
        return False
    if nlri_fault(field, path_ids=False) or nlri_fault(field, path_ids=True):
        return False
    plain = read_prefixes(field.octets, path_ids=False)
    return len(plain.items) > len(read_prefixes(field.octets, path_ids=True).items)


@stream_rule(RouteMonitoring, "RFC9069-5.2-5", code="loc-rib-family-not-announced", level=Level.WARN)
def loc_rib_opens_name_the_family(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.2; the routes parse all the same, so a warning. IPv4 unicast needs no capability."""
    update = _update(message, session)
    if update is None or not message.peer.is_loc_rib:
        return
    ups = session.ups(message.peer)
    if not ups or any(up.negotiated is None for up in ups):
        return
    named = frozenset[tuple[int, int]]().union(*(up.negotiated.named for up in ups if up.negotiated is not None))
    for field in route_fields(update):
        if not field.withdrawn and field.family != IPV4_UNICAST and field.family not in named:
            afi, safi = field.family
            text = f"No OPEN of this Loc-RIB names AFI {afi} SAFI {safi}."
            breaches.append(Breach(f"pdu.update.{field.path}", text, number=afi << 8 | safi))


@stream_rule(RouteMonitoring, "RFC7854-4.2-10", code="as4-attribute", level=Level.WARN)
def as4_attributes_are_left_out(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: who rewrites paths to 4 octets leaves AS4_PATH and AS4_AGGREGATOR out.

    With 4-octet AS numbers in both OPENs the router may be passing on what it received (4.2-8).
    """
    update = _update(message, session)
    if update is None or announced_width(message.peer) != 4 or message.peer.is_loc_rib:  # noqa: PLR2004 - octets
        return
    ups = session.ups(message.peer)
    if ups and all(up.negotiated is not None and not up.negotiated.four_octet_as for up in ups):
        for index, attribute in enumerate(update.attributes.items):
            if attribute.type in AS4_ATTRIBUTES:
                text = f"{AttributeType(attribute.type).name} comes with AS paths of 4 octets, which make it idle."
                breaches.append(Breach(f"pdu.update.attributes[{index}]", text, number=attribute.type))
