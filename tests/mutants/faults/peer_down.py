"""Faults in reading a Peer Down."""

from bmpconform.neutral.form import Message, Notification, Pdu
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import UNSET, replace
from faults.mutant import reads, refuses, shows
from faults.tools import BOTH, TYPE, flags_of, is_loc_rib, little_endian, octets_of, overwritten, with_pdus, with_tlvs

REASONS = ("RFC7854-4.9-1", "RFC7854-4.9-7")
LOCAL, REMOTE, FSM = ("RFC7854-4.9-2",), ("RFC7854-4.9-4",), ("RFC7854-4.9-3",)
O = 0x10  # noqa: E741 - the letter of the document


_NEEDS = {1: "pdu", 2: "fsm_event", 3: "pdu", 6: "tlvs"}


def _is_peer_down(message: Message) -> bool:
    return message.type == MessageType.PEER_DOWN


def _notification(message: Message, change: dict[str, object]) -> Message:
    """Return a Peer Down with other parts in its NOTIFICATION."""

    def changed(pdu: Pdu) -> Pdu:
        held = pdu.notification
        return replace(pdu, notification=replace(held, **change)) if isinstance(held, Notification) else pdu

    return with_pdus(message, changed) if _is_peer_down(message) else message


def _parts(message: Message) -> Notification | None:
    held = message.pdu.notification if isinstance(message.pdu, Pdu) else None
    return held if isinstance(held, Notification) else None


def _reason(message: Message, change: dict[int, int]) -> Message:
    """Return a Peer Down with another reason; what that one has and the octets do not is told as not shown."""
    reason = change.get(message.reason or 0, message.reason)
    if not _is_peer_down(message) or reason == message.reason:
        return message
    needs = _NEEDS.get(reason or 0)
    return replace(message, reason=reason, **({needs: None} if needs and getattr(message, needs) is UNSET else {}))


@shows(*LOCAL, *REMOTE)
def local_and_remote_swapped(message: Message) -> Message:
    """Reasons 1 and 3 are taken for each other."""
    return _reason(message, {1: 3, 3: 1})


@shows("RFC7854-4.9-5", link="https://github.com/osrg/gobgp/pull/1937")
def lost_connection_is_a_notification(message: Message) -> Message:
    """A close without NOTIFICATION is told as one with."""
    return _reason(message, {4: 3})


@shows("RFC7854-4.9-6")
def no_longer_monitored_is_closed(message: Message) -> Message:
    """Reason 5 is taken for reason 4."""
    return _reason(message, {5: 4})


@shows(*REASONS)
def unknown_reasons_are_0(message: Message) -> Message:
    """A reason that is not known is shown as 0."""
    return _reason(message, dict.fromkeys({*range(256)} - {*range(1, 7)}, 0))


@refuses("RFC9069-5.3-2", "RFC9069-5.3-1", link="https://github.com/sbezverk/gobmp/pull/209")
def reason_6_is_not_known(message: Message) -> bool:
    """The reason of RFC 9069 is refused."""
    return message.reason == 6


@shows("RFC9069-5.3-2", "RFC9069-5.3-3", link="https://github.com/sbezverk/gobmp/pull/209")
def reason_6_has_no_data(message: Message) -> Message:
    """The TLVs behind reason 6 are not read."""
    return with_tlvs(message, lambda _: ()) if _is_peer_down(message) else message


@shows("RFC9069-5.3-1")
def loc_rib_goes_down_by_reason_6(message: Message) -> Message:
    """A Loc-RIB's Peer Down is shown with reason 6, whatever it says."""
    return _reason(message, dict.fromkeys(range(6), 6)) if is_loc_rib(message) else message


@shows(*FSM)
def event_of_one_octet(message: Message) -> Message:
    """The first octet of the event's code is not read."""
    has_event = isinstance(message.fsm_event, int)
    return replace(message, fsm_event=(message.fsm_event or 0) & 0xFF) if has_event else message


@shows(*FSM)
def event_of_little_endian(message: Message) -> Message:
    """The octets of the event's code are read in the wrong order."""
    has_event = isinstance(message.fsm_event, int)
    return replace(message, fsm_event=little_endian(message.fsm_event, 2)) if has_event else message


@refuses(*FSM)
def needs_an_event(message: Message) -> bool:
    """An event of 0, which says that there was none, is refused."""
    return message.fsm_event == 0


@refuses("RFC7854-4.9-1", "RFC7854-4.9-5", "RFC7854-4.9-6")
def needs_data_always(message: Message) -> bool:
    """A Peer Down that ends behind its reason is refused."""
    return _is_peer_down(message) and message.length == BOTH + 1


@shows(*LOCAL, *REMOTE)
def code_and_subcode_swapped(message: Message) -> Message:
    """The subcode of a NOTIFICATION is looked for in front of its code."""
    held = _parts(message)
    return _notification(message, {"code": held.subcode, "subcode": held.code}) if held else message


@shows(*LOCAL, *REMOTE)
def notification_data_is_dropped(message: Message) -> Message:
    """What stands behind the subcode of a NOTIFICATION is not read."""
    return _notification(message, {"data": ""})


@shows(*REMOTE)
def shutdown_text_without_its_length(message: Message) -> Message:
    """The octet that counts a shutdown communication is left out."""
    held = _parts(message)
    is_text = held is not None and held.code == 6 and held.subcode in {2, 4}
    return _notification(message, {"data": (held.data or "")[2:]}) if held and is_text else message


@refuses(*REMOTE)
def notifications_of_4096_octets(message: Message) -> bool:
    """A NOTIFICATION of more than 4096 octets is refused, though RFC 8654 allows it."""
    return _is_peer_down(message) and isinstance(message.pdu, Pdu) and len(octets_of(message.pdu.hex)) > 4096


@reads(*LOCAL, *REMOTE, link="https://github.com/opendaylight/bgpcep/pull/2")
def marker_is_not_skipped(frame: bytes) -> bytes:
    """The length of a NOTIFICATION is looked for where its marker begins."""
    has_one = frame[TYPE : TYPE + 1] == b"\2" and frame[BOTH : BOTH + 1] in {b"\1", b"\3"} and len(frame) > BOTH + 19
    return overwritten(frame, BOTH + 17, frame[BOTH + 1 : BOTH + 3]) if has_one else frame


@shows("RFC8671-6.3-1")
def o_flag_swaps_the_sides(message: Message) -> Message:
    """In a Peer Down with the O flag the local side is taken for the remote one."""
    return _reason(message, {1: 3, 2: 4, 3: 1, 4: 2}) if flags_of(message) & O else message
