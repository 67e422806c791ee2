"""The rules of Route Monitoring, RFC 7854 sections 4.6 and 5, RFC 8671 section 5, RFC 9069 section 5.4."""

from bmpconform.rules.negotiated import View, view_of
from bmpconform.rules.pdus import pdu_rules
from bmpconform.rules.peer_header import MICROSECONDS
from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.spec.catalogue import Level
from bmpconform.wire.bgp import MARKER, PDUS, Attribute, Pdu, PduSequence, Update
from bmpconform.wire.codes import AttributeType, BgpType, PeerFlag
from bmpconform.wire.interpret import read_exactly
from bmpconform.wire.messages import Peer, RouteMonitoring

# 2000-01-01 00:00 UTC in seconds: a time before it is an uptime, or a clock that was never set.
YEAR_2000 = 946_684_800
IPV4_UNICAST_END = bytes.fromhex("000101")
MANDATORY = (AttributeType.ORIGIN, AttributeType.AS_PATH, AttributeType.NEXT_HOP)


def has_odd_time(peer: Peer) -> bool:
    """Whether the rules say of the time of a route that it is not plausible."""
    return 0 < peer.seconds < YEAR_2000


def has_plain_time(seconds: int, microseconds: int) -> bool:
    """Whether the rules say nothing of the time of a route."""
    return microseconds < MICROSECONDS if seconds >= YEAR_2000 else not (seconds or microseconds)


def _pdu(message: RouteMonitoring) -> Pdu | None:
    return message.pdu


def _rest(message: RouteMonitoring) -> bytes:
    return message.rest


def _is_loc_rib(message: RouteMonitoring) -> bool:
    return message.peer.is_loc_rib


def _is_not_loc_rib(message: RouteMonitoring) -> bool:
    return not message.peer.is_loc_rib


pdu_rules(
    RouteMonitoring,
    "RFC7854-4.6-1",
    code="update",
    path="pdu",
    pdu_type=BgpType.UPDATE,
    applies=_is_not_loc_rib,
    pdu_of=_pdu,
    rest_of=_rest,
)
pdu_rules(
    RouteMonitoring,
    "RFC9069-5.4-1",
    "RFC7854-4.6-1",
    code="loc-rib-update",
    path="pdu",
    pdu_type=BgpType.UPDATE,
    applies=_is_loc_rib,
    pdu_of=_pdu,
    rest_of=_rest,
)


def _holds_whole_updates(octets: bytes) -> bool:
    sequence = read_exactly(PDUS, octets)
    return (
        isinstance(sequence, PduSequence)
        and not sequence.rest
        and all(pdu.type == BgpType.UPDATE and pdu.marker == MARKER for pdu in sequence.items)
    )


@rule(RouteMonitoring, "RFC7854-4.6-2", code="second-update", level=Level.WARN)
def one_update_a_message(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.6: "a BGP Update PDU", in the singular; a second one has no definition."""
    if message.pdu is not None and message.rest and _holds_whole_updates(message.rest):
        breaches.append(Breach("rest", "Another whole UPDATE follows the first in the same message."))


@rule(RouteMonitoring, "RFC7854-4.6-2", code="octets-behind-update")
def nothing_follows_the_update(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.6: the message ends with the UPDATE."""
    if message.pdu is not None and message.rest and not _holds_whole_updates(message.rest):
        breaches.append(Breach("rest", f"{octets_text(len(message.rest))} behind the UPDATE."))


def _update(message: RouteMonitoring) -> Update | None:
    if message.pdu is not None and isinstance(message.pdu.body, Update):
        return message.pdu.body
    return None


@rule(RouteMonitoring, "RFC7854-5-1", code="update-lengths")
def update_lengths_add_up(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 5: ordinary UPDATE encoding, RFC 4271 section 4.3."""
    if message.pdu is not None and message.pdu.type == BgpType.UPDATE and isinstance(message.pdu.body, bytes):
        text = "The lengths of withdrawn routes and path attributes do not fit the UPDATE."
        breaches.append(Breach("pdu.body", text))


@rule(RouteMonitoring, "RFC7854-5-1", code="attributes-leftover")
def attributes_fill_their_length(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 5: ordinary UPDATE encoding, RFC 4271 section 4.3."""
    update = _update(message)
    if update is not None and update.attributes.rest:
        text = f"{octets_text(len(update.attributes.rest))} left behind the last whole path attribute."
        breaches.append(Breach("pdu.update.attributes.rest", text))


@rule(RouteMonitoring, "RFC7854-5-3", code="ipv4-end-of-rib-form", level=Level.WARN)
def ipv4_end_of_rib_is_an_empty_update(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 5 with RFC 4724 section 2."""
    update = _update(message)
    if update is None or update.withdrawn or update.nlri or len(update.attributes.items) != 1:
        return
    attribute = update.attributes.items[0]
    if attribute.type == AttributeType.MP_UNREACH_NLRI and attribute.value == IPV4_UNICAST_END:
        text = "The End-of-RIB of IPv4 unicast is an UPDATE with nothing in it, not an empty MP_UNREACH_NLRI."
        breaches.append(Breach("pdu.update.attributes[0]", text))


def _attribute(update: Update, attribute_type: AttributeType) -> Attribute | None:
    return next((item for item in update.attributes.items if item.type == attribute_type), None)


@rule(RouteMonitoring, "RFC8671-5.2-2", code="pre-policy-out-attribute-missing", level=Level.WARN)
def mandatory_attributes_are_present(message: RouteMonitoring, breaches: list[Breach]) -> None:
    """Judge RFC 8671 section 5.2: what is not known yet is zero or empty, but there."""
    update = _update(message)
    if update is None or not update.nlri or not message.peer.has(PeerFlag.O) or message.peer.has(PeerFlag.L):
        return
    absent = [name.name for name in MANDATORY if _attribute(update, name) is None]
    if absent and not update.attributes.rest:
        text = f"Routes of a pre-policy Adj-RIB-Out lack {', '.join(absent)}; what is not known is zero or empty."
        breaches.append(Breach("pdu.update.attributes", text, missing=True))


def _old_time_rule(view: View, *clauses: str) -> None:
    """Register: the time of a route of this view is plausible or zero."""

    @rule(RouteMonitoring, *clauses, code=f"route-time-implausible-{view}")
    def time_is_zero_or_plausible(message: RouteMonitoring, breaches: list[Breach]) -> None:
        if has_odd_time(message.peer) and view_of(message.peer) == view:
            text = f"The time of the route is {message.peer.seconds} s after 1970; where it is not known it is 0."
            breaches.append(Breach("peer.seconds", text))


_old_time_rule("adj-rib-in", "RFC7854-5-8")
_old_time_rule("adj-rib-out", "RFC8671-4-5", "RFC7854-5-8")
_old_time_rule("loc-rib", "RFC9069-5.1-6", "RFC7854-5-8")
