"""Text of unknown origin as text that a terminal shows and does nothing else with.

Why: names of files and strings in messages may hold control characters, escape sequences or marks that turn the
direction of a line, and a report must show what is there.
"""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What decoding with `surrogateescape` makes of octets that are no UTF-8.
_OCTETS = range(0xDC80, 0xDD00)
_FIRST_OCTET = 0x80
_FOUR_DIGITS = range(0x10000)


def printable(text: str) -> str:
    r"""Return `text` with each character that is not printable as an escape of Python: `\n`, `\x1b`, `\u202e`."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def quoted(octets: bytes) -> str:
    """Return UTF-8 octets in double quotes; what is not UTF-8 or not printable is escaped, and so is a backslash."""
    text = octets.decode("utf-8", "surrogateescape").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{printable(text)}"'


def _escaped(character: str) -> str:
    number = ord(character)
    if character.isprintable():
        return character
    if number in _OCTETS:
        return f"\\x{number - _OCTETS.start + _FIRST_OCTET:02x}"
    if character in _SHORT:
        return _SHORT[character]
    # Beyond ASCII never two digits: those are octets that are no UTF-8.
    form = "\\x{:02x}" if character.isascii() else "\\u{:04x}" if number in _FOUR_DIGITS else "\\U{:08x}"
    return form.format(number)
