"""Whether a target can be used at all: who it is, one request of each op that it declares, and one that nobody knows.

Why first: a target that does not speak the protocol would else fail every case, and look like a bad implementation.
What the answers say of BMP is not judged here.
"""

from collections.abc import Iterator

from bmpconform.neutral.form import Message, Tlv
from bmpconform.targets.errors import TargetError
from bmpconform.targets.protocol import (
    PROTOCOL,
    Answer,
    Decode,
    Encode,
    Greeted,
    Probe,
    Rejected,
    Request,
    Stream,
    Unsupported,
)
from bmpconform.targets.samples import FRAMES
from bmpconform.wire.codes import MessageType

FRAME = FRAMES[MessageType.INITIATION].hex()
MESSAGE = Message(
    version=3,
    type=4,
    tlvs=(Tlv(type=1, value=b"sample".hex()), Tlv(type=2, value=b"bmpconform".hex())),
)


def greeting(answer: Answer) -> Greeted:
    """Return the answer to `hello` as what it must be. Raises TargetError."""
    if isinstance(answer, Greeted):
        if answer.protocol == PROTOCOL:
            return answer
        raise TargetError(f"it speaks version {answer.protocol} of the protocol, and this is version {PROTOCOL}")
    reason = answer.reason if isinstance(answer, Rejected | Unsupported) else ""
    raise TargetError(f"it does not answer hello with ok: {reason}")


def smoke_requests(greeted: Greeted) -> Iterator[Request | Probe]:
    """Yield a request for each op that a target declares, and one for an op that does not exist."""
    requests: dict[str, Request] = {
        "decode": Decode(FRAME),
        "encode": Encode(MESSAGE),
        "stream": Stream(FRAME, more=False),
    }
    yield Probe()
    yield from (request for op, request in requests.items() if op in greeted.capabilities.ops)


def judge_honesty(request: Request | Probe, answer: Answer) -> None:
    """Raise TargetError where a target answers to what does not exist."""
    if isinstance(request, Probe) and not isinstance(answer, Unsupported):
        raise TargetError("it is not honest: an op that does not exist must be answered with unsupported")
