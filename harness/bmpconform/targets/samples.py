"""A plain frame of each message type, for what a target is asked before the first case.

Why: whether it can be used, and how much it shows, is to be known before anything is scored.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bmpconform.wire.codec import encode
from bmpconform.wire.codes import MessageType, PeerDownReason, StatisticType, TerminationReason
from bmpconform.wire.make import (
    make_initiation,
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
from bmpconform.wire.messages import Message

# Addresses and prefixes for documents, RFC 5737.
STATION, ROUTER, PREFIX = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]), bytes([24, 198, 51, 100])
PEER = make_peer(bytes(12) + ROUTER, 64496, ROUTER)
OPEN, UPDATE = make_open(64496, ROUTER), make_update(withdrawn=PREFIX)

MESSAGES: Mapping[MessageType, Message] = {
    MessageType.ROUTE_MONITORING: make_route_monitoring(PEER, UPDATE),
    MessageType.STATISTICS_REPORT: make_statistics_report(PEER, [make_statistic(StatisticType.REJECTED_PREFIXES, 1)]),
    MessageType.PEER_DOWN: make_peer_down(PEER, PeerDownReason.LOCAL_FSM_EVENT, fsm_event=1),
    MessageType.PEER_UP: make_peer_up(PEER, bytes(12) + STATION, OPEN, OPEN, strings=["sample"]),
    MessageType.INITIATION: make_initiation("sample", "bmpconform"),
    MessageType.TERMINATION: make_termination(TerminationReason.UNSPECIFIED),
    MessageType.ROUTE_MIRRORING: make_route_mirroring(PEER, UPDATE),
}
FRAMES = MappingProxyType({message_type: encode(message) for message_type, message in MESSAGES.items()})
