"""The report of `run` for people: each target, a table of topics, and what is not as expected with its octets."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from rich.text import Text

from bmpconform.corpus.vector import Observation, Vector
from bmpconform.events import Excerpt
from bmpconform.judge.words import Standing, Verdict
from bmpconform.report.layout import (
    DIM,
    HEADING,
    STYLES,
    count_of,
    labelled,
    octet_rows,
    rule_words,
    table,
    to_copy,
    wrapped,
)
from bmpconform.report.place import place_of
from bmpconform.report.text import clause_citation
from bmpconform.run.events import (
    Judged,
    Replied,
    RunEvent,
    RunHeader,
    RunSummary,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
)
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.wire.value import UNSET, to_json

SHOWN_OCTETS = 256
LONGEST_LINE = 4_000
_NOWHERE = -1
_AS_EXPECTED = Standing.AS_EXPECTED.value
_PASSES = frozenset({Verdict.PASS.value, Verdict.TOLERATED.value})
# Topic and target to how many cases passed and how many were judged.
Cells = Counter[tuple[str, str, bool]]


def render_verdicts(events: Iterable[RunEvent], width: int) -> Iterator[Text]:
    """Yield the lines of the report, wrapped at `width` columns."""
    cells: Cells = Counter()
    targets: list[str] = []
    for event in events:
        match event:
            case RunHeader():
                words = f"bmpconform {event.version}, profile {event.profile}, corpus {event.corpus[:12]}"
                yield from wrapped(Text(), words, width, DIM)
                yield Text()
            case TargetStart():
                targets.append(event.target)
                yield from _start(event, width)
            case TargetUnusable() | TargetSkipped():
                word = "skipped" if isinstance(event, TargetSkipped) else "unusable"
                label = Text.assemble((printable(event.target), HEADING), f"  {word}: ")
                yield from wrapped(label, event.text, width)
                yield Text()
            case Judged():
                _count(cells, event)
                if event.line.expected != _AS_EXPECTED:
                    yield from _judged(event, width)
            case Replied():
                yield from _replied(event, width)
            case RunSummary():
                yield from _matrix(cells, targets)
                yield from _summary(event, width)
            case _:
                assert_never(event)


def _start(start: TargetStart, width: int) -> Iterator[Text]:
    depth = ", ".join(f"{message_type}:{depth}" for message_type, depth in sorted(start.depth.items()))
    who = " ".join(part for part in (start.name, start.version, f"({start.language})" * bool(start.language)) if part)
    yield Text(printable(start.target), HEADING)
    yield from labelled("is", who, width)
    yield from labelled("shows", f"depth by message type {depth or 'none'}; BGP {start.bgp}", width)
    yield Text()


def _count(cells: Cells, judged: Judged) -> None:
    line = judged.line
    if line.verdict != Verdict.NOT_TESTABLE.value:
        cells[line.vector.partition("/")[0], line.target, line.verdict in _PASSES] += 1


def _judged(judged: Judged, width: int) -> Iterator[Text]:
    line, vector, evidence = judged.line, judged.vector, judged.evidence
    verdict = Text(line.verdict, STYLES.get(line.level or "", ""))
    where = f" at {line.path}" if line.path else ""
    yield Text.assemble(verdict, f"  {line.expected}  {line.vector}  {line.op}  ", (line.code or "", HEADING))
    yield from labelled("target", line.target, width)
    if line.observation is not None:
        error = f", which it calls {line.error}" if line.error else ""
        yield from labelled("seen", f"{line.observation}{where}{error}", width)
    if evidence.seen and not evidence.expected and line.observation != Observation.WRONG_VALUE.value:
        # Of what is no value, such as a crash, nothing is not what was expected.
        yield from labelled("", evidence.seen, width)
    elif evidence.expected or evidence.seen:
        yield from labelled("expected", f"{evidence.expected or 'nothing'}; seen {evidence.seen or 'nothing'}", width)
    if vector is not None:
        yield from _about(vector, line.path, width)
    else:
        yield from _clauses(line.clauses, width)
    # Not wrapped: whoever pipes it on can take the octets out again.
    yield from (Text(printable(told)) for told in evidence.account.splitlines())
    if line.replay:
        yield to_copy("replay", line.replay)
    yield Text()


def render_replayed(events: Iterable[RunEvent], width: int) -> Iterator[Text]:
    """Yield what a target was asked and answered, and every verdict, also those that are as expected."""
    for event in events:
        match event:
            case Replied():
                yield from _replied(event, width)
            case Judged():
                yield from _judged(event, width)
            case _:
                yield from render_verdicts([event], width)


def render_vector(vector: Vector, width: int) -> Iterator[Text]:
    """Yield what a vector is about, its octets field by field, and what may come of it."""
    yield Text(vector.id, HEADING)
    yield from labelled("vector", vector.title, width)
    yield from _clauses(vector.clauses, width)
    for outcome in vector.outcomes:
        yield from labelled("may be", f"{outcome.observation.value}: {outcome.level.value}, {outcome.label}", width)
    if vector.message is not UNSET:
        yield from labelled("message", _cut(to_json(vector.message)), width)
    offset = 0
    for name, octets in vector.fields:
        value = bytes.fromhex(octets)
        yield from labelled("field", name, width)
        shown = value[:SHOWN_OCTETS]
        yield from (Text("  ").append_text(row) for row in octet_rows(Excerpt(offset, shown), _NOWHERE, 0, DIM))
        if len(shown) < len(value):
            yield Text(f"    ... {count_of(len(value) - len(shown), 'more octet')}", DIM)
        offset += len(value)
    yield Text()


def _replied(replied: Replied, width: int) -> Iterator[Text]:
    for label, lines in (("asked", replied.requests), ("answer", replied.answers)):
        for line in lines:
            yield from labelled(label, _cut(line), width)
    yield Text()


def _cut(line: bytes) -> str:
    """Return a line of JSON, with what is beyond reading left out."""
    text = line.decode("utf-8", "replace")
    more = f" ... {len(text) - LONGEST_LINE} more characters" if len(text) > LONGEST_LINE else ""
    return text[:LONGEST_LINE] + more


def _about(vector: Vector, path: str, width: int) -> Iterator[Text]:
    yield from labelled("vector", vector.title, width)
    yield from _clauses(vector.clauses, width)
    if vector.octets:
        place = place_of(vector, path)
        begin = max(0, place.offset - SHOWN_OCTETS // 2) if place.offset + place.length > SHOWN_OCTETS else 0
        excerpt = Excerpt(begin, vector.octets[begin : begin + SHOWN_OCTETS])
        for row in octet_rows(excerpt, place.offset, place.length, STYLES["fail"]):
            yield Text("  ").append_text(row)


def _clauses(clauses: Iterable[str], width: int) -> Iterator[Text]:
    for clause_id in clauses:
        clause = CLAUSES[clause_id]
        yield from labelled("clause", f"{clause_id}, {clause_citation(clause)}: {rule_words(clause)}.", width)


def _matrix(cells: Cells, targets: list[str]) -> Iterator[Text]:
    """Yield topics against targets: how many of the judged cases passed or were tolerated."""
    topics = sorted({topic for topic, _, _ in cells})
    if not topics:
        return
    rows = [(*(_cell(cells, topic, target) for target in targets), topic) for topic in topics]
    yield from table((*targets, "topic"), rows)
    yield Text()


def _cell(cells: Cells, topic: str, target: str) -> str:
    good, bad = cells[topic, target, True], cells[topic, target, False]
    return f"{good}/{good + bad}" if good + bad else "-"


def _summary(summary: RunSummary, width: int) -> Iterator[Text]:
    heads = (*summary.by_verdict, "target")
    yield from table(heads, [(*verdicts.values(), target) for target, verdicts in summary.by_target.items()])
    yield Text()
    yield from wrapped(Text("  "), _verdict(summary), width, HEADING)


def _verdict(summary: RunSummary) -> str:
    judged = sum(summary.by_verdict.values())
    if not judged:
        return "Nothing was judged."
    differing = {name: number for name, number in summary.by_expectation.items() if name != _AS_EXPECTED and number}
    if not differing:
        return f"{count_of(judged, 'verdict')}, all as expected."
    told = ", ".join(f"{number} {name}" for name, number in differing.items())
    return f"{count_of(judged, 'verdict')}: {told}."
