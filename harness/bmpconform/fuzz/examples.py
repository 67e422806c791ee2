"""Seeds that Hypothesis draws from the strategies, where it is installed: values that nobody thought of.

Why seeds and no more: an example costs as much as ten mutants, and shows what no mutant of it does.
"""

from collections.abc import Iterable

from bmpconform.fuzz.made_up import octets_of
from bmpconform.spec.profiles import Profile
from bmpconform.wire.errors import BmpconformError
from bmpconform.wire.messages import Message

MANY = 100


class NoHypothesisError(BmpconformError):
    """There is nothing that draws."""

    def __str__(self) -> str:
        """Say what follows of it."""
        return "it is not installed (the extra `fuzz` has it): no seeds are drawn from its strategies"


def examples(seed: int, profile: Profile, many: int = MANY) -> list[bytes]:
    """Return octets of so many messages and sessions at most, the same for a seed. Raises NoHypothesisError."""
    try:
        import hypothesis  # noqa: PLC0415 - it is optional, and takes its time

        from bmpconform.fuzz import strategies  # noqa: PLC0415 - it imports that too
    except ImportError as error:
        raise NoHypothesisError from error
    drawn: dict[bytes, None] = {}

    @hypothesis.seed(seed)
    @hypothesis.settings(
        database=None,
        deadline=None,
        max_examples=many,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(
        strategies.ANY_MESSAGES.map(lambda message: (message,))
        | strategies.VALID_MESSAGES.map(lambda message: (message,))
        | strategies.sessions(profile.documents)
    )
    def draw(messages: Iterable[Message]) -> None:
        if octets := octets_of(messages):
            drawn[octets] = None

    draw()
    return list(drawn)
