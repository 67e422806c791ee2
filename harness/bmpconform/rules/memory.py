"""The messages of a session judged one by one, from memory where their like was judged before.

Why: nearly all messages of a stream bring routes, and nearly all of them differ only in what no rule looks at. Two of
one fingerprint have the same findings, so the rules run on the first. Route Monitoring in which a rule may say more
than a fingerprint tells, an odd time or routes that do not parse, has none, and is judged each time.

Every table is bounded, and forgets all when it is full.
"""

from collections.abc import Callable, Hashable, Sequence

from bmpconform.rules import peer_header, update
from bmpconform.rules.route_monitoring import has_plain_time
from bmpconform.rules.routes import readings, screen
from bmpconform.rules.selection import Finding, Selection
from bmpconform.rules.session import PeerKey, Session, Up, peer_key
from bmpconform.wire.bgp import MARKER
from bmpconform.wire.messages import Message, Peer, RouteMonitoring
from bmpconform.wire.routes import (
    IPV4_UNICAST,
    Family,
    RouteField,
    is_read,
    read_attributes,
    route_parts,
    routes_in,
)
from bmpconform.wire.value import Value, keep

REMEMBERED = 4096
# Those that come again do so soon, and may be large: 64 KiB.
REMEMBERED_ATTRIBUTES = 512


class Standing:
    """What the rules can tell of the peer of routes: of its header, and of what the session says of it.

    `has_plain` tells IPv4 unicast routes in which the rules find nothing, and takes some for worse than they are.
    """

    __slots__ = ("_peer", "_screens", "_ups", "has_plain")

    def __init__(self, peer: Peer, ups: Sequence[Up]) -> None:
        """Stand for `peer`, and all others that the rules cannot tell from it."""
        self._peer = peer
        self._ups = tuple(ups)
        self._screens: dict[Family, Callable[[bytes], bool]] = {}
        self.has_plain = self._screen(IPV4_UNICAST)

    def _screen(self, family: Family) -> Callable[[bytes], bool]:
        return screen(family, readings(self._peer, self._ups, family))

    def has_plain_in(self, field: RouteField) -> bool:
        """Whether the rules find nothing in the routes of a field, of whatever family."""
        family = field.family
        if not is_read(family):
            return True
        if family not in self._screens:
            self._screens[family] = self._screen(family)
        return self._screens[family](field.octets)


class Outline(Value, frozen=True):
    """What the rules can tell of attributes: `mark` is the same where all else is, and `fields` hold the routes."""

    mark: object
    fields: tuple[RouteField, ...]


class Memory:
    """What was found so far by one selection of rules. Several sessions may share it."""

    def __init__(self, selection: Selection) -> None:
        """Begin with nothing."""
        self.selection = selection
        self.found: dict[Hashable, Sequence[Finding]] = {}
        self.outlines: dict[bytes, Outline] = {}
        self._headers: dict[Hashable, tuple[Finding, ...]] = {}
        self._standings: dict[Hashable, Standing] = {}
        self._alike: dict[Hashable, Outline] = {}

    def standing(self, peer: Peer, session: Session) -> Standing:
        """Return how a peer, of whose time the rules say nothing, stands in a session."""
        header = peer_header.fingerprint(peer)
        if header not in self._headers:
            keep(self._headers, header, tuple(self.selection.judge(peer)), REMEMBERED)
        ups = session.ups(peer)
        key = (
            peer.type,
            peer.flags,
            self._headers[header],
            session.terminated,
            session.knows_peers(),
            session.is_up(peer),
            *[up.negotiated for up in ups],
        )
        standing = self._standings.get(key)
        return keep(self._standings, key, Standing(peer, ups), REMEMBERED) if standing is None else standing

    def outline(self, attributes: bytes) -> Outline:
        """Return the outline of attributes, new or known."""
        fingerprint = update.fingerprint(attributes)
        outline = self._alike.get(fingerprint)
        if outline is None:
            outline = keep(self._alike, fingerprint, Outline(object(), _routes_in(attributes)), REMEMBERED)
        elif outline.fields:
            outline = Outline(outline.mark, _routes_in(attributes))
        return keep(self.outlines, attributes, outline, REMEMBERED_ATTRIBUTES)


def _routes_in(attributes: bytes) -> tuple[RouteField, ...]:
    return tuple(routes_in(read_attributes(attributes)))


class _Place(Value, frozen=True):
    """A peer in a session: how it stands, and its key."""

    standing: Standing
    key: PeerKey


class SessionJudge:
    """Judges the messages of one session, each with the state that those before it have left.

    Shape: ask `recall` for each; what it has no answer for is for `judge`.
    """

    def __init__(self, memory: Memory, session: Session) -> None:
        """Judge by the rules of `memory`, from where `session` stands."""
        self._memory = memory
        self._found = memory.found
        self._outlines = memory.outlines
        self._session = session
        # By the header up to its time; they hold until the session changes.
        self._places: dict[bytes, _Place] = {}
        self._changes = session.changes

    def recall(self, octets: bytes, at: int) -> tuple[int, PeerKey, Sequence[Finding]] | None:
        """Judge the message at an offset from memory, and take it into account: where it ends, whose it is, findings.

        None where it has to be judged: its like was not judged before, or the rules may say more than memory can tell.
        """
        parts = route_parts(octets, at)
        if parts is None:
            return None
        end, header, seconds, microseconds, marker, withdrawn, attributes, nlri, rest = parts
        place = self._places.get(header)
        if (
            place is None
            or self._changes != self._session.changes
            or rest
            or marker != MARKER
            or not has_plain_time(seconds, microseconds)
        ):
            return None
        fingerprint = self._fingerprint(place.standing, withdrawn, attributes, nlri)
        findings = self._found.get(fingerprint)
        if findings is None:
            return None
        return end, place.key, findings

    def judge(self, frame: bytes, message: Message) -> Sequence[Finding]:
        """Return what is found in the next message, by the rules if need be, and take it into account."""
        fingerprint = self._learn(message.peer, frame) if isinstance(message, RouteMonitoring) else None
        findings = None if fingerprint is None else self._found.get(fingerprint)
        if findings is None:
            findings = self._memory.selection.judge_message(message, self._session)
            if fingerprint is not None:
                keep(self._found, fingerprint, findings, REMEMBERED)
        self._session.advance(message)
        return findings

    def _learn(self, peer: Peer, frame: bytes) -> Hashable | None:
        """Return the fingerprint of routes, and take note of the place of their peer."""
        parts = route_parts(frame, 0)
        if parts is None:
            return None
        _, header, seconds, microseconds, marker, withdrawn, attributes, nlri, rest = parts
        if rest or marker != MARKER or not has_plain_time(seconds, microseconds):
            return None
        if self._changes != self._session.changes:
            self._changes = self._session.changes
            self._places.clear()
        place = self._places.get(header)
        if place is None:
            place = _Place(self._memory.standing(peer, self._session), peer_key(peer))
            keep(self._places, header, place, REMEMBERED)
        return self._fingerprint(place.standing, withdrawn, attributes, nlri)

    def _fingerprint(self, standing: Standing, withdrawn: bytes, attributes: bytes, nlri: bytes) -> Hashable | None:
        """Return all that the rules can tell apart in routes, None where something may be found in them each time."""
        outline = self._outlines.get(attributes) or self._memory.outline(attributes)
        is_plain = (
            (not nlri or standing.has_plain(nlri))
            and (not withdrawn or standing.has_plain(withdrawn))
            and (not outline.fields or all(map(standing.has_plain_in, outline.fields)))
            # Perhaps an End-of-RIB, which changes what the session says.
            and (nlri or withdrawn or outline.fields)
        )
        return (standing, outline.mark, not nlri, not withdrawn) if is_plain else None
