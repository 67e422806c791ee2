"""One target under all its vectors: ask, look again where it matters, judge.

Why a second look: a verdict that changes from run to run is no verdict. What was not the first choice is asked twice
more, together, on a fresh child, and answers that differ make the case flaky.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, assert_never

from bmpconform.corpus.vector import Observation, Op, Vector
from bmpconform.judge.judging import Judge
from bmpconform.judge.observed import Observed
from bmpconform.judge.verdict import Judgement
from bmpconform.judge.words import Verdict
from bmpconform.rules.selection import Policy
from bmpconform.run.events import Evidence
from bmpconform.run.plan import Task, plan, requests_of, untestable
from bmpconform.spec.profiles import Profile
from bmpconform.targets.errors import TargetError
from bmpconform.targets.protocol import Encoded, Greeted
from bmpconform.targets.replies import Answered, Broken, Case, Crashed, GaveUp, NotSent, Reply, TimedOut
from bmpconform.wire.value import Value

LOOKS = 2
# After so many in a row it is known that the time-out is no accident.
CERTAIN_TIMEOUTS = 3
GAVE_UP = "gave-up"
DEFECT = "harness-bug"
NO_EVIDENCE = Evidence()

# Told how many cases are answered, and how many there are; says whether to go on.
Progress = Callable[[int, int], bool]


class Target(Protocol):
    """What the runner needs of an implementation under test."""

    def hello(self) -> Greeted:
        """Start, greet and try out the target. Raises TargetError where it cannot be used."""

    def ask(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Reply]]:
        """Yield the reply to each case, in order."""

    def close(self) -> None:
        """End the child and all that it left behind."""


class NotJudged(Value, frozen=True):
    """Why there is nothing to judge; a defect of ours is no fault of the target."""

    code: str
    text: str = ""
    verdict: Verdict = Verdict.NOT_TESTABLE


class Outcome(Value, frozen=True):
    """What came of one task."""

    task: Task
    observed: Observed | NotJudged
    judgement: Judgement
    evidence: Evidence


class TargetRun:
    """Judges one target that has greeted. `lost` says why what was doubtful could not be asked again, if so."""

    def __init__(self, opener: Callable[[], Target], profile: Profile, policy: Policy) -> None:
        """Open the target. Raises TargetError where it cannot be used."""
        self._open = opener
        self.lost: str | None = None
        self._target = opener()
        self.greeted = self._greet()
        self._able = self.greeted.capabilities
        self._judge = Judge(self._able, profile, policy)

    def close(self) -> None:
        """End the target and all that it left behind."""
        self._target.close()

    def _greet(self) -> Greeted:
        try:
            return self._target.hello()
        except BaseException:
            self._target.close()
            raise

    def _restart(self) -> None:
        self._target.close()
        self._target = self._open()
        self._greet()

    def outcomes(self, vectors: Sequence[Vector], progress: Progress, *, rerun: bool) -> list[Outcome]:
        """Return what came of each vector and op, in the order of the report; of those judged, where it was stopped."""
        tasks = plan(vectors, self._able)
        asked = {number: task for number, task in enumerate(tasks) if task.untestable is None}
        replies = self._ask(asked, progress, len(asked))
        observed = {number: self._observe(asked[number], reply) for number, reply in replies.items()}
        if rerun and len(replies) == len(asked):
            self._look_again(asked, replies, observed, progress)
        return [
            self._outcome(task, observed.get(number) or NotJudged(task.untestable or ""), replies.get(number))
            for number, task in enumerate(tasks)
            if number in observed or number not in asked
        ]

    def encodings(self, vectors: Sequence[Vector], progress: Progress) -> dict[str, str]:
        """Return the octets, in hex, of each vector that the target encodes right, by the vector's id."""
        if Op.ENCODE.value not in self._able.ops:
            return {}
        asked = {number: Task(vector, Op.ENCODE) for number, vector in enumerate(vectors)}
        written: dict[str, str] = {}
        for number, reply in self._ask(asked, progress, len(asked)).items():
            vector, observed = asked[number].vector, self._observe(asked[number], reply)
            if isinstance(reply, GaveUp):
                self.lost = reply.reason
            match reply, observed:
                case Answered((Encoded(hex=octets),)), Observed() if self._judge.is_first_choice(vector, observed):
                    written[vector.id] = octets
                case _:
                    pass
        return written

    def each(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield what came of each task, asked once, in order; tasks are taken ahead of what is told."""
        return (outcome for outcome, _ in self.replies(tasks))

    def replies(self, tasks: Iterable[Task]) -> Iterator[tuple[Outcome, Reply]]:
        """Yield what came of each task as `each` does, with the reply itself."""
        under_way: deque[Task] = deque()

        def cases() -> Iterator[Case]:
            for number, task in enumerate(tasks):
                under_way.append(task)
                yield Case(number, requests_of(task.vector, task.op))

        for _, reply in self._target.ask(cases()):
            task = under_way.popleft()
            yield self._outcome(task, self._observe(task, reply), reply), reply

    def replay(self, vector: Vector, op: Op) -> tuple[Outcome, Reply]:
        """Ask one vector once, and return what came of it with the reply itself; what is not judged is asked too."""
        task = Task(vector, op, untestable(vector, op, self._able))
        ((_, reply),) = self._target.ask([Case(0, requests_of(vector, op))])
        observed = self._observe(task, reply) if task.untestable is None else NotJudged(task.untestable)
        return self._outcome(task, observed, reply), reply

    def _ask(self, asked: dict[int, Task], progress: Progress, total: int) -> dict[int, Reply]:
        cases = (Case(number, requests_of(task.vector, task.op)) for number, task in asked.items())
        replies: dict[int, Reply] = {}
        for number, (_, reply) in zip(asked, self._target.ask(cases), strict=True):
            replies[number] = reply
            if not progress(len(replies), total):
                break
        return replies

    def _look_again(
        self,
        asked: dict[int, Task],
        replies: dict[int, Reply],
        observed: dict[int, Observed | NotJudged],
        progress: Progress,
    ) -> None:
        doubtful = {
            number: task
            for number, task in asked.items()
            if not self._is_certain(task, replies[number], observed[number])
        }
        for _ in range(LOOKS if doubtful else 0):
            try:
                self._restart()
            except TargetError as error:
                # What was answered before stays.
                self.lost = str(error)
                return
            for number, reply in self._ask(doubtful, progress, len(asked)).items():
                first, again = observed[number], self._observe(asked[number], reply)
                if not isinstance(reply, GaveUp) and _essence(again) != _essence(first):
                    observed[number] = Observed(Observation.FLAKY, "flaky", expected=_words(first), seen=_words(again))

    def _is_certain(self, task: Task, reply: Reply, observed: Observed | NotJudged) -> bool:
        if isinstance(observed, NotJudged) or (isinstance(reply, TimedOut) and reply.times >= CERTAIN_TIMEOUTS):
            return True
        return self._judge.is_first_choice(task.vector, observed)

    def _observe(self, task: Task, reply: Reply) -> Observed | NotJudged:
        match reply:
            case Answered():
                return self._judged(task, reply)
            case Crashed():
                return Observed(Observation.CRASHED, "crashed", seen=reply.reason, error=reply.error)
            case TimedOut():
                return Observed(Observation.TIMED_OUT, "timed-out", seen=reply.reason)
            case Broken():
                return Observed(Observation.PROTOCOL_BROKEN, "protocol-broken", seen=reply.reason)
            case GaveUp():
                return NotJudged(GAVE_UP, reply.reason)
            case NotSent():
                return NotJudged("too-long-to-send", reply.reason)
            case _:
                assert_never(reply)

    def _judged(self, task: Task, reply: Answered) -> Observed | NotJudged:
        try:
            return self._judge.observe(task.vector, task.op, reply.answers)
        except Exception as error:  # noqa: BLE001 - a defect of ours in judging one case is the verdict of that case
            return NotJudged(DEFECT, f"{type(error).__name__}: {error}", Verdict.HARNESS_BUG)

    def _outcome(self, task: Task, observed: Observed | NotJudged, reply: Reply | None) -> Outcome:
        stderr = "" if isinstance(reply, Answered) else getattr(reply, "stderr", "")
        if isinstance(observed, NotJudged):
            judgement = Judgement(observed.verdict, None, observed.code)
            return Outcome(task, observed, judgement, Evidence(seen=observed.text, stderr=stderr))
        told = observed.expected or observed.seen or stderr or observed.hidden
        evidence = Evidence(observed.expected, observed.seen, stderr, observed.hidden) if told else NO_EVIDENCE
        return Outcome(task, observed, self._judge.judge(task.vector, task.op, observed), evidence)


def _words(observed: Observed | NotJudged) -> str:
    if isinstance(observed, NotJudged):
        return observed.code
    return " ".join(part for part in (observed.observation.value, observed.code or "", observed.error or "") if part)


def _essence(observed: Observed | NotJudged) -> tuple[object, ...]:
    """Return what has to be the same each time; the words of a rejection may hold an address or a clock."""
    if isinstance(observed, NotJudged):
        return (observed.code,)
    value = observed.seen if observed.observation is Observation.WRONG_VALUE else ""
    return observed.observation, observed.code, observed.path, observed.error, value
