"""Valid messages and whole valid sessions, from whatever is random.

A generator keeps to the code points of a set of documents (those of a profile), so that the profiles which know them
must find nothing wrong in what it builds.
"""

from collections.abc import Callable, Iterator, Mapping
from random import Random

from bmpconform.fuzz.chances import NAME_OCTETS, TEXT_OCTETS, seeded
from bmpconform.fuzz.generate_bgp import CAPABILITIES, IPV4, KEEPALIVE, SHAPING_CAPABILITIES, BgpGenerator, Terms
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.bgp import Pdu
from bmpconform.wire.codes import (
    STATISTIC_SHAPES,
    STATISTIC_TYPES,
    AddPathDirection,
    MirroringCode,
    PeerDownReason,
    PeerFlag,
    PeerType,
    StatisticShape,
    TerminationReason,
)
from bmpconform.wire.make import (
    DISPLAY_STRING_OCTETS,
    IPV4_OCTETS,
    IPV6_OCTETS,
    Family,
    make_end_of_rib,
    make_initiation,
    make_loc_rib_peer,
    make_loc_rib_peer_up,
    make_peer,
    make_peer_down,
    make_peer_up,
    make_route_mirroring,
    make_route_monitoring,
    make_statistic,
    make_statistics_report,
    make_termination,
)
from bmpconform.wire.messages import (
    Initiation,
    Message,
    Peer,
    PeerDown,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
    StatisticsReport,
    Termination,
)
from bmpconform.wire.value import Value, replace

__all__ = ["DOCUMENTS", "Generator", "Speaker", "seeded"]

DOCUMENTS = PROFILES[DEFAULT_PROFILE].documents
LOC_RIB_STATISTICS = frozenset({8, 10, 26, 27, 28, 31, 32})
# RFC 9972 section 5: who sends the newer sends the older with it.
PAIRED_STATISTICS = {18: 7, 19: 9}
LAST_FSM_EVENT = 29
# How many statistics a report has: mostly few, seldom all there are.
REPORTED = (*(1, 2, 5) * 10, len(STATISTIC_TYPES.assigned))
LARGEST_COUNTER = 0xFFFFFFFF
# A counter that goes on by less than half its range has not gone back.
STEPS = (0, 1, 1000, (1 << 31) - 1)
BOTH = AddPathDirection.RECEIVE | AddPathDirection.SEND
# What the two sides announce for a family, RFC 7911 section 4, in the sent and the received OPEN.
DIRECTIONS = (
    (BOTH, BOTH),
    (AddPathDirection.RECEIVE, AddPathDirection.SEND),
    (AddPathDirection.SEND, AddPathDirection.RECEIVE),
    (AddPathDirection.SEND, AddPathDirection.SEND),
)


class Speaker(Value, frozen=True):
    """A monitored peer as it comes up.

    It has one Peer Up, or one for each emulated peer of a Loc-RIB (RFC 9069 section 6.1.1).
    `families` are what both sides announced, `paths_in` and `paths_out` those that have path identifiers in each
    .
    """

    ups: tuple[PeerUp, ...]
    families: tuple[Family, ...]
    paths_in: tuple[Family, ...]
    paths_out: tuple[Family, ...]
    vrf_name: str | None = None

    @property
    def peer(self) -> Peer:
        """The per-peer header of the Peer Up."""
        return self.ups[0].peer

    def terms(self, peer: Peer) -> Terms:
        """Return how the UPDATEs of the RIB that a header of this peer is about are written."""
        out = peer.has(PeerFlag.O)
        return Terms(
            self.families,
            self.paths_out if out else self.paths_in,
            2 if peer.has(PeerFlag.A) else 4,
            unknown=out and not peer.has(PeerFlag.L),
        )


class Generator(BgpGenerator):
    """Builds valid messages with the code points of `documents`, from what `random` gives."""

    def __init__(self, random: Random, documents: frozenset[str] = DOCUMENTS) -> None:
        """Keep to the code points of `documents`."""
        super().__init__(random)
        self.has_loc_rib = "RFC9069" in documents
        self.has_adj_rib_out = "RFC8671" in documents
        self.peer_types = tuple(PeerType) if self.has_loc_rib else tuple(PeerType)[:3]
        self.statistics = tuple(code for code, source in STATISTIC_TYPES.assigned.items() if source in documents)
        self._counters: dict[tuple[int, bytes, bytes, int], int] = {}
        self._makers: tuple[Callable[[Speaker], Message], ...] = (
            lambda speaker: speaker.ups[0],
            self.route_monitoring,
            self.statistics_report,
            self.peer_down,
            self.route_mirroring,
            lambda _: self.initiation(),
            lambda _: self.termination(),
        )

    def speaker(self) -> Speaker:
        """Return a peer that has just come up."""
        peer_type = self.random.choice(self.peer_types)
        seconds, microseconds = self.time()
        if peer_type == PeerType.LOC_RIB_INSTANCE:
            return self._loc_rib(
                make_loc_rib_peer(
                    self.asn(long=True),
                    self.octets(4),
                    distinguisher=self.distinguisher(peer_type),
                    filtered=self.chance(0.3),
                    seconds=seconds,
                    microseconds=microseconds,
                )
            )
        short = self.chance(0.3)
        return self._classic(
            make_peer(
                self.address(self.random.choice((IPV4_OCTETS, IPV6_OCTETS))),
                self.asn(long=not short),
                self.octets(4),
                peer_type=peer_type,
                distinguisher=self.distinguisher(peer_type),
                post_policy=self.chance(0.3),
                # A router may rewrite the paths of a peer without AS numbers of 4 octets, RFC 7854 section 4.2.
                two_octet_as=short and self.chance(0.7),
                seconds=seconds,
                microseconds=microseconds,
            ),
            four_octet_as=not short,
        )

    def _loc_rib(self, peer: Peer) -> Speaker:
        families, paths = self.families(), []
        name = self.text(NAME_OCTETS) if any(peer.distinguisher) else self.random.choice(("global", None))
        parts = [(family,) for family in families] if self.chance(0.2) else [families]
        ups = []
        for part in parts:
            with_paths = self.some(part, (0, 1))
            directions = [(family, self.random.choice((*AddPathDirection, BOTH))) for family in with_paths]
            paths += with_paths
            fabricated = self.open_pdu(peer.asn, peer.bgp_id, part, directions, SHAPING_CAPABILITIES)
            ups.append(make_loc_rib_peer_up(peer, fabricated, vrf_name=name, strings=self.texts()))
        return Speaker(tuple(ups), families, tuple(paths), (), name)

    def _classic(self, peer: Peer, *, four_octet_as: bool) -> Speaker:
        families = self.families()
        chosen = {family: self.random.choice(DIRECTIONS) for family in self.some(families, (0, 1, 2))}
        # IPv4 unicast needs no capability.
        announced = () if families == (IPV4,) and self.chance(0.3) else families
        sent = self.open_pdu(
            self.asn(long=True),
            self.octets(4),
            announced,
            [(family, mine) for family, (mine, _) in chosen.items()],
            CAPABILITIES,
        )
        received = self.open_pdu(
            peer.asn,
            peer.bgp_id,
            announced,
            [(family, theirs) for family, (_, theirs) in chosen.items()],
            CAPABILITIES,
            four_octet_as=four_octet_as,
        )
        local_port, remote_port = self.random.choice(((179, 179), (179, 40000), (65535, 179), (179, 1)))
        up = make_peer_up(
            peer,
            self.address(IPV6_OCTETS if peer.has(PeerFlag.V) else IPV4_OCTETS),
            sent,
            received,
            local_port=local_port,
            remote_port=remote_port,
            strings=self.texts(),
            vrf_name=self.text(NAME_OCTETS) if self.has_loc_rib and self.chance(0.3) else None,
            admin_labels=self.texts() if self.has_adj_rib_out else (),
        )
        receive, send = AddPathDirection.RECEIVE, AddPathDirection.SEND
        return Speaker(
            (up,),
            families,
            tuple(family for family, (mine, theirs) in chosen.items() if mine & receive and theirs & send),
            tuple(family for family, (mine, theirs) in chosen.items() if mine & send and theirs & receive),
        )

    def at_some_time(self, speaker: Speaker) -> Peer:
        """Return the peer's header at some time."""
        seconds, microseconds = self.time()
        return replace(speaker.peer, seconds=seconds, microseconds=microseconds)

    def view(self, speaker: Speaker) -> Peer:
        """Return the peer's header for one of its RIBs, at some time."""
        peer = self.at_some_time(speaker)
        if peer.is_loc_rib:
            return peer
        flags = peer.flags ^ (PeerFlag.L if self.chance(0.5) else 0)
        return replace(peer, flags=flags | (PeerFlag.O if self.has_adj_rib_out and self.chance(0.3) else 0))

    def route_monitoring(self, speaker: Speaker) -> RouteMonitoring:
        """Return routes or an End-of-RIB of the speaker."""
        peer = self.view(speaker)
        if self.chance(0.15):
            return make_end_of_rib(peer, self.random.choice(speaker.families))
        return make_route_monitoring(peer, self.update(speaker.terms(peer)))

    def statistics_report(self, speaker: Speaker) -> StatisticsReport:
        """Return a report of statistics that the peer type has, in a family of the speaker."""
        peer = self.at_some_time(speaker)
        known = [code for code in self.statistics if not peer.is_loc_rib or code in LOC_RIB_STATISTICS]
        chosen = self.some(known, REPORTED)
        chosen += [older for newer, older in PAIRED_STATISTICS.items() if newer in chosen and older not in chosen]
        return make_statistics_report(peer, [make_statistic(code, *self._value(code, speaker)) for code in chosen])

    def _value(self, code: int, speaker: Speaker) -> tuple[int, Family | None]:
        shape = STATISTIC_SHAPES[code]
        if shape is StatisticShape.COUNTER32:
            return self._counter(code, speaker.peer), None
        family = self.random.choice(speaker.families) if shape is StatisticShape.FAMILY_GAUGE64 else None
        return self.random.choice((0, 1, 0xFFFFFFFFFFFFFFFF, self.random.getrandbits(64))), family

    def _counter(self, code: int, peer: Peer) -> int:
        """Return what a counter has come to, over a whole session too: it grows, and wraps."""
        key = (peer.type, peer.distinguisher, peer.address, code)
        last = self._counters.get(key, self.random.choice((0, 1, LARGEST_COUNTER)))
        self._counters[key] = (last + self.random.choice(STEPS)) & LARGEST_COUNTER
        return self._counters[key]

    def peer_down(self, speaker: Speaker) -> PeerDown:
        """Return the speaker's end: for any reason, or the one that a Loc-RIB has."""
        peer = self.at_some_time(speaker)
        if peer.is_loc_rib:
            return make_peer_down(peer, PeerDownReason.LOCAL_TLVS, vrf_name=speaker.vrf_name)
        reason = self.random.choice(tuple(PeerDownReason)[:5])
        match reason:
            case PeerDownReason.LOCAL_NOTIFICATION | PeerDownReason.REMOTE_NOTIFICATION:
                return make_peer_down(peer, reason, notification=self.notification())
            case PeerDownReason.LOCAL_FSM_EVENT:
                return make_peer_down(peer, reason, fsm_event=self.random.randint(0, LAST_FSM_EVENT))
            case _:
                return make_peer_down(peer, reason)

    def route_mirroring(self, speaker: Speaker) -> Message:
        """Return mirrored PDUs, well formed and not, or lost ones; routes for a Loc-RIB, which is not mirrored."""
        if speaker.peer.is_loc_rib:
            return self.route_monitoring(speaker)
        return self._mirroring(self.view(speaker), speaker)

    def _mirroring(self, peer: Peer, speaker: Speaker) -> RouteMirroring:
        match self.random.randrange(4):
            case 0:
                return make_route_mirroring(peer, None, [MirroringCode.MESSAGES_LOST])
            case 1:
                return make_route_mirroring(peer, self.octets(self.random.randrange(19)), [MirroringCode.ERRORED_PDU])
            case 2:
                return make_route_mirroring(peer, self._mirrored(speaker))
            case _:
                codes = self.some(tuple(MirroringCode), (0, 1, 2))
                return make_route_mirroring(peer, self.update(speaker.terms(peer)), codes)

    def _mirrored(self, speaker: Speaker) -> Pdu:
        known = [sent_open] if (sent_open := speaker.ups[0].sent_open) else []
        return self.random.choice((KEEPALIVE, *known, self.notification(), self.route_refresh(speaker.families)))

    def initiation(self) -> Initiation:
        """Return an Initiation with strings of all lengths."""
        lengths = tuple(length for length in TEXT_OCTETS if length <= DISPLAY_STRING_OCTETS)
        return make_initiation(self.ascii(lengths), self.ascii(lengths), self.texts())

    def termination(self) -> Termination:
        """Return a Termination for any reason."""
        return make_termination(self.random.choice(tuple(TerminationReason)), self.texts())

    def message(self) -> Message:
        """Return one message of any type."""
        return self.random.choice(self._makers)(self.speaker())

    def session(self) -> Iterator[Message]:
        """Yield the messages of one session: an Initiation, peers that come, speak and go, perhaps a Termination."""
        yield self.initiation()
        lives = [self._life(speaker) for speaker in self._unlike(self.random.randint(0, 4))]
        while lives:
            life = self.random.choice(lives)
            message = next(life, None)
            if message is None:
                lives.remove(life)
            else:
                yield message
        if self.chance(0.7):
            yield self.termination()

    def _life(self, speaker: Speaker) -> Iterator[Message]:
        """Yield what is heard of a peer: it comes up, perhaps goes down, perhaps comes again."""
        yield from self._presence(speaker)
        if self.chance(0.6):
            yield from self._end(speaker)
            if self.chance(0.3):
                yield from self._presence(self._again(speaker))

    def _presence(self, speaker: Speaker) -> Iterator[Message]:
        yield from speaker.ups
        yield from self._talk(speaker)
        for family in speaker.families:
            yield make_end_of_rib(self.view(speaker), family)
        yield from self._talk(speaker)

    def _talk(self, speaker: Speaker) -> Iterator[Message]:
        makers = (self.route_monitoring, self.statistics_report, self.route_mirroring)
        for _ in range(self.random.randint(0, 3)):
            yield self.random.choice(makers)(speaker)

    def _end(self, speaker: Speaker) -> Iterator[Message]:
        for _ in speaker.ups:
            yield self.peer_down(speaker)

    def _again(self, speaker: Speaker) -> Speaker:
        """Return the peer when it comes up again, which may have announced something else."""
        peer = self.at_some_time(speaker)
        if peer.is_loc_rib:
            return self._loc_rib(peer)
        return self._classic(peer, four_octet_as=not peer.has(PeerFlag.A))

    def _unlike(self, count: int) -> list[Speaker]:
        """Return that many speakers that no header confuses: at most one default Loc-RIB, every other one by chance."""
        found: Mapping[object, Speaker] = {
            (speaker.peer.type, speaker.peer.distinguisher, speaker.peer.address): speaker
            for speaker in (self.speaker() for _ in range(count))
        }
        return list(found.values())
