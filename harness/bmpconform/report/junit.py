r"""The report of `run` as JUnit XML, which CI systems show.

Why everything is escaped twice: XML forbids NUL and most control characters even when escaped, and a target may print
any of them. They stand as \x00 in the text.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from bmpconform.judge.words import Standing, Verdict
from bmpconform.run.events import Judged, RunEvent, TargetSkipped, TargetUnusable
from bmpconform.show.printable import printable


def render_junit(events: Iterable[RunEvent]) -> bytes:
    """Return the whole document: a suite for each target, a case for each vector and op.

    An expected failure is a skipped case, an unexpected or stale verdict a failed one.
    """
    root = ET.Element("testsuites", name="bmpconform")
    suites: dict[str, ET.Element] = {}
    for event in events:
        match event:
            case Judged():
                _add_case(_suite(root, suites, event.line.target), event)
            case TargetUnusable():
                case = ET.SubElement(_suite(root, suites, event.target), "testcase", name="usable", classname="target")
                ET.SubElement(case, "error", message=printable(event.text))
            case TargetSkipped():
                case = ET.SubElement(_suite(root, suites, event.target), "testcase", name="usable", classname="target")
                ET.SubElement(case, "skipped", message=printable(event.text))
            case _:
                pass
    for suite in suites.values():
        _count(suite)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(root: ET.Element, suites: dict[str, ET.Element], target: str) -> ET.Element:
    if target not in suites:
        suites[target] = ET.SubElement(root, "testsuite", name=printable(target))
    return suites[target]


def _add_case(suite: ET.Element, judged: Judged) -> None:
    line = judged.line
    case = ET.SubElement(suite, "testcase", classname=printable(line.vector), name=line.op)
    what = f"{line.verdict}: {line.observation or 'not asked'} {line.code or ''}".rstrip()
    if line.verdict == Verdict.HARNESS_BUG.value:
        ET.SubElement(case, "error", message=what)
    elif line.expected == Standing.AS_EXPECTED.value:
        if line.verdict in {Verdict.FAIL.value, Verdict.NOT_TESTABLE.value}:
            ET.SubElement(case, "skipped", message=f"as expected, {what}")
    else:
        failure = ET.SubElement(case, "failure", message=f"{line.expected}, {what}", type=line.code or line.verdict)
        failure.text = printable(_detail(judged))


def _detail(judged: Judged) -> str:
    line, evidence = judged.line, judged.evidence
    clauses = ", ".join(line.clauses)
    title = judged.vector.title if judged.vector is not None else line.vector
    told = [f"{title} ({clauses})", f"path: {line.path}" if line.path else ""]
    if evidence.expected or evidence.seen:
        told.append(f"expected {evidence.expected or 'nothing'}, seen {evidence.seen or 'nothing'}")
    told.append(line.replay)
    return " | ".join(part for part in told if part)


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(len(suite.findall(f"testcase/{tag}"))))
