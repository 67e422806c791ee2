"""The messages of a session judged one by one, from memory where their like was judged before.

Why: nearly all messages of a stream bring routes, and nearly all of them differ only in what no rule looks at. Two of
one fingerprint have the same findings, so the rules run on the first. Route Monitoring in which a rule may say more
than a fingerprint tells, an odd time or routes that do not parse, has none, and is judged each time.

Every table is bounded, and forgets all when it is full.
"""

from collections.abc import Callable, Hashable, Sequence

from bmpconform.rules import peer_header, update
from bmpconform.rules.route_monitoring import has_odd_time
from bmpconform.rules.routes import readings, screen
from bmpconform.rules.selection import Finding, Selection
from bmpconform.rules.session import Session, Up
from bmpconform.wire.bgp import MARKER, Attributes, Update
from bmpconform.wire.messages import Message, Peer, RouteMonitoring
from bmpconform.wire.routes import IPV4_UNICAST, Family, RouteField, is_read, routes_in
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
        self.outlines: dict[Attributes, Outline] = {}
        self._headers: dict[Hashable, tuple[Finding, ...]] = {}
        self._standings: dict[Hashable, Standing] = {}
        self._alike: dict[Hashable, Outline] = {}

    def standing(self, peer: Peer, session: Session) -> Standing | None:
        """Return how a peer stands in a session, None where the rules may say what its time is."""
        header = None if has_odd_time(peer) else peer_header.fingerprint(peer)
        if header is None:
            return None
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

    def outline(self, attributes: Attributes) -> Outline:
        """Return the outline of attributes, new or known."""
        fingerprint = update.fingerprint(attributes)
        outline = self._alike.get(fingerprint)
        if outline is None:
            outline = keep(self._alike, fingerprint, Outline(object(), tuple(routes_in(attributes))), REMEMBERED)
        elif outline.fields:
            outline = Outline(outline.mark, tuple(routes_in(attributes)))
        return keep(self.outlines, attributes, outline, REMEMBERED_ATTRIBUTES)


class SessionJudge:
    """Judges the messages of one session, each with the state that those before it have left."""

    def __init__(self, memory: Memory, session: Session) -> None:
        """Judge by the rules of `memory`, from where `session` stands."""
        self._memory = memory
        self._found = memory.found
        self._outlines = memory.outlines
        self._session = session
        self._standings: dict[Peer, Standing | None] = {}
        self._changes = session.changes

    def judge(self, message: Message) -> Sequence[Finding]:
        """Return what is found in the next message, and take it into account."""
        fingerprint = self._fingerprint(message) if isinstance(message, RouteMonitoring) else None
        findings = None if fingerprint is None else self._found.get(fingerprint)
        if findings is None:
            findings = self._memory.selection.judge_message(message, self._session)
            if fingerprint is not None:
                keep(self._found, fingerprint, findings, REMEMBERED)
        self._session.advance(message)
        return findings

    def _fingerprint(self, message: RouteMonitoring) -> Hashable | None:
        """Return all that the rules can tell apart in routes, None where something may be found in them each time."""
        pdu = message.pdu
        if pdu is None or message.rest or pdu.marker != MARKER or not isinstance(pdu.body, Update):
            return None
        standing = self._standing(message.peer)
        if standing is None:
            return None
        attributes, nlri, withdrawn = pdu.body.attributes, pdu.body.nlri, pdu.body.withdrawn
        outline = self._outlines.get(attributes) or self._memory.outline(attributes)
        is_plain = (
            (not nlri or standing.has_plain(nlri))
            and (not withdrawn or standing.has_plain(withdrawn))
            and (not outline.fields or all(map(standing.has_plain_in, outline.fields)))
        )
        return (standing, outline.mark, not nlri, not withdrawn) if is_plain else None

    def _standing(self, peer: Peer) -> Standing | None:
        """Return how a peer stands, which holds until the session changes."""
        if self._changes != self._session.changes:
            self._changes = self._session.changes
            self._standings.clear()
        try:
            return self._standings[peer]
        except KeyError:
            return keep(self._standings, peer, self._memory.standing(peer, self._session), REMEMBERED)
