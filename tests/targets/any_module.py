"""A module under test that does what the first octet says."""

from bmpconform.targets.module import Panic, Reject, Session, Unsupported

NAME = "any"
FIRST = {
    0: Reject("none", "there is nothing", 7),
    1: Unsupported("not that"),
    2: Panic("assertion", "it gave up"),
    3: KeyError("a mistake"),
}


def decode(octets: bytes, session: Session | None) -> tuple[object, int | None]:
    """Raise what the first octet says, or show the octets' number as a message's length."""
    print("noise that must not be taken for an answer")  # noqa: T201 - as libraries do
    if octets and octets[0] in FIRST:
        raise FIRST[octets[0]]
    if octets and octets[0] == 4:
        return object(), None
    return {"version": 3, "length": len(octets), "fsm_event": None if session is None else session.as_width}, None
