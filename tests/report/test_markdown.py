"""The Markdown report of a run: a table of text, whatever a target says."""

import pytest
from markdown_it import MarkdownIt

from bmpconform.report.markdown import code, plain, render_markdown
from bmpconform.report.sheet import sheet_of
from bmpconform.run.events import RunEvent
from run_events import EVENTS, HEADER, NAMED, SCRIPT, SCRIPTED, SUMMARY

READER = MarkdownIt("commonmark").enable("table")

# Table, head or body, row, cell: what stands in a cell is the fifth level.
IN_CELL = 4


def rows(text: str) -> list[list[str]]:
    """Return the cells of all rows of all tables, as a reader of the rendered page sees them."""
    found: list[list[str]] = []
    for token in READER.parse(text):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "inline" and token.level == IN_CELL:
            found[-1].append("".join(child.content for child in token.children or []))
    return found


@pytest.mark.parametrize("events", [EVENTS, SCRIPTED])
def test_nothing_in_the_report_is_markup_of_html(events: list[RunEvent]) -> None:
    tokens = READER.parse(render_markdown(sheet_of(events)))
    types = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or []}
    assert not {kind for kind in types if kind.startswith(("html", "link", "image"))}


def test_each_target_has_a_score_with_its_depth() -> None:
    found = rows(render_markdown(sheet_of(SCRIPTED)))
    heads = "target software depth BGP pass tolerated fail not-testable"
    assert found[0] == [*heads.split(), "values not shown"]
    assert found[1][0].startswith("</script></b>`|*<img")
    assert found[1][2:] == ["0:0 1:0 2:0 3:0 4:3 5:0 6:0", "none", "0", "1", "2", "0", "6"]
    assert found[2] == ["other", "other 1 (C)", "3", "parsed", "1", "0", "0", "0", "2"]
    assert found[3][1:] == ["", "", "", "0", "0", "0", "0", "0"]


def test_the_matrix_has_the_clauses_that_somebody_breaks() -> None:
    text = render_markdown(sheet_of(SCRIPTED))
    found = {row[0]: row[2:] for row in rows(text) if row[0].startswith("RFC")}
    assert found == {clause: ["2/3", "0/1"] for clause in NAMED.clauses}
    assert "unusable: &lt;/script&gt;" in text


def test_each_failure_has_expected_and_seen() -> None:
    failures = [row for row in rows(render_markdown(sheet_of(SCRIPTED))) if row[0] == NAMED.id]
    assert [row[1:4] for row in failures] == [["decode", "value-differs", "tlvs[1].value"], ["encode", "rejected", ""]]
    assert failures[0][4].startswith("</script></b>")
    assert failures[1][5].startswith("rejected, which it calls </script>")
    assert failures[0][6].startswith("bug: It reads </script>")


def test_a_run_without_a_failure_says_so() -> None:
    assert "None." in render_markdown(sheet_of([HEADER, SUMMARY]))


@pytest.mark.parametrize("text", [SCRIPT, "`", "``a`", "a``", "a*b_c[d](e)~f\\g", "<b>&amp;", "# a", "a|b"])
def test_text_comes_back_as_it_was(text: str) -> None:
    for written in (plain(f"a {text}"), code(f"a {text}"), code(text)):
        (inline,) = (token for token in READER.parse(written) if token.type == "inline")
        assert "".join(child.content for child in inline.children or []) in {text, f"a {text}"}
