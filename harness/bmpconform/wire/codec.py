"""The codec: frames to messages and back.

Why two engines: the compiled one answers what is well formed, the interpreter everything else, from one table.
"""

from collections.abc import Callable
from typing import cast

from bmpconform.wire import interpret
from bmpconform.wire.compile import DoubtError, compile_decoder, compile_decoders
from bmpconform.wire.layout import Record
from bmpconform.wire.messages import HEADER_OCTETS, LAYOUTS, UNKNOWN, Message
from bmpconform.wire.value import Value

_COMPILED = compile_decoders((*LAYOUTS.values(), UNKNOWN))
_DECODERS = {message_type: _COMPILED[id(record)] for message_type, record in LAYOUTS.items()}
_DECODE_UNKNOWN = _COMPILED[id(UNKNOWN)]

encode = interpret.encode


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
