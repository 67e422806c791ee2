"""A campaign finds what is wrong, says nothing of what is right, and loses nothing to what a target does."""

import json
from collections import Counter
from collections.abc import Callable
from importlib import resources
from itertools import count
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import raw
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEnd, CampaignStart, Coarsened, Met, NewFinding
from bmpconform.fuzz.oracle import Oracle
from bmpconform.fuzz.store import StatsLine, Store, read_finding
from bmpconform.fuzz.under_way import UnderWay
from bmpconform.judge.expected import Expected, FuzzEntry
from bmpconform.neutral import Message
from bmpconform.report.campaign import render_campaign
from bmpconform.run.contenders import contenders
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.targets.protocol import Decode, Decoded, Encode, Encoded, Rejected
from bmpconform.targets.replies import Answered, Broken, Case, Crashed, GaveUp, Reply, TimedOut
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from campaigns import SEEDS, campaign, contender, findings, octets_of, right

FEW = SEEDS[:40]
LONGEST_VALUE = 65_535


def faulty(is_foul: Callable[[bytes], bool], reply: Reply) -> Callable[[Case], Reply]:
    """Return replies that are right, but for foul octets."""
    return lambda case: reply if is_foul(octets_of(case)) else right(case)


def test_what_is_right_has_no_finding(tmp_path: Path) -> None:
    events = campaign(tmp_path, contender(), runs=3000)
    assert findings(events) == findings(events, "info") == []
    assert isinstance(events[0], CampaignStart)
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == 3000
    assert not (tmp_path / "findings.jsonl").exists()


def test_the_same_seed_gives_the_same_corpus(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 1), ("other", 2)):
        campaign(tmp_path / name, contender(), runs=600, seed=seed, of=FEW)
    one, two, other = (
        {path.name for path in (tmp_path / name / "corpus").iterdir()} for name in ("one", "two", "other")
    )
    assert one == two != other


def test_without_a_guide_what_is_new_is_counted_and_nothing_is_kept(tmp_path: Path) -> None:
    end = campaign(tmp_path, contender(), runs=600, of=FEW, feedback="none")[-1]
    assert isinstance(end, CampaignEnd)
    assert end.stats.corpus == 0 < len(FEW) / 2 < end.stats.signatures
    assert not list((tmp_path / "corpus").iterdir())


def test_a_flood_of_signatures_is_told_as_it_is_coarsened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmpconform.fuzz.feedback.WARM_UP", 100)
    monkeypatch.setattr("bmpconform.fuzz.feedback.WINDOW", 100)
    many = count()

    def names_all(case: Case) -> Reply:
        return Answered((Rejected(1, f"at {next(many)}"),)) if isinstance(case.requests[-1], Decode) else right(case)

    events = campaign(tmp_path, contender(names_all), runs=1000, of=FEW)
    assert [event.level for event in events if isinstance(event, Coarsened)] == [1, 2]
    told = [line.plain for line in render_campaign(events, tmp_path)]
    assert "a flood of signatures: from here on, level 1 of 2, messages of all sizes are alike" in told
    assert " signatures of level 2, " in told[-1]
    assert json.loads((tmp_path / "stats.jsonl").read_bytes().splitlines()[-1])["level"] == 2


def test_a_crash_is_found_once_confirmed_and_made_small(tmp_path: Path) -> None:
    def is_foul(octets: bytes) -> bool:
        return octets[5:6] == b"\3" and b"\xff\xff" in octets[140:] and octets[1:5] == len(octets).to_bytes(4)

    events = campaign(tmp_path, contender(faulty(is_foul, Crashed("SIGSEGV", "it died"))), runs=1500)
    (found,) = findings(events)
    assert (found.fault.clause_or_error, found.fault.observation, found.fault.op) == ("SIGSEGV", "crashed", "decode")
    lines = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_bytes().splitlines()]
    stored = read_finding(tmp_path / "findings" / found.fault.key)
    assert stored.is_small
    assert is_foul(bytes.fromhex(stored.octets))
    assert len(stored.octets) // 2 < min(200, len(found.octets))
    assert [(line["key"], line["input"]) for line in lines] == [(found.fault.key, stored.octets)]
    assert (tmp_path / "findings" / found.fault.key / "input.bin").read_bytes().hex() == stored.octets


def test_a_refusal_of_what_is_valid_is_found_under_its_own_name(tmp_path: Path) -> None:
    def is_foul(octets: bytes) -> bool:
        return octets[5:6] == b"\4" and b"\0" in octets[10:]

    events = campaign(tmp_path, contender(faulty(is_foul, Answered((Rejected(1, "no-nul"),)))), runs=1000)
    (found,) = (one for one in findings(events) if one.fault.op == "decode")
    assert (found.fault.clause_or_error, found.fault.observation) == ("no-nul", "rejected")
    # It says that the octets have to be taken, so they break nothing when they are small either.
    octets = bytes.fromhex(read_finding(tmp_path / "findings" / found.fault.key).octets)
    assert Oracle(PROFILES[DEFAULT_PROFILE]).expect(octets).clause is None
    assert len(octets) < len(found.octets)


def test_taking_what_breaks_a_document_is_told_once_for_a_clause(tmp_path: Path) -> None:
    def lenient(case: Case) -> Reply:
        said = right(case)
        is_refusal = isinstance(said, Answered) and isinstance(said.answers[0], Rejected)
        return Answered((Decoded(1, None, Message()),)) if is_refusal else said

    events = campaign(tmp_path, contender(lenient), runs=1000)
    clauses = [found.clause for found in findings(events, "info")]
    assert len(clauses) > 3
    assert len(set(clauses)) == len(clauses)
    assert findings(events) == []


def test_an_encoder_that_appends_a_nul_is_found_by_what_it_was_asked(tmp_path: Path) -> None:
    def appends(case: Case) -> Reply:
        said = right(case)
        match case.requests, said:
            case (Encode(message),), Answered((Encoded(hex=octets),)) if message.type == MessageType.INITIATION:
                first = bytes.fromhex(octets)[6:]
                value = int.from_bytes(first[2:4])
                if not first or value == LONGEST_VALUE:
                    return said
                changed = first[:2] + (value + 1).to_bytes(2) + first[4 : 4 + value] + b"\0" + first[4 + value :]
                return Answered((Encoded(1, raw.initiation(changed).hex()),))
            case _:
                return said

    events = campaign(tmp_path, contender(appends), runs=1500)
    (found,) = findings(events)
    assert (found.fault.op, found.fault.clause_or_error) == ("encode", "nul-terminated")
    (line,) = (json.loads(one) for one in (tmp_path / "findings.jsonl").read_bytes().splitlines())
    assert line["input"]["type"] == MessageType.INITIATION
    assert "length" not in line["input"]
    for file, lines in (("found-line", "findings.jsonl"), ("stats-line", "stats.jsonl")):
        schema = json.loads(resources.files("bmpconform.report").joinpath(f"{file}.schema.json").read_bytes())
        for written in (tmp_path / lines).read_bytes().splitlines():
            Draft202012Validator(schema).validate(json.loads(written))


@pytest.mark.parametrize("reply", [TimedOut(3), Crashed("exit-1", ""), Broken("no JSON")])
def test_what_every_hundredth_input_does_costs_no_other(tmp_path: Path, reply: Reply) -> None:
    foul = [0]

    def hundredth(octets: bytes) -> bool:
        is_foul = sum(octets) % 100 == 0
        foul[0] += is_foul
        return is_foul

    events = campaign(tmp_path, contender(faulty(hundredth, reply)), contender(name="other"), runs=600)
    assert foul[0] > 3
    assert {found.fault.target for found in findings(events)} == {"fake"}
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == 600


def test_what_the_first_inputs_show_is_seen_before_others_are_asked_and_told_as_of_then(tmp_path: Path) -> None:
    asked: set[bytes] = set()

    def dying(octets: bytes) -> bool:
        asked.add(octets)
        return octets == SEEDS[1]

    store, options = Store(tmp_path), CampaignOptions(runs=200, seed=1)
    target = contender(faulty(dying, Crashed("SIGSEGV", "")))
    events = fuzz([target], SEEDS, store, options, lambda _: True)
    met = next(event for event in events if isinstance(event, Met) and event.found.level == "fail")
    assert met.found.octets == SEEDS[1]
    at_sight = len(asked)
    assert at_sight <= 4
    told = next(event for event in events if isinstance(event, NewFinding) and event.found.level == "fail")
    assert told.found == met.found
    assert told.line.executions <= at_sight < len(asked)


def test_what_is_not_confirmed_yet_is_under_way_when_it_is_killed(tmp_path: Path) -> None:
    def watch(stats: StatsLine) -> bool:
        if stats.executions >= 16:
            raise KeyboardInterrupt
        return True

    store, options = Store(tmp_path), CampaignOptions(runs=200, seed=1)
    target = contender(faulty(lambda octets: octets == SEEDS[0], Crashed("SIGSEGV", "")))
    with pytest.raises(KeyboardInterrupt):
        list(fuzz([target], SEEDS, store, options, watch))
    left = UnderWay(tmp_path).take_up()
    assert SEEDS[0] in left
    assert SEEDS[8] not in left
    again = fuzz([target], (), store, CampaignOptions(runs=20), lambda _: True)
    assert [event.found.octets for event in again if isinstance(event, NewFinding)] == [SEEDS[0]]


HANGING = """
import os
import signal
from pathlib import Path
from bmpconform.adapters.reference.target import CAPABILITIES, decode as right

def decode(octets, session):
    if sum(octets) % 100 == 0:
        with Path("hangs").open("a") as hangs:
            hangs.write(octets.hex() + "\\n")
        signal.pause()
    return right(octets, session)
"""


def test_a_hang_on_every_hundredth_input_costs_its_time_outs_and_nothing_else(
    tmp_path: Path, py_target: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = contenders([py_target("hanging_module", HANGING)], None, 0.5, give_up_after=None)
    frames = [raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, bytes([number]))) for number in range(200)]
    foul = [octets for octets in frames if sum(octets) % 100 == 0]
    store = Store(tmp_path / "out")
    events = list(fuzz(asked, frames, store, CampaignOptions(runs=200, seed=1), lambda _: True))
    assert {(found.fault.observation, found.octets) for found in findings(events)} == {("timed-out", foul[0])}
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == 200
    # Under way with others, behind another on a new child, and alone on one; not once more to confirm it.
    hangs = Counter(Path("hangs").read_text().split())
    assert hangs.keys() == {octets.hex() for octets in foul}
    assert len(foul) == 2
    # No mutants are made of them, and none is asked again for a merge.
    assert list(store.inputs())
    assert not set(foul).intersection(store.inputs())
    assert max(hangs.values()) <= 3


def test_what_a_fresh_child_does_not_do_is_flaky(tmp_path: Path) -> None:
    asked = {b"": 0}

    def once(octets: bytes) -> bool:
        asked[octets] = asked.get(octets, 0) + 1
        return octets[5:6] == b"\5" and asked[octets] == 1

    events = campaign(tmp_path, contender(faulty(once, Crashed("SIGBUS", ""))), runs=800)
    assert {found.fault.observation for found in findings(events)} == {"flaky"}


def test_what_expected_toml_names_is_known(tmp_path: Path) -> None:
    entry = FuzzEntry(
        op="decode", clause_or_error="SIGSEGV", path="", observation="crashed", kind="bug", analysis="It dies."
    )
    dying = faulty(lambda octets: octets[5:6] == b"\5", Crashed("SIGSEGV", ""))
    events = campaign(tmp_path, contender(dying, expected=Expected(fuzz=(entry,))), runs=300)
    known = {found.fault.op: found.known for found in findings(events)}
    assert known["decode"]


def test_a_target_that_is_not_there_or_gives_up_costs_no_other(tmp_path: Path) -> None:
    def missing() -> None:
        raise MissingError("not installed: cc")

    def broken() -> None:
        raise TargetError("it does not start")

    gives_up = contender(lambda _: GaveUp("no longer starts"), name="gone")
    absent = replace(contender(name="absent"), open=missing)
    unusable = replace(contender(name="unusable"), open=broken)
    events = campaign(tmp_path, absent, unusable, gives_up, contender(), runs=300)
    assert [event.target for event in events if isinstance(event, TargetSkipped)] == ["absent"]
    assert [event.target for event in events if isinstance(event, TargetUnusable)] == ["unusable", "gone"]
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == 300


def test_a_campaign_is_taken_up_again(tmp_path: Path) -> None:
    dying = contender(faulty(lambda octets: octets[5:6] == b"\5", Crashed("SIGSEGV", "")))
    first = campaign(tmp_path, dying, runs=1500)
    kept = len(list((tmp_path / "corpus").iterdir()))
    again = campaign(tmp_path, dying, runs=1500, seed=2)
    assert isinstance(again[0], CampaignStart)
    assert again[0].kept == kept > 0
    old = {found.fault.key for found in findings(first)}
    told = [event for event in again if isinstance(event, NewFinding)]
    assert {event.line.key for event in told if not event.is_new} == old
    lines = [json.loads(line)["key"] for line in (tmp_path / "findings.jsonl").read_bytes().splitlines()]
    assert len(lines) == len(set(lines))


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    asked: list[int] = []

    def watch(stats: object) -> bool:
        asked.append(getattr(stats, "executions", 0))
        return len(asked) < 3

    events = list(fuzz([contender()], FEW, Store(tmp_path), CampaignOptions(seed=1), watch))
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == asked[-1]
    assert json.loads((tmp_path / "stats.jsonl").read_bytes().splitlines()[-1])["executions"] == asked[-1]


def test_it_ends_after_its_time(tmp_path: Path) -> None:
    events = list(fuzz([contender()], FEW, Store(tmp_path), CampaignOptions(seconds=0.2, seed=1), lambda _: True))
    assert isinstance(events[-1], CampaignEnd)
    assert 0.2 <= events[-1].stats.seconds < 60


def test_no_target_is_no_campaign(tmp_path: Path) -> None:
    assert list(fuzz([], FEW, Store(tmp_path), CampaignOptions(runs=1), lambda _: True)) == []
