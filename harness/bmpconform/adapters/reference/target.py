"""Our own codec behind the adapter protocol: decode, encode, and a station that keeps session state.

Why: a harness whose own codec does not pass its vectors is wrong itself, and one target must always be there.
"""

from bmpconform import __version__
from bmpconform.adapters.reference.connection import Connection
from bmpconform.adapters.reference.refusal import refusal
from bmpconform.neutral import Message, NeutralError, Session, build, show_octets
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.module import Pieces, Reject
from bmpconform.wire.codes import MessageType

NAME = "reference"
VERSION = __version__
CAPABILITIES = {"depth": {str(int(code)): 3 for code in MessageType}, "bgp": "parsed", "station": True}

_PROFILE = PROFILES[DEFAULT_PROFILE]


def decode(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """Return what one frame says. Raises Reject where it is no frame or its structure does not add up."""
    message = show_octets(octets, _PROFILE, session)
    if message is None:
        raise Reject("no-frame", "The octets are no frame, or the fixed fields of its type do not fit in it.")
    if error := refusal(message):
        raise Reject(error)
    return message, len(octets)


def encode(message: Message, session: Session | None) -> bytes:  # noqa: ARG001 - PDUs come as octets
    """Return the frame that is asked for. Raises Reject where it cannot be framed."""
    try:
        return build(message)
    except NeutralError as error:
        raise Reject("not-encodable", str(error)) from error


class _Station:
    """The connection that this process has at a time."""

    connection = Connection(_PROFILE)


def stream(octets: bytes, more: bool) -> Pieces:  # noqa: FBT001 - the protocol's own key
    """Return what octets of the connection bring; without `more` it ended with them."""
    return _Station.connection.receive(octets, more=more)


def reset() -> None:
    """Begin a connection."""
    _Station.connection = Connection(_PROFILE)
