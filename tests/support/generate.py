"""Valid messages and whole valid sessions from a seed, and Hypothesis strategies for any value that can be encoded.

Why a plain `random.Random`: a property is tried on hundreds of thousands of inputs, and a Hypothesis example costs
about a thousand times what one costs here.

A generator keeps to the code points of a set of documents (those of a profile), so that the profiles which know them
must find nothing in what it builds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from hypothesis import strategies

from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.bgp import Attribute, Capability, Pdu
from bmpconform.wire.codes import (
    STATISTIC_SHAPES,
    STATISTIC_TYPES,
    AttributeType,
    BgpType,
    CapabilityCode,
    MirroringCode,
    PeerDownReason,
    PeerFlag,
    PeerType,
    StatisticShape,
    TerminationReason,
)
from bmpconform.wire.layout import (
    Case,
    Many,
    NamedField,
    Nested,
    Octets,
    Record,
    Rest,
    Uint,
    Variant,
    value_fields,
)
from bmpconform.wire.make import (
    IPV4_OCTETS,
    IPV6_OCTETS,
    Family,
    make_attribute,
    make_end_of_rib,
    make_initiation,
    make_loc_rib_peer,
    make_loc_rib_peer_up,
    make_notification,
    make_open,
    make_peer,
    make_peer_down,
    make_peer_up,
    make_route_mirroring,
    make_route_monitoring,
    make_statistic,
    make_statistics_report,
    make_termination,
    make_update,
)
from bmpconform.wire.messages import (
    LAYOUT_OF,
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

DOCUMENTS = PROFILES[DEFAULT_PROFILE].documents
IPV4: Family = (1, 1)
IPV6: Family = (2, 1)
FAMILIES: tuple[tuple[Family, ...], ...] = ((IPV4,), (IPV4, IPV6), (IPV6,), (IPV4, IPV6, (1, 4), (25, 70)))
# One character for each number of octets that UTF-8 has.
ALPHABET = ("a", "Z", " ", "\u00e9", "\u20ac", "\U0001f427")
TEXT_OCTETS = (0, 1, 2, 7, 30, 255, 900)
NAME_OCTETS = (1, 2, 7, 30, 255)
FIRST_SECOND, LAST_SECOND = 946_684_800, 0xFFFFFFFF
LOC_RIB_STATISTICS = frozenset({8, 10, 26, 27, 28, 31, 32})
# RFC 9972 section 5: who sends the newer sends the older with it.
PAIRED_STATISTICS = {18: 7, 19: 9}
LAST_FSM_EVENT = 28
AS_SEQUENCE = 2
SHORT_ASNS = (1, 64512, 65535)
LONG_ASNS = (*SHORT_ASNS, 65536, 4_200_000_000, 0xFFFFFFFF)


def seeded(seed: int | str) -> Random:
    """Return the source of all that is random in a test."""
    return Random(seed)  # noqa: S311 - inputs, no secrets


class Speaker(Value, frozen=True):
    """A monitored peer as its Peer Up shows it; `families` are what both sides of its session announced."""

    up: PeerUp
    families: tuple[Family, ...]
    paths: tuple[Family, ...]
    vrf_name: str | None

    @property
    def peer(self) -> Peer:
        """The per-peer header of the Peer Up."""
        return self.up.peer

    @property
    def has_long_as(self) -> bool:
        """Whether both sides speak AS numbers of 4 octets."""
        return not self.peer.has(PeerFlag.A)


class Generator:
    """Builds valid messages with the code points of `documents`, from what `random` gives."""

    def __init__(self, random: Random, documents: frozenset[str] = DOCUMENTS) -> None:
        """Keep to the code points of `documents`."""
        self.random = random
        self.has_loc_rib = "RFC9069" in documents
        self.has_adj_rib_out = "RFC8671" in documents
        self.peer_types = tuple(PeerType) if self.has_loc_rib else tuple(PeerType)[:3]
        self.statistics = tuple(code for code, source in STATISTIC_TYPES.assigned.items() if source in documents)
        self._makers: tuple[Callable[[Speaker], Message], ...] = (
            lambda speaker: speaker.up,
            self.route_monitoring,
            self.statistics_report,
            self.peer_down,
            self.route_mirroring,
            lambda _: self.initiation(),
            lambda _: self.termination(),
        )

    def chance(self, share: float) -> bool:
        """Return True in this share of the calls."""
        return self.random.random() < share

    def octets(self, count: int) -> bytes:
        """Return that many octets."""
        return self.random.randbytes(count)

    def ascii(self, lengths: Sequence[int] = TEXT_OCTETS) -> str:
        """Return ASCII text of one of these lengths."""
        return "".join(self.random.choices("abcXYZ 0-9./", k=self.random.choice(lengths)))

    def text(self, lengths: Sequence[int] = TEXT_OCTETS) -> str:
        """Return text of one of these numbers of octets, or up to three fewer, at least one if any."""
        octets, parts = self.random.choice(lengths), [""]
        while octets:
            part = self.random.choice(ALPHABET)
            if len(part.encode()) <= octets:
                parts.append(part * self.random.randint(1, octets // len(part.encode())))
                octets -= len(parts[-1].encode())
        return "".join(parts)

    def texts(self) -> list[str]:
        """Return texts for string TLVs: mostly none or one."""
        return [self.text() for _ in range(self.random.choice((0, 0, 0, 1, 1, 2, 3)))]

    def asn(self, *, long: bool) -> int:
        """Return an AS number, over 16 bits in most cases where it may be `long`."""
        return self.random.choice(LONG_ASNS if long else SHORT_ASNS)

    def time(self) -> tuple[int, int]:
        """Return seconds and microseconds: not known, or plausible."""
        if self.chance(0.2):
            return 0, 0
        seconds = self.random.choice((FIRST_SECOND, LAST_SECOND, self.random.randint(FIRST_SECOND, LAST_SECOND)))
        return seconds, self.random.choice((0, 1, 999_999, self.random.randrange(1_000_000)))

    def address(self, octets: int) -> bytes:
        """Return an address that cannot be taken for one of the other family."""
        if octets == IPV4_OCTETS:
            return bytes([self.random.randint(1, 223)]) + self.octets(3)
        return b"\x20\x01\x0d\xb8" + self.octets(12)

    def distinguisher(self, peer_type: PeerType) -> bytes:
        """Return what tells instances of this peer type apart."""
        if peer_type == PeerType.GLOBAL_INSTANCE:
            return bytes(8)
        if peer_type == PeerType.LOC_RIB_INSTANCE and self.chance(0.5):
            return bytes(8)
        return bytes([0, self.random.randrange(3)]) + self.octets(5) + b"\x01"

    def speaker(self) -> Speaker:
        """Return a peer that has just come up."""
        peer_type = self.random.choice(self.peer_types)
        families = self.random.choice(FAMILIES)
        paths = tuple(family for family in families if self.chance(0.2))
        if peer_type == PeerType.LOC_RIB_INSTANCE:
            return self._loc_rib(families, paths)
        return self._classic(peer_type, families, paths)

    def _loc_rib(self, families: tuple[Family, ...], paths: tuple[Family, ...]) -> Speaker:
        asn, bgp_id = self.asn(long=True), self.octets(4)
        distinguisher = self.distinguisher(PeerType.LOC_RIB_INSTANCE)
        seconds, microseconds = self.time()
        peer = make_loc_rib_peer(
            asn,
            bgp_id,
            distinguisher=distinguisher,
            filtered=self.chance(0.3),
            seconds=seconds,
            microseconds=microseconds,
        )
        name = self.text(NAME_OCTETS) if any(distinguisher) else self.random.choice(("global", None))
        fabricated = make_open(asn, bgp_id, families, paths, extended=self.chance(0.2))
        up = make_loc_rib_peer_up(peer, fabricated, vrf_name=name, strings=self.texts())
        return Speaker(up, families, paths, name)

    def _classic(self, peer_type: PeerType, families: tuple[Family, ...], paths: tuple[Family, ...]) -> Speaker:
        short, width = self.chance(0.2), self.random.choice((IPV4_OCTETS, IPV6_OCTETS))
        asn, bgp_id = self.asn(long=not short), self.octets(4)
        seconds, microseconds = self.time()
        peer = make_peer(
            self.address(width),
            asn,
            bgp_id,
            peer_type=peer_type,
            distinguisher=self.distinguisher(peer_type),
            post_policy=self.chance(0.3),
            two_octet_as=short,
            seconds=seconds,
            microseconds=microseconds,
        )
        local_port, remote_port = self.random.choice(((179, 179), (179, 40000), (65535, 179), (179, 1)))
        up = make_peer_up(
            peer,
            self.address(width),
            self._open(self.asn(long=True), self.octets(4), families, paths),
            self._open(asn, bgp_id, families, paths, four_octet_as=not short),
            local_port=local_port,
            remote_port=remote_port,
            strings=self.texts(),
            vrf_name=self.text(NAME_OCTETS) if self.has_loc_rib and self.chance(0.3) else None,
            admin_labels=self.texts() if self.has_adj_rib_out else (),
        )
        return Speaker(up, families, paths, None)

    def _open(
        self,
        asn: int,
        bgp_id: bytes,
        families: tuple[Family, ...],
        paths: tuple[Family, ...],
        *,
        four_octet_as: bool = True,
    ) -> Pdu:
        many = self.chance(0.1)
        more = [self._capability() for _ in range(self.random.choice((0, 0, 1, 2)))]
        more += [Capability(CapabilityCode.FQDN, self.octets(250)) for _ in range(2 * many)]
        extended, hold_time = self.chance(0.2), self.random.choice((0, 3, 90, 65535))
        return make_open(
            asn, bgp_id, families, paths, more, hold_time=hold_time, four_octet_as=four_octet_as, extended=extended
        )

    def _capability(self) -> Capability:
        code = self.random.choice(
            (CapabilityCode.ROUTE_REFRESH, CapabilityCode.EXTENDED_MESSAGE, CapabilityCode.ENHANCED_ROUTE_REFRESH)
        )
        return self.random.choice((Capability(code, b""), Capability(CapabilityCode.ROLE, bytes([0]))))

    def prefixes(self, speaker: Speaker, family: Family, count: int) -> bytes:
        """Return routes of an IPv4 or IPv6 unicast family as octets."""
        return b"".join(self._prefix(family, with_path=family in speaker.paths) for _ in range(count))

    def _prefix(self, family: Family, *, with_path: bool) -> bytes:
        bits = self.random.choice((0, 1, 8, 20, 24, 32) if family == IPV4 else (0, 3, 32, 64, 128))
        octets = bytearray(self.octets((bits + 7) // 8))
        if bits % 8:
            octets[-1] &= 0xFF << 8 - bits % 8 & 0xFF
        return (self.octets(4) if with_path else b"") + bytes([bits]) + octets

    def attributes(self, speaker: Speaker, more: Sequence[Attribute] = ()) -> list[Attribute]:
        """Return ORIGIN, AS_PATH and some that are optional, with `more` of them, by type."""
        width = 4 if speaker.has_long_as else 2
        count = self.random.choice((0, 1, 3, 80))
        path = bytes([AS_SEQUENCE, count]) + self.octets(width * count) if count else b""
        found = [
            self._attribute(AttributeType.ORIGIN, bytes([self.random.randrange(3)])),
            self._attribute(AttributeType.AS_PATH, path),
            *more,
        ]
        if self.chance(0.4):
            found.append(self._attribute(AttributeType.MULTI_EXIT_DISC, self.octets(4)))
        if self.chance(0.4):
            found.append(self._attribute(AttributeType.COMMUNITIES, self.octets(4 * self.random.choice((1, 2, 70)))))
        if self.chance(0.2):
            found.append(self._attribute(AttributeType.AGGREGATOR, self.octets(width + 4)))
            found.append(self._attribute(AttributeType.LARGE_COMMUNITIES, self.octets(12)))
        return sorted(found, key=lambda attribute: attribute.type)

    def _attribute(self, attribute_type: AttributeType, value: bytes) -> Attribute:
        return make_attribute(attribute_type, value, extended=self.chance(0.2))

    def update(self, speaker: Speaker) -> Pdu:
        """Return an UPDATE that announces or withdraws routes of a family of the speaker."""
        family = self.random.choice([family for family in speaker.families if family in {IPV4, IPV6}])
        routes = self.prefixes(speaker, family, self.random.randint(1, 4))
        if family == IPV4:
            if self.chance(0.3):
                return make_update(withdrawn=routes)
            next_hop = self._attribute(AttributeType.NEXT_HOP, self.address(IPV4_OCTETS))
            return make_update(self.attributes(speaker, [next_hop]), routes)
        head = family[0].to_bytes(2) + bytes([family[1]])
        if self.chance(0.3):
            return make_update([self._attribute(AttributeType.MP_UNREACH_NLRI, head + routes)])
        reach = head + bytes([IPV6_OCTETS]) + self.address(IPV6_OCTETS) + b"\0" + routes
        return make_update(self.attributes(speaker, [self._attribute(AttributeType.MP_REACH_NLRI, reach)]))

    def view(self, speaker: Speaker) -> Peer:
        """Return the peer's header for one of its RIBs, at some time."""
        seconds, microseconds = self.time()
        peer = replace(speaker.peer, seconds=seconds, microseconds=microseconds)
        if peer.is_loc_rib:
            return peer
        flags = peer.flags ^ (PeerFlag.L if self.chance(0.5) else 0)
        return replace(peer, flags=flags | (PeerFlag.O if self.has_adj_rib_out and self.chance(0.3) else 0))

    def route_monitoring(self, speaker: Speaker) -> RouteMonitoring:
        """Return routes or an End-of-RIB of the speaker."""
        peer = self.view(speaker)
        if self.chance(0.15):
            return make_end_of_rib(peer, self.random.choice(speaker.families))
        return make_route_monitoring(peer, self.update(speaker))

    def statistics_report(self, speaker: Speaker) -> StatisticsReport:
        """Return a report of statistics that the peer type has, in a family of the speaker."""
        known = [code for code in self.statistics if not speaker.peer.is_loc_rib or code in LOC_RIB_STATISTICS]
        chosen = self.random.sample(known, self._some(len(known)))
        chosen += [older for newer, older in PAIRED_STATISTICS.items() if newer in chosen and older not in chosen]
        seconds, microseconds = self.time()
        peer = replace(speaker.peer, seconds=seconds, microseconds=microseconds)
        return make_statistics_report(
            peer, [make_statistic(code, *self._value(code, speaker.families)) for code in chosen]
        )

    def _some(self, most: int) -> int:
        """Return how many statistics to report: mostly few, seldom all."""
        return most if self.chance(0.03) else min(most, self.random.choice((1, 2, 5)))

    def _value(self, code: int, families: Sequence[Family]) -> tuple[int, Family | None]:
        shape = STATISTIC_SHAPES[code]
        if shape is StatisticShape.COUNTER32:
            # Counters only grow, over a whole session too.
            return 0xFFFFFFFF, None
        family = self.random.choice(families) if shape is StatisticShape.FAMILY_GAUGE64 else None
        return self.random.choice((0, 1, 0xFFFFFFFFFFFFFFFF, self.random.getrandbits(64))), family

    def peer_down(self, speaker: Speaker) -> PeerDown:
        """Return the speaker's end: for any reason, or the one that a Loc-RIB has."""
        seconds, microseconds = self.time()
        peer = replace(speaker.peer, seconds=seconds, microseconds=microseconds)
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

    def notification(self) -> Pdu:
        """Return a Cease or another NOTIFICATION, with data or without."""
        return make_notification(self.random.randint(1, 6), self.random.randint(0, 9), self.octets(self._few()))

    def _few(self) -> int:
        return self.random.choice((0, 1, 5, 300))

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
                keepalive = Pdu(b"\xff" * 16, BgpType.KEEPALIVE, b"")
                return make_route_mirroring(peer, self.random.choice((keepalive, speaker.up.sent_open)))
            case _:
                codes = self.random.sample(tuple(MirroringCode), self.random.randrange(3))
                return make_route_mirroring(peer, self.update(speaker), codes)

    def initiation(self) -> Initiation:
        """Return an Initiation with strings of all lengths."""
        lengths = tuple(length for length in TEXT_OCTETS if length <= 255)
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
        speakers = self._unlike(self.random.randint(0, 4))
        for speaker in speakers:
            yield speaker.up
        for _ in range(self.random.randint(0, 12) if speakers else 0):
            yield self.random.choice((self.route_monitoring, self.statistics_report, self.route_mirroring))(
                self.random.choice(speakers)
            )
        for speaker in speakers:
            for family in speaker.families:
                yield make_end_of_rib(self.view(speaker), family)
        for speaker in speakers:
            if self.chance(0.5):
                yield self.peer_down(speaker)
        if self.chance(0.7):
            yield self.termination()

    def _unlike(self, count: int) -> list[Speaker]:
        """Return that many speakers that no header confuses: at most one default Loc-RIB, every other one by chance."""
        found: Mapping[object, Speaker] = {
            (speaker.peer.type, speaker.peer.distinguisher, speaker.peer.address): speaker
            for speaker in (self.speaker() for _ in range(count))
        }
        return list(found.values())


def values_of(record: Record) -> strategies.SearchStrategy[Value]:
    """Return a strategy for any value that the layout of a record can write, valid or not."""
    return strategies.builds(record.shape, *[_contents_of(field) for field in value_fields(record.fields)])


def _contents_of(field: NamedField) -> strategies.SearchStrategy[object]:
    """Return a strategy for what a value holds in this field."""
    match field:
        case Uint():
            return strategies.integers(field.low, (1 << 8 * field.octets) - 1)
        case Octets():
            return strategies.binary(min_size=field.octets, max_size=field.octets)
        case Rest():
            return strategies.binary(max_size=40)
        case Nested():
            records = strategies.one_of([values_of(record) for record in field.records])
            return strategies.none() | records if field.optional else records
        case Many():
            return strategies.lists(values_of(field.record), max_size=4).map(tuple)
        case Variant():
            return strategies.one_of(strategies.binary(max_size=40), *map(_case_of, field.cases.values()))
        case _:
            raise AssertionError(field)


def _case_of(case: Case) -> strategies.SearchStrategy[object]:
    return _contents_of(case.content) if isinstance(case.content, Many) else values_of(case.content)


MESSAGES = strategies.one_of([values_of(record) for record in LAYOUT_OF.values()])
VALID_MESSAGES = strategies.builds(
    lambda random: Generator(random).message(), strategies.randoms(use_true_random=False)
)
