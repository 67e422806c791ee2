"""Why a decoder that goes by the documents refuses a message: its structure does not add up.

Why apart: our decoder never refuses, it keeps what it does not understand. A target has to say yes or no, and what the
neutral form cannot show (octets left over, a PDU or its routes null) is what does not add up.
"""

from bmpconform.neutral import Message
from bmpconform.neutral.form import Open, Pdu, Update
from bmpconform.wire.codes import BgpType, MessageType, PeerDownReason

# Of a Peer Down no document says that it ends behind what its reason has, so a decoder has to take what follows.
_MUST_END = frozenset(MessageType) - {MessageType.PEER_DOWN}
_NOTIFICATION_REASONS = frozenset({PeerDownReason.LOCAL_NOTIFICATION, PeerDownReason.REMOTE_NOTIFICATION})


def refusal(message: Message) -> str | None:
    """Return the stable name of the first reason to refuse a message, None where there is none."""
    if message.type in _MUST_END and message.rest:
        return "octets-left"
    match message.type:
        case MessageType.ROUTE_MONITORING:
            return _refuse_pdu(message.pdu, BgpType.UPDATE)
        case MessageType.STATISTICS_REPORT:
            return None if message.count == len(message.statistics or ()) else "statistics-missing"
        case MessageType.PEER_UP:
            return _refuse_pdu(message.sent_open, BgpType.OPEN) or _refuse_pdu(message.received_open, BgpType.OPEN)
        case MessageType.PEER_DOWN:
            return _refuse_peer_down(message)
        case _:
            return None


def _refuse_peer_down(message: Message) -> str | None:
    if message.reason in _NOTIFICATION_REASONS:
        return _refuse_pdu(message.pdu, BgpType.NOTIFICATION)
    if message.reason == PeerDownReason.LOCAL_FSM_EVENT and message.fsm_event is None:
        return "fsm-event-cut"
    return "octets-left" if message.reason == PeerDownReason.LOCAL_TLVS and message.rest else None


def _refuse_pdu(pdu: object, expected: BgpType) -> str | None:
    if not isinstance(pdu, Pdu):
        return "pdu-missing"
    if pdu.type != expected:
        return "pdu-of-another-type"
    return _refuse_parts(pdu)


def _refuse_parts(pdu: Pdu) -> str | None:
    match pdu:
        case Pdu(update=None) | Pdu(open=None) | Pdu(notification=None):
            return "pdu-malformed"
        case Pdu(update=Update(attributes=None)):
            return "attributes-malformed"
        case Pdu(update=Update(reach=None)) | Pdu(update=Update(unreach=None)):
            return "routes-malformed"
        case Pdu(open=Open(parameters=None)):
            return "parameters-malformed"
        case _:
            return None
