"""Whether what a target shows lies in the frame that it was given.

Why: a decoder that takes a malformed frame may do so, but what it reports must not come from behind its end.
"""

from collections.abc import Iterator

from bmpconform.neutral.form import Message


def over_read(message: Message, frame: bytes) -> str | None:
    """Return the path of the first TLV value or statistic's data that is no piece of `frame`; None where all are."""
    octets = frame.hex()
    return next((path for path, value in _values(message) if not _is_inside(value, octets)), None)


def _values(message: Message) -> Iterator[tuple[str, str]]:
    for index, tlv in enumerate(message.tlvs or ()):
        if isinstance(tlv.value, str):
            yield f"tlvs[{index}].value", tlv.value
    for index, statistic in enumerate(message.statistics or ()):
        if isinstance(statistic.data, str):
            yield f"statistics[{index}].data", statistic.data


def _is_inside(value: str, octets: str) -> bool:
    """Whether `value` stands in `octets` at a whole octet, both in hex."""
    place = octets.find(value)
    while place % 2 == 1 and place >= 0:
        place = octets.find(value, place + 1)
    return place >= 0
