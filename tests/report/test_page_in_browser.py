"""The HTML page of a run in a real browser: no script of the data runs, filters work, it is drawn."""

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bmpconform.report.gaps import gaps_of
from bmpconform.report.page import render_page
from bmpconform.report.sheet import sheet_of
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from run_events import NAMED, SCRIPT, SCRIPTED, TAKEN

GAPS = gaps_of(PROFILES[DEFAULT_PROFILE])
ROWS, RULED = len(GAPS.clauses) + len(GAPS.points), sum(bool(row.codes) for row in GAPS.clauses)
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PNG = b"\x89PNG\r\n\x1a\n"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(render_page(sheet_of(SCRIPTED)), encoding="utf-8")
    return file


def browse(page: Path, *options: str, **wanted: str) -> str:
    """Open the page with a filter in its address, and return what the browser says."""
    assert BROWSER is not None
    # In a container the user is root and there is no sandbox to be had; the page is our own.
    fixed = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={page.parent / 'profile'}")
    address = f"{page.as_uri()}#{urlencode(wanted)}"
    done = subprocess.run(
        [BROWSER, *fixed, *options, address], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120, check=True
    )
    return done.stdout.decode()


def shown(page: Path, **wanted: str) -> str:
    """Return the rows of verdicts as the page shows them."""
    document = browse(page, "--dump-dom", **wanted)
    found = re.search(r'<table class="verdicts".*?<tbody>(.*)</tbody>', document, re.DOTALL)
    assert found is not None
    return found[1]


def test_no_script_of_the_data_runs(page: Path) -> None:
    document = browse(page, "--dump-dom", target=SCRIPT, verdict="tolerated")
    assert "<title>How implementations of BMP conform</title>" in document
    assert TAKEN not in re.findall(r"<title>(.*?)</title>", document)
    assert "<img" not in document
    assert document.count("<script") == 2
    assert 'class="detail"' in document


@pytest.mark.parametrize("without, title", [("", "How implementations of BMP conform"), ("<meta http-equiv.*>", TAKEN)])
def test_the_policy_keeps_a_script_that_got_in_from_running(
    page: Path, without: str, title: str, tmp_path: Path
) -> None:
    text = page.read_text(encoding="utf-8").replace("<main>", f"<main><script>document.title='{TAKEN}'</script>")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(re.sub(without, "", text), encoding="utf-8")
    assert f"<title>{title}</title>" in browse(spoilt, "--dump-dom")


def test_at_first_the_failures_are_shown(page: Path) -> None:
    rows = shown(page)
    assert rows.count('class="case"') == 2
    assert rows.count('<td class="fail">') == 2


@pytest.mark.parametrize(
    "wanted, number",
    [
        ({"target": "other"}, 1),
        ({"target": SCRIPT}, 3),
        ({"topic": "initiation-strings"}, 4),
        ({"clause": "RFC7854-4.4-3", "verdict": "fail"}, 2),
        ({"text": "LENIENT"}, 1),
        ({"text": "which it calls <"}, 1),
        ({"text": "no such text"}, 0),
    ],
)
def test_filters_choose_verdicts(page: Path, wanted: dict[str, str], number: int) -> None:
    assert shown(page, **wanted).count('class="case"') == number


def test_a_single_verdict_shows_its_octets_its_fault_and_both_values(page: Path) -> None:
    rows = unescape(shown(page, text="value-differs", verdict="fail"))
    assert NAMED.title in rows
    assert "<b>RFC7854-4.4-3</b>, RFC 7854 section 4.4: No null or other terminator" in rows
    assert "<dt>expected</dt><dd><code></script></b>" in rows
    assert "<mark>3c 2f 62 3e 3c 73 63 72 69 70 74 3e" in rows
    assert '</b><script>alert("bmp")</script></td>' in rows
    assert "bmpconform replay rfc7854/one" in rows


@pytest.mark.parametrize("size", ["1300,900", "400,900"])
def test_the_page_is_drawn(page: Path, size: str, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    browse(page, f"--screenshot={picture}", f"--window-size={size}")
    octets = picture.read_bytes()
    assert octets.startswith(PNG)
    assert len(octets) > 10_000


@pytest.mark.parametrize(
    "kind, text, rows", [("", "", ROWS), ("rule", "", RULED), ("", "sys-descr-missing ", 1), ("gap", "", 0)]
)
def test_clauses_and_code_points_are_filtered(kind: str, text: str, rows: int, tmp_path: Path) -> None:
    # The policy lets no other script in, so it goes; what the page's own script does is the same.
    script = (
        f"covered.elements.kind.value={kind!r};covered.elements.text.value={text!r};"
        "covered.dispatchEvent(new Event('input'))"
    )
    text_of_page = re.sub("<meta http-equiv.*>", "", render_page(sheet_of(SCRIPTED), GAPS))
    file = tmp_path / "covered.html"
    file.write_text(text_of_page.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    document = browse(file, "--dump-dom")
    assert f">{rows} of {ROWS} clauses and code points</output>" in document
    assert len(re.findall(r'<tr data-kind="[^"]*">', document)) == rows
