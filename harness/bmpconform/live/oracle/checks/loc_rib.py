"""The Loc-RIB, held against how the device is configured and what its peers announced: RFC 9069."""

from collections.abc import Iterator

from bmpconform.live.facts import Announced, Direction, Table, ViewKind
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, live_check, place_of, untested, worst
from bmpconform.live.oracle.checks.routes import rejected
from bmpconform.live.oracle.routes import Route, shown
from bmpconform.live.oracle.session import Arrived, Heard
from bmpconform.live.oracle.truth import octets_of, route_to
from bmpconform.wire.codes import LocRibFlag, PeerUpTlvType
from bmpconform.wire.messages import Peer, PeerUp

_KNOWN = (Need.SESSION, Need.FACTS)
_NOT_REPORTED = "no Loc-RIB came"
# RFC 9069 section 5.2.1.
_DEFAULT_NAME = "global"
_NO_DISTINGUISHER = bytes(8)


def _headers(case: Case) -> Iterator[tuple[Heard, Arrived, Peer]]:
    """Yield each per-peer header of a Loc-RIB."""
    for heard in case.sessions:
        for arrived in heard.messages:
            header = getattr(arrived.message, "peer", None)
            if isinstance(header, Peer) and header.is_loc_rib:
                yield heard, arrived, header


def _ups(case: Case) -> Iterator[tuple[Heard, Arrived, PeerUp]]:
    for heard in case.sessions:
        for arrived, message in heard.of(PeerUp):
            if message.peer.is_loc_rib:
                yield heard, arrived, message


def _table(case: Case, header: Peer) -> Table | None:
    """Return the table that a header is about, None where none has its distinguisher."""
    tables = () if case.configured is None else case.configured.tables
    return next((one for one in tables if one.distinguisher == header.distinguisher.hex()), None)


@live_check("RFC9069-6.1.1-1", code="no-emulated-peer", needs=_KNOWN)
def each_loc_rib_has_a_peer(case: Case) -> Ruling:
    """Judge that each Loc-RIB that is reported comes up as a peer of type 3."""
    if not case.views(ViewKind.LOC_RIB):
        return untested("the device is not configured to report its Loc-RIB")
    rulings = (
        HELD
        if any(message.peer.is_loc_rib for _, message in heard.of(PeerUp))
        else broken("no Peer Up of type 3", "one for each Loc-RIB", place_of(heard))
        for heard in case.sessions
        if heard.ends
    )
    return worst(rulings, "no session was seen to the end of its dump")


@live_check("RFC9069-5.1-2", code="distinguisher-differs", needs=_KNOWN)
def the_distinguisher_is_that_of_the_table(case: Case) -> Ruling:
    """Judge that a Loc-RIB has the distinguisher of a configured table, zero for the default one."""
    known = {table.distinguisher for table in case.configured.tables} if case.configured else set()
    rulings = (
        HELD
        if header.distinguisher.hex() in known
        else broken(header.distinguisher.hex(), " or ".join(sorted(known)), place_of(heard, arrived.number))
        for heard, arrived, header in _headers(case)
    )
    return worst(rulings, _NOT_REPORTED)


@live_check("RFC9069-5.1-4", code="peer-as-is-not-the-routers", needs=_KNOWN)
def the_as_is_the_routers_own(case: Case) -> Ruling:
    """Judge the AS number of each header of a Loc-RIB."""
    asn = case.configured.asn if case.configured else 0
    rulings = (
        HELD if header.asn == asn else broken(f"AS {header.asn}", f"AS {asn}", place_of(heard, arrived.number))
        for heard, arrived, header in _headers(case)
    )
    return worst(rulings, _NOT_REPORTED)


@live_check("RFC9069-5.1-5", code="bgp-id-is-not-the-routers", needs=_KNOWN)
def the_bgp_id_is_the_routers_own(case: Case) -> Ruling:
    """Judge the BGP ID of each header of a Loc-RIB: that of its table, else that of the router."""
    return worst(_ids(case), _NOT_REPORTED)


def _ids(case: Case) -> Iterator[Ruling]:
    for heard, arrived, header in _headers(case):
        table = _table(case, header)
        known = (table.router_id if table else None) or (case.configured.router_id if case.configured else "0.0.0.0")  # noqa: S104 - no address
        if header.bgp_id == octets_of(known)[12:]:
            yield HELD
        else:
            yield broken(header.bgp_id.hex("."), known, place_of(heard, arrived.number))


@live_check("RFC9736-3.3-3", "RFC9069-5.2.1-2", code="table-name-differs", needs=_KNOWN)
def the_name_is_that_of_the_table(case: Case) -> Ruling:
    """Judge a VRF/Table Name against the name of the table."""
    return worst(_names(case), "no Loc-RIB came up with a name")


def _names(case: Case) -> Iterator[Ruling]:
    for heard, arrived, message in _ups(case):
        table = _table(case, message.peer)
        known = (table.name if table else "") or _DEFAULT_NAME
        for tlv in message.tlvs:
            if tlv.type == PeerUpTlvType.VRF_TABLE_NAME:
                seen = tlv.value.decode(errors="backslashreplace")
                yield HELD if tlv.value == known.encode() else broken(seen, known, place_of(heard, arrived.number))


@live_check("RFC9069-5.2.1-4", code="no-table-name", needs=_KNOWN)
def a_table_with_a_name_tells_it(case: Case) -> Ruling:
    """Judge that the Loc-RIB of a table that has a name comes up with it."""
    rulings = (
        HELD
        if any(tlv.type == PeerUpTlvType.VRF_TABLE_NAME for tlv in message.tlvs)
        else broken("no VRF/Table Name", table.name, place_of(heard, arrived.number))
        for heard, arrived, message in _ups(case)
        for table in (_table(case, message.peer),)
        if table is not None and table.name
    )
    return worst(rulings, "no Loc-RIB of a table with a name came up")


@live_check("RFC9069-4.2-1", code="local-route-under-a-peer", needs=_KNOWN)
def local_routes_are_of_the_loc_rib(case: Case) -> Ruling:
    """Judge that what the router originates shows under peer type 3, or on its way out, and nowhere else."""
    local = {route_to(prefix) for prefix in (case.configured.originated if case.configured else ())}
    announced = {
        route for fact in case.truth.of(Announced) for route, attributes in case.facts.routes_of(fact) if attributes
    }
    rulings = (
        HELD
        if told.view in {ViewKind.LOC_RIB, ViewKind.PRE_OUT, ViewKind.POST_OUT}
        else broken(f"{shown(told.route)} in {told.view}", "peer type 3", place_of(heard, told.number))
        for heard in case.sessions
        for told in heard.told
        if told.attributes is not None and told.route in local - announced
    )
    return worst(rulings, "no route of the router's own was reported")


@live_check("RFC9069-5-2", code="loc-rib-lacks-a-route", needs=_KNOWN)
def the_loc_rib_is_whole(case: Case) -> Ruling:
    """Judge that without the F flag the Loc-RIB has what peers announced and policy let in, and what is local."""
    return worst(_whole(case), "no Loc-RIB without the F flag was reported")


def _whole(case: Case) -> Iterator[Ruling]:
    families = {(view.afi, view.safi) for view in case.views(ViewKind.LOC_RIB)}
    for heard in case.sessions[-1:]:
        filtered = any(header.flags & LocRibFlag.F for _, _, header in _headers(case))
        if families and not filtered and any(end.view is ViewKind.LOC_RIB for end in heard.ends):
            due = {route for route in _selected(case, heard) if route.family in families}
            seen = {
                Route(route.family, route.bits, route.prefix)
                for distinguisher, _, route in heard.final(ViewKind.LOC_RIB)
                if distinguisher == _NO_DISTINGUISHER
            }
            lacking = sorted(map(shown, due - seen))
            if due:
                yield broken(f"no {lacking[0]}", lacking[0], place_of(heard)) if lacking else HELD


def _selected(case: Case, heard: Heard) -> set[Route]:
    """Return the routes of the default table at the end of a session, whoever of the peers brought them."""
    end = case.transcript.ended if heard.ended is None else heard.ended.at
    found = {route_to(prefix) for prefix in (case.configured.originated if case.configured else ())}
    for session in case.facts.up(end):
        if not session.peer.table:
            let_in = set(case.facts.routes_in(session.peer, end)) - rejected(case, Direction.IN, session.peer)
            found |= {Route(route.family, route.bits, route.prefix) for route in let_in}
    return found


@live_check("RFC9069-5.4-2", code="loc-rib-change-is-not-told", needs=_KNOWN)
def a_change_of_the_loc_rib_is_told(case: Case) -> Ruling:
    """Judge that what a peer announces or withdraws during a session changes the Loc-RIB that is told."""
    if not case.views(ViewKind.LOC_RIB):
        return untested("the device is not configured to report its Loc-RIB")
    return worst(_followed(case), case.cannot() or "no route changed during a session")


def _followed(case: Case) -> Iterator[Ruling]:
    heard = case.sessions[-1]
    due = _selected(case, heard)
    final = {Route(route.family, route.bits, route.prefix) for _, _, route in heard.final(ViewKind.LOC_RIB)}
    reported = {(view.afi, view.safi) for view in case.views(ViewKind.LOC_RIB)}
    for fact in case.facts.updates:
        for route, _ in case.facts.routes_of(fact) if fact.at > heard.at else ():
            plain = Route(route.family, route.bits, route.prefix)
            if plain.family in reported and plain not in rejected(case, Direction.IN, fact.peer):
                seen = "is there" if plain in final else "is not there"
                what = "in the Loc-RIB" if plain in due else "not in the Loc-RIB"
                is_right = (plain in due) == (plain in final)
                yield HELD if is_right else broken(f"{shown(plain)} {seen}", what, place_of(heard))
