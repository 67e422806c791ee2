"""Changes of routes: lists of prefixes in place, and what says how they are written kept true to them or not."""

from collections.abc import Callable
from random import Random

import pytest

import raw
from bmpconform.fuzz.anatomy import frames_of
from bmpconform.fuzz.dictionary import MEMBERS, ROUTES
from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.mutate_relations import relation_changed
from bmpconform.fuzz.mutate_routes import FAMILIES, session_related
from bmpconform.fuzz.oracle import Oracle
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.bgp import Update
from bmpconform.wire.codec import decode
from bmpconform.wire.messages import RouteMonitoring
from bmpconform.wire.routes import MpReach, MpUnreach, read_mp_reach, read_mp_unreach, read_prefixes, routes_fitter

FIRST, SECOND, THIRD = raw.prefix(24, b"\xc0\0\2"), raw.prefix(8, b"\x0a"), raw.prefix(17, b"\xac\x10\x80")
LIST = FIRST + SECOND + THIRD
WITH_IDS = raw.prefix(24, b"\xc0\0\2", 7) + raw.prefix(8, b"\x0a", 8)
IPV6 = raw.prefix(32, b"\x20\x01\x0d\xb8")
CLASSIC = raw.route_monitoring(raw.update_pdu(SECOND, raw.MANDATORY_ATTRIBUTES, LIST))
OF_IPV6 = raw.route_monitoring(
    raw.update_pdu(b"", raw.ORIGIN_IGP + raw.AS_PATH + raw.mp_reach(2, 1, IPV6 * 2, next_hop=bytes(15) + b"\1"), b"")
)
ORACLE = Oracle(PROFILES[DEFAULT_PROFILE])
IPV4_HOP, IPV6_HOP, VPN_HOP, IPV6_VPN_HOP = {4}, {16, 32}, {12}, {24, 48}
HOPS = {
    (1, 1): IPV4_HOP,
    (1, 4): IPV4_HOP,
    (1, 128): VPN_HOP,
    (2, 1): IPV6_HOP,
    (2, 4): IPV6_HOP,
    (2, 128): IPV6_VPN_HOP,
}
MANY = 600


def seeded(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - the same each time


def updates_of(frames: list[bytes]) -> list[Update]:
    """Return the UPDATEs in the frames that can be read."""
    messages = [message for message in map(decode, frames) if isinstance(message, RouteMonitoring)]
    return [one.pdu.body for one in messages if one.pdu is not None and isinstance(one.pdu.body, Update)]


def mutants(octets: bytes, many: int) -> list[bytes]:
    mutator = Mutator(seeded())
    mutator.learn(octets)
    return [mutator.mutate(octets) for _ in range(many)]


@pytest.fixture(scope="module")
def lists() -> set[bytes]:
    """The NLRI of mutants whose UPDATE is whole, and else as it was."""
    right = updates_of([CLASSIC])[0]
    found = updates_of(mutants(CLASSIC, 20_000))
    return {one.nlri for one in found if one.attributes == right.attributes and one.withdrawn == right.withdrawn}


@pytest.mark.parametrize(
    "nlri",
    [
        FIRST + THIRD,
        FIRST + SECOND * 2 + THIRD,
        THIRD + SECOND + FIRST,
        LIST + raw.prefix(33, b"\xc0\0\2\1\0"),
        b"\0" + SECOND + THIRD,
        FIRST + raw.prefix(32, b"\x0a\0\0\0") + THIRD,
        FIRST + raw.prefix(33, b"\x0a\0\0\0\0") + THIRD,
        b"\x21\xc0\0\2" + SECOND + THIRD,
        b"\0\xc0\0\2" + SECOND + THIRD,
    ],
    ids=["dropped", "repeated", "moved", "put in", "0", "most", "over", "over and no octets", "0 and its octets"],
)
def test_a_list_of_prefixes_is_changed_in_each_way(lists: set[bytes], nlri: bytes) -> None:
    assert nlri in lists


def test_a_list_in_an_attribute_takes_all_lengths_around_it_along() -> None:
    reaches = [
        (one, reach)
        for one in updates_of(mutants(OF_IPV6, 4000))
        for held in one.attributes.items
        if held.type == 14 and isinstance(reach := read_mp_reach(held.value), MpReach)
    ]
    whole = [(one, reach) for one, reach in reaches if not one.attributes.rest and not one.nlri]
    assert {IPV6, IPV6 * 3, raw.prefix(129, b"\x20\x01\x0d\xb8" + bytes(13)) + IPV6} <= {one.nlri for _, one in whole}
    assert len({len(one.next_hop) for _, one in whole}) > 3


@pytest.mark.parametrize("name", ROUTES)
def test_prefixes_that_are_known_are_mostly_of_their_kind(name: str) -> None:
    kind = ROUTES[name]
    fits = routes_fitter(kind.family, path_ids=kind.path_ids)
    # One of each five has a bit too many.
    assert sum(map(fits, MEMBERS[name])) >= 0.7 * len(MEMBERS[name])
    assert not all(map(fits, MEMBERS[name]))


def related(frame: bytes) -> list[Update]:
    random, message = seeded(), decode(frame)
    return updates_of([one for _ in range(MANY) if (one := relation_changed(random, message)) is not None])


def reaches_of(updates: list[Update]) -> list[MpReach]:
    values = [read_mp_reach(held.value) for one in updates for held in one.attributes.items if held.type == 14]
    return [one for one in values if isinstance(one, MpReach)]


def test_path_identifiers_are_put_in_and_taken_out_of_all_or_of_one() -> None:
    lists = [read_prefixes(one.nlri, path_ids=True) for one in related(CLASSIC)]
    assert any(len(held.items) == 3 and not held.rest for held in lists)
    assert any(one.nlri.endswith(SECOND + THIRD) and len(one.nlri) == len(LIST) + 4 for one in related(CLASSIC))
    back = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, WITH_IDS))
    assert {FIRST + SECOND, FIRST + WITH_IDS[8:], WITH_IDS[:8] + SECOND} <= {one.nlri for one in related(back)}


def test_a_family_comes_with_a_next_hop_of_its_length_or_with_another() -> None:
    reaches = reaches_of(related(OF_IPV6))
    assert {(one.afi, one.safi) for one in reaches} == set(FAMILIES) == set(HOPS)
    fits = [len(one.next_hop) in HOPS[one.afi, one.safi] for one in reaches]
    assert len(reaches) / 2 < sum(fits) < len(reaches)
    assert any(one.nlri == IPV6 * 2 and one.afi == 1 for one in reaches)


def test_a_value_that_grows_over_an_octet_has_its_length_in_two() -> None:
    value = raw.u16(1) + b"\4\4" + raw.PEER_ID + b"\0" + raw.prefix(48, raw.label(1) + b"\xc0\0\2") * 35
    assert len(value) == 254
    attributes = raw.ORIGIN_IGP + raw.AS_PATH + raw.attribute(0x80, 14, value)
    frame = raw.route_monitoring(raw.update_pdu(b"", attributes))
    lengths = {len(one.value) for update in related(frame) for one in update.attributes.items if one.type == 14}
    assert max(lengths) > 255


def test_classic_routes_move_into_attributes_or_are_in_both() -> None:
    updates = related(CLASSIC)
    moved = [one for one in updates if any(held.nlri == LIST for held in reaches_of([one]))]
    assert {held.next_hop for held in reaches_of(moved)} == {raw.PEER_ID}
    assert {one.nlri for one in moved} == {b"", LIST}
    assert {3 in {held.type for held in one.attributes.items} for one in moved} == {True, False}
    values = [read_mp_unreach(held.value) for one in moved for held in one.attributes.items if held.type == 15]
    assert values
    assert all(isinstance(one, MpUnreach) and one.withdrawn == SECOND for one in values)


def test_routes_in_attributes_move_into_the_classic_fields_or_are_in_both() -> None:
    frame = raw.route_monitoring(
        raw.update_pdu(b"", raw.mp_reach(1, 1, LIST) + raw.mp_unreach(1, 1, FIRST) + raw.ORIGIN_IGP + raw.AS_PATH, b"")
    )
    moved = [one for one in related(frame) if one.nlri == LIST and one.withdrawn == FIRST]
    assert {14 in {held.type for held in one.attributes.items} for one in moved} == {True, False}
    assert {3 in {held.type for held in one.attributes.items} for one in moved} == {True, False}


def test_what_is_announced_is_withdrawn_as_well() -> None:
    assert any(one.withdrawn == SECOND + LIST and one.nlri == LIST for one in related(CLASSIC))


def up(*families: bytes) -> bytes:
    items = [raw.multiprotocol(1, 1), *families]
    sent = raw.sent_open(raw.as4(raw.ROUTER_AS), *items)
    return raw.peer_up(sent=sent, received=raw.received_open(raw.as4(raw.PEER_AS), *items))


BEGIN = raw.initiation(raw.MANDATORY_TLVS)
PLAIN = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, LIST))
IDS = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, WITH_IDS))
OTHER = raw.route_monitoring(raw.ROUTE, of=raw.peer(address=raw.address("192.0.2.99")))


def across(*frames: bytes) -> list[list[bytes]]:
    random, messages = seeded(), list(map(decode, frames))
    found = [session_related(random, messages) for _ in range(MANY)]
    return [frames_of(one) for one in found if one is not None]


def is_clean(frames: list[bytes]) -> bool:
    return ORACLE.expect(b"".join(frames)).clause is None


def nlri_of(frame: bytes) -> bytes:
    return updates_of([frame])[0].nlri


def changed(old: list[bytes], new: list[bytes]) -> list[bool]:
    return [one != other for one, other in zip(old, new, strict=True)]


@pytest.mark.parametrize(
    "is_one",
    [
        lambda old, new: is_clean(new) and changed(old, new) == [False, True, True, True],
        lambda old, new: not is_clean(new) and changed(old, new) == [False, True, False, False],
        lambda old, new: not is_clean(new) and changed(old, new) == [False, False, True, True],
        lambda old, new: not is_clean(new) and changed(old, new) == [False, True, True, False],
        lambda old, new: abs(len(nlri_of(new[2])) - len(nlri_of(old[2]))) == 4,
    ],
    ids=["all", "OPENs alone", "routes alone", "one message", "one prefix"],
)
@pytest.mark.parametrize(
    "session", [(up(), PLAIN, PLAIN), (up(raw.add_path(1, 1)), IDS, IDS)], ids=["put in", "taken out"]
)
def test_path_identifiers_change_in_opens_and_routes_alike_or_in_a_part(
    session: tuple[bytes, ...], is_one: Callable[[list[bytes], list[bytes]], bool]
) -> None:
    old = [BEGIN, *session]
    assert is_clean(old)
    assert any(is_one(old, new) for new in across(*old))


def test_path_identifiers_of_one_peer_are_nothing_to_another() -> None:
    made = across(BEGIN, up(), OTHER, PLAIN)
    assert all(frames[0] == BEGIN and frames[2] == OTHER for frames in made)
    assert any(frames[3] != PLAIN for frames in made)


def test_a_session_without_a_peer_up_has_no_relations() -> None:
    assert session_related(seeded(), [decode(BEGIN), decode(PLAIN)]) is None


def test_sessions_get_path_identifiers_from_the_mutator() -> None:
    session = BEGIN + up() + PLAIN
    found = [frames_of(one) for one in mutants(session, 4000)]
    whole = [one for one in found if len(one) == 3 and one[0] == BEGIN and one[1] != up() and one[2] != PLAIN]
    lists = [read_prefixes(one.nlri, path_ids=True) for frames in whole for one in updates_of(frames[2:])]
    assert any(len(held.items) == 3 and not held.rest for held in lists)
