"""Campaigns over real children: a decoder in C with the faults of its strings, hostile programs, and a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import raw
from bmpconform.fuzz.again import finding_of
from bmpconform.fuzz.events import CampaignEnd
from bmpconform.fuzz.finding import FoundLine
from bmpconform.fuzz.store import Store
from bmpconform.run.contenders import contenders
from bmpconform.run.runner import Contender
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch, Limits
from bmpconform.wire.value import from_json
from c_programs import build_decoder
from campaigns import NOTHING, campaign, findings

RUNS = 1500
UP = raw.peer_up()
# Hangs, or dies, on a Termination; refuses everything else, which is wrong as well.
SICK = """
import os, time
from bmpconform.targets.module import Reject

def decode(octets, session):
    if octets[5:6] == b"\\5" and len(octets) > 6:
        {what}
    raise Reject("no")
"""
# Speaks the protocol, and refuses everything; does it with a Termination.
GREEDY = """
import json, sys

for line in sys.stdin:
    request = json.loads(line)
    answer = {{"id": request["id"], "status": "reject", "error": "no", "reason": ""}}
    if request["op"] == "hello":
        has = {{"ops": ["decode"], "depth": {{}}, "bgp": "none"}}
        answer |= {{"status": "ok", "protocol": 1, "name": "greedy", "version": "1", "language": "Python", "url": ""}}
        answer |= {{"capabilities": has}}
    elif request["op"] != "decode":
        answer["status"] = "ok" if request["op"] in ("reset", "bye") else "unsupported"
    elif request["hex"][10:12] == "05" and len(request["hex"]) > 12:
        {what}
    print(json.dumps(answer), flush=True)
"""
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_decoder(tmp_path_factory.mktemp("cdecoder"))


def told(folder: Path, target: str, runs: int = RUNS) -> set[tuple[str, str]]:
    """Return what a campaign finds of a target: each observation with what it is about."""
    asked = contenders([target], None, None, give_up_after=None)
    faults = [found.fault for found in findings(campaign(folder, *asked, runs=runs))]
    return {(fault.observation, fault.clause_or_error) for fault in faults}


def test_the_decoder_without_a_fault_has_no_finding(tmp_path: Path, program: Path) -> None:
    assert told(tmp_path, f"jsonl:{program}") == set()


@pytest.mark.parametrize(
    "fault, finding",
    [
        ("--stop-at-nul", ("wrong-value", "cut-at-nul")),
        ("--strip-trailing-nul", ("wrong-value", "nul-stripped")),
        ("--one-namespace", ("wrong-value", "namespace-mixed")),
        ("--last-string-wins", ("wrong-value", "tlv-lost")),
        ("--over-read", ("wrong-value", "over-read")),
    ],
)
def test_each_fault_of_strings_is_found(tmp_path: Path, program: Path, fault: str, finding: tuple[str, str]) -> None:
    assert finding in told(tmp_path, f"jsonl:{program} {fault}")


def test_a_decoder_that_needs_a_terminator_refuses_what_is_valid(tmp_path: Path, program: Path) -> None:
    assert "rejected" in {observation for observation, _ in told(tmp_path, f"jsonl:{program} --need-nul", 300)}


def test_a_finding_is_shown_again_by_its_octets_alone(tmp_path: Path, program: Path) -> None:
    target = f"jsonl:{program} --stop-at-nul"
    asked = contenders([target], None, None)
    found = next(one for one in findings(campaign(tmp_path, *asked, runs=1200)) if one.fault.op == "decode")
    said = finding_of(target, "decode", found.octets)
    assert said is not None
    assert said.startswith(f"wrong-value, {found.fault.clause_or_error} at tlvs[].value: expected ")
    assert finding_of(f"jsonl:{program}", "decode", found.octets) is None


@pytest.mark.parametrize("what, finding", [("time.sleep(60)", "timed-out"), ("os._exit(3)", "crashed")])
def test_what_hangs_or_dies_costs_its_own_inputs(
    tmp_path: Path, py_target: Callable[[str, str], str], what: str, finding: str
) -> None:
    sick = py_target("sick_module", SICK.format(what=what))
    asked = contenders([sick, "reference"], None, 0.3, give_up_after=None)
    events = campaign(tmp_path / "out", *asked, runs=24, of=[UP, raw.termination(raw.tlv(1, b"\0\0")), UP + UP])
    found = findings(events)
    assert {one.fault.target for one in found} == {sick}
    assert {finding, "rejected"} <= {one.fault.observation for one in found}
    seen = {one.fault.observation: one.seen for one in found}
    assert seen[finding] == {"timed-out": "no answer within 0.3 s", "crashed": "ended: exit-3"}[finding]
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == 24


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process takes up")
@pytest.mark.parametrize(
    "what, finding",
    [
        ("kept = [bytes([1]) * MEBIBYTE for _ in range(512)]", ("crashed", "memory-limit")),
        ("while True: sys.stdout.write('x' * MEBIBYTE)", ("protocol-broken", "protocol-broken")),
    ],
    ids=["memory", "flood"],
)
def test_what_takes_all_memory_or_floods_costs_its_own_inputs(
    tmp_path: Path, what: str, finding: tuple[str, str]
) -> None:
    greedy = tmp_path / "greedy.py"
    greedy.write_text(GREEDY.format(what=what.replace("MEBIBYTE", str(MEBIBYTE))), encoding="utf-8")
    limits = Limits(start_seconds=20, case_seconds=20, memory=64 * MEBIBYTE, memory_kind="resident")
    launch = Launch("greedy", (sys.executable, "-I", "-S", str(greedy)), {}, limits)
    asked = Contender("greedy", lambda: Driver(launch), NOTHING)
    events = campaign(tmp_path / "out", asked, runs=24, of=[UP, raw.termination(raw.tlv(1, b"\0\0")), UP + UP])
    found = {(one.fault.observation, one.fault.clause_or_error) for one in findings(events)}
    assert found == {finding, ("rejected", "no")}
    assert isinstance(events[-1], CampaignEnd)
    assert events[-1].stats.executions == 24


def test_a_kill_leaves_what_was_found(tmp_path: Path, program: Path) -> None:
    command = [sys.executable, "-m", "bmpconform", "fuzz", f"jsonl:{program} --stop-at-nul", "--seed", "1"]
    with subprocess.Popen([*command, "--out", str(tmp_path)], stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        told_lines = [child.stdout.readline() for _ in range(2)]
        os.killpg(child.pid, signal.SIGKILL)
    assert all(told_lines)
    lines = [from_json(line, FoundLine) for line in (tmp_path / "findings.jsonl").read_bytes().splitlines()]
    assert lines
    for line in lines:
        assert (tmp_path / "findings" / line.key / "input.bin").read_bytes().hex() == line.input
    store = Store(tmp_path)
    whole = [path for path in (tmp_path / "corpus").iterdir() if not path.name.startswith(".")]
    assert len(list(store.inputs())) == len(whole) > 0
    assert store.known_keys() == {line.key for line in lines}
