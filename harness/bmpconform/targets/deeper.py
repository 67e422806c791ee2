"""An answer that cannot be read as it stands, read again without what lies beyond the depth that its target declared.

Why only then: nearly all answers can be read, and looking at each twice would cost more than all the rest.
"""

from bmpconform.neutral.shallow import shallow_json
from bmpconform.targets.protocol import Capabilities, Decode
from bmpconform.targets.replies import Case
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.value import from_json, to_json


def without_deeper(line: bytes, case: Case, able: Capabilities) -> bytes:
    """Return an answer to the request of a case, or to one of its stream. Raises ValueError where it is no object."""
    answer = from_json(line, dict[str, object])
    request = case.requests[0]
    if isinstance(request, Decode):
        octets = bytes.fromhex(request.hex)
        depth = able.depth_of(octets[TYPE_OFFSET]) if len(octets) > TYPE_OFFSET else 0
        return to_json(_shallow(answer, depth, able))
    if isinstance(items := answer.get("items"), list):
        answer["items"] = [_shallow(item, _depth_of(item, able), able) for item in items if isinstance(item, dict)]
    return to_json(answer)


def _shallow(held: dict[str, object], depth: int, able: Capabilities) -> dict[str, object]:
    """Return what holds a message; below depth 1 nothing of it counts, nor how many octets were consumed."""
    if not depth:
        return {key: value for key, value in held.items() if key not in {"message", "consumed"}}
    message = held.get("message")
    return held | {"message": shallow_json(message, depth, able.bgp)} if isinstance(message, dict) else held


def _depth_of(item: dict[str, object], able: Capabilities) -> int:
    """Return how deep a target shows an item of a stream, by the type that it says; at its deepest if it says none."""
    message = item.get("message")
    shown = message.get("type") if isinstance(message, dict) else None
    return able.depth_of(shown) if isinstance(shown, int) else max(able.depth.values(), default=0)
