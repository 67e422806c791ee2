"""Routes of the Adj-RIBs, held against what the peers announced and were told: RFC 7854 section 5, RFC 8671 section 5.

Only final states are compared: messages are state-compressed (RFC 7854 section 4.6), so what came between may be gone.
"""

from collections.abc import Iterable, Iterator

from bmpconform.live.facts import Announced, Direction, PeerId, Received, ViewKind, Withdrew
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, chosen, live_check, place_of, untested, worst
from bmpconform.live.oracle.routes import Attributes, Route, shown
from bmpconform.live.oracle.session import Heard, Told
from bmpconform.live.oracle.truth import route_to
from bmpconform.wire.codes import AttributeType

_KNOWN = (Need.SESSION, Need.FACTS)
_IN = (ViewKind.PRE_IN, ViewKind.POST_IN)
# What comes up to so long after an act is what the act brought.
_PROMPT_SECONDS = 5.0


def routes_in_view(case: Case, heard: Heard, view: ViewKind, peer: PeerId, until: float) -> dict[Route, Attributes]:
    """Return what one view of a peer has at a time; with a Peer Down it is empty."""
    state: dict[Route, Attributes] = {}
    for told in heard.told:
        if told.view is view and told.at <= until and case.is_of(told.peer, peer):
            if told.attributes is None:
                state.pop(told.route, None)
            else:
                state[told.route] = told.attributes
    return state


def rejected(case: Case, direction: Direction, peer: PeerId) -> set[Route]:
    """Return the routes that a policy lets not through."""
    policies = () if case.configured is None else case.configured.policies
    return {route_to(one.prefix) for one in policies if one.rejects and one.direction is direction and one.peer == peer}


def _families(case: Case, kind: ViewKind) -> set[tuple[int, int]]:
    return {(view.afi, view.safi) for view in case.views(kind)}


@live_check("RFC7854-5-16", code="dump-differs", needs=_KNOWN)
def the_dump_is_the_adj_rib_in(case: Case) -> Ruling:
    """Judge that the views of each peer have the routes that it announced, by the end of the dump."""
    return worst(_dumps(case), "no peer announced routes before a session whose views are known")


def _dumps(case: Case) -> Iterator[Ruling]:
    for heard in case.sessions:
        for session in case.facts.up(heard.at):
            for kind in _IN:
                ends = [end for end in heard.ends if end.view is kind and case.is_of(end.peer, session.peer)]
                families = _families(case, kind) & {end.family for end in ends}
                due = {one for one in case.facts.routes_in(session.peer, heard.at) if one.family in families}
                if kind is ViewKind.POST_IN:
                    due -= rejected(case, Direction.IN, session.peer)
                if due:
                    at = max(end.at for end in ends)
                    # What was withdrawn while the dump went on is not due.
                    now = set(case.facts.routes_in(session.peer, at))
                    seen = set(routes_in_view(case, heard, kind, session.peer, at))
                    yield _same(due & now, seen, f"{kind} of {session.peer.address}", place_of(heard), extra=False)


def _same(due: Iterable[Route], seen: Iterable[Route], view: str, place: str, *, extra: bool = True) -> Ruling:
    """Judge that routes are those that are due; `extra` says whether others are a breach."""
    missing, more = set(due) - set(seen), set(seen) - set(due)
    if missing:
        return broken(f"{view} without {_listed(missing)}", _listed(missing), place)
    if extra and more:
        return broken(f"{view} with {_listed(more)}", "no such route", place)
    return HELD


def _listed(routes: Iterable[Route]) -> str:
    return ", ".join(sorted(map(shown, routes))[:5])


def _changes(case: Case, kind: type[Announced] | type[Withdrew]) -> Iterator[tuple[Heard, Announced | Withdrew, Route]]:
    """Yield each route that a peer announced or withdrew while a session was open, and did not change afterwards."""
    last: dict[tuple[PeerId, Route], Announced | Withdrew] = {}
    for fact in case.facts.updates:
        for route, _ in case.facts.routes_of(fact):
            last[fact.peer, route] = fact
    for (_, route), fact in last.items():
        for heard in case.sessions:
            is_open = heard.at < fact.at and (heard.ended is None or heard.ended.at > fact.at)
            if isinstance(fact, kind) and is_open and case.facts.stays(fact.peer, fact.at):
                yield heard, fact, route


def _told(case: Case, heard: Heard, peer: PeerId, route: Route) -> list[Told]:
    """Return what Adj-RIB-In of a peer says of a route, whatever its path identifier."""
    plain = (route.family, route.bits, route.prefix)
    return [
        one
        for one in heard.told
        if one.view in _IN
        and (one.route.family, one.route.bits, one.route.prefix) == plain
        and case.is_of(one.peer, peer)
    ]


@live_check("RFC7854-5-14", code="change-is-not-told", needs=_KNOWN)
def a_change_is_told(case: Case) -> Ruling:
    """Judge that a route that its peer announces during a session arrives with the attributes that it then has."""
    return worst(_announced(case), case.cannot() or "no peer announced a route during a session")


def _announced(case: Case) -> Iterator[Ruling]:
    for heard, fact, route in _changes(case, Announced):
        expected = case.facts.routes_in(fact.peer).get(route)
        told = [one for one in _told(case, heard, fact.peer, route) if one.view is ViewKind.PRE_IN]
        if expected is None or route.family not in _families(case, ViewKind.PRE_IN):
            continue
        if not told or told[-1].attributes is None:
            yield broken(f"no {shown(route)}", "Route Monitoring with it", place_of(heard))
        else:
            yield _carries(told[-1], expected, heard)


def _carries(told: Told, expected: Attributes, heard: Heard) -> Ruling:
    """Judge the MED alone: other attributes may be written in another form."""
    seen, due = _med(told.attributes or ()), _med(expected)
    if seen == due:
        return HELD
    return broken(f"{shown(told.route)} with MED {seen}", f"MED {due}", place_of(heard, told.number))


def _med(attributes: Attributes) -> int | None:
    values = [one.value for one in attributes if one.type == AttributeType.MULTI_EXIT_DISC]
    return int.from_bytes(values[0]) if values else None


@live_check("RFC7854-5-15", code="withdraw-is-not-told", needs=_KNOWN)
def a_withdraw_is_told(case: Case) -> Ruling:
    """Judge that a route that its peer withdraws is in no view of it any more."""
    return worst(_withdrawn(case), case.cannot() or "no peer withdrew a route that was told")


def _withdrawn(case: Case) -> Iterator[Ruling]:
    for heard, fact, route in _changes(case, Withdrew):
        told = _told(case, heard, fact.peer, route)
        for kind in _IN:
            of_view = [one for one in told if one.view is kind]
            if of_view and of_view[-1].attributes is not None:
                yield broken(f"{shown(route)} in {kind}", "a withdraw", place_of(heard, of_view[-1].number))
            elif of_view:
                yield HELD


@live_check("RFC7854-5-10", code="withdraw-in-another-view", needs=_KNOWN)
def a_withdraw_has_the_flag_of_its_announcement(case: Case) -> Ruling:
    """Judge that a withdraw comes with each L value with which the route was announced, and with no other."""
    return worst(_flags(case), case.cannot() or "no peer withdrew a route that was told")


def _flags(case: Case) -> Iterator[Ruling]:
    for heard, fact, route in _changes(case, Withdrew):
        told = _told(case, heard, fact.peer, route)
        announced = {one.view for one in told if one.attributes is not None}
        withdrawn = {one.view: one.number for one in told if one.attributes is None and one.at >= fact.at}
        for view in announced - withdrawn.keys():
            yield broken(f"no withdraw of {shown(route)} in {view}", "one with the same L flag", place_of(heard))
        for view in withdrawn.keys() - announced:
            expected = f"a withdraw in {' and '.join(sorted(announced))}"
            yield broken(f"a withdraw in {view}", expected, place_of(heard, withdrawn[view]))
        if announced and announced == withdrawn.keys():
            yield HELD


@live_check("RFC7854-5-11", code="one-withdraw-for-two-views", needs=_KNOWN)
def two_views_have_two_withdraws(case: Case) -> Ruling:
    """Judge that a route that was announced with both L values is withdrawn with both."""
    return worst(_both(case), case.cannot() or "no route that was announced with both L values was withdrawn")


def _both(case: Case) -> Iterator[Ruling]:
    for heard, fact, route in _changes(case, Withdrew):
        told = _told(case, heard, fact.peer, route)
        if {one.view for one in told if one.attributes is not None} == set(_IN):
            withdraws = {one.view for one in told if one.attributes is None and one.at >= fact.at}
            few = f"{len(withdraws)} withdraws of {shown(route)}"
            yield HELD if withdraws == set(_IN) else broken(few, "two", place_of(heard))


@live_check("RFC7854-5-9", code="views-of-a-change", needs=_KNOWN)
def a_change_may_show_in_either_view(case: Case) -> Ruling:
    """Note with which L values changes are told."""
    views = {
        one.view
        for heard, fact, route in _changes(case, Announced)
        for one in _told(case, heard, fact.peer, route)
        if one.at >= fact.at
    }
    if not views:
        return untested(case.cannot() or "no change was told")
    return chosen("told-in-both-views" if len(views) > 1 else "told-in-one-view", ", ".join(sorted(views)))


@live_check("RFC7854-5-17", code="late", needs=_KNOWN)
def changes_are_told_promptly(case: Case) -> Ruling:
    """Note how long a change takes."""
    delays = [
        one.at - fact.at
        for heard, fact, route in _changes(case, Announced)
        for one in _told(case, heard, fact.peer, route)[-1:]
        if one.at >= fact.at
    ]
    if not delays:
        return untested(case.cannot() or "no change was told")
    return chosen("prompt" if max(delays) <= _PROMPT_SECONDS else "late", f"{max(delays):.3f} s at most")


@live_check("RFC8671-5.1-1", code="adj-rib-out-differs", needs=_KNOWN)
def post_policy_out_is_what_was_sent(case: Case) -> Ruling:
    """Judge that the post-policy Adj-RIB-Out of a peer has the routes that the peer was told."""
    return worst(_sent(case), "no Adj-RIB-Out is reported, or nothing was sent")


def _sent(case: Case) -> Iterator[Ruling]:
    families = _families(case, ViewKind.POST_OUT)
    for heard in case.sessions[-1:] if families else ():
        end = case.transcript.ended if heard.ended is None else heard.ended.at
        for session in case.facts.up(end):
            due = {one for one in case.facts.routes_out(session.peer) if one.family in families}
            seen = set(routes_in_view(case, heard, ViewKind.POST_OUT, session.peer, end))
            if due or seen:
                yield _same(due, seen, f"post-out of {session.peer.address}", place_of(heard))


@live_check("RFC8671-6.1-1", code="direction-confused", needs=_KNOWN)
def the_o_flag_tells_the_direction(case: Case) -> Ruling:
    """Judge that Adj-RIB-In has what a peer announced and Adj-RIB-Out what it was told.

    A route of the peer may be in its pre-policy Adj-RIB-Out as well: no document keeps it out before the policy does.
    """
    return worst(_directions(case), "no route of a known peer came")


def _directions(case: Case) -> Iterator[Ruling]:
    brought, sent = _ever(case, case.truth.of(Announced)), _ever(case, case.truth.of(Received))
    for heard in case.sessions:
        keys = list(_keys(case, heard))
        of_the_peer = {key for told, key in keys if told.view in _IN}
        right = {
            ViewKind.PRE_IN: brought,
            ViewKind.POST_IN: brought,
            ViewKind.PRE_OUT: sent | of_the_peer,
            ViewKind.POST_OUT: sent,
        }
        for told, key in keys:
            if key in brought or key in sent:
                way = "announced by the peer" if key in brought else "sent to the peer"
                seen = f"{shown(told.route)} in {told.view}"
                yield HELD if key in right[told.view] else broken(seen, f"as {way}", place_of(heard, told.number))


_Key = tuple[PeerId, tuple[int, int], int, bytes]


def _keys(case: Case, heard: Heard) -> Iterator[tuple[Told, _Key]]:
    """Yield each announcement of a route of a known peer, and the route without its path identifier."""
    for told in heard.told:
        peers = [one.peer for one in case.facts.established if case.is_of(told.peer, one.peer)][:1]
        for peer in peers if told.attributes is not None else ():
            yield told, (peer, told.route.family, told.route.bits, told.route.prefix)


def _ever(case: Case, said: Iterable[Announced | Received]) -> set[_Key]:
    """Return all routes that ever went one way, without path identifiers."""
    return {
        (fact.peer, route.family, route.bits, route.prefix)
        for fact in said
        for route, attributes in case.facts.routes_of(fact)
        if attributes is not None
    }
