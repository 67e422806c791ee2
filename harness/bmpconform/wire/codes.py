"""The code points of BMP and of the BGP inside it, one enum for each registry.

Why: the Initiation and the Peer Up namespace are different registries since RFC 9736, so their code points
are different types here. Which document assigned a code point is data: a profile is a set of documents.
"""

from collections.abc import Iterator, Mapping
from enum import Enum, IntEnum, IntFlag
from types import MappingProxyType

from bmpconform.wire.value import Value

VERSION = 3


class MessageType(IntEnum):
    """BMP message types, RFC 7854 section 10.1."""

    ROUTE_MONITORING = 0
    STATISTICS_REPORT = 1
    PEER_DOWN = 2
    PEER_UP = 3
    INITIATION = 4
    TERMINATION = 5
    ROUTE_MIRRORING = 6


class PeerType(IntEnum):
    """BMP peer types, RFC 7854 section 10.2 and RFC 9069 section 8.1."""

    GLOBAL_INSTANCE = 0
    RD_INSTANCE = 1
    LOCAL_INSTANCE = 2
    LOC_RIB_INSTANCE = 3


class PeerFlag(IntFlag):
    """Per-peer header flags of peer types 0 to 2, RFC 7854 section 4.2 and RFC 8671 section 4."""

    V = 0x80
    L = 0x40
    A = 0x20
    O = 0x10  # noqa: E741 - the name that RFC 8671 gives to the flag


class LocRibFlag(IntFlag):
    """Per-peer header flags of peer type 3, RFC 9069 section 4.2."""

    F = 0x80


class InitiationTlvType(IntEnum):
    """Initiation Information TLVs, RFC 9736 section 4 table 3."""

    STRING = 0
    SYS_DESCR = 1
    SYS_NAME = 2


class PeerUpTlvType(IntEnum):
    """Peer Up Information TLVs, RFC 9736 section 4 table 2."""

    STRING = 0
    VRF_TABLE_NAME = 3
    ADMIN_LABEL = 4


class PeerDownTlvType(IntEnum):
    """TLVs of Peer Down reason 6, RFC 9069 section 5.3. They have no registry of their own."""

    VRF_TABLE_NAME = 3


class TerminationTlvType(IntEnum):
    """Termination TLVs, RFC 7854 section 10.6."""

    STRING = 0
    REASON = 1


class MirroringTlvType(IntEnum):
    """Route Mirroring TLVs, RFC 7854 section 10.9."""

    BGP_MESSAGE = 0
    INFORMATION = 1


class TerminationReason(IntEnum):
    """Termination reason codes, RFC 7854 section 10.7."""

    ADMINISTRATIVELY_CLOSED = 0
    UNSPECIFIED = 1
    OUT_OF_RESOURCES = 2
    REDUNDANT_CONNECTION = 3
    PERMANENTLY_ADMINISTRATIVELY_CLOSED = 4


class PeerDownReason(IntEnum):
    """Peer Down reason codes, RFC 7854 section 10.8 with erratum 7194, RFC 9069 section 8.4."""

    LOCAL_NOTIFICATION = 1
    LOCAL_FSM_EVENT = 2
    REMOTE_NOTIFICATION = 3
    REMOTE_NO_DATA = 4
    PEER_DE_CONFIGURED = 5
    LOCAL_TLVS = 6


class MirroringCode(IntEnum):
    """Route Mirroring Information codes, RFC 7854 section 10.10."""

    ERRORED_PDU = 0
    MESSAGES_LOST = 1


class StatisticType(IntEnum):
    """Statistics types, RFC 7854 section 4.8, RFC 8671 section 6.2, RFC 9972 section 3."""

    REJECTED_PREFIXES = 0
    DUPLICATE_PREFIX_ADVERTISEMENTS = 1
    DUPLICATE_WITHDRAWS = 2
    CLUSTER_LIST_LOOP = 3
    AS_PATH_LOOP = 4
    ORIGINATOR_ID = 5
    AS_CONFED_LOOP = 6
    ADJ_RIB_IN_ROUTES = 7
    LOC_RIB_ROUTES = 8
    ADJ_RIB_IN_ROUTES_PER_FAMILY = 9
    LOC_RIB_ROUTES_PER_FAMILY = 10
    UPDATES_TREATED_AS_WITHDRAW = 11
    PREFIXES_TREATED_AS_WITHDRAW = 12
    DUPLICATE_UPDATES = 13
    ADJ_RIB_OUT_PRE_POLICY = 14
    ADJ_RIB_OUT_POST_POLICY = 15
    ADJ_RIB_OUT_PRE_POLICY_PER_FAMILY = 16
    ADJ_RIB_OUT_POST_POLICY_PER_FAMILY = 17
    ADJ_RIB_IN_PRE_POLICY = 18
    ADJ_RIB_IN_PRE_POLICY_PER_FAMILY = 19
    ADJ_RIB_IN_POST_POLICY = 20
    ADJ_RIB_IN_POST_POLICY_PER_FAMILY = 21
    REJECTED_BY_INBOUND_POLICY_PER_FAMILY = 22
    ACCEPTED_BY_INBOUND_POLICY_PER_FAMILY = 23
    SUPPRESSED_BY_DAMPING_PER_FAMILY = 26
    STALE_BY_GRACEFUL_RESTART_PER_FAMILY = 27
    STALE_BY_LONG_LIVED_GRACEFUL_RESTART_PER_FAMILY = 28
    LEFT_BEFORE_RECEIVED_ROUTE_THRESHOLD = 29
    LEFT_BEFORE_RECEIVED_ROUTE_THRESHOLD_PER_FAMILY = 30
    LEFT_BEFORE_LICENSE_THRESHOLD = 31
    LEFT_BEFORE_LICENSE_THRESHOLD_PER_FAMILY = 32
    REJECTED_FOR_AS_PATH_LENGTH = 33
    REJECTED_FOR_AS_PATH_LENGTH_PER_FAMILY = 34
    RPKI_INVALID_IN_PER_FAMILY = 35
    RPKI_VALID_IN_PER_FAMILY = 36
    RPKI_NOT_FOUND_IN_PER_FAMILY = 37
    REJECTED_BY_OUTBOUND_POLICY_PER_FAMILY = 38
    FILTERED_FOR_AS_PATH_LENGTH = 39
    FILTERED_FOR_AS_PATH_LENGTH_PER_FAMILY = 40
    RPKI_INVALID_OUT_PER_FAMILY = 41
    RPKI_VALID_OUT_PER_FAMILY = 42
    RPKI_NOT_FOUND_OUT_PER_FAMILY = 43


class StatisticShape(Enum):
    """What the data of a statistic is, RFC 7854 section 4.8."""

    COUNTER32 = "32-bit counter"
    GAUGE64 = "64-bit gauge"
    FAMILY_GAUGE64 = "AFI, SAFI and 64-bit gauge"


STATISTIC_SHAPES: dict[int, StatisticShape] = {
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 6, 11, 12, 13), StatisticShape.COUNTER32),
    **dict.fromkeys((7, 8, 14, 15, 18, 20, 29, 31, 33, 39), StatisticShape.GAUGE64),
    **dict.fromkeys((9, 10, 16, 17, 19, 21, 22, 23), StatisticShape.FAMILY_GAUGE64),
    **dict.fromkeys((26, 27, 28, 30, 32, 34, *range(35, 39), 40, 41, 42, 43), StatisticShape.FAMILY_GAUGE64),
}


class BgpType(IntEnum):
    """BGP message types, RFC 4271 section 4.1 and RFC 2918."""

    OPEN = 1
    UPDATE = 2
    NOTIFICATION = 3
    KEEPALIVE = 4
    ROUTE_REFRESH = 5


class ParameterType(IntEnum):
    """BGP OPEN optional parameter types, RFC 5492 and RFC 9072."""

    CAPABILITIES = 2
    EXTENDED_LENGTH = 255


class CapabilityCode(IntEnum):
    """BGP capability codes that this project reads, with a few more that it names."""

    MULTIPROTOCOL = 1
    ROUTE_REFRESH = 2
    EXTENDED_NEXT_HOP = 5
    EXTENDED_MESSAGE = 6
    MULTIPLE_LABELS = 8
    ROLE = 9
    GRACEFUL_RESTART = 64
    FOUR_OCTET_AS = 65
    ADD_PATH = 69
    ENHANCED_ROUTE_REFRESH = 70
    LONG_LIVED_GRACEFUL_RESTART = 71
    FQDN = 73


class Afi(IntEnum):
    """Address families whose routes this project reads."""

    IPV4 = 1
    IPV6 = 2


class Safi(IntEnum):
    """Subsequent address families whose routes this project reads, RFC 4760, RFC 8277, RFC 4364."""

    UNICAST = 1
    LABELLED = 4
    VPN = 128


class AddPathDirection(IntFlag):
    """What a side is ready to do with path identifiers, RFC 7911 section 4."""

    RECEIVE = 1
    SEND = 2


class AttributeFlag(IntFlag):
    """BGP path attribute flags, RFC 4271 section 4.3."""

    OPTIONAL = 0x80
    TRANSITIVE = 0x40
    PARTIAL = 0x20
    EXTENDED_LENGTH = 0x10


class AttributeType(IntEnum):
    """BGP path attributes, RFC 4271 section 5 and later documents."""

    ORIGIN = 1
    AS_PATH = 2
    NEXT_HOP = 3
    MULTI_EXIT_DISC = 4
    LOCAL_PREF = 5
    ATOMIC_AGGREGATE = 6
    AGGREGATOR = 7
    COMMUNITIES = 8
    ORIGINATOR_ID = 9
    CLUSTER_LIST = 10
    MP_REACH_NLRI = 14
    MP_UNREACH_NLRI = 15
    EXTENDED_COMMUNITIES = 16
    AS4_PATH = 17
    AS4_AGGREGATOR = 18
    LARGE_COMMUNITIES = 32


class Status(Enum):
    """What a registry says of a code point."""

    ASSIGNED = "assigned"
    RESERVED = "reserved"
    UNASSIGNED = "unassigned"
    SHARED = "assigned in the registry once shared with another message, not defined for this one"
    SPECIFICATION_REQUIRED = "open to Specification Required"
    FIRST_COME_FIRST_SERVED = "open to First Come First Served"
    EXPERIMENTAL = "experimental"


class Registry(Value, frozen=True):
    """One registry: its name, the octets of its field, and the document behind each entry.

    `shared` holds what the registry that Initiation and Peer Up had in common until RFC 9736 assigned to the
    other message.
    """

    name: str
    codes: type[IntEnum]
    octets: int
    assigned: Mapping[int, str]
    reserved: Mapping[int, str]
    shared: Mapping[int, str] = MappingProxyType({})

    @property
    def first_come_since(self) -> str | None:
        """Return the document that opened the range above Standards Action to whoever comes first."""
        return "RFC9515" if self.octets > 1 else None

    def status(self, code: int, documents: frozenset[str]) -> Status:
        """Return what `documents` (ids such as "RFC9736") say of `code`."""
        if self.reserved.get(code) in documents:
            return Status.RESERVED
        if self.assigned.get(code) in documents:
            return Status.ASSIGNED
        if self.shared.get(code) in documents:
            return Status.SHARED
        return self._procedure(code, documents)

    def _procedure(self, code: int, documents: frozenset[str]) -> Status:
        standards_action, specification_required, experimental = _RANGES[self.octets]
        if code <= standards_action:
            return Status.UNASSIGNED
        if code <= specification_required:
            first_come = self.first_come_since in documents
            return Status.FIRST_COME_FIRST_SERVED if first_come else Status.SPECIFICATION_REQUIRED
        return Status.EXPERIMENTAL if code <= experimental else Status.RESERVED

    def landmarks(self, documents: frozenset[str]) -> Iterator[tuple[int, Status]]:
        """Yield each code point that is assigned or reserved, and the first and the last of each range of the rest."""
        ends = {*self.assigned, *self.reserved, *self.shared, *_RANGES[self.octets]}
        codes = {code + step for code in ends for step in (-1, 0, 1)} & {*range(1 << 8 * self.octets)}
        for code in sorted(codes):
            status = self.status(code, documents)
            alone = status in {Status.ASSIGNED, Status.RESERVED}
            if alone or any(self.status(code + step, documents) is not status for step in (-1, 1)):
                yield code, status

    def label(self, code: int) -> str | None:
        """Return the name of an assigned code point, as `SYS_DESCR` or None."""
        return self.codes(code).name if code in self.assigned else None


# Last code point of each range by the width of the field: Standards Action, Specification Required (two octets:
# First Come First Served since RFC 9515), experimental. RFC 7854 section 10 with erratum 7194.
_RANGES = {1: (127, 250, 254), 2: (32767, 65530, 65534)}


def _by(document: str, *codes: int) -> dict[int, str]:
    return dict.fromkeys(codes, document)


MESSAGE_TYPES = Registry("BMP Message Types", MessageType, 1, _by("RFC7854", *range(7)), _by("RFC7854", 255))
PEER_TYPES = Registry(
    "BMP Peer Types",
    PeerType,
    1,
    {**_by("RFC7854", 0, 1, 2), **_by("RFC9069", 3)},
    _by("RFC7854", 255),
)
INITIATION_TLVS = Registry(
    "BMP Initiation Information TLVs",
    InitiationTlvType,
    2,
    _by("RFC7854", 0, 1, 2),
    {**_by("RFC9736", 3, 4), **_by("RFC7854", 65535)},
    {**_by("RFC9069", 3), **_by("RFC8671", 4)},
)
PEER_UP_TLVS = Registry(
    "BMP Peer Up Message TLVs",
    PeerUpTlvType,
    2,
    {**_by("RFC7854", 0), **_by("RFC9736", 3, 4)},
    {**_by("RFC9736", 1, 2), **_by("RFC7854", 65535)},
    {**_by("RFC7854", 1, 2), **_by("RFC9069", 3), **_by("RFC8671", 4)},
)
TERMINATION_TLVS = Registry(
    "BMP Termination Message TLVs", TerminationTlvType, 2, _by("RFC7854", 0, 1), _by("RFC7854", 65535)
)
TERMINATION_REASONS = Registry(
    "BMP Termination Message Reason Codes", TerminationReason, 2, _by("RFC7854", *range(5)), _by("RFC7854", 65535)
)
PEER_DOWN_REASONS = Registry(
    "BMP Peer Down Reason Codes",
    PeerDownReason,
    1,
    {**_by("RFC7854", *range(1, 6)), **_by("RFC9069", 6)},
    _by("RFC7854", 0, 255),
)
MIRRORING_TLVS = Registry("BMP Route Mirroring TLVs", MirroringTlvType, 2, _by("RFC7854", 0, 1), _by("RFC7854", 65535))
MIRRORING_CODES = Registry(
    "BMP Route Mirroring Information Codes", MirroringCode, 2, _by("RFC7854", 0, 1), _by("RFC7854", 65535)
)
STATISTIC_TYPES = Registry(
    "BMP Statistics Types",
    StatisticType,
    2,
    {
        **_by("RFC7854", *range(14)),
        **_by("RFC8671", *range(14, 18)),
        **_by("RFC9972", *range(18, 24), *range(26, 44)),
    },
    _by("RFC7854", 65535),
)

REGISTRIES = (
    MESSAGE_TYPES,
    PEER_TYPES,
    INITIATION_TLVS,
    PEER_UP_TLVS,
    TERMINATION_TLVS,
    TERMINATION_REASONS,
    PEER_DOWN_REASONS,
    MIRRORING_TLVS,
    MIRRORING_CODES,
    STATISTIC_TYPES,
)
