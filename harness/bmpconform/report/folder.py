"""What a run leaves in a folder: results.jsonl, junit.xml, reports for people, and what shows each verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from bmpconform.corpus.load import Corpus
from bmpconform.fuzz.store import FINDINGS_LINES
from bmpconform.fuzz.stored import StoredCampaign
from bmpconform.judge.expected import FuzzEntry
from bmpconform.report.cases import of_campaign, of_run
from bmpconform.report.findings import render_findings
from bmpconform.report.gaps import gaps_of
from bmpconform.report.junit import render_junit
from bmpconform.report.markdown import render_markdown
from bmpconform.report.page import render_page
from bmpconform.report.results import render_results
from bmpconform.report.sheet import sheet_of
from bmpconform.report.terminal import OutputError
from bmpconform.report.witnesses import render_witnesses
from bmpconform.run.contenders import expected_file, read_expected
from bmpconform.run.events import RunEvent, RunHeader
from bmpconform.run.kept import SHOWN, read_events, render_shown
from bmpconform.run.store import EVIDENCE, JUNIT, RESULTS, write_evidence, write_whole
from bmpconform.run.stored import ResultsError, read_results
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import to_json

MARKDOWN, PAGE = "report.md", "report.html"
MATRIX, FINDINGS, WITNESSES = "MATRIX.md", "FINDINGS.md", "WITNESSES.md"


def keep(folder: Path, events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    """Pass events on, and leave what they say in a folder once they end. Raises OutputError."""
    kept: list[RunEvent] = []
    try:
        # Before the first event: a folder that cannot be is told before all is judged.
        folder.mkdir(parents=True, exist_ok=True)
        for event in write_evidence(folder, events):
            kept.append(event)
            yield event
        write_whole(folder / RESULTS, _lines(render_results(kept)))
        write_whole(folder / EVIDENCE / SHOWN, _lines(render_shown(kept)))
        write_whole(folder / JUNIT, render_junit(kept))
        write_reports(folder, kept)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def kept_events(folder: Path, corpus: Corpus) -> list[RunEvent]:
    """Return the events of the run that left its results in a folder. Raises ResultsError, also for other vectors."""
    results = read_results(folder)
    if results.header.corpus != corpus.sha256:
        raise ResultsError(folder, "is of other vectors than those at hand, and would be shown with wrong octets")
    return read_events(folder, results, corpus.vectors)


def joined(runs: Mapping[Path, Sequence[RunEvent]]) -> list[RunEvent]:
    """Return the events of several runs as those of one. Raises ResultsError where not all were judged alike."""
    headers = {folder: event for folder, events in runs.items() for event in events if isinstance(event, RunHeader)}
    first = next(iter(headers.values()))
    for folder, header in headers.items():
        if header != first:
            raise ResultsError(folder, "was judged by another version or under another profile than the first")
    rest = [event for events in runs.values() for event in events if not isinstance(event, RunHeader)]
    return [first, *rest]


def write_reports(folder: Path, events: Iterable[RunEvent]) -> None:
    """Write the reports for people into a folder. Raises OutputError."""
    sheet = sheet_of(events)
    profile = PROFILES.get(sheet.header.profile)
    gaps = None if profile is None else gaps_of(profile)
    _write(folder, {MARKDOWN: render_markdown(sheet), PAGE: render_page(sheet, gaps)})


def publish(folder: Path, events: Iterable[RunEvent], campaigns: Iterable[StoredCampaign] = ()) -> tuple[Path, ...]:
    """Write the pages that the project publishes into a folder, and return where they are.

    Raises OutputError, and ExpectedError of a target's.
    """
    told, campaigns = list(events), list(campaigns)
    sheet = sheet_of(told)
    # The same in two campaigns is told once.
    found = {case.name: case for one in campaigns for case in of_campaign(one.findings, _fuzz_entries)}
    faults = render_findings(sheet, [*of_run(sheet), *found.values()], campaigns)
    texts = {MATRIX: render_markdown(sheet), FINDINGS: faults, WITNESSES: render_witnesses(told)}
    if campaigns:
        lines = [to_json(found[name].found) for name in sorted(found)]
        texts[FINDINGS_LINES] = _lines(lines).decode()
    _write(folder, texts)
    return tuple(folder / name for name in texts)


@cache
def _fuzz_entries(target: str) -> Sequence[FuzzEntry]:
    """Return what is known of campaigns on a target that has a name. Raises ExpectedError."""
    return read_expected(expected_file(target), must_exist=False).fuzz


def _write(folder: Path, texts: dict[str, str]) -> None:
    try:
        for name, text in texts.items():
            write_whole(folder / name, text.encode())
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _cannot_write(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"{folder}: {error.strerror or error}")


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
