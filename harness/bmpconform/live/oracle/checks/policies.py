"""The L flag, before and after a policy whose effect is known: RFC 7854 sections 4.2 and 5, RFC 8671 section 5."""

from collections.abc import Iterator

from bmpconform.live.facts import Direction, Policy, ViewKind
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, live_check, place_of, worst
from bmpconform.live.oracle.routes import Attributes
from bmpconform.live.oracle.session import Heard, Told
from bmpconform.live.oracle.truth import route_to

_KNOWN = (Need.SESSION, Need.FACTS)
_NO_POLICY = "no route came that a policy changes or rejects"
_VIEWS = {
    Direction.IN: (ViewKind.PRE_IN, ViewKind.POST_IN),
    Direction.OUT: (ViewKind.PRE_OUT, ViewKind.POST_OUT),
}


def _shows(policy: Policy, attributes: Attributes) -> bool:
    """Whether attributes are those that a policy makes."""
    return any(one.type == policy.attribute and one.value.hex() == policy.value for one in attributes)


def _touched(case: Case, direction: Direction) -> Iterator[tuple[Policy, Heard, Told]]:
    """Yield each announcement of a route that a policy touches, in the views of its direction."""
    policies = () if case.configured is None else case.configured.policies
    for policy in policies:
        route = route_to(policy.prefix)
        for heard in case.sessions:
            for told in heard.told:
                is_it = (told.route.family, told.route.bits, told.route.prefix) == (
                    route.family,
                    route.bits,
                    route.prefix,
                )
                mine = is_it and told.view in _VIEWS[direction] and case.is_of(told.peer, policy.peer)
                if policy.direction is direction and mine and told.attributes is not None:
                    yield policy, heard, told


def _pre(case: Case, direction: Direction) -> Ruling:
    """Judge that what has the L flag clear is what it was before the policy."""
    pre, _ = _VIEWS[direction]
    rulings = (
        broken(f"{policy.prefix} as the policy makes it", "as it was before", place_of(heard, told.number))
        if not policy.rejects and _shows(policy, told.attributes or ())
        else HELD
        for policy, heard, told in _touched(case, direction)
        if told.view is pre
    )
    return worst(rulings, _NO_POLICY)


def _post(case: Case, direction: Direction) -> Ruling:
    """Judge that what has the L flag set is what the policy made of it."""
    _, post = _VIEWS[direction]
    rulings = (
        HELD
        if not policy.rejects and _shows(policy, told.attributes or ())
        else broken(
            f"{policy.prefix} as it was before the policy",
            "nothing" if policy.rejects else f"attribute {policy.attribute} {policy.value}",
            place_of(heard, told.number),
        )
        for policy, heard, told in _touched(case, direction)
        if told.view is post
    )
    return worst(rulings, _NO_POLICY)


@live_check("RFC7854-5-4", code="changed-route-in-pre-policy", needs=_KNOWN)
def pre_policy_has_the_flag_clear(case: Case) -> Ruling:
    """Judge the routes of Adj-RIB-In with the L flag clear."""
    return _pre(case, Direction.IN)


@live_check("RFC7854-5-5", code="unchanged-route-in-post-policy", needs=_KNOWN)
def post_policy_has_the_flag_set(case: Case) -> Ruling:
    """Judge the routes of Adj-RIB-In with the L flag set."""
    return _post(case, Direction.IN)


@live_check("RFC7854-4.2-5", code="flag-and-policy-differ", needs=_KNOWN)
def the_flag_tells_the_policy(case: Case) -> Ruling:
    """Judge both forms of a route that a policy changes."""
    return worst((_pre(case, Direction.IN), _post(case, Direction.IN)), _NO_POLICY)


@live_check("RFC8671-5.2-1", code="changed-route-in-pre-policy", needs=_KNOWN)
def pre_policy_out_has_the_flag_clear(case: Case) -> Ruling:
    """Judge the routes of Adj-RIB-Out with the L flag clear."""
    return _pre(case, Direction.OUT)


@live_check("RFC8671-5.1-2", code="unchanged-route-in-post-policy", needs=_KNOWN)
def post_policy_out_has_the_flag_set(case: Case) -> Ruling:
    """Judge the routes of Adj-RIB-Out with the L flag set."""
    return _post(case, Direction.OUT)
