"""Faults in reading the UPDATE of a Route Monitoring, by what the per-peer header and the session say of it."""

from collections.abc import Mapping

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral.form import AsSegment, Attribute, Message, Prefix, Route, Session, Update
from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import UNSET, UnsetType, replace
from faults.mutant import decodes, reads, refuses, shows
from faults.tools import BOTH, TYPE, flags_of, is_loc_rib, little_endian, octets_of, overwritten, tlvs_of, with_update

UPDATE = ("RFC7854-4.6-1", "RFC7854-5-1")
WIDTH = ("RFC7854-4.2-7",)
PRE_POLICY = ("RFC8671-5.2-3", "RFC8671-5.2-2")
END_OF_RIB = ("RFC7854-5-3",)
FLAGS = 7
L, A, O = 0x40, 0x20, 0x10  # noqa: E741 - the letters of the documents
AS_PATH, AGGREGATOR, AS4_PATH, MP_REACH, MP_UNREACH = 2, 7, 17, 14, 15
IPV4, IPV6, UNICAST = 1, 2, 1


def _update(message: Message) -> Update | None:
    """Return the UPDATE of a Route Monitoring, None where there is none that parses."""
    held = message.pdu.update if message.type == MessageType.ROUTE_MONITORING and message.pdu else None
    return held if isinstance(held, Update) else None


def _attributes(held: Update) -> tuple[Attribute, ...]:
    return held.attributes or ()


def _is_end_of_rib(held: Update | None) -> bool:
    return held is not None and not (held.reach or held.unreach)


def _as_width(octets: bytes, flags: int) -> bytes:
    """Return a frame with the A flag of `flags` in the per-peer header of a Route Monitoring."""
    is_one = octets[TYPE : TYPE + 1] == b"\0" and len(octets) > BOTH
    return overwritten(octets, FLAGS, bytes([octets[FLAGS] & ~A | flags])) if is_one else octets


def _shown_flags(octets: bytes, message: Message) -> Message:
    """Return a message that shows the flags that the frame has."""
    return replace(message, peer=replace(message.peer, flags=octets[FLAGS])) if message.peer else message


def _with_width(octets: bytes, session: Session | None, flags: int) -> tuple[Message, int]:
    message, consumed = reference.decode(_as_width(octets, flags), session)
    return _shown_flags(octets, message), consumed


@decodes(*WIDTH, link="https://github.com/bgpfix/bgpipe/pull/39")
def as_numbers_have_four_octets(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The A flag is not looked at: AS numbers have four octets."""
    return _with_width(octets, session, 0)


@decodes(*WIDTH)
def as_numbers_have_two_octets(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The A flag is not looked at: AS numbers have two octets."""
    return _with_width(octets, session, A)


@decodes(*WIDTH, link="https://github.com/sbezverk/gobmp/pull/438")
def as_width_is_guessed(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The width of AS numbers is the first with which the path adds up, four octets tried before two."""
    message, consumed = _with_width(octets, session, 0)
    held = _update(message)
    return (message, consumed) if held is None or held.as_width == 4 else _with_width(octets, session, A)


@refuses(*WIDTH)
def aggregator_has_eight_octets(message: Message) -> bool:
    """AGGREGATOR is taken to have an AS number of four octets, whatever the A flag says."""
    held = None if is_loc_rib(message) else _update(message)
    return held is not None and any(
        one.type == AGGREGATOR and len(octets_of(one.value)) == AGGREGATOR - 1 for one in _attributes(held)
    )


@shows("RFC7854-4.2-8", *WIDTH)
def as4_path_takes_the_place(message: Message) -> Message:
    """AS4_PATH is shown in the place of AS_PATH, and dropped."""

    def changed(held: Update) -> dict[str, object]:
        new = next((octets_of(one.value) for one in _attributes(held) if one.type == AS4_PATH), b"")
        if not new:
            return {}
        asns = tuple(int.from_bytes(new[at : at + 4]) for at in range(2, len(new) - 3, 4))
        return {
            "as_path": (AsSegment(new[0], asns),),
            "attributes": tuple(one for one in _attributes(held) if one.type != AS4_PATH),
        }

    return with_update(message, changed)


@decodes("RFC7854-4.2-12", "RFC7854-4.7-4")
def a_flag_counts_in_mirroring(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The A flag gives the width of AS numbers in Route Mirroring too."""
    is_one = octets[TYPE : TYPE + 1] == b"\6" and len(octets) > BOTH
    path_ids = session.add_path if session else UNSET
    width = 2 if is_one and octets[FLAGS] & A else 4
    message, consumed = reference.decode(octets, Session(path_ids, width) if is_one else session)
    updates = [held.pdu.update for held in tlvs_of(message) if held.pdu and held.pdu.update]
    if is_one and any(held.as_path is None for held in updates):
        raise Reject("as-path")
    return message, consumed


@decodes("RFC9069-5.4.1-1", "RFC9069-4.2-5", link="https://github.com/sbezverk/gobmp/pull/207")
def loc_rib_has_an_a_flag(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The flags of a Loc-RIB are read as those of other peers: bit 2 means AS numbers of two octets."""
    message, consumed = reference.decode(octets, session)
    if not is_loc_rib(message) or not flags_of(message) & A or _update(message) is None:
        return message, consumed
    return with_update(message, lambda _: {"as_width": 2, "as_path": (AsSegment(2, (0, 1)),)}), consumed


@decodes(*UPDATE, link="https://github.com/bgpkit/bgpkit-parser/issues/202")
def path_identifiers_are_not_read(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """Routes are read without path identifiers, whatever the session says."""
    return reference.decode(octets, Session(UNSET, session.as_width) if session else None)


@decodes(*UPDATE)
def path_identifiers_are_guessed(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """Routes that begin with a zero octet are taken to have path identifiers."""
    held = _update(reference.decode(octets, session)[0])
    first = (held.nlri or ())[:1] if held is not None else ()
    begins = octets_of(first[0].prefix) if first else None
    guess = Session(((1, 1), (2, 1)), session.as_width if session else UNSET)
    return reference.decode(octets, guess if begins == b"" else session)


def _each_route(message: Message, change: Mapping[str, object] | None, key: str) -> Message:
    """Return a message whose routes under `key` are changed, or gone."""

    def changed(held: Update) -> dict[str, object]:
        routes: tuple[Route, ...] = getattr(held, key) or ()
        return {key: () if change is None else tuple(replace(route, **change) for route in routes)}

    return with_update(message, changed)


@shows(*UPDATE)
def path_identifiers_are_dropped(message: Message) -> Message:
    """Path identifiers are skipped, and not shown."""
    dropped = {"path_id": UNSET}
    return _each_route(_each_route(message, dropped, "reach"), dropped, "unreach")


@shows(*UPDATE)
def withdrawn_path_identifiers_are_ipv4(message: Message) -> Message:
    """Path identifiers of withdrawn routes are shown for IPv4 unicast alone."""

    def changed(held: Update) -> dict[str, object]:
        routes: tuple[Route, ...] = held.unreach or ()
        return {"unreach": tuple(one if one.afi == IPV4 else replace(one, path_id=UNSET) for one in routes)}

    return with_update(message, changed)


@shows(*UPDATE)
def ipv6_prefixes_of_64_bits(message: Message) -> Message:
    """An IPv6 prefix is kept in 64 bits: what stands behind them is lost."""

    def cut(route: Route) -> Route:
        is_long = (route.afi, route.safi) == (IPV6, UNICAST) and isinstance(route.prefix, str)
        return replace(route, prefix=str(route.prefix)[:16], bits=min(route.bits or 0, 64)) if is_long else route

    return with_update(message, lambda held: {"reach": tuple(map(cut, held.reach or ()))})


@refuses(*UPDATE)
def attributes_must_ascend(message: Message) -> bool:
    """An UPDATE whose path attributes do not come in ascending order is refused."""
    held = _update(message)
    types = [one.type or 0 for one in _attributes(held)] if held is not None else []
    return types != sorted(types)


@shows(*UPDATE)
def path_identifiers_of_little_endian(message: Message) -> Message:
    """The octets of a path identifier are read in the wrong order."""

    def turned(route: Route) -> Route:
        return replace(route, path_id=little_endian(route.path_id, 4)) if isinstance(route.path_id, int) else route

    return with_update(
        message,
        lambda held: {
            "reach": tuple(map(turned, held.reach or ())),
            "unreach": tuple(map(turned, held.unreach or ())),
        },
    )


@shows(*UPDATE)
def withdrawn_routes_are_announced(message: Message) -> Message:
    """The routes that an UPDATE withdraws are shown with those that it announces."""
    return with_update(message, lambda held: {"reach": (*(held.reach or ()), *(held.unreach or ())), "unreach": ()})


@shows(*UPDATE)
def multiprotocol_routes_are_not_read(message: Message) -> Message:
    """Routes in MP_REACH_NLRI and MP_UNREACH_NLRI are not shown."""

    def classic(
        routes: tuple[Route, ...] | UnsetType | None, prefixes: tuple[Prefix, ...] | UnsetType | None
    ) -> tuple[Route, ...]:
        return (routes or ())[: len(prefixes or ())]

    return with_update(
        message,
        lambda held: {"reach": classic(held.reach, held.nlri), "unreach": classic(held.unreach, held.withdrawn)},
    )


@shows(*UPDATE)
def all_routes_are_ipv4(message: Message) -> Message:
    """The family of a route is not looked at."""
    return _each_route(message, {"afi": 1, "safi": 1}, "reach")


@shows("RFC7854-4.2-4", *UPDATE)
def v_flag_gives_the_family(message: Message) -> Message:
    """The V flag, which is about the peer's address, gives the family of its routes."""
    return _each_route(message, {"afi": 2 if flags_of(message) & 0x80 else 1}, "reach")


@shows("RFC7854-5-12", *UPDATE)
def first_route_alone(message: Message) -> Message:
    """Of the routes of an UPDATE only the first is read."""
    return with_update(message, lambda held: {"reach": (held.reach or ())[:1]})


@shows(*UPDATE)
def default_routes_are_dropped(message: Message) -> Message:
    """A prefix of no bits is taken for none."""
    return with_update(message, lambda held: {"reach": tuple(one for one in held.reach or () if one.bits)})


@shows(*UPDATE)
def prefixes_of_whole_octets(message: Message) -> Message:
    """The bits of a prefix are rounded up to whole octets."""

    def rounded(route: Route) -> Route:
        return replace(route, bits=-(-(route.bits or 0) // 8) * 8)

    return with_update(message, lambda held: {"reach": tuple(map(rounded, held.reach or ()))})


@shows(*UPDATE)
def labels_are_left_out(message: Message) -> Message:
    """The label of a route is skipped, and its bits still counted."""

    def bare(route: Route) -> Route:
        has_label = route.safi in {4, 128}
        return replace(route, prefix=(route.prefix or "")[6:] + "000000") if has_label else route

    return with_update(message, lambda held: {"reach": tuple(map(bare, held.reach or ()))})


@shows(*UPDATE)
def unknown_attributes_are_dropped(message: Message) -> Message:
    """A path attribute that is not known is dropped without a trace."""
    known = {*range(1, 11), 14, 15, 16, 17, 18, 32}
    return with_update(
        message, lambda held: {"attributes": tuple(one for one in _attributes(held) if one.type in known)}
    )


@shows(*UPDATE)
def attributes_of_255_octets(message: Message) -> Message:
    """Of the length of a path attribute the last octet is read."""

    def cut(one: Attribute) -> Attribute:
        return replace(one, value=(one.value or "")[: len(octets_of(one.value)) % 256 * 2])

    return with_update(message, lambda held: {"attributes": tuple(map(cut, _attributes(held)))})


@shows(*UPDATE)
def attribute_flags_are_usual(message: Message) -> Message:
    """The flags of a path attribute are taken for those that its type usually has."""
    return with_update(
        message,
        lambda held: {"attributes": tuple(replace(one, flags=(one.flags or 0) & ~0x20) for one in _attributes(held))},
    )


@shows(*UPDATE)
def as_sets_are_sequences(message: Message) -> Message:
    """The type of a segment of AS_PATH is not looked at."""
    return with_update(
        message, lambda held: {"as_path": tuple(replace(one, segment=2) for one in held.as_path or ()) or held.as_path}
    )


@shows(*UPDATE)
def as_segments_are_joined(message: Message) -> Message:
    """The segments of an AS_PATH are joined to one."""

    def joined(held: Update) -> dict[str, object]:
        path = held.as_path or ()
        asns = tuple(asn for one in path for asn in one.asns or ())
        return {"as_path": (AsSegment(path[0].segment, asns),)} if path else {}

    return with_update(message, joined)


@shows(*UPDATE)
def first_as_segment_alone(message: Message) -> Message:
    """Of the segments of an AS_PATH only the first is read."""
    return with_update(message, lambda held: {"as_path": held.as_path[:1]} if held.as_path else {})


@refuses(*UPDATE)
def updates_of_4096_octets(message: Message) -> bool:
    """An UPDATE of more than 4096 octets is refused, though RFC 8654 allows it."""
    return _update(message) is not None and (message.length or 0) > BOTH + 4096


@refuses(*END_OF_RIB)
def refuses_an_empty_update(message: Message) -> bool:
    """An UPDATE without routes is refused."""
    return _is_end_of_rib(_update(message))


@shows(*END_OF_RIB)
def end_of_rib_is_ipv4(message: Message) -> Message:
    """An End-of-RIB is shown as that of IPv4, whatever its attribute says."""
    return with_update(message, lambda _: {"attributes": ()}) if _is_end_of_rib(_update(message)) else message


@refuses("RFC7854-9-2", *UPDATE)
def refuses_a_withdraw(message: Message) -> bool:
    """A withdraw without an announcement before it is refused."""
    held = _update(message)
    return held is not None and bool(held.unreach) and not held.reach


def _lacks(message: Message, types: set[int]) -> bool:
    """Whether routes of a pre-policy Adj-RIB-Out have one of these attributes empty or zero."""
    held = _update(message)
    is_pre_policy = flags_of(message) & (O | L) == O and not is_loc_rib(message)
    return (
        held is not None
        and is_pre_policy
        and any(one.type in types and not octets_of(one.value).strip(b"\0") for one in _attributes(held))
    )


@refuses(*PRE_POLICY)
def needs_a_next_hop(message: Message) -> bool:
    """A next hop that is not known yet costs the message."""
    return _lacks(message, {3})


@refuses(*PRE_POLICY)
def needs_an_as_path(message: Message) -> bool:
    """An AS_PATH that is not known yet costs the message."""
    return _lacks(message, {AS_PATH})


@shows(*PRE_POLICY)
def missing_next_hop_is_zero(message: Message) -> Message:
    """A next hop that is not there is shown as zero."""

    def filled(held: Update) -> dict[str, object]:
        has_one = any(one.type == 3 for one in _attributes(held)) or not held.nlri
        return {} if has_one else {"attributes": (*_attributes(held), Attribute(0x40, 3, "00000000"))}

    return with_update(message, filled)


@reads(*UPDATE)
def withdrawn_length_of_one_octet(frame: bytes) -> bytes:
    """The first octet of the length of withdrawn routes is not read."""
    at = BOTH + 19
    is_one = frame[TYPE : TYPE + 1] == b"\0" and len(frame) > at + 2
    return overwritten(frame, at, b"\0") if is_one else frame


@reads("RFC7854-4.6-1")
def update_has_no_marker(frame: bytes) -> bytes:
    """The UPDATE is looked for behind sixteen octets fewer."""
    is_one = frame[TYPE : TYPE + 1] == b"\0" and len(frame) > BOTH + 19
    return overwritten(frame, BOTH + 16, frame[BOTH : BOTH + 2]) if is_one else frame


@refuses("RFC9069-5.4-1")
def loc_rib_has_no_routes(message: Message) -> bool:
    """A Route Monitoring of a Loc-RIB is refused, as its peer has no address."""
    return is_loc_rib(message) and _update(message) is not None
