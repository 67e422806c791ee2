"""The report of `run` as one HTML page that needs nothing else: scores, clauses against targets, verdicts, gaps.

Why three guards around what targets say: templates escape it, the script makes text nodes of it and nothing else, and
the page's policy runs only the one script whose hash it names.
"""

from base64 import b64encode
from collections import Counter
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from bmpconform.corpus.vector import Vector
from bmpconform.judge.words import Standing, Verdict
from bmpconform.report.gaps import Gaps
from bmpconform.report.layout import rule_words
from bmpconform.report.markdown import judged_cases
from bmpconform.report.sheet import SCORES, Row, Sheet
from bmpconform.report.text import clause_citation
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import Value, to_json

MOST_OCTETS = 1024
# In JSON these stand in strings alone, where an escape is the same; in HTML they could end the element.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_SIGNS = {Verdict.FAIL.value: "✗", Verdict.TOLERATED.value: "~", Verdict.PASS.value: "✓"}


class PageClause(Value, frozen=True):
    """A clause in our words, and where it stands."""

    place: str
    rule: str


class PageVector(Value, frozen=True, omit_defaults=True):
    """A vector; `fields` as [name, hex], the first `MOST_OCTETS`, only where a verdict needs them; `size` in octets."""

    id: str
    title: str
    clauses: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    size: int = 0


class PageVerdict(Value, frozen=True, omit_defaults=True):
    """A verdict; `target` and `vector` are places in the lists, `fault` is offset and length.

    `standing` is empty where it is as expected.
    """

    target: int
    vector: int
    op: str
    verdict: str
    standing: str = ""
    code: str = ""
    path: str = ""
    expected: str = ""
    seen: str = ""
    fault: tuple[int, int] | None = None
    kind: str = ""
    analysis: str = ""
    link: str = ""
    replay: str = ""
    account: str = ""


class PageData(Value, frozen=True):
    """All that the script shows."""

    targets: tuple[str, ...]
    clauses: dict[str, PageClause]
    vectors: tuple[PageVector, ...]
    verdicts: tuple[PageVerdict, ...]


class Cell(Value, frozen=True):
    """A clause and a target: `worst` verdict, what is shown, and the same in words."""

    target: str
    worst: str
    shown: str
    words: str


def render_page(sheet: Sheet, gaps: Gaps | None = None) -> str:
    """Return the page; `gaps` is what the vectors have and lack, where that is known. The same gives the same."""
    style, script = asset("report.css"), asset("report.js")
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            header=sheet.header,
            profile=PROFILES[sheet.header.profile].title if sheet.header.profile in PROFILES else "",
            columns=sheet.columns,
            judged=[column for column in sheet.columns if column.verdicts],
            scores=SCORES,
            matrix=_matrix(sheet),
            clauses=_clauses(sheet),
            topics=sorted({row.line.vector.partition("/")[0] for row in sheet.rows}),
            verdicts=[verdict.value for verdict in Verdict],
            gaps=gaps,
            style=style,
            script=script,
            style_hash=hash_of(style),
            script_hash=hash_of(script),
            data=to_json(_data(sheet)).decode().translate(_ESCAPES),
        )
    )


def environment() -> Environment:
    """Return what fills templates; what is put into them is escaped."""
    return Environment(
        loader=PackageLoader("bmpconform.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def asset(name: str) -> str:
    """Return the text of one of the files that templates need."""
    return resources.files("bmpconform.report").joinpath("templates", name).read_text(encoding="utf-8")


def hash_of(text: str) -> str:
    """Return how the policy of a page names the one inline element that it allows (Content Security Policy, 2.3.1)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _clauses(sheet: Sheet) -> dict[str, PageClause]:
    return {
        clause: PageClause(clause_citation(CLAUSES[clause]), rule_words(CLAUSES[clause]))
        for clause in sheet.matrix
        if clause in CLAUSES
    }


def _matrix(sheet: Sheet) -> dict[str, list[Cell]]:
    targets = [column.target for column in sheet.columns if column.verdicts]
    return {
        clause: [_cell(target, cells.get(target, Counter())) for target in targets]
        for clause, cells in sheet.matrix.items()
    }


def _cell(target: str, counts: Counter[str]) -> Cell:
    judged = judged_cases(counts)
    words = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _SIGNS if counts[verdict])
    worst = next((verdict for verdict in _SIGNS if counts[verdict]), Verdict.NOT_TESTABLE.value)
    if worst not in _SIGNS:
        return Cell(target, worst, "-", worst if counts else "")
    shown = f"{counts[worst]}/{judged}" if counts[worst] < judged else str(judged)
    return Cell(target, worst, f"{_SIGNS[worst]} {shown}", words)


def _data(sheet: Sheet) -> PageData:
    targets = {column.target: number for number, column in enumerate(sheet.columns)}
    vectors: dict[str, list[Row]] = {}
    for row in sheet.rows:
        vectors.setdefault(row.line.vector, []).append(row)
    numbers = {vector: number for number, vector in enumerate(vectors)}
    return PageData(
        tuple(targets),
        _clauses(sheet),
        tuple(map(_vector, vectors.values())),
        tuple(_verdict(row, targets[row.line.target], numbers[row.line.vector]) for row in sheet.rows),
    )


def _vector(rows: list[Row]) -> PageVector:
    row = rows[0]
    needed = any(one.line.verdict != Verdict.PASS.value for one in rows)
    if row.vector is None or not needed:
        return PageVector(row.line.vector, row.title, row.line.clauses)
    return PageVector(row.line.vector, row.title, row.line.clauses, tuple(_fields(row.vector)), len(row.vector.octets))


def _fields(vector: Vector) -> list[tuple[str, str]]:
    """Return the fields that begin within the first `MOST_OCTETS`, the last of them cut there."""
    fields: list[tuple[str, str]] = []
    room = 2 * MOST_OCTETS
    for name, octets in vector.fields:
        if room > 0:
            fields.append((name, octets[:room]))
        room -= len(octets)
    return fields


def _verdict(row: Row, target: int, vector: int) -> PageVerdict:
    line, entry = row.line, row.entry
    standing = "" if line.expected == Standing.AS_EXPECTED.value else line.expected
    if line.verdict == Verdict.PASS.value:
        return PageVerdict(target, vector, line.op, line.verdict, standing)
    fault = row.fault
    return PageVerdict(
        target,
        vector,
        line.op,
        line.verdict,
        standing,
        code=line.code or "",
        path=line.path,
        expected=row.expected,
        seen=row.seen,
        fault=None if fault is None else (fault.offset, fault.length),
        kind="" if entry is None else entry.kind,
        analysis="" if entry is None else entry.analysis,
        link="" if entry is None else entry.link,
        replay=line.replay,
        account=row.account,
    )
