"""Routes against the OPENs of the Peer Up before them: RFC 7854 section 5 with RFC 7911, RFC 9069 section 5.2.

Offsets: withdrawn routes 69, attributes 71 where nothing is withdrawn. In MP_REACH_NLRI, as it is built here, routes
begin 13 octets behind the start of the attribute, in MP_UNREACH_NLRI 7.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

import raw
from bmpconform.events import FindingLine
from bmpconform.rules.routes import screen
from raw import Broken, Fault, Valid

Family = tuple[int, int]
Beside = dict[str, tuple[str, ...]]

START = raw.initiation(raw.MANDATORY_TLVS)
GOODBYE = raw.termination(raw.tlv(1, raw.u16(0)))
DOWN = raw.peer_down(4)
RECEIVE, SEND, BOTH = 1, 2, 3
IPV4, IPV6 = (1, 1), (2, 1)
ATTRIBUTES = 71
NLRI = 71 + len(raw.MANDATORY_ATTRIBUTES)
RD = raw.u64(65000 << 32 | 7)
SIX = bytes.fromhex("20010db8")
ONE_LABEL, TWO_LABELS = raw.label(16), raw.label(16, bottom=False) + raw.label(17)

# What a family's prefixes may look like: (bits, octets).
PREFIXES: dict[Family, tuple[tuple[int, bytes], ...]] = {
    (1, 1): ((24, bytes((192, 0, 2))), (0, b""), (32, bytes((192, 0, 2, 1))), (25, bytes((192, 0, 2, 128)))),
    (2, 1): ((32, SIX), (0, b""), (128, SIX + bytes(11) + b"\1"), (33, SIX + b"\x80")),
    (1, 4): ((48, ONE_LABEL + bytes((192, 0, 2))), (24, ONE_LABEL), (80, TWO_LABELS + bytes((192, 0, 2, 1)))),
    (2, 4): ((56, ONE_LABEL + SIX), (24, ONE_LABEL), (176, TWO_LABELS + SIX + bytes(12))),
    (1, 128): (
        (112, ONE_LABEL + RD + bytes((192, 0, 2))),
        (88, ONE_LABEL + RD),
        (144, TWO_LABELS + RD + bytes((192, 0, 2, 1))),
    ),
    (2, 128): ((120, ONE_LABEL + RD + SIX), (88, ONE_LABEL + RD), (240, TWO_LABELS + RD + SIX + bytes(12))),
}
# One bit more than there is room for, in as many octets as that takes.
TOO_LONG: dict[Family, tuple[int, bytes]] = {
    (1, 1): (33, bytes(5)),
    (2, 1): (129, bytes(17)),
    (1, 4): (57, ONE_LABEL + bytes(5)),
    (2, 4): (153, ONE_LABEL + bytes(17)),
    (1, 128): (121, ONE_LABEL + RD + bytes(5)),
    (2, 128): (217, ONE_LABEL + RD + bytes(17)),
}
# No room for the label, or for the route distinguisher behind it.
TOO_SHORT: tuple[tuple[Family, tuple[int, bytes]], ...] = (
    ((1, 4), (0, b"")),
    ((1, 4), (16, bytes(2))),
    ((2, 4), (23, ONE_LABEL)),
    ((1, 128), (24, ONE_LABEL)),
    ((2, 128), (87, ONE_LABEL + RD)),
)
LABELS_THAT_GO_ON = raw.label(16, bottom=False) * 3


def _routes(family: Family, path_id: int | None = None) -> bytes:
    return b"".join(raw.prefix(bits, octets, path_id) for bits, octets in PREFIXES[family])


class Place(NamedTuple):
    """An UPDATE with routes in one place: where that is as a path and as an offset."""

    pdu: bytes
    path: str
    offset: int


def _places(family: Family, routes: bytes) -> dict[str, Place]:
    """Return the UPDATEs with these routes, by the name of the place."""
    value = "pdu.update.attributes[0].value"
    places = {
        "MP_REACH_NLRI": Place(raw.update_pdu(b"", raw.mp_reach(*family, routes)), value, ATTRIBUTES + 13),
        "MP_UNREACH_NLRI": Place(raw.update_pdu(b"", raw.mp_unreach(*family, routes)), value, ATTRIBUTES + 7),
    }
    if family == IPV4:
        classic = raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, routes)
        places["NLRI"] = Place(classic, "pdu.update.nlri", NLRI)
        places["withdrawn routes"] = Place(raw.update_pdu(routes), "pdu.update.withdrawn", 69)
    return places


def _up(sent: int | None = None, received: int | None = None, family: Family = IPV4) -> bytes:
    """Return a Peer Up whose OPENs name a family, with ADD-PATH in these directions."""

    def named(direction: int | None) -> tuple[bytes, ...]:
        add_path = () if direction is None else (raw.add_path(*family, direction),)
        return raw.multiprotocol(*family), *add_path

    return raw.peer_up(sent=raw.sent_open(*named(sent)), received=raw.received_open(*named(received)))


def _loc_up(direction: int | None = None, family: Family = IPV4, of: bytes | None = None) -> bytes:
    add_path = () if direction is None else (raw.add_path(*family, direction),)
    opened = raw.loc_rib_open(raw.multiprotocol(*family), *add_path)
    return raw.loc_rib_up(sent=opened, of=raw.loc_rib() if of is None else of)


ADJ_RIB_IN, ADJ_RIB_OUT, POST_OUT = raw.peer(), raw.peer(flags=raw.O), raw.peer(flags=raw.O | raw.L)
LOC_RIB = raw.loc_rib()
MALFORMED, LOC_RIB_MALFORMED = "routes-malformed", "loc-rib-routes-malformed"
CLAUSES = {MALFORMED: "RFC7854-5-1", LOC_RIB_MALFORMED: "RFC9069-5.2-5"}


def _beside(of: bytes, *more: str) -> Beside:
    """Return what each older profile says of a header besides, and what every profile says."""
    old = raw.TYPE_3 if of[0] == 3 else raw.O_FLAG if of[1] & raw.O else raw.NO_CODES
    return {profile: (*old.get(profile, ()), *more) for profile in raw.EVERY_PROFILE}


def _malformed(  # noqa: PLR0913, PLR0917 - a row of the table
    name: str,
    before: tuple[bytes, ...],
    place: Place,
    start: int,
    length: int,
    of: bytes = ADJ_RIB_IN,
    code: str = MALFORMED,
    more: tuple[str, ...] = (),
) -> Broken:
    """Return routes whose octets from `start` on, so many, do not parse."""
    fault = Fault(code, "fail", (CLAUSES[code],), place.path, place.offset + start, length)
    return Broken(name, (*before, raw.route_monitoring(place.pdu, of=of)), fault, beside=_beside(of, *more))


# A path identifier of 1 and 192.0.2.0/24. Without: two default routes, one more, a prefix of 1 bit, and then 192 bits.
WITH_ID = raw.prefix(24, bytes((192, 0, 2)), 1)
WITHOUT_ID = raw.prefix(24, bytes((192, 0, 2)))
IPV4_PLACES = ("NLRI", "withdrawn routes", "MP_REACH_NLRI", "MP_UNREACH_NLRI")
# Who announces what, and the routes that it does not make.
UNANNOUNCED: dict[str, tuple[bytes, bytes]] = {
    "no ADD-PATH": (_up(), ADJ_RIB_IN),
    "ADD-PATH that the peer alone sends": (_up(None, SEND), ADJ_RIB_IN),
    "ADD-PATH that the router alone receives": (_up(RECEIVE, None), ADJ_RIB_IN),
    "ADD-PATH that both send": (_up(SEND, SEND), ADJ_RIB_IN),
    "ADD-PATH that both receive": (_up(RECEIVE, RECEIVE), ADJ_RIB_IN),
    "ADD-PATH from router to peer": (_up(SEND, RECEIVE), ADJ_RIB_IN),
    "ADD-PATH from router to peer, L set": (_up(SEND, RECEIVE), raw.peer(flags=raw.L)),
    "ADD-PATH of direction 0": (_up(0, 0), ADJ_RIB_IN),
    "ADD-PATH of direction 7, which is not understood": (_up(7, 7), ADJ_RIB_IN),
    "ADD-PATH from peer to router, Adj-RIB-Out": (_up(RECEIVE, SEND), ADJ_RIB_OUT),
    "ADD-PATH from peer to router, post-policy Adj-RIB-Out": (_up(RECEIVE, SEND), POST_OUT),
    "ADD-PATH of another family": (_up(BOTH, BOTH, IPV6), ADJ_RIB_IN),
}
ANNOUNCED: dict[str, tuple[bytes, bytes]] = {
    "ADD-PATH both ways": (_up(BOTH, BOTH), ADJ_RIB_IN),
    "ADD-PATH from peer to router": (_up(RECEIVE, SEND), ADJ_RIB_IN),
    "ADD-PATH from peer to router, L set": (_up(RECEIVE, SEND), raw.peer(flags=raw.L)),
    "ADD-PATH both ways, Adj-RIB-Out": (_up(BOTH, BOTH), ADJ_RIB_OUT),
    "ADD-PATH from router to peer, Adj-RIB-Out": (_up(SEND, RECEIVE), ADJ_RIB_OUT),
    "ADD-PATH from router to peer, post-policy Adj-RIB-Out": (_up(SEND, RECEIVE), POST_OUT),
    "ADD-PATH one way each": (_up(RECEIVE, BOTH), ADJ_RIB_IN),
}
LOC_RIB_SILENT = {
    "no ADD-PATH": _loc_up(),
    "no capability but 4-octet AS numbers": raw.loc_rib_up(),
    "ADD-PATH of another family": _loc_up(BOTH, IPV6),
    "ADD-PATH of direction 4": _loc_up(4),
}


def _against_the_opens() -> tuple[Broken, ...]:
    with_id, without_id = _places(IPV4, WITH_ID), _places(IPV4, WITHOUT_ID)
    return (
        *(
            _malformed(f"path identifiers in {where}, {name}", (START, up), with_id[where], 5, 3, of)
            for name, (up, of) in UNANNOUNCED.items()
            for where in IPV4_PLACES
        ),
        *(
            _malformed(f"no path identifiers in {where}, {name}", (START, up), without_id[where], 0, 4, of)
            for name, (up, of) in ANNOUNCED.items()
            for where in IPV4_PLACES
        ),
        *(
            _malformed(
                f"path identifiers in {where} of a Loc-RIB, {name}",
                (START, up),
                with_id[where],
                5,
                3,
                LOC_RIB,
                LOC_RIB_MALFORMED,
            )
            for name, up in LOC_RIB_SILENT.items()
            for where in IPV4_PLACES
        ),
        *(
            _malformed(
                f"no path identifiers in {where} of a Loc-RIB, ADD-PATH of direction {direction}",
                (START, _loc_up(direction)),
                without_id[where],
                0,
                4,
                LOC_RIB,
                LOC_RIB_MALFORMED,
            )
            for direction in (RECEIVE, SEND, BOTH)
            for where in IPV4_PLACES
        ),
    )


def _of_every_family() -> tuple[Broken, ...]:
    """Return prefixes that do not fit their family, with path identifiers and without."""
    cases = []
    long = [(family, prefix, "one bit too long") for family, prefix in TOO_LONG.items()]
    short = [(family, prefix, "too short") for family, prefix in TOO_SHORT]
    endless = [((1, 4), (72, LABELS_THAT_GO_ON), "that are all labels")]
    for family, (bits, octets), fault in (*long, *short, *endless):
        for path_id, up in ((None, _up(family=family)), (9, _up(BOTH, BOTH, family))):
            good, bad = _routes(family, path_id), raw.prefix(bits, octets, path_id)
            for where, place in _places(family, good + bad).items():
                name = f"prefixes of {family} in {where} {fault}: {bits} bits, path identifier {path_id}"
                cases.append(_malformed(name, (START, up), place, len(good), len(bad)))
    for family, prefixes in PREFIXES.items():
        bits, octets = prefixes[0]
        whole = raw.prefix(bits, octets)
        for where, place in _places(family, whole + whole[:-1]).items():
            name = f"prefixes of {family} in {where} cut by one octet"
            cases.append(_malformed(name, (START, _up(family=family)), place, len(whole), len(whole) - 1))
    return tuple(cases)


NEITHER = raw.prefix(33, bytes(5))
NEITHER_PLACE = _places(IPV4, NEITHER)["NLRI"]
BEHIND_GOOD_PLACE = Place(
    raw.update_pdu(WITHOUT_ID, raw.MANDATORY_ATTRIBUTES, NEITHER), "pdu.update.nlri", NLRI + len(WITHOUT_ID)
)
UNREADABLE_OPENS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "a sent OPEN that is no OPEN": (
        raw.peer_up(sent=raw.open_pdu(bgp_type=raw.UPDATE), received=raw.received_open(raw.add_path(1, 1))),
        ("sent-open-type",),
    ),
    "a received OPEN whose capabilities are cut": (
        raw.peer_up(
            sent=raw.sent_open(raw.add_path(1, 1)),
            received=raw.open_pdu(raw.PEER_AS, raw.PEER_ID, raw.capabilities(raw.add_path(1, 1)[:-1])),
        ),
        ("received-open-malformed",),
    ),
    "a sent OPEN with an octet behind its parameters": (
        raw.peer_up(sent=raw.open_pdu(behind_id=b"\0\0"), received=raw.received_open(raw.add_path(1, 1))),
        ("sent-open-malformed",),
    ),
    "a received OPEN whose parameters are longer than it": (
        raw.peer_up(received=raw.open_pdu(raw.PEER_AS, raw.PEER_ID, parameters_length=1)),
        ("received-open-malformed",),
    ),
    "an ADD-PATH capability of 5 octets": (
        raw.peer_up(
            sent=raw.sent_open(raw.add_path(1, 1)),
            received=raw.received_open(raw.capability(69, bytes((0, 1, 1, 3, 0)))),
        ),
        (),
    ),
    "a Peer Up that is cut": (raw.message(raw.PEER_UP, raw.peer(), bytes(19)), ("peer-up-cut",)),
}
IPV4_AGAIN, IPV6_AGAIN = _loc_up(BOTH), _loc_up(family=IPV6)
OLD_AS = raw.peer_up(sent=raw.sent_open(raw.as4(raw.ROUTER_AS)))


def _loc_family(name: str, before: tuple[bytes, ...], family: Family) -> Broken:
    place = _places(family, _routes(family))["MP_REACH_NLRI"]
    length = len(_routes(family)) + 9
    path = "pdu.update.attributes[0].value"
    fault = Fault("loc-rib-family-not-announced", "warn", ("RFC9069-5.2-5",), path, ATTRIBUTES + 4, length)
    stream = (START, *before, raw.route_monitoring(place.pdu, of=LOC_RIB))
    return Broken(f"{family} in a Loc-RIB, {name}", stream, fault, beside=dict(raw.TYPE_3))


# GoBGP's Loc-RIB: 10.101.0.0/24 behind path identifier 1 parses without it too, as 101.0.0.0/10 among others.
SUSPECT = raw.prefix(24, bytes((10, 101, 0)), 1)


def _suspected(name: str, before: tuple[bytes, ...], place: Place, length: int, of: bytes = ADJ_RIB_IN) -> Broken:
    fault = Fault("path-ids-suspected", "info", ("RFC7854-5-1",), place.path, place.offset, length)
    return Broken(name, (START, *before, raw.route_monitoring(place.pdu, of=of)), fault, beside=_beside(of))


AS4_PATH = raw.attribute(0xC0, 17, raw.as_segment(2, raw.PEER_AS))
AS4_AGGREGATOR = raw.attribute(0xC0, 18, raw.u32(raw.PEER_AS) + raw.PEER_ID)
TWO_OCTET_PATH = raw.attribute(0x40, 2, raw.as_segment(2, raw.PEER_AS, octets=2))


def _with_attribute(attribute: bytes, of: bytes | None = None) -> bytes:
    pdu = raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + attribute, raw.PREFIX)
    return raw.route_monitoring(pdu, of=of)


def _as4(name: str, attribute: bytes, up: bytes, of: bytes = ADJ_RIB_IN) -> Broken:
    fault = Fault("as4-attribute", "warn", ("RFC7854-4.2-10",), "pdu.update.attributes[3]", NLRI, len(attribute))
    return Broken(name, (START, up, _with_attribute(attribute, of)), fault, beside=_beside(of))


BROKEN = (
    *_against_the_opens(),
    *_of_every_family(),
    _malformed("a prefix of 33 bits in a Loc-RIB", (START, _loc_up()), NEITHER_PLACE, 0, 6, LOC_RIB),
    # Read with a path identifier the six octets are a default route, and one octet that is left.
    _malformed("a prefix of 33 bits in a Loc-RIB with ADD-PATH", (START, _loc_up(BOTH)), NEITHER_PLACE, 5, 1, LOC_RIB),
    _malformed("a prefix of 33 bits where no Peer Up was seen", (), NEITHER_PLACE, 0, 6, more=("initiation-missing",)),
    _malformed(
        "a prefix of 33 bits of a Loc-RIB where no Peer Up was seen",
        (),
        NEITHER_PLACE,
        0,
        6,
        LOC_RIB,
        more=("initiation-missing",),
    ),
    _malformed(
        "a prefix of 33 bits behind withdrawn routes that parse",
        (START, _up()),
        BEHIND_GOOD_PLACE,
        0,
        6,
    ),
    _malformed(
        "a prefix of 33 bits of a peer that is down",
        (START, _up(), DOWN),
        NEITHER_PLACE,
        0,
        6,
        more=("routes-after-peer-down",),
    ),
    *(
        _malformed(f"a prefix of 33 bits, {name}", (START, up), NEITHER_PLACE, 0, 6, more=more)
        for name, (up, more) in UNREADABLE_OPENS.items()
    ),
    _malformed(
        "path identifiers that the last Peer Up does not announce",
        (START, _up(BOTH, BOTH), DOWN, _up()),
        _places(IPV4, WITH_ID)["NLRI"],
        5,
        3,
    ),
    _malformed(
        "path identifiers that the last of two Peer Ups does not announce",
        (START, _up(BOTH, BOTH), _up()),
        _places(IPV4, WITH_ID)["NLRI"],
        5,
        3,
        more=("peer-up-repeated",),
    ),
    _malformed(
        "path identifiers of a family of which neither emulated peer announces them",
        (START, _loc_up(), _loc_up(BOTH, IPV6)),
        _places(IPV4, WITH_ID)["NLRI"],
        5,
        3,
        LOC_RIB,
        LOC_RIB_MALFORMED,
    ),
    *(
        _loc_family(name, before, family)
        for family in PREFIXES
        if family != IPV4
        for name, before in (
            ("no family named", (raw.loc_rib_up(),)),
            ("another family named", (_loc_up(),)),
            ("other families named by two emulated peers", (_loc_up(), _loc_up(family=(1, 133)))),
        )
    ),
    *(
        _suspected(f"GoBGP's route in {where}", (_up(),), _places(IPV4, SUSPECT)[where], len(SUSPECT))
        for where in ("NLRI", "withdrawn routes")
    ),
    _suspected(
        "GoBGP's route in MP_REACH_NLRI",
        (_up(),),
        Place(raw.update_pdu(b"", raw.mp_reach(*IPV4, SUSPECT)), "pdu.update.attributes[0].value", ATTRIBUTES + 4),
        len(SUSPECT) + 9,
    ),
    _suspected(
        "GoBGP's route in a Loc-RIB", (raw.loc_rib_up(),), _places(IPV4, SUSPECT)["NLRI"], len(SUSPECT), LOC_RIB
    ),
    *(
        _as4(f"{name}, {capable}", attribute, up)
        for name, attribute in (("AS4_PATH", AS4_PATH), ("AS4_AGGREGATOR", AS4_AGGREGATOR))
        for capable, up in (
            ("capability 65 in neither OPEN", raw.peer_up()),
            ("capability 65 in the sent OPEN", OLD_AS),
            ("capability 65 in the received OPEN", raw.peer_up(received=raw.received_open(raw.as4(raw.PEER_AS)))),
        )
    ),
    _as4("AS4_PATH in Adj-RIB-Out", AS4_PATH, raw.peer_up(), ADJ_RIB_OUT),
)

ROUTE_CODES = (MALFORMED, LOC_RIB_MALFORMED)
UNKNOWN_FAMILIES = ((1, 2), (2, 2), (1, 5), (1, 132), (1, 133), (25, 65), (25, 70), (16388, 71), (3, 1), (1, 3))
WITHDRAWN_LABELS = ("800000", "000000", "000001", "ffffff", "000100")


def _views() -> tuple[tuple[str, bytes, bytes, Callable[[Family, bool], bytes]], ...]:
    """Return each view by name, with its header and the Peer Up that gives it path identifiers or not."""
    return (
        (
            "Adj-RIB-In",
            ADJ_RIB_IN,
            START,
            lambda family, ids: _up(RECEIVE, SEND, family) if ids else _up(family=family),
        ),
        (
            "Adj-RIB-Out",
            ADJ_RIB_OUT,
            START,
            lambda family, ids: _up(SEND, RECEIVE, family) if ids else _up(family=family),
        ),
        ("Loc-RIB", LOC_RIB, START, lambda family, ids: _loc_up(BOTH if ids else None, family)),
    )


def _either_way(name: str, before: tuple[bytes, ...], of: bytes, *more: str) -> tuple[Valid, ...]:
    """Return routes with path identifiers and without, where nothing says which of them is right."""
    return tuple(
        Valid(
            f"{name}, {form}",
            (*before, raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, routes), of=of)),
            (*ROUTE_CODES, "path-ids-suspected"),
            _beside(of, *more),
        )
        for form, routes in (("path identifiers", WITH_ID), ("none", WITHOUT_ID), ("GoBGP's route", SUSPECT))
    )


LOST = raw.message(raw.TERMINATION, version=4)
VALID = (
    *(
        Valid(
            f"{family} in {where}, {view}, path identifiers {ids}",
            (start, up(family, ids), raw.route_monitoring(place.pdu, of=of)),
            (*ROUTE_CODES, "loc-rib-family-not-announced"),
            _beside(of),
        )
        for view, of, start, up in _views()
        for family in PREFIXES
        for ids in (False, True)
        for where, place in _places(family, _routes(family, 7 if ids else None)).items()
    ),
    *(
        Valid(
            f"routes with path identifiers, {name}",
            (START, up, raw.route_monitoring(place.pdu, of=of)),
            ROUTE_CODES,
            _beside(of),
        )
        for name, (up, of) in ANNOUNCED.items()
        for place in _places(IPV4, WITH_ID).values()
    ),
    *(
        Valid(
            f"routes without path identifiers, {name}",
            (START, up, raw.route_monitoring(place.pdu, of=of)),
            ROUTE_CODES,
            _beside(of),
        )
        for name, (up, of) in UNANNOUNCED.items()
        for place in _places(IPV4, WITHOUT_ID).values()
    ),
    *(
        Valid(
            f"path identifiers of a Loc-RIB, ADD-PATH of direction {direction}",
            (START, _loc_up(direction), raw.route_monitoring(place.pdu, of=LOC_RIB)),
            ROUTE_CODES,
            raw.TYPE_3,
        )
        for direction in (RECEIVE, SEND, BOTH)
        for place in _places(IPV4, WITH_ID).values()
    ),
    *(
        Valid(
            f"a withdraw of {family} with label {label}",
            (START, _up(family=family), raw.route_monitoring(raw.update_pdu(b"", raw.mp_unreach(*family, routes)))),
            ROUTE_CODES,
        )
        for label in WITHDRAWN_LABELS
        for family, routes in (
            ((1, 4), raw.prefix(48, bytes.fromhex(label) + bytes((192, 0, 2))) * 2),
            ((2, 128), raw.prefix(120, bytes.fromhex(label) + RD + SIX) * 2),
        )
    ),
    Valid(
        "a label without bottom of stack, which receivers ignore where there is one label",
        (
            START,
            _up(family=(1, 128)),
            raw.route_monitoring(
                raw.update_pdu(
                    b"",
                    raw.mp_reach(1, 128, raw.prefix(112, raw.label(16, bottom=False) + RD + bytes((192, 0, 2)))),
                )
            ),
        ),
        ROUTE_CODES,
    ),
    *(
        Valid(
            f"octets of {family}, which is not read",
            (START, _up(family=family), raw.route_monitoring(raw.update_pdu(b"", attribute))),
            (*ROUTE_CODES, "path-ids-suspected"),
        )
        for family in UNKNOWN_FAMILIES
        for octets in (b"\xff", NEITHER, SUSPECT)
        for attribute in (raw.mp_reach(*family, octets), raw.mp_unreach(*family, octets))
    ),
    *_either_way("no Peer Up seen", (), ADJ_RIB_IN, "initiation-missing"),
    *_either_way("no Peer Up of a Loc-RIB seen", (), LOC_RIB, "initiation-missing"),
    *_either_way("a peer that is down", (START, _up(), DOWN), ADJ_RIB_IN, "routes-after-peer-down"),
    *(
        case
        for name, (up, more) in UNREADABLE_OPENS.items()
        for case in _either_way(name, (START, up), ADJ_RIB_IN, *more)
    ),
    *_either_way("behind a Termination", (START, _up(), GOODBYE), ADJ_RIB_IN, "message-after-termination"),
    *_either_way("behind lost octets", (START, _up(), LOST), ADJ_RIB_IN, "version"),
    *_either_way("behind lost octets, Loc-RIB", (START, _loc_up(), LOST), LOC_RIB, "version"),
    *_either_way("Loc-RIB whose opening is missing", (_loc_up(),), LOC_RIB, "initiation-missing"),
    *_either_way(
        "peer of a type of no document", (START, raw.peer_up(of=raw.peer(127))), raw.peer(127), "peer-type-unassigned"
    ),
    *_either_way("two emulated peers, one with ADD-PATH", (START, _loc_up(), _loc_up(BOTH)), LOC_RIB),
    Valid(
        "each family of a Loc-RIB as its own emulated peer says",
        (
            START,
            IPV4_AGAIN,
            IPV6_AGAIN,
            raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, WITH_ID), of=LOC_RIB),
            raw.route_monitoring(raw.update_pdu(b"", raw.mp_reach(*IPV6, _routes(IPV6))), of=LOC_RIB),
        ),
        (*ROUTE_CODES, "loc-rib-family-not-announced"),
        raw.TYPE_3,
    ),
    *(
        Valid(
            f"{name} of a Loc-RIB that names no family",
            (START, raw.loc_rib_up(), raw.route_monitoring(pdu, of=LOC_RIB)),
            ("loc-rib-family-not-announced",),
            raw.TYPE_3,
        )
        for name, pdu in (
            ("IPv4 unicast", raw.ROUTE),
            ("IPv4 unicast in MP_REACH_NLRI", raw.update_pdu(b"", raw.mp_reach(1, 1, raw.PREFIX))),
            ("End-of-RIB of IPv6 unicast", raw.update_pdu(b"", raw.mp_unreach(2, 1))),
            ("a withdraw of IPv6 unicast", raw.update_pdu(b"", raw.mp_unreach(2, 1, _routes(IPV6)))),
            ("MP_REACH_NLRI of no route", raw.update_pdu(b"", raw.mp_reach(2, 1, b""))),
        )
    ),
    *(
        Valid(
            f"a family that no OPEN names, {name}",
            (*before, raw.route_monitoring(_places(IPV6, _routes(IPV6))["MP_REACH_NLRI"].pdu, of=of)),
            ("loc-rib-family-not-announced",),
            _beside(of, *more),
        )
        for name, before, of, more in (
            ("Adj-RIB-In", (START, raw.peer_up()), ADJ_RIB_IN, ()),
            ("no Peer Up seen", (), LOC_RIB, ("initiation-missing",)),
            ("opening missing", (raw.loc_rib_up(),), LOC_RIB, ("initiation-missing",)),
            ("lost octets", (START, raw.loc_rib_up(), LOST), LOC_RIB, ("version",)),
            ("Termination", (START, raw.loc_rib_up(), GOODBYE), LOC_RIB, ("message-after-termination",)),
        )
    ),
    *(
        Valid(
            f"{name} without path identifiers",
            (START, _up(), raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, routes))),
            ("path-ids-suspected",),
        )
        for name, routes in (("the default route", b"\0"), ("the default route twice", b"\0\0"))
    ),
    Valid(
        "GoBGP's route where ADD-PATH is announced",
        (START, _up(BOTH, BOTH), raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, SUSPECT))),
        ("path-ids-suspected", MALFORMED),
    ),
    *(
        Valid(f"AS4_PATH and AS4_AGGREGATOR, {name}", stream, ("as4-attribute",), beside)
        for name, stream, beside in (
            (
                "A set",
                (
                    START,
                    raw.peer_up(),
                    raw.route_monitoring(
                        raw.update_pdu(
                            b"", raw.ORIGIN_IGP + TWO_OCTET_PATH + raw.NEXT_HOP + AS4_PATH + AS4_AGGREGATOR, raw.PREFIX
                        ),
                        of=raw.peer(flags=raw.A),
                    ),
                ),
                raw.NO_CODES,
            ),
            (
                "capability 65 in both OPENs",
                (
                    START,
                    raw.peer_up(
                        sent=raw.sent_open(raw.as4(raw.ROUTER_AS)), received=raw.received_open(raw.as4(raw.PEER_AS))
                    ),
                    _with_attribute(AS4_PATH + AS4_AGGREGATOR),
                ),
                raw.NO_CODES,
            ),
            (
                "no Peer Up seen",
                (_with_attribute(AS4_PATH + AS4_AGGREGATOR),),
                _beside(ADJ_RIB_IN, "initiation-missing"),
            ),
            (
                "an OPEN that cannot be read",
                (START, UNREADABLE_OPENS["an ADD-PATH capability of 5 octets"][0], _with_attribute(AS4_PATH)),
                raw.NO_CODES,
            ),
            ("Loc-RIB", (START, raw.loc_rib_up(), _with_attribute(AS4_PATH, LOC_RIB)), raw.TYPE_3),
            (
                "behind lost octets",
                (START, raw.peer_up(), LOST, _with_attribute(AS4_PATH)),
                _beside(ADJ_RIB_IN, "version"),
            ),
            (
                "behind a Termination",
                (START, raw.peer_up(), GOODBYE, _with_attribute(AS4_PATH)),
                _beside(ADJ_RIB_IN, "message-after-termination"),
            ),
        )
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_routes_that_break_what_the_opens_say_are_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_routes_at_the_border_are_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


Findings = Callable[..., list[FindingLine]]


def test_two_families_that_no_open_names_are_two_breaches(findings: Findings) -> None:
    pdus = [raw.update_pdu(b"", raw.mp_reach(*family, _routes(family))) for family in ((2, 1), (1, 4), (2, 1))]
    found = findings(START, raw.loc_rib_up(), *(raw.route_monitoring(pdu, of=LOC_RIB) for pdu in pdus))
    assert [(finding.message, finding.count) for finding in found] == [(2, 2), (3, 1)]


def test_routes_of_two_places_in_one_update_are_two_findings(findings: Findings) -> None:
    pdu = raw.update_pdu(NEITHER, raw.MANDATORY_ATTRIBUTES, NEITHER)
    found = findings(START, _up(), raw.route_monitoring(pdu))
    assert [finding.path for finding in found] == ["pdu.update.withdrawn", "pdu.update.nlri"]


def test_the_text_says_in_which_reading_routes_do_not_parse(findings: Findings) -> None:
    texts = [
        findings(*before, raw.route_monitoring(place.pdu))[-1].text.partition(":")[0]
        for before, place in (
            ((START, _up()), _places(IPV4, WITH_ID)["NLRI"]),
            ((START, _up(BOTH, BOTH)), _places(IPV4, WITHOUT_ID)["NLRI"]),
            ((), NEITHER_PLACE),
        )
    ]
    assert texts == [
        "The routes do not parse without path identifiers, as the OPENs have it",
        "The routes do not parse with path identifiers, as the OPENs have it",
        "The routes do not parse with path identifiers or without",
    ]


def test_more_emulated_peers_than_are_kept_leave_routes_untested(findings: Findings) -> None:
    ups = [_loc_up(family=(1, safi)) for safi in range(1, 67)]
    route = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, WITH_ID), of=LOC_RIB)
    assert [finding.code for finding in findings(START, *ups[:64], route)] == [LOC_RIB_MALFORMED]
    assert findings(START, *ups, route) == []


@pytest.mark.parametrize(
    "family, either, routes, plain",
    [
        ((1, 1), {False}, bytes(1), True),
        ((1, 1), {False}, bytes(2), False),
        ((1, 1), {False}, raw.PREFIX, True),
        ((1, 1), {False}, raw.PREFIX[:-1], False),
        ((1, 1), {True}, raw.prefix(0, path_id=0), True),
        ((1, 1), {True}, raw.PREFIX, False),
        ((1, 1), {False, True}, raw.PREFIX, True),
        ((1, 1), {False, True}, raw.prefix(0, path_id=0), True),
        ((1, 1), {False, True}, raw.PREFIX[:-1], False),
        ((25, 65), {False}, bytes(2), True),
    ],
)
def test_what_is_screened_has_no_fault(family: tuple[int, int], either: set[bool], routes: bytes, plain: bool) -> None:  # noqa: FBT001
    assert screen(family, frozenset(either))(routes) == plain
