"""What leeway a decoder has: the messages that it may refuse, and what of one that it takes nobody says how to read.

Why: a message may be valid for all that BMP's documents say, and still be nothing that everybody has to take.
"""

from collections.abc import Sequence

from bmpconform.fuzz.ordinary import is_ordinary
from bmpconform.neutral import Message
from bmpconform.neutral.form import Pdu, Peer, Update
from bmpconform.rules.selection import Finding
from bmpconform.wire.codes import MessageType, PeerDownTlvType, PeerFlag
from bmpconform.wire.value import UNSET, UnsetType, replace

_OBJECTS = frozenset({"sys_descr", "sys_name"})
# What leaves the whole message open once it is broken.
_OPEN_CODES = frozenset({"mirroring-information-length", "termination-reason-length"})


def may_be_refused(message: Message) -> bool:
    """Whether a decoder may refuse a message that breaks nothing: for what it need not know, or what is no PDU.

    Of two sysNames or sysDescrs one at most is what its object says. What is mirrored may be as odd as it was on the
    wire; the PDUs of all other messages are what BGP's documents let be.
    """
    tlvs = message.tlvs or ()
    objects = [tlv.meaning for tlv in tlvs if tlv.meaning in _OBJECTS]
    is_no_pdu = any(tlv.meaning == "bgp_message" and tlv.pdu is None for tlv in tlvs)
    is_known = all(tlv.meaning != "unknown" for tlv in tlvs) and not _has_more_than_its_name(message)
    pdus = (message.pdu, message.sent_open, message.received_open)
    is_odd = not all(is_ordinary(pdu, is_out=_is_pre_policy_out(message)) for pdu in pdus if isinstance(pdu, Pdu))
    return is_no_pdu or len(set(objects)) < len(objects) or not is_known or is_odd


def _has_more_than_its_name(message: Message) -> bool:
    """Whether a Peer Down has TLVs of other types than RFC 9069 section 5.3 defines for it."""
    names = PeerDownTlvType.VRF_TABLE_NAME
    return message.type == MessageType.PEER_DOWN and any(tlv.type != names for tlv in message.tlvs or ())


def _is_pre_policy_out(message: Message) -> bool:
    flags = message.peer.flags if isinstance(message.peer, Peer) else None
    return isinstance(flags, int) and bool(flags & PeerFlag.O) and not flags & PeerFlag.L


def settled(message: Message) -> Message:
    """Return a message without the PDUs of which no document of BGP says how they are read.

    A mirrored one that is odd still has its octets; an attribute that is there twice is an error (RFC 7606 section 3).
    """
    tlvs = message.tlvs
    if tlvs:
        odd = (isinstance(tlv.pdu, Pdu) and not is_ordinary(tlv.pdu) for tlv in tlvs)
        told = (replace(tlv, pdu=None) if is_odd else tlv for tlv, is_odd in zip(tlvs, odd, strict=True))
        message = replace(message, tlvs=tuple(told))
    update = message.pdu.update if isinstance(message.pdu, Pdu) else None
    attributes = (isinstance(update, Update) and update.attributes) or ()
    is_twice = len({one.type for one in attributes}) < len(attributes)
    return replace(message, pdu=None) if is_twice else message


def held(message: Message, found: Sequence[Finding]) -> Message | UnsetType:
    """Return a message without what nobody says how to read, as it breaks a document; UNSET where that is all of it.

    Behind an OPEN that is broken, TLVs begin where its length says, or elsewhere.
    """
    for finding in found:
        match finding.breach.path.split("."):
            case _ if finding.code in _OPEN_CODES:
                return UNSET
            case ["peer", "type"] | [_, *_, "pdu"] | [_, "pdu", *_]:
                return UNSET
            case ["peer", "address"] if isinstance(message.peer, Peer):
                message = replace(message, peer=replace(message.peer, address=None))
            case ["peer", "microseconds"] if isinstance(message.peer, Peer):
                # A million of them may be told as a second.
                message = replace(message, peer=replace(message.peer, seconds=None, microseconds=None))
            case ["local_address"]:
                message = replace(message, local_address=None)
            case ["pdu", *_]:
                message = replace(message, pdu=None)
            case ["sent_open" | "received_open", *_]:
                message = replace(message, sent_open=None, received_open=None, tlvs=None)
            case _:
                pass
    return message
