"""What all tests share: how many generated inputs a property is tried on, and Hypothesis settings that fit.

Why derandomised: the same commit gives the same result. Only a run that asks for more inputs looks for new ones.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_DEFAULT_INPUTS = 200_000
_INPUTS = int(os.environ.get("BMPCONFORM_INPUTS", _DEFAULT_INPUTS))

settings.register_profile(
    "bmpconform",
    # A Hypothesis example costs about a thousand times what an input of a plain seeded loop does.
    max_examples=max(_INPUTS // 1000, 10),
    derandomize=_INPUTS <= _DEFAULT_INPUTS,
    # A busy machine is no defect of the code.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("bmpconform")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files without a smoke test where only those are asked for: collecting takes longer than they do."""
    if config.getoption("markexpr") != "smoke" or collection_path.suffix != ".py":
        return None
    return True if "mark.smoke" not in collection_path.read_text(encoding="utf-8") else None


@pytest.fixture(scope="session")
def inputs() -> int:
    """Return how many generated inputs a property is to be tried on."""
    return _INPUTS


@pytest.fixture
def py_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Return what writes a module of a name and a text into `tmp_path`, and returns it as a TARGET."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")

    def written(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return f"py:{name}"

    return written
