"""What the TLVs of each message mean, each namespace on its own, and which other words for it will do.

Why here and not in the codes: `meaning` tells that a library took a type for that of another message, which is what
RFC 9736 parted. The numbers are those of the registries; this page only words them.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from bmpconform.spec.profiles import Profile
from bmpconform.wire.codes import (
    INITIATION_TLVS,
    MIRRORING_TLVS,
    PEER_UP_TLVS,
    TERMINATION_TLVS,
    MessageType,
    MirroringTlvType,
    PeerUpTlvType,
    Registry,
    Status,
)

RESERVED = "reserved"
UNKNOWN = "unknown"
NOT_ASSIGNED = frozenset({RESERVED, UNKNOWN})

Words = Mapping[int, str]

_REGISTRIES: Mapping[int, Registry] = MappingProxyType(
    {
        MessageType.PEER_UP: PEER_UP_TLVS,
        MessageType.INITIATION: INITIATION_TLVS,
        MessageType.TERMINATION: TERMINATION_TLVS,
        MessageType.ROUTE_MIRRORING: MIRRORING_TLVS,
    }
)


def _words(registry: Registry) -> Words:
    words = {int(code): code.name.lower() for code in registry.codes}
    if registry is MIRRORING_TLVS:
        words[MirroringTlvType.INFORMATION] = "mirroring_code"
    return words


# RFC 9069 section 5.3 gives Peer Down type 3 and no registry: the rest is as in Peer Up, or not known.
_WORDS: Mapping[int, Words] = MappingProxyType(
    {
        **{message_type: _words(registry) for message_type, registry in _REGISTRIES.items()},
        MessageType.PEER_DOWN: _words(PEER_UP_TLVS),
    }
)
_PEER_DOWN_DOCUMENTS = MappingProxyType(
    {PeerUpTlvType.STRING: "RFC9069", PeerUpTlvType.VRF_TABLE_NAME: "RFC9069", PeerUpTlvType.ADMIN_LABEL: "RFC8671"}
)
_MAY_BE_UNKNOWN = frozenset({PeerUpTlvType.STRING, PeerUpTlvType.ADMIN_LABEL})

# What made one namespace into two, and the messages that had it in common until then.
_PARTED_BY = "RFC9736-3.2-1"
_ONCE_SHARED = frozenset({MessageType.INITIATION, MessageType.PEER_UP})


@cache
def meanings(documents: frozenset[str]) -> Mapping[int, Words]:
    """Return, by message type and TLV type, what a TLV means to `documents`; a type that is not there is unknown."""
    found = {message_type: _meanings(message_type, documents) for message_type in _REGISTRIES}
    words = _WORDS[MessageType.PEER_DOWN]
    down = {int(code): words[code] for code, source in _PEER_DOWN_DOCUMENTS.items() if source in documents}
    return {**found, MessageType.PEER_DOWN: down}


def _meanings(message_type: int, documents: frozenset[str]) -> Words:
    registry, words = _REGISTRIES[message_type], _WORDS[message_type]
    found = {}
    for code in (*registry.assigned, *registry.shared, *registry.reserved):
        status = registry.status(code, documents)
        if status is Status.RESERVED:
            found[code] = RESERVED
        elif status in {Status.ASSIGNED, Status.SHARED} and code in words:
            found[code] = words[code]
    return found


def is_allowed(message_type: int, code: int, expected: str, seen: str) -> bool:
    """Whether a TLV type that means `expected` may be taken for `seen`.

    A number that a profile does not assign is reserved or unknown, or what a later document makes of it in this
    message.
    """
    if seen in {expected, _WORDS[message_type].get(code)}:
        return True
    if seen == UNKNOWN and message_type == MessageType.PEER_DOWN:
        return code in _MAY_BE_UNKNOWN
    return expected in NOT_ASSIGNED and seen in NOT_ASSIGNED


def is_of_another_message(message_type: int, seen: str) -> bool:
    """Whether `seen` is a meaning that TLVs of other messages alone have."""
    return seen not in NOT_ASSIGNED and seen not in _WORDS[message_type].values()


def was_shared(message_type: int, seen: str, profile: Profile) -> bool:
    """Whether `seen` comes from the registry that this message still has in common with another one in `profile`."""
    shared = {word for once in _ONCE_SHARED for word in _WORDS[once].values()}
    return _PARTED_BY not in profile.clauses and message_type in _ONCE_SHARED and seen in shared
