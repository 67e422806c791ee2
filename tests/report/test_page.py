"""The HTML page of a run: nothing in it is markup but our own, it needs nothing else, and it stays small."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from bmpconform.report.page import render_page
from bmpconform.report.sheet import sheet_of
from bmpconform.run.events import Judged, RunEvent, TargetStart
from run_events import EVENTS, NAMED, SCRIPT, SCRIPTED, SUMMARY, named

LARGEST = 4_000_000


class Elements(HTMLParser):
    """What a page has: its elements with their attributes, and the text in script and style elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note what a script or style element holds."""
        if self.cdata_elem in self.inline:
            self.inline[self.cdata_elem].append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(sheet_of(SCRIPTED))


@pytest.fixture(scope="module")
def elements(page: str) -> Elements:
    return Elements(page)


def test_what_targets_say_adds_no_element(page: str, elements: Elements) -> None:
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert SCRIPT not in page
    assert "</script></b>" not in page


def test_no_element_has_a_handler_or_a_style_of_its_own(elements: Elements) -> None:
    names = {name for _, attributes in elements.found for name in attributes}
    assert not {name for name in names if name.startswith("on") or name == "style"}


def test_the_page_refers_to_nothing_outside(page: str, elements: Elements) -> None:
    names = {name for _, attributes in elements.found for name in attributes}
    assert not names & {"src", "href", "srcset", "action", "data"}
    assert "link" not in {tag for tag, _ in elements.found}
    assert not re.search(r"@import|url\(|\bimport\(|fetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|\beval\(", page)


def test_the_policy_allows_our_script_and_our_style_alone(elements: Elements) -> None:
    (policy,) = (attributes["content"] for _, attributes in elements.found if "http-equiv" in attributes)
    data, script = elements.inline["script"]
    (style,) = elements.inline["style"]
    named_hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (script, style)]
    assert policy == (
        f"default-src 'none'; script-src {named_hashes[0]}; style-src {named_hashes[1]}; "
        "base-uri 'none'; form-action 'none'"
    )
    assert json.loads(data)["targets"] == [SCRIPT, "other", "gone"]


def test_the_data_has_the_octets_the_fault_and_both_values(elements: Elements) -> None:
    data = json.loads(elements.inline["script"][0])
    failed, refused, _, passed = data["verdicts"]
    (vector,) = data["vectors"]
    assert vector["fields"] == [list(field) for field in NAMED.fields]
    assert vector["title"] == NAMED.title
    assert failed["fault"] == [20, 33]
    assert (failed["expected"], failed["seen"], failed["account"]) == (SCRIPT, SCRIPT, SCRIPT)
    assert (failed["kind"], failed["link"]) == ("bug", SCRIPT)
    assert refused["seen"] == f"rejected, which it calls {SCRIPT}"
    assert passed == {"target": 1, "vector": 0, "op": "decode", "verdict": "pass"}
    assert data["clauses"]["RFC7854-4.4-3"]["place"] == "RFC 7854 section 4.4"


def test_depth_stands_beside_the_score_and_why_a_target_was_not_judged(page: str) -> None:
    assert '<td class="depth">0:0 1:0 2:0 3:0 4:3 5:0 6:0</td><td>none</td>' in page
    assert '<td class="depth">3</td><td>parsed</td>' in page
    assert "unusable: &lt;/script&gt;" in page


def test_a_cell_of_the_matrix_says_its_verdicts(page: str) -> None:
    assert 'aria-label="RFC7854-4.4-3, other: 1 pass">✓ 1</button>' in page
    assert ': 2 fail, 1 tolerated">✗ 2/3</button>' in page


@pytest.mark.parametrize("events", [EVENTS, SCRIPTED, [EVENTS[0], SUMMARY]])
def test_the_same_run_gives_the_same_page_in_printable_characters(events: list[RunEvent]) -> None:
    page = render_page(sheet_of(events))
    assert page == render_page(sheet_of(events))
    assert page.replace("\n", "").isprintable()


def test_ten_targets_of_thirteen_hundred_verdicts_are_a_page_of_a_few_megabytes() -> None:
    events: list[RunEvent] = [EVENTS[0]]
    for target in map(str, range(10)):
        events.append(TargetStart(target, target, "1", "C", 1, {}, "none"))
        events += [case(target, number) for number in range(1300)]
    size = len(render_page(sheet_of(events)).encode())
    assert size < LARGEST


def case(target: str, number: int) -> Judged:
    """Return a failure of every fifth vector, a pass of the others."""
    failed = number % 5 == 0
    verdict = {"verdict": "fail"} if failed else {"verdict": "pass", "level": None, "code": None, "path": ""}
    return named(target=target, vector=f"topic/vector-{number}", **verdict)
