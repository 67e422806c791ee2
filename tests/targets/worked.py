"""The module behind the worked session of docs/adapter-protocol.md: our own codec, as if it were a library."""

from bmpconform.neutral import NeutralError, Session, build, show_octets
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.module import Item, Message, Pieces, Reject, Unsupported

NAME = "worked"
VERSION = "1.0"
URL = "https://example.org/worked"
CAPABILITIES = {"depth": {"4": 3, "5": 3}, "bgp": "none"}
PROFILE = PROFILES["bmp-2026"]
HEADER_OCTETS, VERSION_OCTET = 6, 3
INITIATION, TERMINATION = 4, 5

received = bytearray()
position = 0


def decode(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """Decode an Initiation or a Termination."""
    if len(octets) < HEADER_OCTETS:
        raise Reject("short-header", f"{HEADER_OCTETS} octets are expected, {len(octets)} are there", len(octets))
    if octets[0] != VERSION_OCTET:
        raise Reject("unknown-version", f"version {octets[0]}", 0)
    if octets[5] not in {INITIATION, TERMINATION}:
        raise Unsupported(f"messages of type {octets[5]}")
    message = show_octets(octets, PROFILE, session)
    if message is None:
        raise Reject("malformed", "the TLVs do not fill the message")
    return message, len(octets)


def encode(message: Message, _: Session | None) -> bytes:
    """Encode whatever can be framed."""
    try:
        return build(message)
    except NeutralError as error:
        raise Reject("cannot-be-framed", str(error)) from error


def stream(octets: bytes, more: bool) -> Pieces:  # noqa: FBT001 - the order of the protocol
    """Decode frame after frame."""
    global position  # noqa: PLW0603 - a module under test keeps its state as it likes
    received.extend(octets)
    items = []
    while len(received) >= HEADER_OCTETS and len(received) >= (length := int.from_bytes(received[1:5])):
        items.append(_item(bytes(received[:length])))
        position += length
        del received[:length]
    return Pieces(tuple(items), len(received), closed=not more)


def _item(frame: bytes) -> Item:
    try:
        return Item(position, "ok", decode(frame, None)[0])
    except Reject as reject:
        return Item(position, "reject", error=reject.error)
    except Unsupported:
        return Item(position, "skipped")


def reset() -> None:
    """Forget the connection."""
    global position  # noqa: PLW0603 - as above
    received.clear()
    position = 0
