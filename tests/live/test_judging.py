"""Live targets through `run`: verdicts by script and clause, what is expected, and vectors pushed as sessions."""

import socket
import threading
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import pytest

from bmpconform.cli import run as command
from bmpconform.corpus.load import load
from bmpconform.judge.expected import ExpectedError
from bmpconform.live.own.collector import OwnCollector
from bmpconform.live.own.router import OwnRouter
from bmpconform.live.script import Connect
from bmpconform.live.scripts import load_scripts
from bmpconform.live.targets import Names, live_contender
from bmpconform.run.contenders import contenders
from bmpconform.run.events import Judged, RunEvent, TargetUnusable
from bmpconform.run.runner import RunOptions, run
from bmpconform.targets.errors import TargetError
from bmpconform.targets.module import Item
from bmpconform.wire.value import replace
from wrong_devices import Answers, KeepsOpen, LateOnce, OneReason, Speaking, StaysOpen, TakesOne, TakesOneAndKeepsIt

NAMES = Names(
    {"right": OwnRouter, "one-reason": Speaking(OneReason), "stays-open": StaysOpen},
    {
        "right": OwnCollector,
        "answers": Answers,
        "keeps-open": KeepsOpen,
        "late-once": LateOnce,
        "takes-one": TakesOne,
        "takes-one-and-keeps-it": TakesOneAndKeepsIt,
    },
)


def judged(
    target: str, pattern: str, expected: Path | None = None, timeout: float | None = None, *, slow: bool = False
) -> list[RunEvent]:
    """Return what a run says of one live target."""
    live = partial(live_contender, names=NAMES)
    options = RunOptions(pattern=pattern, rerun=False, slow=slow)
    return list(run(contenders([target], expected, timeout, live=live), load(), options))


def lines(events: Sequence[RunEvent]) -> dict[tuple[str, str], tuple[str, str | None, str]]:
    """Return verdict, code and standing by vector and op."""
    found = (event.line for event in events if isinstance(event, Judged))
    return {(line.vector, line.op): (line.verdict, line.code, line.expected) for line in found}


@cache
def peer_downs() -> tuple[RunEvent, ...]:
    """Return what a run says of a router that gives one reason for all."""
    return tuple(judged("router:one-reason", "live-router/peer-downs"))


def test_each_clause_of_a_script_has_its_verdict() -> None:
    said = lines(peer_downs())
    assert said["live-router/peer-downs#RFC7854-4.9-5", "live"] == ("pass", None, "as-expected")
    assert said["live-router/peer-downs#RFC7854-4.9-4", "live"] == ("fail", "wrong-down-reason", "unexpected")


def test_a_failure_says_how_it_is_seen_again() -> None:
    replays = {event.line.replay for event in peer_downs() if isinstance(event, Judged)}
    assert replays == {"bmpconform run router:one-reason --vectors live-router/peer-downs"}


def test_what_the_rules_find_in_the_octets_has_a_verdict_of_its_own() -> None:
    assert lines(peer_downs())["live-router/peer-downs", "check"] == ("pass", None, "as-expected")
    said = lines(judged("router:stays-open", "live-router/shutdown"))
    assert said["live-router/shutdown#RFC7854-4.5-3", "live"][0] == "fail"


def test_a_known_failure_is_expected_and_one_that_is_gone_is_stale(tmp_path: Path) -> None:
    entries = [("peer-downs#RFC7854-4.9-4", "wrong-down-reason"), ("peer-downs#RFC7854-4.9-5", "wrong-down-reason")]
    file = tmp_path / "expected.toml"
    form = '[[expect]]\nvector = "live-router/{}"\nop = "live"\ncode = "{}"\nkind = "bug"\nanalysis = "So it is."\n'
    file.write_text("".join(form.format(*entry) for entry in [*entries, ("gone#RFC7854-1-1", "x")]), encoding="utf-8")
    said = lines(judged("router:one-reason", "live-router/peer-downs", file))
    assert said["live-router/peer-downs#RFC7854-4.9-4", "live"][2] == "as-expected"
    assert said["live-router/peer-downs#RFC7854-4.9-5", "live"][2] == "stale"
    assert said["live-router/gone#RFC7854-1-1", "live"] == ("not-testable", "no-such-vector", "stale")


def test_what_takes_long_is_asked_for() -> None:
    said = lines(judged("router:right", "live-router/back-off"))
    assert {verdict[:2] for verdict in said.values()} == {("not-testable", "slow")}


def test_a_router_that_never_comes_costs_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    (script,) = (one for one in load_scripts() if one.id == "live-router/unwanted-octets")
    hurried = replace(script, steps=(Connect(within=0.1), *script.steps[1:]))
    monkeypatch.setattr("bmpconform.live.judging.load_scripts", lambda: (hurried,))
    said = lines(judged("router:127.0.0.1:9", script.id))
    assert {verdict[:2] for verdict in said.values()} == {("not-testable", "not-shown")}


def test_vectors_are_pushed_and_compared_where_the_output_can_be_read() -> None:
    said = lines(judged("station:right", "initiation-strings/*"))
    assert {op for _, op in said} == {"session"}
    assert {verdict for verdict, _, _ in said.values()} <= {"pass", "tolerated"}


class Blind(OwnCollector):
    """Keeps nothing of what it reads."""

    def took(self, item: Item) -> None:
        """Forget it."""


def test_a_collector_whose_output_shows_no_mark_is_timed_out() -> None:
    names = Names({}, {"blind": Blind})
    live = partial(live_contender, names=names)
    options = RunOptions(pattern="initiation/sys-name-*", rerun=False)
    events = list(run(contenders(["station:blind"], None, 0.2, live=live), load(), options))
    assert {line.observation for line in (one.line for one in events if isinstance(one, Judged))} <= {"timed-out"}


def test_a_collector_that_speaks_fails_every_vector() -> None:
    said = lines(judged("station:answers", "initiation/*"))
    assert {verdict[:2] for verdict in said.values()} == {("fail", "sends-to-the-router")}


def test_a_collector_that_never_closes_is_given_up() -> None:
    events = judged("station:keeps-open", "route-monitoring/*", timeout=0.05)
    codes = [code for _, code, _ in lines(events).values()]
    assert codes.count("timed-out") == 20
    assert codes.count("gave-up") == len(codes) - 20
    assert isinstance(events[-2], TargetUnusable)


def test_a_collector_that_is_late_once_is_asked_again() -> None:
    said = lines(judged("station:late-once", "initiation-strings/length-*", timeout=0.5))
    assert len(said) > 2
    assert {verdict for verdict, _, _ in said.values()} <= {"pass", "tolerated"}


@pytest.mark.parametrize("name", ["takes-one", "takes-one-and-keeps-it"])
def test_a_collector_that_is_gone_behind_a_vector_has_crashed_in_that_one(name: str) -> None:
    said = lines(judged(f"station:{name}", "termination/reason-[01]", timeout=0.5))
    assert {(verdict, code) for verdict, code, _ in said.values()} == {("fail", "crashed")}
    assert len(said) > 1


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def dial_again_and_again(port: int, read: list[bytes], over: threading.Event) -> None:
    """Be a collector that dials its routers: read each to its end, and dial again."""
    while not over.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port)) as router, router.makefile("rb") as incoming:
                read.append(incoming.read())
        except OSError:
            over.wait(0.01)


def test_vectors_are_pushed_through_a_collector_that_dials() -> None:
    port, over, read = free_port(), threading.Event(), list[bytes]()
    collector = threading.Thread(target=dial_again_and_again, args=(port, read, over))
    collector.start()
    try:
        said = lines(judged(f"station:listen:127.0.0.1:{port}", "initiation/*"))
    finally:
        over.set()
        collector.join()
    assert {verdict for verdict, _, _ in said.values()} == {"pass"}
    vectors = {vector.id: vector.octets for vector in load().vectors if vector.id.startswith("initiation/")}
    assert {name for name, _ in said} == vectors.keys()
    assert set(vectors.values()) <= set(read)


def test_a_collector_that_is_to_dial_and_does_not_cannot_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmpconform.live.push.DIAL_SECONDS", 0.05)
    events = judged(f"station:listen:127.0.0.1:{free_port()}", "initiation/*", timeout=0.01)
    assert not lines(events)
    (lost,) = (event for event in events if isinstance(event, TargetUnusable))
    assert "no collector dialled within 0.05 s" in lost.text


@pytest.mark.parametrize("text", ["router:nobody", "station:nobody", "router:host:port", "station:1.2.3.4:99999"])
def test_what_is_no_live_target_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no (router|station) named|is no HOST:PORT"):
        contenders([text], None, None, live=live_contender)


def test_a_live_target_is_for_run_alone() -> None:
    with pytest.raises(ValueError, match="`bmpconform run` alone does"):
        contenders(["router:reference"], None, None)


def test_a_live_target_is_no_child() -> None:
    (contender,) = contenders(["router:reference"], None, None, live=live_contender)
    with pytest.raises(TargetError, match="judged live"):
        contender.open()


def test_an_expected_file_that_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError):
        contenders(["router:reference"], tmp_path / "none.toml", None, live=live_contender)


def test_the_command_plays_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    command(["run", "station:reference", "--vectors", "live-collector/session"])
    assert "2 verdicts, all as expected" in capsys.readouterr().out


def test_the_reports_of_a_live_run_are_written(tmp_path: Path) -> None:
    command(["run", "router:reference", "--vectors", "live-router/unwanted-octets", "--out", str(tmp_path)])
    assert {"results.jsonl", "junit.xml", "report.md", "report.html"} <= {path.name for path in tmp_path.iterdir()}
    assert "live-router/unwanted-octets#RFC7854-3.2-4" in (tmp_path / "results.jsonl").read_text(encoding="utf-8")
