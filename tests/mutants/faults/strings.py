"""Faults in reading the text of a TLV: above all, taking it for a C string."""

import unicodedata

from bmpconform.neutral.form import Message
from faults.mutant import reads, refuses, shows
from faults.tools import each_text, retiled, texts_of, tlvs_of, with_tlvs

COUNTED = ("RFC7854-4.4-3", "RFC9736-2-2")
UTF_8 = ("RFC7854-4.4-2", "RFC9736-2-1")
TLV = ("RFC7854-4.4-1", "RFC9736-3.3-1")


@shows(*COUNTED)
def stops_at_nul(message: Message) -> Message:
    """The text is copied by strcpy: what stands behind a NUL is lost."""
    return each_text(message, lambda text: text.partition(b"\0")[0])


@shows(*COUNTED)
def strips_trailing_nuls(message: Message) -> Message:
    """All NULs at the end are taken for padding."""
    return each_text(message, lambda text: text.rstrip(b"\0"))


@shows(*COUNTED)
def strips_one_trailing_nul(message: Message) -> Message:
    """A NUL at the end is taken for the terminator."""
    return each_text(message, lambda text: text.removesuffix(b"\0"))


@refuses(*COUNTED)
def needs_a_nul(message: Message) -> bool:
    """A text that does not end in a NUL is refused."""
    return not all(text.endswith(b"\0") for text in texts_of(message))


@shows(*COUNTED)
def appends_a_nul(message: Message) -> Message:
    """The terminator of the buffer is shown with the text."""
    return each_text(message, lambda text: text + b"\0")


@reads(*COUNTED)
def counts_one_more(frame: bytes) -> bytes:
    """A terminator is expected behind the counted octets, and skipped."""
    return retiled(frame, lambda octets: octets + 1)


@reads(*COUNTED)
def counts_one_less(frame: bytes) -> bytes:
    """The last counted octet is taken for a terminator, and the next TLV begins behind it."""
    return retiled(frame, lambda octets: max(octets - 1, 0))


@refuses(*COUNTED)
def refuses_nul(message: Message) -> bool:
    """A NUL in a text is taken for an error."""
    return any(b"\0" in text for text in texts_of(message))


@shows(*COUNTED)
def leading_nul_is_empty(message: Message) -> Message:
    """A text that begins with a NUL is taken for none."""
    return each_text(message, lambda text: b"" if text.startswith(b"\0") else text)


@shows(*COUNTED)
def nul_becomes_blank(message: Message) -> Message:
    """NULs are shown as blanks."""
    return each_text(message, lambda text: text.replace(b"\0", b" "))


@shows(*UTF_8)
def replaces_what_is_no_utf_8(message: Message) -> Message:
    """Octets that are no UTF-8 are shown as U+FFFD."""
    return each_text(message, lambda text: text.decode("utf-8", "replace").encode())


@shows(*UTF_8)
def drops_what_is_no_utf_8(message: Message) -> Message:
    """Octets that are no UTF-8 are dropped."""
    return each_text(message, lambda text: text.decode("utf-8", "ignore").encode())


@shows(*UTF_8)
def takes_latin_1(message: Message) -> Message:
    """The text is read as ISO 8859-1 and shown as UTF-8."""
    return each_text(message, lambda text: text.decode("latin-1").encode())


@refuses(*UTF_8)
def takes_ascii_alone(message: Message) -> bool:
    """A text beyond ASCII is refused."""
    return not all(text.isascii() for text in texts_of(message))


@shows(*UTF_8)
def shows_ascii_alone(message: Message) -> Message:
    """Octets beyond ASCII are shown as a question mark."""
    return each_text(message, lambda text: text.decode("ascii", "replace").replace("\ufffd", "?").encode())


@shows(*UTF_8)
def knows_three_octets_at_most(message: Message) -> Message:
    """Characters of four octets are dropped, as by a database that is said to hold UTF-8."""

    def dropped(text: bytes) -> bytes:
        try:
            return "".join(held for held in text.decode() if held <= "\uffff").encode()
        except UnicodeDecodeError:
            return text

    return each_text(message, dropped)


@shows(*UTF_8)
def composes_characters(message: Message) -> Message:
    """The text is normalised."""

    def composed(text: bytes) -> bytes:
        try:
            return unicodedata.normalize("NFC", text.decode()).encode()
        except UnicodeDecodeError:
            return text

    return each_text(message, composed)


@shows(*UTF_8)
def drops_the_mark(message: Message) -> Message:
    """A byte order mark at the start is dropped."""
    return each_text(message, lambda text: text.removeprefix(b"\xef\xbb\xbf"))


@shows(*UTF_8)
def strips_blanks(message: Message) -> Message:
    """Blanks around the text are dropped."""
    return each_text(message, lambda text: text.strip(b" \t\r\n"))


@shows(*UTF_8)
def drops_controls(message: Message) -> Message:
    """Control characters are dropped."""
    return each_text(message, lambda text: bytes(octet for octet in text if octet >= 0x20 and octet != 0x7F))


@shows(*UTF_8)
def escapes_markup(message: Message) -> Message:
    """The text is escaped for a page before it is handed on."""
    return each_text(message, lambda text: text.replace(b"&", b"&amp;").replace(b"<", b"&lt;"))


@shows(*TLV)
def cuts_at_255(message: Message) -> Message:
    """A text ends where a buffer of 256 octets does, its terminator counted."""
    return each_text(message, lambda text: text[:255])


@shows(*TLV)
def cuts_at_4095(message: Message) -> Message:
    """A text ends where a buffer of 4096 octets does, its terminator counted."""
    return each_text(message, lambda text: text[:4095])


@shows(*TLV)
def drops_empty_texts(message: Message) -> Message:
    """A TLV of no octets is taken for one that is not there."""
    return with_tlvs(message, lambda tlvs: (tlv for tlv in tlvs if tlv.value))


@refuses("RFC7854-4.4-7", *TLV)
def refuses_empty_texts(message: Message) -> bool:
    """A TLV of no octets is refused."""
    return any(not tlv.value for tlv in tlvs_of(message))
