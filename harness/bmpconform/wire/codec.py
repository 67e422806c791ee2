"""The codec: frames to messages and back.

Why two engines: the compiled one answers what is well formed, the interpreter everything else, from one table.
"""

from collections.abc import Callable
from struct import error as StructError  # noqa: N812 - a class
from typing import cast

from bmpconform.wire import interpret
from bmpconform.wire.compile import DoubtError
from bmpconform.wire.compile_read import compile_decoder, compile_decoders
from bmpconform.wire.compile_write import compile_encoders
from bmpconform.wire.layout import Record
from bmpconform.wire.messages import HEADER_OCTETS, LAYOUT_OF, LAYOUTS, UNKNOWN, Message
from bmpconform.wire.value import Value

_COMPILED = compile_decoders((*LAYOUTS.values(), UNKNOWN))
_DECODERS = {message_type: _COMPILED[id(record)] for message_type, record in LAYOUTS.items()}
_DECODE_UNKNOWN = _COMPILED[id(UNKNOWN)]

_ENCODERS = compile_encoders(LAYOUT_OF.values())
# What the fast encoders raise where a value does not fit its field; the interpreter then says which one.
_UNFIT = (DoubtError, StructError, TypeError, AttributeError, KeyError, OverflowError)


def encode(message: Message) -> bytes:
    """Encode a message. Raises WireError where a value does not fit its field."""
    try:
        return _ENCODERS[type(message)](message)
    except _UNFIT:
        return interpret.encode(message)


def decode(frame: bytes) -> Message:
    """Decode one frame. Total: what is no frame gives `Unframed`, what does not fit its type `Malformed`."""
    end = len(frame)
    if end >= HEADER_OCTETS:
        decoder = _DECODERS.get(frame[HEADER_OCTETS - 1], _DECODE_UNKNOWN)
        try:
            message, position = decoder(frame, 0, end)
        except DoubtError:
            pass
        else:
            if position == end:
                decoded: Message = message
                return decoded
    return interpret.decode(frame)


def reader(record: Record) -> Callable[[bytes], Value | None]:
    """Return what reads octets as one record that fills them, None where it does not fit."""
    fast = compile_decoder(record)

    def read(octets: bytes) -> Value | None:
        try:
            value, end = fast(octets, 0, len(octets))
        except DoubtError:
            return interpret.read_exactly(record, octets)
        return cast("Value", value) if end == len(octets) else None

    return read
