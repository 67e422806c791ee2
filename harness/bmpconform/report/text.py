"""The report of `check` for people: each finding with its clause and its octets, and a summary.

Why the clause is told in our words beside the id: a reader decides on the spot, without the documents at hand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from rich.text import Text

from bmpconform.events import Counts, Event, FindingLine, Found, Header, Problem, Repeated, Summary
from bmpconform.report.layout import DIM, HEADING, STYLES, count_of, labelled, octet_rows, rule_words, table, wrapped
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import CLAUSES, Authority, Clause
from bmpconform.spec.profiles import PROFILES

_HEADS = ("messages", "octets", "streams", "fail", "warn", "info", "house", "source")
_LEVELS = tuple(STYLES)
_PLACES = {clause_id: place for place, clause_id in enumerate(CLAUSES)}
Line = tuple[str, str, str, str]


def render_text(events: Iterable[Event], width: int) -> Iterator[Text]:
    """Yield the lines of the report, wrapped at `width` columns; problems are for stderr."""
    tally: Counter[Line] = Counter()
    for event in events:
        match event:
            case Header():
                yield from _header(event, width)
            case Found():
                tally[_line(event.finding)] += event.finding.count
                yield from _found(event, width)
            case Repeated():
                # The first was counted as it was told.
                tally[_line(event.finding)] += event.finding.count - 1
            case Problem():
                pass
            case Summary():
                yield from _summary(event, tally, width)
            case _:
                assert_never(event)


def clause_citation(clause: Clause) -> str:
    """Return where a clause stands: `RFC 7854 section 4.3`."""
    return f"RFC {clause.document.removeprefix('RFC')} section {clause.section}"


def _header(header: Header, width: int) -> Iterator[Text]:
    policy = ", ".join(f"{key}={value}" for key, value in header.policy.items())
    title = PROFILES[header.profile].title if header.profile in PROFILES else "unknown"
    words = f"bmpconform {header.version}, profile {header.profile} ({title}), policy {policy}"
    yield from wrapped(Text(), words, width, DIM)
    yield Text()


def _found(found: Found, width: int) -> Iterator[Text]:
    finding = found.finding
    clause = finding.clause or "no clause"
    yield Text.assemble((finding.level, STYLES[finding.level]), f"  {clause}  ", (finding.code, HEADING))
    yield Text.assemble(("  where   ", DIM), _where(finding))
    if found.stream_name is not None:
        yield from labelled("stream", found.stream_name, width)
    yield from labelled("what", finding.text, width)
    yield from labelled("clause", _clause_words(finding), width)
    if finding.also:
        yield from labelled("also", ", ".join(finding.also), width)
    if finding.count > 1:
        yield from labelled("seen", f"{finding.count} times on this peer; this is the first", width)
    for row in octet_rows(found.excerpt, finding.offset, finding.length, STYLES[finding.level]):
        yield Text("  ").append_text(row)
    yield Text()


def _where(finding: FindingLine) -> str:
    message = "" if finding.message is None else f", message {finding.message}"
    packet = "" if finding.packet is None else f", packet {finding.packet}"
    octets = count_of(finding.length, "octet") if finding.length else "nothing there"
    path = f", {finding.path}" if finding.path else ""
    place = f"stream {finding.stream}{message}{packet}, offset {finding.offset} ({octets}){path}"
    return f"{printable(finding.source)}, {printable(place)}"


def _clause_words(finding: FindingLine) -> str:
    clause = CLAUSES.get(finding.clause or "")
    if clause is None:
        return "none; this is about the recording, not about what was sent"
    if finding.authority == Authority.HOUSE.value:
        return f"a house rule of this tool, counted apart. {rule_words(clause)}."
    derived = " (follows from it, not stated there)" if clause.derived else ""
    return f"{clause_citation(clause)}{derived}: {rule_words(clause)}."


def _line(finding: FindingLine) -> Line:
    house = " (house)" if finding.authority == Authority.HOUSE.value else ""
    return finding.level, finding.clause or "", finding.code, house


def _summary(summary: Summary, tally: Counter[Line], width: int) -> Iterator[Text]:
    yield Text("Summary", HEADING)
    yield Text()
    rows = [_row(source, counts) for source, counts in summary.by_source.items()]
    if len(rows) > 1:
        rows.append(_row("all together", summary))
    yield from table(_HEADS, rows)
    yield Text()
    if tally:
        heads = ("times", "level", "clause", "code")
        yield from table(heads, [_tally_row(line, tally[line]) for line in sorted(tally, key=_order)])
        yield Text()
    yield from wrapped(Text("  "), _verdict(summary), width, HEADING)


def _verdict(summary: Summary) -> str:
    """Return what it all comes to, in one sentence."""
    levels = {level: getattr(summary, level) for level in (*_LEVELS, "house")}
    findings, messages = sum(levels.values()), count_of(summary.messages, "message")
    if not summary.messages:
        return "No BMP message was read."
    if not findings:
        return f"Nothing to complain about: {messages}, and not one clause broken."
    told = ", ".join(f"{number} {level}" for level, number in levels.items() if number)
    if findings == summary.info:
        return f"No breach in {messages}; {count_of(findings, 'finding')} for your information."
    return f"{count_of(findings, 'finding')} in {messages}: {told}."


def _row(source: str, counts: Counts) -> tuple[str | int, ...]:
    numbers = (getattr(counts, name) for name in _HEADS[:-1])
    return (*numbers, source)


def _tally_row(line: Line, times: int) -> tuple[str | int, ...]:
    level, clause, code, house = line
    return times, f"{level}{house}", clause or "none", code


def _order(line: Line) -> tuple[int, int, str]:
    level, clause, code, _ = line
    return _LEVELS.index(level), _PLACES.get(clause, len(_PLACES)), code
