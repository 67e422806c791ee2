"""The rules of what the framer met: octets that are no frame, a message that is cut, a type of no layout.

Why here: RFC 7854 section 4.1 speaks of the common header, and so does every chunk that is not a message.
"""

from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.rules.tlvs import registry_rules
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import MESSAGE_TYPES, VERSION
from bmpconform.wire.framer import Cut, Hole, Lost, LostReason
from bmpconform.wire.messages import HEADER_OCTETS, Unknown


@rule(Lost, "RFC7854-4.1-2", code="version")
def version_is_3(lost: Lost, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.1."""
    if lost.reason is LostReason.VERSION and lost.octets[0] != 0:
        breaches.append(Breach("", f"Version {lost.octets[0]} where a header with version {VERSION} is expected."))


@rule(Lost, "RFC7854-4.1-2", "RFC7854-4.1-3", code="version-reserved")
def version_is_not_0(lost: Lost, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.1: version 0 is reserved."""
    if lost.reason is LostReason.VERSION and lost.octets[0] == 0:
        breaches.append(Breach("", f"Version 0, which is reserved, where a header with version {VERSION} is expected."))


@rule(Lost, "RFC7854-4.1-6", code="length-too-short")
def length_holds_the_header(lost: Lost, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.1."""
    if lost.reason is LostReason.SHORT_LENGTH:
        text = f"The message length is {_claimed(lost.octets)}, less than the {HEADER_OCTETS} octets of its header."
        breaches.append(Breach("", text))


@rule(Lost, code="capture-oversize", level=Level.INFO)
def length_is_believable(lost: Lost, breaches: list[Breach]) -> None:
    """Note a length over the limit that the user set; no document has one."""
    if lost.reason is LostReason.OVERSIZE:
        text = f"The message length is {_claimed(lost.octets)} octets, more than --max-message allows."
        breaches.append(Breach("", text))


@rule(Cut, code="capture-cut", level=Level.INFO)
def stream_ends_between_messages(cut: Cut, breaches: list[Breach]) -> None:
    """Note that the stream ends inside a message; nobody says that it was the encoder who stopped."""
    if cut.swallows is None:
        claim = "its header" if cut.length is None else f"a message of {cut.length}"
        breaches.append(Breach("", f"The stream ends {len(cut.octets)} octets into {claim}."))


@rule(Cut, "RFC7854-4.1-5", code="length-swallows-messages", level=Level.WARN)
def length_counts_one_message(cut: Cut, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.1: the length counts this message alone."""
    if cut.swallows is not None:
        text = (
            f"The message length of {cut.length} octets goes past the end of the stream and swallows what look like "
            f"whole messages from its octet {cut.swallows} on."
        )
        breaches.append(Breach("", text))


@rule(Lost, code="capture-skipped", level=Level.INFO)
def octets_begin_with_a_message(lost: Lost, breaches: list[Breach]) -> None:
    """Note octets behind a gap, or where a capture begins in mid-session, that are inside of a message."""
    if lost.reason is LostReason.GAP:
        breaches.append(Breach("", "These octets are inside of a message whose beginning was not captured."))


@rule(Hole, code="capture-gap", level=Level.INFO)
def octets_were_captured(hole: Hole, breaches: list[Breach]) -> None:
    """Note a gap in what was captured; nothing is known of what the router sent there."""
    missing = "octets" if hole.missing is None else octets_text(hole.missing)
    breaches.append(Breach("", f"The capture lacks {missing} of the stream here; the message they belong to is lost."))


def _claimed(octets: bytes) -> int:
    return int.from_bytes(octets[1:5])


def _message_type(message: Unknown) -> tuple[tuple[str, int]]:
    return (("type", message.type),)


registry_rules(Unknown, MESSAGE_TYPES, "message-type", _message_type)
