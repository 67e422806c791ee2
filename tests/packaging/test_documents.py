"""The README's commands are those that the integration runs, word for word.

Why: the first thing that a reader types must work.
"""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m pip install tox && python3 -m tox -e conformance",
        "python3 -m pip install tox && python3 -m tox",
    ],
)
def test_command_of_the_readme_is_run_by_the_integration(command: str) -> None:
    assert command in (CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines()
    assert f"step '{command}'" in (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
