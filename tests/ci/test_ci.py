"""What other people's CI runs: the script in a clean folder, and the action's own step as its runner would start it.

Why the step itself: an action is tried on the machines of others, where a slip in its quoting is found too late.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import bmpconform
from bmpconform.exits import FOUND, TARGET_UNUSABLE, UNUSABLE

CI = Path(__file__).resolve().parents[2] / "docs" / "ci"
SCRIPT = CI / "run.sh"
CHOSEN = ("--vectors", "initiation/*")


@pytest.fixture
def environment() -> dict[str, str]:
    """Return the environment of a CI that has bmpconform installed already."""
    return {
        "PATH": os.environ["PATH"],
        "BMPCONFORM_PYTHON": sys.executable,
        "BMPCONFORM_SOURCE": "installed",
        "PYTHONPATH": str(Path(bmpconform.__file__).parents[1]),
    }


def script(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script in `folder`."""
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_script_judges_and_leaves_the_results(tmp_path: Path, environment: dict[str, str]) -> None:
    done = script(tmp_path, environment, "reference", *CHOSEN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("The results are in bmpconform-results")
    assert {path.name for path in tmp_path.iterdir()} == {"bmpconform-results"}
    lines = (tmp_path / "bmpconform-results" / "results.jsonl").read_bytes().splitlines()
    assert json.loads(lines[-1])["event"] == "summary"
    suites = ET.fromstring((tmp_path / "bmpconform-results" / "junit.xml").read_bytes())  # noqa: S314 - our own
    assert [suite.get("name") for suite in suites] == ["reference"]


def test_the_folder_of_the_results_may_have_any_name(tmp_path: Path, environment: dict[str, str]) -> None:
    out = tmp_path / "what came of it; $HOME"
    assert script(tmp_path, environment | {"BMPCONFORM_OUT": str(out)}, "reference", *CHOSEN).returncode == 0
    assert (out / "results.jsonl").is_file()


@pytest.mark.parametrize(
    "arguments, code",
    [
        ((), UNUSABLE),
        (("reference", "--vectors", "no/such"), UNUSABLE),
        (("nobody",), UNUSABLE),
        (("jsonl:./absent",), TARGET_UNUSABLE),
        (("exec:false", *CHOSEN), FOUND),
    ],
)
def test_the_exit_code_is_that_of_the_run(
    tmp_path: Path, environment: dict[str, str], arguments: tuple[str, ...], code: int
) -> None:
    assert script(tmp_path, environment, *arguments).returncode == code


def test_what_cannot_be_installed_is_no_result(tmp_path: Path, environment: dict[str, str]) -> None:
    wheel = tmp_path / "absent-1-py3-none-any.whl"
    done = script(tmp_path, environment | {"BMPCONFORM_SOURCE": str(wheel)}, "reference", *CHOSEN)
    assert done.returncode == UNUSABLE
    assert not (tmp_path / "bmpconform-results").exists()


class Action:
    """The action, as its runner reads it."""

    def __init__(self) -> None:
        yaml = pytest.importorskip("yaml", reason="not installed: PyYAML")
        self.data: dict[str, Any] = yaml.safe_load((CI / "action.yml").read_text(encoding="utf-8"))
        self.inputs: dict[str, dict[str, Any]] = self.data["inputs"]
        (self.step,) = self.data["runs"]["steps"]

    def variables(self, **given: str) -> dict[str, str]:
        """Return the variables of the step, its inputs filled in."""
        values = {name: str(about.get("default", "")) for name, about in self.inputs.items()} | given
        return {
            name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: values[match[1]], text)
            for name, text in self.step["env"].items()
        }


@pytest.fixture
def action() -> Action:
    return Action()


def test_the_action_is_a_composite_one_that_describes_itself(action: Action) -> None:
    assert action.data["runs"]["using"] == "composite"
    assert action.data["name"]
    assert action.data["description"]
    assert action.step["shell"] == "bash"
    for name, about in action.inputs.items():
        assert about["description"], name
        assert about.get("required") is True or isinstance(about["default"], str), name


def test_every_input_reaches_the_step_as_a_variable_and_none_is_text_of_the_script(action: Action) -> None:
    named = re.findall(r"inputs\.(\w+)", str(action.step["env"]))
    assert sorted(named) == sorted(action.inputs)
    assert "${{" not in action.step["run"]


def test_the_action_starts_the_script_beside_it(tmp_path: Path, environment: dict[str, str], action: Action) -> None:
    (tmp_path / "known ones.toml").write_text("# none yet\n", encoding="utf-8")
    target = f"jsonl:{shlex.quote(sys.executable)} -m bmpconform.targets.host 'bmpconform.adapters.reference.target'"
    variables = action.variables(
        target=target, vectors="initiation/*", expected="known ones.toml", out="left here", python=sys.executable
    )
    done = subprocess.run(
        # As the runner documents it for `shell: bash`.
        ["/usr/bin/env", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", action.step["run"]],
        cwd=tmp_path,
        env=environment | variables | {"GITHUB_ACTION_PATH": str(CI), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    header, *_ = (tmp_path / "left here" / "results.jsonl").read_bytes().splitlines()
    assert json.loads(header)["profile"] == "bmp-2026"
    assert (tmp_path / "summary").read_bytes() == (tmp_path / "left here" / "report.md").read_bytes() != b""


def test_a_failing_run_fails_the_step(tmp_path: Path, environment: dict[str, str], action: Action) -> None:
    variables = action.variables(target="jsonl:./absent; true", python=sys.executable)
    done = subprocess.run(
        ["/usr/bin/env", "bash", "-eo", "pipefail", "-c", action.step["run"]],
        cwd=tmp_path,
        env=environment | variables | {"GITHUB_ACTION_PATH": str(CI), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == TARGET_UNUSABLE
