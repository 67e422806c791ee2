"""One function driven in this process: by a stand-in for atheris, which is not everywhere, and by the plain loop."""

import importlib.util
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest

import raw
from bmpconform.fuzz.alarm import InProcess, false_alarm
from bmpconform.fuzz.inside import NO_ATHERIS, drive, drive_by, drive_plainly
from bmpconform.fuzz.touched import Touched
from bmpconform.targets.protocol import Decode, Decoded
from bmpconform.targets.replies import Answered, Case, Crashed
from campaigns import SEEDS

FUZZ = Path(__file__).parents[2] / "fuzz"
SEED = raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b"))
HAS_ATHERIS = importlib.util.find_spec("atheris") is not None


class FakeAtheris(SimpleNamespace):
    """Atheris as far as it is a trap: what it is asked before `Fuzz` began is another function than after."""

    def __init__(self) -> None:
        super().__init__(Mutate=self._dead)
        self.arguments: list[str] = []
        self.mutated: list[bytes] = []

    @staticmethod
    def _dead(_octets: bytes, _most: int) -> bytes:
        raise RuntimeError("Fuzz() must be called before Mutate() can be called")

    def Setup(self, arguments: list[str], _test: object, custom_mutator: Callable[[bytes, int, int], bytes]) -> None:  # noqa: N802 - its own name
        """Keep the arguments and the mutator."""
        self.arguments, self._mutator = arguments, custom_mutator

    def Fuzz(self) -> None:  # noqa: N802 - its own name
        """Put the live function in its place, and mutate."""
        self.Mutate = lambda octets, _most: octets + b"by atheris"
        self.mutated = [self._mutator(SEED, 100, seed) for seed in range(60)]


def test_names_of_atheris_are_looked_up_when_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "seed").write_bytes(SEED)
    fake = FakeAtheris()
    drive_by(cast("ModuleType", fake), lambda _: None, ["target", str(tmp_path)])
    ours = [octets for octets in fake.mutated if not octets.endswith(b"by atheris")]
    # Both have their turn, and the same seed gives the same.
    assert 0 < len(ours) < len(fake.mutated)
    again = FakeAtheris()
    drive_by(cast("ModuleType", again), lambda _: None, ["target", str(tmp_path)])
    assert again.mutated == fake.mutated
    assert max(map(len, ours)) <= 100


@pytest.mark.parametrize("frozen", [False, True])
def test_a_shell_is_told_of_python_where_it_is_another_program(
    frozen: bool,  # noqa: FBT001 - a case
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = str(tmp_path / "a target")
    if frozen:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", target)
    fake = FakeAtheris()
    drive_by(cast("ModuleType", fake), lambda _: None, [target, "-runs=1"])
    again, *others = fake.arguments
    assert shlex.split(again) == ([target] if frozen else [sys.executable, target])
    assert others == ["-runs=1"]


def test_without_atheris_it_is_said_what_drives_and_what_would_bring_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    tried: list[bytes] = []
    drive(tried.append, ["target", "-runs=5"])
    assert len(tried) == 5
    said, _ = capsys.readouterr().err.splitlines()
    assert "plain loop" in said
    assert "'bmpconform[fuzz]'" in said


def branching(octets: bytes) -> None:
    """Go a line further for each octet that fits."""
    if octets[:1] == b"\3":
        if len(octets) > 30:
            str(octets)
        if octets[5:6] == b"\4":
            repr(octets)


def test_lines_are_new_once() -> None:
    with Touched() as touched:
        told = [touched.by(branching, octets) for octets in (b"", b"", b"\3", b"\3", SEED, SEED, SEED * 3)]
    assert told == [True, False, True, False, True, False, True]


def test_the_plain_loop_keeps_what_reaches_more(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seed").write_bytes(raw.termination())
    drive_plainly(branching, ["target", str(tmp_path), "-runs=2000", "-seed=1"])
    assert "number_of_executed_units: 2000" in capfd.readouterr().err
    assert len(list(tmp_path.iterdir())) > 1


def test_the_plain_loop_leaves_what_it_failed_on(tmp_path: Path) -> None:
    def fails(octets: bytes) -> None:
        if len(octets) > 40:
            raise ValueError("too long")

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "seed").write_bytes(SEED)
    with pytest.raises(ValueError, match="too long"):
        drive_plainly(fails, ["target", str(tmp_path / "in"), f"-artifact_prefix={tmp_path}/", "-runs=100000"])
    (crash,) = tmp_path.glob("crash-*")
    assert len(crash.read_bytes()) > 40
    with pytest.raises(ValueError, match="too long"):
        drive_plainly(fails, ["target", str(crash)])


@pytest.mark.parametrize("target", ["decode", "oracle"])
def test_an_entry_point_runs_and_its_inputs_grow(target: str, tmp_path: Path) -> None:
    (tmp_path / "seed").write_bytes(SEED)
    asked = [sys.executable, str(FUZZ / f"{target}.py"), str(tmp_path), "-runs=300", "-seed=1"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (NO_ATHERIS in done.stderr) is not HAS_ATHERIS
    assert len(list(tmp_path.iterdir())) > 1


def test_nothing_is_wrong_with_our_own_codec_under_any_seed() -> None:
    assert [alarm for octets in SEEDS[::7] if (alarm := false_alarm(octets)) is not None] == []


def test_a_module_in_this_process_answers_as_its_child_would() -> None:
    module = ModuleType("fragile")

    def decode(octets: bytes, _session: object) -> tuple[object, int]:
        if not octets:
            raise ZeroDivisionError("nothing")
        return {"version": 3}, len(octets)

    module.decode = decode  # type: ignore[attr-defined]
    target = InProcess(module)
    assert target.hello().capabilities.ops == ("decode",)
    (_, fine), (_, panicked) = target.ask([Case(1, (Decode("03"),)), Case(2, (Decode(""),))])
    assert isinstance(fine, Answered)
    assert isinstance(fine.answers[0], Decoded)
    assert panicked == Crashed("ZeroDivisionError", "nothing")
