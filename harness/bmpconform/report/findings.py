"""The faults of implementations, each in a form that can be reported upstream: octets, expected against seen, replay.

Why out of results and expected.toml alone: only what the last run reproduced stands here, and only what somebody has
looked at and called a bug. Entries with the same analysis are one fault, also those of several targets: one
implementation may be judged in several ways.
"""

import textwrap
from collections.abc import Iterator, Mapping

from bmpconform.corpus.vector import Op, Vector
from bmpconform.judge.expected import Entry
from bmpconform.report.layout import ROW, count_of, rule_words
from bmpconform.report.markdown import code, judged_by, plain
from bmpconform.report.place import Octets
from bmpconform.report.sheet import FAIL, Row, Sheet
from bmpconform.report.text import clause_citation
from bmpconform.spec.catalogue import CLAUSES

MOST_ROWS = 40
MOST_OCTETS = 4096
HEX_WIDTH = 96
MARK = "!"
BUG = "bug"


def render_findings(sheet: Sheet) -> str:
    """Return the faults of all targets, in the order of the run."""
    software = {column.target: column.software for column in sheet.columns}
    faults: dict[str, list[tuple[Row, Entry]]] = {}
    for row in sheet.rows:
        if row.line.verdict == FAIL and row.entry is not None and row.entry.kind == BUG:
            faults.setdefault(row.entry.analysis, []).append((row, row.entry))
    lines = ["# Faults found in implementations of BMP", "", f"Reproduced by {judged_by(sheet)}.", ""]
    if not faults:
        lines += ["None.", ""]
    for cases in faults.values():
        lines += _fault(software, cases)
    return "\n".join(lines)


def _fault(software: Mapping[str, str], cases: list[tuple[Row, Entry]]) -> Iterator[str]:
    """Yield one fault, shown by the case with the fewest octets, those of decoders first."""
    row, entry = min(cases, key=_size)
    target = row.line.target
    yield f"## {plain(target)}: {plain(entry.analysis.rstrip('.'))}"
    yield ""
    yield f"- Software: {plain(software[target] or target)}"
    for clause in row.line.clauses:
        yield f"- Clause: {_clause(clause)}"
    about = "" if row.vector is None else f" {plain(row.title)}"
    yield f"- Case: {code(row.line.vector)} ({row.line.op}).{about}"
    yield f"- Expected{_at(row)}: {code(row.expected)}"
    yield f"- Seen: {code(row.seen)} ({code(row.line.code or '')})"
    yield f"- Again by: {code(row.line.replay)}"
    links = list(dict.fromkeys(one.link for _, one in cases if one.link))
    yield f"- Upstream: {' '.join(map(plain, links)) if links else 'not reported yet'}"
    others = [_other(other, target) for other, _ in cases if other is not row]
    if others:
        yield f"- Shown by {count_of(len(others), 'other case')} too: {', '.join(map(code, others))}"
    yield ""
    if row.vector is not None and row.vector.octets:
        yield from _octets(row.vector, row.fault)
    if row.account:
        # Indented: whatever a device said, no line of it ends the block.
        yield from ("What happened:", "", textwrap.indent(row.account, "    "), "")


def _other(row: Row, target: str) -> str:
    whose = "" if row.line.target == target else f"{row.line.target}: "
    return f"{whose}{row.line.vector} ({row.line.op})"


def _size(case: tuple[Row, Entry]) -> tuple[bool, int, str]:
    row, _ = case
    return row.line.op == Op.ENCODE.value, len(row.vector.octets) if row.vector is not None else 0, row.line.vector


def _clause(clause: str) -> str:
    known = CLAUSES.get(clause)
    return clause if known is None else f"{clause}, {clause_citation(known)}: {plain(rule_words(known))}"


def _at(row: Row) -> str:
    return f" at {code(row.line.path)}" if row.line.path else ""


def _octets(vector: Vector, fault: Octets | None) -> Iterator[str]:
    """Yield the octets field by field, those with the fault marked, and all in hex for whoever wants to send them."""
    rows = list(_rows(vector, fault))
    faulty = next((number for number, row in enumerate(rows) if row.startswith(MARK)), 0)
    begin = max(0, min(faulty - MOST_ROWS // 8, len(rows) - MOST_ROWS))
    yield "```"
    if begin:
        yield "  ..."
    yield from rows[begin : begin + MOST_ROWS]
    if begin + MOST_ROWS < len(rows):
        yield "  ..."
    yield from ("```", "")
    if len(vector.octets) <= MOST_OCTETS:
        yield from ("All octets, as `xxd -r -p` reads them:", "", "```")
        yield from textwrap.wrap(vector.octets.hex(), HEX_WIDTH)
        yield from ("```", "")


def _rows(vector: Vector, fault: Octets | None) -> Iterator[str]:
    """Yield at most 16 octets of a field a line: their offset, the octets, the name of the field."""
    offset = 0
    for name, octets in vector.fields:
        value = bytes.fromhex(octets)
        for start in range(0, len(value), ROW):
            piece = value[start : start + ROW]
            mark = MARK if _touches(fault, offset + start, len(piece)) else " "
            yield f"{mark} {offset + start:>6}  {piece.hex(' '):<{3 * ROW - 1}}  {'' if start else name}".rstrip()
        offset += len(value)


def _touches(fault: Octets | None, offset: int, length: int) -> bool:
    return fault is not None and fault.offset < offset + length and offset < fault.offset + fault.length
