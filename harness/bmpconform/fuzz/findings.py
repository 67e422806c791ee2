"""What becomes of what was found: confirmed, stored as it was met, told once, and made smaller afterwards.

Why apart from the flow of inputs: what is wrong must not change what is asked next. Why it is confirmed once no more
comes: where much is wrong, the first inputs show most of it, and each confirmation would hold up what they show.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from bmpconform.fuzz.again import AT_ONCE, FLAKY, confirmed, smaller
from bmpconform.fuzz.asked import Input
from bmpconform.fuzz.disagreement import Class, Disagreement, fits, stored
from bmpconform.fuzz.events import CampaignEvent, MadeSmaller, Met, NewDisagreement, NewFinding
from bmpconform.fuzz.finding import FAIL, Found
from bmpconform.fuzz.minimise import Shrinking
from bmpconform.fuzz.options import CampaignOptions
from bmpconform.fuzz.progress import Progress
from bmpconform.fuzz.simpler import STEPS
from bmpconform.fuzz.slices import Job, Slices
from bmpconform.fuzz.store import Store
from bmpconform.run.runner import Contender
from bmpconform.targets.errors import TargetError
from bmpconform.wire.value import Value, replace

# A fault that a fresh child did not show is looked at again so often.
FLAKY_LOOKS = 3
# So many findings wait at most to be confirmed, until there was none for so many inputs.
MOST_MET, QUIET_INPUTS = 16, 32
# How often targets are asked to make an input smaller on which they disagree.
MOST_TRIES = 100

# Says on what targets disagree with each input, asked once more.
Disagreed = Callable[[Sequence[bytes]], list[dict[Class, Disagreement]]]


class _Sight(Value, frozen=True):
    """A finding as it was met, at whom, after how many executions and seconds."""

    contender: Contender
    found: Found
    executions: int
    seconds: float


class Findings:
    """The findings of one worker.

    Shape: `meet` and `add_disagreement` for those of a batch, `settle` behind it, `work` or `go_on`, and `close`.
    """

    def __init__(self, store: Store, options: CampaignOptions, progress: Progress, disagreed: Disagreed) -> None:
        self.seen: set[str] = set()
        self._earlier = store.known_keys()
        self._store = store
        self._profile = options.profile
        self._progress = progress
        self._disagreed = disagreed
        self._flaky: Counter[str] = Counter()
        self._met: dict[str, _Sight] = {}
        self._last_met = 0
        self._is_quiet = True
        self._quiet = self._worked = 0.0
        self._slices = Slices(is_timed=options.seconds is not None)

    @property
    def waiting(self) -> list[Input]:
        """The inputs of the findings that are not confirmed yet."""
        return [sight.found.input for sight in self._met.values()]

    def work(self) -> Iterator[CampaignEvent]:
        """Make findings smaller while that has its share of the time in which nothing is found."""
        now = self._progress.seconds
        self._quiet += (now - self._worked) * self._is_quiet
        self._worked, is_quiet, self._is_quiet = now, self._is_quiet, True
        if is_quiet:
            yield from self._slices.work(self._quiet)

    @property
    def is_left(self) -> bool:
        """Whether a finding is still to be made smaller."""
        return self._slices.is_left

    def go_on(self) -> Iterator[CampaignEvent]:
        """Make a finding smaller by one question, whatever time that had before."""
        return self._slices.slice()

    def close(self) -> None:
        """Leave findings as they are."""
        self._slices.close()

    def meet(self, contender: Contender, found: Found) -> Iterator[Met]:
        """Tell of a finding that is new at first sight."""
        key = found.fault.key
        if key not in self.seen and key not in self._met:
            self._met[key] = _Sight(contender, found, self._progress.executions, self._progress.note_news())
            self._is_quiet, self._last_met = False, self._progress.executions
            yield Met(found)

    def settle(self, *, at_once: bool = False) -> Iterator[CampaignEvent]:
        """Store what was met and tell of it, once no more comes, it is much, or it is to be done `at_once`."""
        is_quiet = self._progress.executions - self._last_met >= QUIET_INPUTS
        if is_quiet or at_once or len(self._met) >= MOST_MET:
            while self._met:
                yield from self._add(self._met[next(iter(self._met))])

    def _add(self, sight: _Sight) -> Iterator[CampaignEvent]:
        """Store a finding that is new once it is confirmed, and tell of it; leniency is told as it is."""
        found, contender = sight.found, sight.contender
        key = found.fault.key
        known = _is_known(contender, found)
        looked_at = None if key in self.seen else found if known else self._looked_at(contender, found)
        if looked_at is not None:
            self.seen.add(looked_at.fault.key)
            event = self._stored(replace(looked_at, known=known or _is_known(contender, looked_at)), sight)
        # Only now: until then its input is under way.
        del self._met[key]
        if looked_at is not None:
            yield event
            if not event.found.known and _can_be_smaller(event.found) and self._is_to_be_smaller(event):
                self._slices.add(self._smaller(contender, event))

    def add_disagreement(self, found: Disagreement, contenders: Iterable[Contender]) -> Iterator[CampaignEvent]:
        """Store a disagreement that is new, and tell of it."""
        key = found.about.key
        if key in self.seen:
            return
        self.seen.add(key)
        self._progress.disagreements += 1
        told = stored(found, self._profile.name, self._progress.executions, self._progress.note_news())
        is_new = key not in self._earlier and self._store.add_finding(told)
        entries = [entry for one in contenders if one.name in found.targets for entry in one.expected.fuzz]
        event = NewDisagreement(found, told.line, is_new, any(fits(found, entry) for entry in entries))
        yield event
        if self._is_to_be_smaller(event):
            self._slices.add(self._agreed_smaller(event))

    def _looked_at(self, contender: Contender, found: Found) -> Found | None:
        """Return a finding once it is confirmed, None where it cannot be or is known by what it then is.

        A time-out is that by then: it came again on a fresh child, and each more is waited for in full.
        """
        key = found.fault.key
        if found.level != FAIL or found.fault.observation in {"harness-bug", "timed-out"}:
            return found
        try:
            found = confirmed(contender, self._profile, found)
        except TargetError:
            return None
        if found.fault.observation == FLAKY:
            self._flaky[key] += 1
        if found.fault.observation != FLAKY or self._flaky[key] >= FLAKY_LOOKS:
            self.seen.add(key)
        is_told = found.fault.key in self.seen and found.fault.key != key
        return None if is_told else found

    def _stored(self, found: Found, sight: _Sight) -> NewFinding:
        self._progress.findings += 1
        line = found.line(sight.executions, sight.seconds)
        is_new = line.key not in self._earlier and self._store.add_finding(found.stored(line, self._profile.name))
        return NewFinding(found, line, is_new)

    def _is_to_be_smaller(self, event: NewFinding | NewDisagreement) -> bool:
        """Whether that is left to this worker: it is the first that met it, or a campaign before was ended over it."""
        key = event.line.key
        return event.is_new or (key in self._earlier and not self._store.is_small(key))

    def _smaller(self, contender: Contender, event: NewFinding) -> Job:
        less = yield from smaller(contender, self._profile, event.found)
        found = less or event.found
        line = found.line(event.line.executions, event.line.seconds)
        self._store.put_smaller(replace(found.stored(line, self._profile.name), is_small=True))
        return None if less is None else MadeSmaller(line.key, len(event.found.octets), len(found.octets))

    def _agreed_smaller(self, event: NewDisagreement) -> Job:
        about, octets = event.found.about, event.found.octets
        shrinking = Shrinking(octets, STEPS, MOST_TRIES, AT_ONCE)
        while some := shrinking.question():
            told = [each.get(about) for each in self._disagreed(some)]
            shrinking.answer([one is not None and one.groups == event.found.groups for one in told])
            if (yield):
                break
        found = self._disagreed([shrinking.smallest])[0].get(about, event.found)
        small = stored(found, self._profile.name, event.line.executions, event.line.seconds)
        self._store.put_smaller(replace(small, is_small=True))
        return MadeSmaller(about.key, len(octets), len(found.octets)) if found.octets != octets else None


def _is_known(contender: Contender, found: Found) -> bool:
    return any(found.fault.fits(entry) for entry in contender.expected.fuzz)


def _can_be_smaller(found: Found) -> bool:
    """Whether it is worth its time: leniency is told as it was met, and a time-out would be waited for each time."""
    observation = found.fault.observation
    return found.level == FAIL and observation not in {FLAKY, "harness-bug", "timed-out"}
