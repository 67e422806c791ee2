"""Hypothesis strategies for valid messages and whole valid sessions: what fails there shrinks.

Why apart: programs that draw from a seed go without Hypothesis.
"""

from random import Random

from hypothesis import strategies

from bmpconform.wire.make import DISPLAY_STRING_OCTETS
from bmpconform.wire.messages import Initiation, Message, PeerUp, Termination
from bmpconform.wire.value import replace
from generate import Generator


class Sent(tuple[Message, ...]):
    """The messages of a session, told by their number: their representation is of no use to anybody."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<{len(self)} messages>"


def sessions(documents: frozenset[str], *, shrink: bool = True) -> strategies.SearchStrategy[Sent]:
    """Return a strategy for whole valid sessions with the code points of `documents`; strings may end in U+0000.

    What has not to `shrink` is made in less than half of the time.
    """

    def build(random: Random) -> Sent:
        session = [*Generator(random, documents).session()]
        place = random.randrange(len(session))
        return Sent([*session[:place], _terminated(session[place]), *session[place + 1 :]])

    return strategies.builds(build, strategies.randoms(use_true_random=not shrink))


def _terminated(message: Message) -> Message:
    """Return a message whose first string, if its list begins with one, ends in U+0000 as a C string does."""
    if not isinstance(message, Initiation | PeerUp | Termination) or not message.tlvs:
        return message
    first, *others = message.tlvs
    if first.type and not isinstance(message, Initiation):
        return message
    if len(first.value) == DISPLAY_STRING_OCTETS:
        return message
    return replace(message, tlvs=(replace(first, value=first.value + b"\0"), *others))


VALID_MESSAGES = strategies.builds(
    lambda random: Generator(random).message(), strategies.randoms(use_true_random=False)
)
