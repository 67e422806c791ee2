"""Who reads the vectors of the heart alike, as a page."""

import raw
from bmpconform.corpus.load import load
from bmpconform.report.witnesses import ALONE, TOPICS, render_witnesses
from bmpconform.run.events import Evidence, Judged, TargetStart, VerdictLine
from vectors import shown, vector

FRAME = raw.initiation(raw.tlv(2, b"router"), raw.tlv(1, b"descr"))
READ = vector(FRAME, name="initiation/read", message=shown(FRAME))
BROKEN = vector(FRAME[:-1], name="initiation/broken")
ELSEWHERE = vector(FRAME, name="per-peer-header/read", message=shown(FRAME))


def judged(target: str, verdict: str = "pass", op: str = "decode", one: object = READ) -> Judged:
    assert isinstance(one, type(READ))
    line = VerdictLine(target, one.id, op, (), "accepted", verdict, None, None, "", "as-expected", None, "")
    return Judged(line, one, Evidence())


def page(*events: Judged) -> str:
    return render_witnesses([TargetStart("a", "a", "1", "C", 1, {}, "none"), *events])


def test_two_that_read_alike_are_enough() -> None:
    text = page(judged("a"), judged("b"), judged("c", "fail"), judged("d", "tolerated"), judged("reference"))
    assert "1 vectors; 1 have 2 witnesses or more." in text
    assert "| initiation/read | 2 | a, b |" in text
    assert "Asked: a 1." in text


def test_fewer_are_told_with_the_reason() -> None:
    text = page(judged("a"), judged("b", op="encode"))
    assert "- `initiation/read` has one, a. Not argued yet." in text
    assert "1 vectors; 0 have" in text
    assert "has none" in page(judged("a", "fail"))


def test_only_what_is_read_in_those_topics_counts() -> None:
    assert "0 vectors" in page(judged("a", one=BROKEN), judged("a", one=ELSEWHERE))


def test_topics_and_reasons_are_about_vectors_that_there_are() -> None:
    ids = {one.id for one in load().vectors}
    assert ids >= ALONE.keys()
    assert {name.partition("/")[0] for name in ids} >= TOPICS
