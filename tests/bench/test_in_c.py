"""The dozen faults in C: each shows by itself, and the decoder has none where all are off."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import raw
from bmpbench.canaries import Canaries
from bmpbench.frozen import Frozen, frozen
from bmpbench.in_c import DOZEN, c_build, compiled, compiler_of
from bmpbench.planted.fault import Kind
from bmpbench.scout import Scout
from bmpbench.seeds import seeds

OF_C = [one for one in frozen() if one.number in DOZEN]
# Where the octets of the list show the fault in a message that it is not in, in C.
OTHERS = {
    12: ("decode", raw.initiation(raw.tlv(2, b"r\0one"), raw.tlv(1, b"text"))),
    44: ("decode", raw.peer_down(2, raw.u16(24), of=raw.peer(peer_type=3))),
}
FAILURES = {Kind.CRASH, Kind.HANG}

pytestmark = pytest.mark.skipif(compiler_of(("cc", "gcc", "clang")) is None, reason="no C compiler")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("in-c")


@pytest.fixture(scope="module")
def scout(folder: Path) -> Iterator[Scout]:
    scout = Scout(folder / "canaries", c_build)
    yield scout
    scout.close()


def shown(one: Frozen) -> tuple[str, bytes]:
    """Return the op and the octets that show a fault."""
    return OTHERS.get(one.number, (one.op, bytes.fromhex(one.octets)))


def detected(folder: Path, program: Path, octets: bytes, what: str) -> set[int]:
    """Return what the program detects by itself in one input, as it does for AFL++."""
    lines = folder / "detected"
    lines.unlink(missing_ok=True)
    (folder / "own").unlink(missing_ok=True)
    Canaries(folder / "own")
    environment = {
        "BMPBENCH_AFL": what,
        "BMPBENCH_CANARIES": str(folder / "own"),
        "BMPBENCH_DETECTED": str(lines),
        "BMPBENCH_BEGAN": str(time.monotonic()),
    }
    subprocess.run([program], input=octets, env={**os.environ, **environment}, check=True, timeout=20)
    text = lines.read_text(encoding="utf-8") if lines.exists() else ""
    return {json.loads(line)["fault"] for line in text.splitlines()}


def test_there_are_twelve_of_all_classes() -> None:
    assert len(DOZEN) == 12
    assert {one.difficulty for one in OF_C} == {"D1", "D2", "D3", "D4", "D5"}


@pytest.mark.parametrize("one", OF_C, ids=lambda one: one.name)
def test_what_shows_a_fault_in_python_shows_it_in_c(scout: Scout, one: Frozen) -> None:
    op, octets = shown(one)
    assert scout.is_found(octets, op, (one.number,))
    assert not scout.is_found(octets, op, ())


@pytest.mark.parametrize("octets", seeds(), ids=range(len(seeds())))
def test_a_seed_is_right_where_all_is_off(scout: Scout, octets: bytes) -> None:
    assert not scout.is_found(octets, "decode", ())


def test_the_program_itself_detects_each_and_of_failures_those_that_fail(folder: Path) -> None:
    program = compiled(folder / "alone")
    for one in OF_C:
        _, octets = shown(one)
        assert one.number in detected(folder, program, octets, "differences")
        assert (one.number in detected(folder, program, octets, "failures")) == (Kind(one.kind) in FAILURES)
