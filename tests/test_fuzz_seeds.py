"""The fuzz targets hold for their seeds and for every input that they ever failed on.

Why without atheris: it has wheels for few systems, and a regression must not come back on any.
"""

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from bmpconform.wire.codec import decode
from bmpconform.wire.messages import LAYOUTS

FUZZ = Path(__file__).parents[1] / "fuzz"
TARGETS = sorted(file.stem for file in FUZZ.glob("*.py") if "\ndef TestOneInput(" in file.read_text(encoding="utf-8"))
MOST_LINES = 25


def inputs_of(kind: str) -> list[Path]:
    return sorted(path for path in (FUZZ / kind).glob("*/*") if path.name != "README.md")


def load(target: str) -> Callable[[bytes], None]:
    spec = importlib.util.spec_from_file_location(f"fuzz_{target}", FUZZ / f"{target}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[bytes], None] = module.TestOneInput
    return function


@pytest.mark.parametrize("path", inputs_of("seeds") + inputs_of("regressions"), ids=lambda path: path.name)
def test_target_holds_for(path: Path) -> None:
    load(path.parent.name)(path.read_bytes())


@pytest.mark.parametrize("target", sorted({*TARGETS} - {folder.name for folder in (FUZZ / "seeds").iterdir()}))
def test_target_without_seeds_of_its_own_holds_for_those_of_decode(target: str) -> None:
    holds = load(target)
    for path in inputs_of("seeds"):
        if path.parent.name == "decode":
            holds(path.read_bytes())


def test_regressions_are_named_by_their_octets() -> None:
    for path in inputs_of("regressions"):
        assert path.name == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("target", TARGETS)
def test_target_is_short(target: str) -> None:
    assert len((FUZZ / f"{target}.py").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_seeds_of_decode_hold_every_type_of_message() -> None:
    seeds = {type(decode(path.read_bytes())) for path in inputs_of("seeds") if path.parent.name == "decode"}
    assert seeds == {record.shape for record in LAYOUTS.values()}
