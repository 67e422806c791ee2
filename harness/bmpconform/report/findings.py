"""The faults of implementations, each in a form that can be reported upstream: octets, expected against seen, replay.

Why out of what was met and expected.toml alone: only what the last run or a campaign reproduced stands here, and only
what somebody has looked at and called a bug. Entries with the same analysis are one fault, also those of several
targets: one implementation may be judged in several ways. What campaigns found that is no bug is listed behind them, as
no other page has it.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.store import FINDINGS_LINES
from bmpconform.fuzz.stored import StoredCampaign
from bmpconform.report.cases import Case
from bmpconform.report.layout import ROW, count_of, rule_words
from bmpconform.report.markdown import code, judged_by, plain
from bmpconform.report.place import Octets
from bmpconform.report.sheet import Sheet
from bmpconform.report.text import clause_citation
from bmpconform.spec.catalogue import CLAUSES

MOST_ROWS = 40
MOST_OCTETS = 4096
MOST_OTHERS = 20
HEX_WIDTH = 96
MARK = "!"


def render_findings(sheet: Sheet, cases: Sequence[Case], campaigns: Sequence[StoredCampaign] = ()) -> str:
    """Return the faults of all targets in the order of their first cases, those of the run that `sheet` is of first."""
    software = {column.target: column.software for column in sheet.columns}
    lines = ["# Faults found in implementations of BMP", "", f"Reproduced by {judged_by(sheet)}.", ""]
    if campaigns:
        lines += _campaigns(campaigns)
    faults = _by_analysis(case for case in cases if case.is_bug)
    if not faults:
        lines += ["None.", ""]
    for of_one in faults:
        lines += _fault(software, of_one)
    lines += _no_bugs([case for case in cases if not case.is_bug])
    return "\n".join(lines)


def _campaigns(campaigns: Sequence[StoredCampaign]) -> Iterator[str]:
    """Yield how much was asked of whom in campaigns, and where their findings are."""
    yield "Found by vectors, and by campaigns:"
    yield ""
    for run in (lines[-1] for campaign in campaigns for lines in campaign.runs):
        yield f"- {run.executions:,} inputs in {run.seconds:,.0f} s over {', '.join(map(code, run.latency))}"
    yield ""
    yield f"Each finding of a campaign is a line of {code(FINDINGS_LINES)} beside this page, with its octets or the"
    yield "message that was asked for."
    yield ""


def _by_analysis(cases: Iterable[Case]) -> list[list[Case]]:
    alike: dict[str, list[Case]] = {}
    for case in cases:
        alike.setdefault(case.entry.analysis, []).append(case)
    return list(alike.values())


def _no_bugs(cases: Sequence[Case]) -> Iterator[str]:
    """Yield what expected.toml has of campaigns and calls by design, or unclear in the documents."""
    if cases:
        yield from ("## What campaigns found that is called no bug", "")
        for alike in _by_analysis(cases):
            yield from _no_bug(alike)
        yield ""


def _no_bug(cases: list[Case]) -> Iterator[str]:
    case = min(cases, key=_size)
    yield f"- {plain(case.target)}, {case.entry.kind}: {plain(case.entry.analysis)}"
    yield f"  - Again by: {code(case.replay)}"
    yield from (f"  {line}" for line in _others([_name(other, case.target) for other in cases if other is not case]))


def _fault(software: Mapping[str, str], cases: list[Case]) -> Iterator[str]:
    """Yield one fault, shown by the case with the fewest octets: those of vectors first, of these those of decoders."""
    case = min(cases, key=_size)
    yield f"## {plain(case.target)}: {plain(case.entry.analysis.rstrip('.'))}"
    yield ""
    yield f"- Software: {plain(software.get(case.target) or case.target)}"
    for clause in case.clauses:
        yield f"- Clause: {_clause(clause)}"
    about = f" {plain(case.about)}" if case.about else ""
    yield f"- Case: {code(case.name)} ({case.op}).{about}"
    yield f"- Expected{_at(case)}: {code(case.expected or 'no failure')}"
    yield f"- Seen: {code(case.seen)} ({code(case.code)})"
    yield f"- Again by: {code(case.replay)}"
    links = list(dict.fromkeys(one.entry.link for one in cases if one.entry.link))
    yield f"- Upstream: {' '.join(map(plain, links)) if links else 'not reported yet'}"
    yield from _others([_name(other, case.target) for other in cases if other is not case])
    yield ""
    if case.fields:
        yield from _octets(case)
    if case.account:
        # Indented: whatever a device said, no line of it ends the block.
        yield from ("What happened:", "", textwrap.indent(case.account, "    "), "")


def _others(names: list[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - MOST_OTHERS} more" if len(names) > MOST_OTHERS else ""
        told = ", ".join(map(code, names[:MOST_OTHERS]))
        yield f"- Shown by {count_of(len(names), 'other case')} too: {told}{more}"


def _name(case: Case, target: str) -> str:
    whose = "" if case.target == target else f"{case.target}: "
    return f"{whose}{case.name} ({case.op})"


def _size(case: Case) -> tuple[bool, bool, int, str]:
    return case.found is not None, case.op == Op.ENCODE.value, len(case.octets), case.name


def _clause(clause: str) -> str:
    known = CLAUSES.get(clause)
    return clause if known is None else f"{clause}, {clause_citation(known)}: {plain(rule_words(known))}"


def _at(case: Case) -> str:
    return f" at {code(case.path)}" if case.path else ""


def _octets(case: Case) -> Iterator[str]:
    """Yield the octets field by field, those with the fault marked, and all in hex for whoever wants to send them."""
    rows, octets = list(_rows(case)), case.octets
    faulty = next((number for number, row in enumerate(rows) if row.startswith(MARK)), 0)
    begin = max(0, min(faulty - MOST_ROWS // 8, len(rows) - MOST_ROWS))
    yield "```"
    if begin:
        yield "  ..."
    yield from rows[begin : begin + MOST_ROWS]
    if begin + MOST_ROWS < len(rows):
        yield "  ..."
    yield from ("```", "")
    if len(octets) <= MOST_OCTETS:
        yield from ("All octets, as `xxd -r -p` reads them:", "", "```")
        yield from textwrap.wrap(octets.hex(), HEX_WIDTH)
        yield from ("```", "")


def _rows(case: Case) -> Iterator[str]:
    """Yield at most 16 octets of a field a line: their offset, the octets, the name of the field."""
    offset = 0
    for name, octets in case.fields:
        value = bytes.fromhex(octets)
        for start in range(0, len(value), ROW):
            piece = value[start : start + ROW]
            mark = MARK if _touches(case.fault, offset + start, len(piece)) else " "
            yield f"{mark} {offset + start:>6}  {piece.hex(' '):<{3 * ROW - 1}}  {'' if start else name}".rstrip()
        offset += len(value)


def _touches(fault: Octets | None, offset: int, length: int) -> bool:
    return fault is not None and fault.offset < offset + length and offset < fault.offset + fault.length
