"""The reports of a campaign: curves of round numbers, everything that was found, and nothing that could run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import raw
from bmpconform.cli import run as command
from bmpconform.fuzz.afl import afl_stats
from bmpconform.fuzz.disagreement import Class, Disagreement, stored
from bmpconform.fuzz.finding import Fault, Found
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.fuzz.stored import StoredCampaign, read_campaign
from bmpconform.report.campaign import live_text
from bmpconform.report.campaign_folder import render_differences, write_campaign_reports
from bmpconform.report.campaign_page import render_campaign_page, sewn
from bmpconform.report.page import hash_of
from bmpconform.report.plot import MOST_POINTS, plot, short

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


def test_a_campaign_without_lines_has_a_page() -> None:
    assert "None." in render_campaign_page(StoredCampaign((), (), ()))


def test_campaigns_in_one_folder_are_told_as_one() -> None:
    told = sewn([line(5, 50), line(10, 100), line(5, 30), line(9, 60), line(1, 5)])
    assert [(one.seconds, one.executions) for one in told] == [(5, 50), (10, 100), (15, 130), (19, 160), (20, 165)]


def test_an_axis_ends_at_a_round_number_above_all() -> None:
    drawn = plot("findings", "seconds", [0, 150, 300], [0, 3, 7])
    assert [tick.text for tick in drawn.up] == ["0", "2", "4", "6", "8"]
    assert [tick.text for tick in drawn.across] == ["0", "100", "200", "300", "400"]
    assert drawn.points.split()[0] == "62.0,166.0"


def test_many_points_are_thinned_and_the_last_one_stays() -> None:
    drawn = plot("x", "seconds", list(range(10_001)), list(range(10_001)))
    assert len(drawn.points.split()) <= MOST_POINTS + 1
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


def test_the_stats_file_is_as_afl_writes_it() -> None:
    told = afl_stats(line(100, 5000, 3), 1_700_000_000.0, 42)
    fields = dict(re.findall(r"^(\w+) +: (.*)$", told, re.MULTILINE))
    assert fields["start_time"] == "1699999900"
    assert fields["execs_done"] == "5000"
    assert fields["execs_per_sec"] == "50.00"
    assert fields["saved_crashes"] == "3"
    assert {"fuzzer_pid", "corpus_count", "cur_item", "pending_favs", "cycles_done", "saved_hangs"} <= fields.keys()


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
