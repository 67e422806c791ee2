"""The reports of a campaign: curves of round numbers, everything that was found, and nothing that could run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import raw
from bmpconform.cli import run as command
from bmpconform.fuzz.disagreement import Class, Disagreement, stored
from bmpconform.fuzz.finding import Fault, Found
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.fuzz.stored import StoredCampaign, read_campaign
from bmpconform.report.campaign import live_text
from bmpconform.report.campaign_folder import render_differences, write_campaign_reports
from bmpconform.report.campaign_page import render_campaign_page, sewn
from bmpconform.report.page import hash_of
from bmpconform.report.plot import MOST_POINTS, plot, short
from bmpconform.wire.value import replace

HOSTILE = "<script>alert(1)</script>`&\u202e"
FRAME = raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b"))


def line(seconds: float, executions: int, findings: int = 0, edges: int = 0) -> StatsLine:
    return StatsLine(seconds, executions, 100.0, executions // 10, 7, findings, 1.5, edges, 2, {"jsonl:x": 12.5})


def campaign() -> StoredCampaign:
    """Return a campaign with a finding and a disagreement, in which targets say what they like."""
    found = Found(Fault(HOSTILE, "decode", HOSTILE, "tlvs[]", "wrong-value"), None, "x", "fail", FRAME, seen=HOSTILE)
    about = Class(4, "RFC7854-4.3-3", "tlvs[].value")
    split = Disagreement(about, (("a", HOSTILE), ("c",)), "value-differs", None, FRAME, (HOSTILE, "other"))
    return StoredCampaign(
        (line(5, 500), line(10, 1000, 1)),
        (found.stored(found.line(7, 1.5), "bmp-2026"),),
        (stored(split, "bmp-2026", 9, 2),),
    )


TAKEN_UP = (line(5, 50), replace(line(10, 100), signatures=9), line(5, 30), line(9, 60), line(1, 5))


def end(number: int) -> str:
    """Return the last point of a curve up to (number, number)."""
    return plot("x", "seconds", [[(0, 0), (number, number), (10_000, 10_000)]]).lines[0].split()[1]


class Tags(HTMLParser):
    """Collects the tags of a page, and whether all are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        """Note a tag."""
        self.seen.append(tag)
        if tag not in {"meta", "br", "line", "polyline"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold an end to its begin."""
        if tag not in {"line", "polyline"}:
            assert self._open.pop() == tag


def test_the_page_is_one_file_in_which_nothing_runs() -> None:
    page = render_campaign_page(campaign())
    tags = Tags()
    tags.feed(page)
    assert not {"script", "link", "img", "iframe"}.intersection(tags.seen)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert f"style-src '{hash_of(style[1])}'" in page
    assert "default-src 'none'" in page
    assert "style=" not in page
    assert "\u202e" not in page
    assert render_campaign_page(campaign()) == page


def test_the_page_shows_curves_findings_and_disagreements() -> None:
    page = render_campaign_page(campaign())
    assert page.count("<polyline") == 2 * 6 - 1
    assert "findings over seconds: 1 at the end, 1 at most" in page
    assert "findings over executions" in page
    (found,), (split,) = campaign().findings, campaign().disagreements
    assert found.line.key in page
    assert split.line.key in page
    assert "<b>1,000</b>inputs" in page


def test_the_page_shows_that_signatures_were_coarsened() -> None:
    page = render_campaign_page(campaign())
    assert "level of signatures" not in page
    first, last = campaign().stats
    flooded = render_campaign_page(replace(campaign(), stats=(first, replace(last, level=1))))
    assert "<b>1 of 2</b>level of signatures" in flooded
    assert "level of signatures over seconds: 1 at the end, 1 at most" in flooded


def test_a_campaign_without_lines_has_a_page() -> None:
    assert "None." in render_campaign_page(StoredCampaign((), (), ()))


def test_campaigns_in_one_folder_are_told_as_one() -> None:
    told = sewn(replace(campaign(), stats=TAKEN_UP).runs)
    assert [[(one.seconds, one.executions) for one in run] for run in told] == [
        [(5, 50), (10, 100)],
        [(15, 130), (19, 160)],
        [(20, 165)],
    ]


def test_a_campaign_that_was_taken_up_shows_what_its_folder_holds(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for octets in (b"one", b"two", b"three"):
        store.keep(octets)
    for one in TAKEN_UP:
        store = Store(tmp_path) if one.executions in {30, 5} else store
        store.add_stats(one)
    page = render_campaign_page(read_campaign(tmp_path))
    assert "<b>3</b>times that it was run" in page
    assert "<b>3</b>inputs kept" in page
    assert "<b>165</b>inputs<" in page
    assert "<b>9</b>signatures, the most of one time" in page
    assert "has a line of its own" in page
    # Five curves over seconds and over executions, but for one over itself, each of three lines.
    assert page.count("<polyline") == 3 * (2 * 5 - 1)


def test_where_inputs_are_kept_elsewhere_those_of_the_last_time_are_shown() -> None:
    assert "<b>6</b>inputs kept" in render_campaign_page(replace(campaign(), stats=(line(5, 50), line(10, 60))))


def test_a_line_is_broken_where_a_campaign_was_taken_up() -> None:
    drawn = plot("findings", "seconds", [[(0, 0), (200, 4)], [(400, 0)]])
    assert drawn.lines == ("62.0,166.0 284.0,12.0", "506.0,166.0 506.0,166.0")
    assert drawn.words == "findings over seconds: 0 at the end, 4 at most"


def test_an_axis_ends_at_a_round_number_above_all() -> None:
    drawn = plot("findings", "seconds", [[(0, 0), (150, 3), (300, 7)]])
    assert [tick.text for tick in drawn.up] == ["0", "2", "4", "6", "8"]
    assert [tick.text for tick in drawn.across] == ["0", "75", "150", "225", "300"]
    assert drawn.lines[0].split()[0] == "62.0,166.0"


def test_many_points_are_thinned_and_the_last_one_stays() -> None:
    drawn = plot("x", "seconds", [[(n, n) for n in range(5_000)], [(n, n) for n in range(5_000, 10_001)]])
    assert sum(len(points.split()) for points in drawn.lines) <= MOST_POINTS + len(drawn.lines)
    assert [points.split()[-1] for points in drawn.lines] == [end(4_999), end(10_000)]
    assert "10k at the end" in drawn.words


@pytest.mark.parametrize("number, text", [(0, "0"), (950, "950"), (1500, "1.5k"), (2_000_000, "2M"), (0.25, "0.25")])
def test_numbers_are_short(number: float, text: str) -> None:
    assert short(number) == text


def test_disagreements_are_listed_by_message_and_by_what_they_are_about() -> None:
    text = render_differences(campaign())
    assert "## Initiation\n\n### RFC7854-4.3-3, `tlvs[].value`\n" in text
    assert "**c** `other`" in text
    assert "\u202e" not in text
    # What a target says stays inside of its quotes.
    assert "``" not in text


def test_what_a_group_says_is_told_also_where_that_is_nothing_or_not_known() -> None:
    about = Class(4, "value-differs", "tlvs[].value")
    split = Disagreement(about, (("a",), ("b",), ("c", "d")), "value-differs", None, FRAME, ("", "00"))
    held = StoredCampaign((), (), (stored(split, "bmp-2026", 9, 2),))
    assert "- **a** nothing; **b** `00`; **c, d** something else (`" in render_differences(held)
    page = render_campaign_page(held)
    assert "<b>a</b>: nothing</li><li><b>b</b>: 00</li><li><b>c, d</b>: something else</li>" in page


def test_the_live_view_goes_on_while_nothing_is_told() -> None:
    text = live_text(line(1, 100), since=20)
    assert "100 inputs in 21 s, 100/s; " in text
    assert "; 22 s without news" in text


def test_the_live_view_has_each_targets_latency() -> None:
    assert "jsonl:x 12 µs" in live_text(line(1, 100, edges=5))
    assert "5 edges" in live_text(line(1, 100, edges=5))


def test_report_writes_both_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(tmp_path)
    store.add_stats(line(5, 50))
    (found,), (split,) = campaign().findings, campaign().disagreements
    assert store.add_finding(found)
    assert store.add_finding(split)
    assert not store.add_finding(found)
    with (tmp_path / "stats.jsonl").open("ab") as file:
        file.write(b'{"seconds":6,"exec')
    assert command(["report", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("written") == 2
    assert len(read_campaign(tmp_path).stats) == 1
    before = (tmp_path / "report.html").read_bytes()
    write_campaign_reports(tmp_path)
    assert (tmp_path / "report.html").read_bytes() == before
