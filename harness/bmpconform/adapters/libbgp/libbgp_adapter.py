"""libbgp's BMP decoder as a target: Initiation, Termination and Statistics Report, which is all that it has.

Why a dictionary for each message is walked: the library keeps the TLVs of a message under the names that it has for
their types, so that name and meaning are its own, and repeats and types that it does not know are gone.
"""

import struct
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from libbgp.bmp import Initiation, Message, StatsReport, Termination

Fields = dict[str, Any]

CAPABILITIES: Fields = {
    "ops": ["decode"],
    "depth": {"1": 3, "4": 3, "5": 3},
    "bgp": "none",
    "station": False,
}

# With these the library says no: it raises RuntimeError itself, and leaves every check of octets to the other two.
REFUSALS = (RuntimeError, struct.error, UnicodeDecodeError)

# The statistics of RFC 7854 that count by family.
OF_A_FAMILY = frozenset({9, 10})
LARGEST_VALUE = 2**64 - 1
# The library's key, the type that it has for it, and the meaning.
INITIATION_KEYS = {"string": (0, "string"), "sysDescr": (1, "sys_descr"), "sysName": (2, "sys_name")}
TERMINATION_KEYS = {"string": (0, "string"), "reason": (1, "reason")}
REASONS = {text: code for code, text in Termination.reason_codict.items()}


def hello() -> Fields:
    """Return who answers."""
    return {
        "name": "libbgp",
        "version": version("libbgp"),
        "language": "Python",
        "url": "https://github.com/smartbgp/libbgp",
    }


def decode(octets: bytes, session: Fields) -> Fields:
    """Parse one frame. The library does not say how much of it was read."""
    if session:
        return _unsupported("the decoder takes no session")
    try:
        message = Message.unpack(octets)
    except REFUSALS as error:
        if str(error) == "Unknown message type":
            return _unsupported(str(error))
        return {"status": "reject", "error": _name(error), "reason": str(error)}
    if message is None:
        return _unsupported("the class of this message decodes nothing")
    shown = {"version": None, "type": message.TYPE, "length": None, "rest": None}
    return {"status": "ok", "consumed": None, "message": shown | _BODIES[type(message)](message.value)}


def _initiation(value: Fields) -> Fields:
    return {"tlvs": [_tlv(key, text.encode(), INITIATION_KEYS) for key, text in value.items()]}


def _termination(value: Fields) -> Fields:
    return {"tlvs": [_tlv(key, _termination_octets(key, text), TERMINATION_KEYS) for key, text in value.items()]}


def _termination_octets(key: str, text: str) -> bytes:
    """Return the octets of a string, or of the reason that the library has this sentence for."""
    return REASONS[text].to_bytes(2) if key == "reason" else text.encode()


def _tlv(key: str, value: bytes, keys: dict[str, tuple[int, str]]) -> Fields:
    code, meaning = keys[key]
    return {"type": code, "value": value.hex(), "meaning": meaning, "name": key}


def _statistics_report(value: dict[int, int]) -> Fields:
    statistics = [{"type": code, "data": None, "value": _number(code, number)} for code, number in value.items()]
    return {"peer": None, "count": None, "statistics": statistics}


def _number(code: int, number: int) -> str | None:
    """Return a value of 64 bits; of a family and its value in one number the library shows neither."""
    return str(number) if number <= LARGEST_VALUE and code not in OF_A_FAMILY else None


_BODIES: dict[type, Callable[[Any], Fields]] = {
    Initiation: _initiation,
    Termination: _termination,
    StatsReport: _statistics_report,
}


def _unsupported(reason: str) -> Fields:
    return {"status": "unsupported", "reason": reason}


def _name(error: Exception) -> str:
    """Name an error by its class and by the method of the library that it left last."""
    frames = traceback.walk_tb(error.__traceback__)
    inside = [frame.f_code.co_qualname for frame, _ in frames if "libbgp/bmp" in frame.f_code.co_filename]
    name = "struct.error" if isinstance(error, struct.error) else type(error).__name__
    return f"{name} in {inside[-1]}"
