"""The recorded streams judged, and compared with what is pinned.

Why any difference fails: a finding that comes is a false alarm or a new insight, one that goes is a rule that no
longer bites, and both need a person to look.
"""

from collections.abc import Iterator

from bmpconform.check import Options, check
from bmpconform.corpus.captures import Capture, Pin, load_captures, read_capture
from bmpconform.events import FindingLine, Found, Summary
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import Value, to_json


class Outcome(Value, frozen=True):
    """One stream under one profile: `unexpected` findings, pins that no finding matches, messages that differ."""

    capture: str
    profile: str
    messages: int
    expected_messages: int
    findings: int
    unexpected: tuple[Pin, ...]
    missing: tuple[Pin, ...]

    @property
    def passed(self) -> bool:
        """Whether the stream was judged exactly as pinned."""
        return not self.unexpected and not self.missing and self.messages == self.expected_messages


def judge_captures() -> Iterator[Outcome]:
    """Judge every recorded stream under every pinned profile. Raises CorpusError."""
    captures = load_captures()
    for profile in captures.profiles:
        for capture in captures.captures:
            yield _judge(capture, read_capture(capture), profile)


def _judge(capture: Capture, octets: bytes, profile: str) -> Outcome:
    events = list(check([(capture.file, [octets])], Options(profile=PROFILES[profile])))
    messages = sum(event.messages for event in events if isinstance(event, Summary))
    seen = {_as_pin(event.finding) for event in events if isinstance(event, Found)}
    pinned = {_without_why(pin) for pin in capture.findings if profile in pin.profiles}
    return Outcome(
        capture.file,
        profile,
        messages,
        capture.messages,
        len(seen),
        tuple(sorted(seen - pinned, key=_order)),
        tuple(sorted(pinned - seen, key=_order)),
    )


def _as_pin(line: FindingLine) -> Pin:
    return Pin(
        (),
        line.message,
        line.offset,
        line.length,
        line.clause,
        line.also,
        line.code,
        line.level,
        line.path,
        line.count,
        "",
    )


def _without_why(pin: Pin) -> Pin:
    return Pin(
        (), pin.message, pin.offset, pin.length, pin.clause, pin.also, pin.code, pin.level, pin.path, pin.count, ""
    )


def _order(pin: Pin) -> tuple[int, str]:
    return pin.offset, pin.code


def render(outcome: Outcome) -> Iterator[str]:
    """Yield the lines that tell one outcome; a difference is shown as the entry that it would be."""
    verdict = "as pinned" if outcome.passed else "DIFFERS"
    yield (
        f"{outcome.profile:<14} {outcome.capture:<30} {outcome.messages:>5} messages "
        f"{outcome.findings:>3} findings  {verdict}"
    )
    if outcome.messages != outcome.expected_messages:
        yield f"  {outcome.expected_messages} messages were pinned"
    for pin in outcome.unexpected:
        yield f"  unexpected: {to_json(pin).decode()}"
    for pin in outcome.missing:
        yield f"  not found:  {to_json(pin).decode()}"
