"""One vector asked again alone, with what the target answered in full."""

from collections.abc import Iterator

from bmpconform.corpus.vector import Vector
from bmpconform.judge.expected import Ledger
from bmpconform.run.events import Replied, RunEvent, TargetSkipped, TargetUnusable
from bmpconform.run.plan import requests_of
from bmpconform.run.runner import Contender, RunOptions, judged
from bmpconform.run.target import TargetRun
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.targets.replies import Answered
from bmpconform.wire.value import to_json


def replay_vector(contender: Contender, vector: Vector, options: RunOptions) -> Iterator[RunEvent]:
    """Ask a target one vector under each op that it declares. Yields each answer in full and its verdict."""
    ledger = Ledger(contender.expected.expect, options.profile.name)
    try:
        run = TargetRun(contender.open, options.profile, options.policy)
        try:
            for op in vector.ops:
                if op.value in run.greeted.capabilities.ops:
                    outcome, reply = run.replay(vector, op)
                    said = reply.answers if isinstance(reply, Answered) else (reply,)
                    yield Replied(tuple(map(to_json, requests_of(vector, op))), tuple(map(to_json, said)))
                    yield judged(contender.name, outcome, ledger)
        finally:
            run.close()
    except MissingError as error:
        yield TargetSkipped(contender.name, str(error))
    except TargetError as error:
        yield TargetUnusable(contender.name, str(error))
