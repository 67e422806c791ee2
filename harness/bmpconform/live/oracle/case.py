"""What a check is asked about: one transcript, the facts beside it, and the profile."""

from functools import cached_property

from bmpconform.live.facts import Configured, Neighbour, PeerId, Table, Truth, View, ViewKind
from bmpconform.live.oracle.session import Heard
from bmpconform.live.oracle.truth import Facts, octets_of
from bmpconform.live.transcript import Event, Kind, Transcript
from bmpconform.spec.profiles import Profile
from bmpconform.wire.codes import PeerType
from bmpconform.wire.messages import Peer

_INSIDE = frozenset({PeerType.GLOBAL_INSTANCE, PeerType.RD_INSTANCE, PeerType.LOCAL_INSTANCE})


class Case:
    """One script as it went. `sessions` are the connections that brought messages, `configured` is None if unknown."""

    def __init__(self, transcript: Transcript, truth: Truth, profile: Profile) -> None:
        """Take what there is to judge."""
        self.transcript = transcript
        self.facts = Facts(truth)
        self.truth = truth
        self.profile = profile

    @property
    def configured(self) -> Configured | None:
        """How the device is configured."""
        return self.truth.configured

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        """All connections that were established, in order."""
        numbers = sorted(set(self.transcript.connections()))
        return tuple(Heard(number, tuple(self.transcript.of(number))) for number in numbers if number >= 0)

    @cached_property
    def sessions(self) -> tuple[Heard, ...]:
        """Those that brought messages."""
        return tuple(one for one in self.heard if one.messages)

    def events(self, kind: Kind) -> tuple[Event, ...]:
        """Return all events of a kind."""
        return tuple(event for event in self.transcript.events if event.kind is kind)

    def cannot(self) -> str:
        """Return what the device could not be made to do, "" where there was nothing."""
        return "; ".join(event.text for event in self.events(Kind.CANNOT))

    def table(self, name: str) -> Table:
        """Return a table by its name; the default one where nothing is known."""
        tables = () if self.configured is None else self.configured.tables
        return next((table for table in tables if table.name == name), Table(name))

    def is_of(self, header: Peer, peer: PeerId) -> bool:
        """Whether a per-peer header is that of a BGP peer: its address, and the distinguisher of its table."""
        if header.type not in _INSIDE or header.address != octets_of(peer.address):
            return False
        if not peer.table:
            return header.type == PeerType.GLOBAL_INSTANCE
        # What a local instance has for a value, the device alone decides.
        known = self.table(peer.table).distinguisher == header.distinguisher.hex()
        return known or header.type == PeerType.LOCAL_INSTANCE

    def neighbour(self, peer: PeerId) -> Neighbour | None:
        """Return how a peer is configured."""
        neighbours = () if self.configured is None else self.configured.neighbours
        return next((one for one in neighbours if one.peer == peer), None)

    def views(self, kind: ViewKind) -> tuple[View, ...]:
        """Return the views of a kind that the device is configured to report."""
        return () if self.configured is None else tuple(view for view in self.configured.views if view.kind is kind)
