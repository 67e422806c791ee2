"""The rules of Peer Down, RFC 7854 section 4.9 with errata 4830 and 7194, RFC 9069 section 5.3."""

from bmpconform.rules.pdus import pdu_rules
from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.rules.tlvs import (
    VRF_NAME_OCTETS,
    length_rule,
    registry_rules,
    tiling_rules,
    trailing_nul_rule,
    utf_8_rule,
)
from bmpconform.spec.catalogue import Level
from bmpconform.wire.bgp import Pdu
from bmpconform.wire.codes import PEER_DOWN_REASONS, BgpType, MessageType, PeerDownReason, PeerDownTlvType, PeerFlag
from bmpconform.wire.messages import Malformed, PeerDown

# RFC 4271 section 8.1 numbers 28 events, RFC 9687 adds 29.
LAST_FSM_EVENT = 29


@rule(Malformed, "RFC7854-4.9-1", code="peer-down-reason-missing")
def reason_is_present(message: Malformed, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.9."""
    if message.type == MessageType.PEER_DOWN and message.peer is not None:
        breaches.append(Breach("rest", "The Peer Down ends before its reason.", missing=True))


def _pdu(message: PeerDown) -> Pdu | None:
    return message.pdu


def _rest(message: PeerDown) -> bytes:
    return message.rest


def _notification_rules(reason: PeerDownReason, clause: str, side: str) -> None:
    """Register: behind this reason comes a whole NOTIFICATION and nothing else."""

    def applies(message: PeerDown) -> bool:
        return message.reason == reason

    pdu_rules(
        PeerDown,
        clause,
        code=f"{side}-notification",
        path="pdu",
        pdu_type=BgpType.NOTIFICATION,
        applies=applies,
        pdu_of=_pdu,
        rest_of=_rest,
        missing_clauses=("RFC7854-4.9-1", clause),
    )

    @rule(PeerDown, clause, code=f"{side}-notification-too-short")
    def notification_has_code_and_subcode(message: PeerDown, breaches: list[Breach]) -> None:
        pdu = message.pdu
        if applies(message) and pdu is not None and pdu.type == BgpType.NOTIFICATION and isinstance(pdu.body, bytes):
            breaches.append(Breach("pdu.body", "The NOTIFICATION ends before its subcode; the smallest has 21 octets."))

    @rule(PeerDown, clause, code=f"octets-behind-{side}-notification", level=Level.WARN)
    def nothing_follows_the_notification(message: PeerDown, breaches: list[Breach]) -> None:
        if applies(message) and message.pdu is not None:
            _judge_leftover(message, "the NOTIFICATION", breaches)


def _judge_leftover(message: PeerDown, what: str, breaches: list[Breach]) -> None:
    if message.rest:
        text = f"{octets_text(len(message.rest))} behind {what}, which no document defines for reason {message.reason}."
        breaches.append(Breach("rest", text))


_notification_rules(PeerDownReason.LOCAL_NOTIFICATION, "RFC7854-4.9-2", "local")
_notification_rules(PeerDownReason.REMOTE_NOTIFICATION, "RFC7854-4.9-4", "remote")


@rule(PeerDown, "RFC7854-4.9-1", "RFC7854-4.9-3", code="fsm-event-missing")
def fsm_event_is_present(message: PeerDown, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.9: reason 2 has a code of 2 octets."""
    if message.reason == PeerDownReason.LOCAL_FSM_EVENT and message.fsm_event is None:
        text = f"Reason 2 has an FSM event code of 2 octets; there are {len(message.rest)}."
        breaches.append(Breach("rest", text, missing=not message.rest))


@rule(PeerDown, "RFC7854-4.9-3", code="fsm-event-unknown", level=Level.WARN)
def fsm_event_exists(message: PeerDown, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.9 with the events of RFC 4271 section 8.1 and RFC 9687."""
    if message.fsm_event is not None and message.fsm_event > LAST_FSM_EVENT:
        text = f"There is no FSM event {message.fsm_event}; the last is {LAST_FSM_EVENT}."
        breaches.append(Breach("fsm_event", text))


@rule(PeerDown, "RFC7854-4.9-3", code="octets-behind-fsm-event", level=Level.WARN)
def nothing_follows_the_fsm_event(message: PeerDown, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.9."""
    if message.reason == PeerDownReason.LOCAL_FSM_EVENT and message.fsm_event is not None:
        _judge_leftover(message, "the FSM event code", breaches)


@rule(PeerDown, "RFC7854-4.9-5", code="octets-behind-reason-4", level=Level.WARN)
def nothing_follows_reason_4(message: PeerDown, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.9."""
    if message.reason == PeerDownReason.REMOTE_NO_DATA:
        _judge_leftover(message, "the reason", breaches)


@rule(PeerDown, "RFC7854-4.9-6", code="octets-behind-reason-5", level=Level.WARN)
def nothing_follows_reason_5(message: PeerDown, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.9."""
    if message.reason == PeerDownReason.PEER_DE_CONFIGURED:
        _judge_leftover(message, "the reason", breaches)


@rule(PeerDown, "RFC9069-5.3-1", code="loc-rib-down-reason")
def loc_rib_goes_down_with_reason_6(message: PeerDown, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.3."""
    if message.peer.is_loc_rib and message.reason != PeerDownReason.LOCAL_TLVS:
        breaches.append(Breach("reason", f"A Loc-RIB goes down with reason 6, not {message.reason}."))


@rule(PeerDown, "RFC9069-5.3-1", code="reason-6-of-other-peer", level=Level.INFO)
def reason_6_belongs_to_loc_rib(message: PeerDown, breaches: list[Breach]) -> None:
    """Note reason 6 under another peer type, which RFC 9069 section 5.3 does not speak of."""
    if not message.peer.is_loc_rib and message.reason == PeerDownReason.LOCAL_TLVS:
        breaches.append(Breach("reason", "Reason 6 was made for a Loc-RIB; no document forbids it elsewhere."))


@rule(PeerDown, "RFC8671-6-1", code="o-flag-in-peer-down", level=Level.INFO)
def o_flag_is_clear_in_peer_down(message: PeerDown, breaches: list[Breach]) -> None:
    """Note the O flag where RFC 8671 section 6 gives it no meaning."""
    if message.peer.has(PeerFlag.O):
        breaches.append(Breach("peer.flags", "The O flag is set in a Peer Down, where it means nothing."))


def _reason(message: PeerDown) -> tuple[tuple[str, int]]:
    return (("reason", message.reason),)


registry_rules(
    PeerDown,
    PEER_DOWN_REASONS,
    "peer-down-reason",
    _reason,
    {
        "reserved": ("RFC7854-4.9-7", "RFC7854-10-1"),
        "experimental": ("RFC7854-4.9-7", "RFC7854-10-1"),
    },
)


def _has_tlvs(message: PeerDown) -> bool:
    return message.reason == PeerDownReason.LOCAL_TLVS


tiling_rules(PeerDown, "RFC9069-5.3-2", prefix="peer-down", applies=_has_tlvs)
utf_8_rule(PeerDown, PeerDownTlvType.VRF_TABLE_NAME, "RFC9069-5.3-3", code="peer-down-name-not-utf-8")
length_rule(
    PeerDown,
    PeerDownTlvType.VRF_TABLE_NAME,
    VRF_NAME_OCTETS,
    "RFC9069-5.3-3",
    code="peer-down-name-length",
    what="The VRF/Table Name",
)
trailing_nul_rule(PeerDown, PeerDownTlvType.VRF_TABLE_NAME, code="peer-down-trailing-nul", needs="RFC9069-5.3-3")
