"""Whether a target can be used at all: who it is, one request of each op that it declares, and one that nobody knows.

Why first: a target that does not speak the protocol would else fail every case, and look like a bad implementation.
What the answers say of BMP is not judged here.
"""

from collections.abc import Iterator

from bmpconform.neutral.form import Message, Tlv
from bmpconform.targets.errors import TargetError
from bmpconform.targets.protocol import (
    PROTOCOL,
    Asked,
    Decode,
    Encode,
    Greeted,
    Probe,
    Rejected,
    Stream,
    Unsupported,
)
from bmpconform.targets.replies import Answered, Crashed, Reply
from bmpconform.targets.samples import FRAMES
from bmpconform.wire.codes import MessageType

FRAME = FRAMES[MessageType.INITIATION].hex()
MESSAGE = Message(
    version=3,
    type=4,
    tlvs=(Tlv(type=1, value=b"sample".hex()), Tlv(type=2, value=b"bmpconform".hex())),
)


def greeting(reply: Reply) -> Greeted:
    """Return the answer to `hello`. Raises TargetError where it is not as it must be."""
    match reply:
        case Answered((Greeted(protocol=protocol) as greeted,)):
            if protocol == PROTOCOL:
                return greeted
            raise TargetError(f"it speaks version {protocol} of the protocol, and this is version {PROTOCOL}")
        case Answered((Rejected(reason=reason) | Unsupported(reason=reason),)) | Crashed(reason=reason):
            raise TargetError(f"it does not answer hello with ok: {reason}")
        case _:
            raise TargetError("it does not answer hello in the protocol's form")


def smoke_requests(greeted: Greeted) -> Iterator[Asked]:
    """Yield a request for each op that a target declares, and one for an op that does not exist."""
    requests: dict[str, Asked] = {
        "decode": Decode(FRAME),
        "encode": Encode(MESSAGE),
        "stream": Stream(FRAME, more=False),
    }
    yield Probe()
    yield from (request for op, request in requests.items() if op in greeted.capabilities.ops)


def judge_honesty(request: Asked, reply: Reply) -> None:
    """Raise TargetError where a target answers to what does not exist."""
    is_honest = isinstance(reply, Answered) and isinstance(reply.answers[0], Unsupported)
    if isinstance(request, Probe) and not is_honest:
        raise TargetError("it is not honest: an op that does not exist must be answered with unsupported")
