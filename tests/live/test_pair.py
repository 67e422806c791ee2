"""Our own router and collector, over loopback: every script holds with them, and each fault is told by its clause."""

from functools import cache

import pytest

from bmpconform.live.oracle import Case
from bmpconform.live.own.collector import OwnCollector
from bmpconform.live.own.router import OwnRouter
from bmpconform.live.script import Await, Connect, Refuse, Script, Step
from bmpconform.live.scripts import load_scripts
from bmpconform.live.stage import Managed, Stage, Station, perform_script
from bmpconform.live.verdicts import Said, checks_of, said_of
from bmpconform.rules.selection import Policy
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.value import replace
from wrong_devices import COLLECTORS, ROUTERS, Wrong

SCRIPTS = {script.id: script for script in load_scripts()}
# What does not come is not waited for any longer than that.
SHORT = 1.5
# Longer than the router's own longest wait before it dials again.
LONGER = 3.0
PROFILE = PROFILES[DEFAULT_PROFILE]


def stage_of(device: OwnRouter | OwnCollector) -> Stage:
    """Return a device as a target."""
    return Managed(device) if isinstance(device, OwnRouter) else Station(device)


def short(step: Step) -> Step:
    """Return a step that waits no longer than it must for our own router."""
    match step:
        case Await():
            return replace(step, within=min(step.within, SHORT))
        case Connect() | Refuse():
            return replace(step, within=min(step.within, LONGER))
        case _:
            return step


def played(device: OwnRouter | OwnCollector, script: Script, *, hurry: bool = False) -> dict[str, Said]:
    """Return what a script says of a device, by clause; the rules are under `check`."""
    steps = tuple(map(short, script.steps)) if hurry else script.steps
    outcome = perform_script(stage_of(device), replace(script, steps=steps), lambda: True)
    assert outcome is not None
    said = said_of(script, Case(*outcome, PROFILE), Policy())
    return {one.vector.partition("#")[2] if one.op == "live" else f"check {one.vector}": one for one in said}


@cache
def of_fault(make: object, script: str) -> dict[str, Said]:
    """Return what a script says of a device with a fault."""
    return played(make(), SCRIPTS[script], hurry=True)  # type: ignore[operator]


PAIRS = [
    (name, script.id)
    for script in SCRIPTS.values()
    for name, role, dials in (("dials", "station", "them"), ("listens", "station", "us"), ("collects", "router", "us"))
    if script.role == role and dials in script.dials
]


@pytest.mark.parametrize("name, script", PAIRS)
def test_a_conforming_device_breaks_no_clause(name: str, script: str) -> None:
    device = OwnCollector() if name == "collects" else OwnRouter(dials=name == "dials")
    said = played(device, SCRIPTS[script])
    wrong = {clause: one for clause, one in said.items() if one.judgement.verdict.value not in {"pass", "tolerated"}}
    assert wrong == {}
    named = {clause for clause, _, _ in checks_of(SCRIPTS[script], PROFILE)}
    assert named <= said.keys()


@pytest.mark.parametrize("wrong", [*ROUTERS, *COLLECTORS], ids=lambda wrong: wrong.name)
def test_a_fault_is_told_by_its_clause(wrong: Wrong) -> None:
    said = of_fault(wrong.make, wrong.script)[wrong.clause]
    assert said.judgement.verdict.value == wrong.verdict, said.evidence
    if wrong.verdict == "tolerated":
        assert said.judgement.level == "warn"


def test_a_device_can_be_opened_again() -> None:
    router = OwnRouter()
    for _ in range(2):
        said = played(router, SCRIPTS["live-router/unwanted-octets"])
        assert said["RFC7854-3.2-4"].judgement.code == "ignores-octets"
