"""The page for those who bring an implementation: its commands, options and links exist, and it shows what is printed.

Why: who tries a tool for ten minutes does not look for the slip in its documentation.
"""

import re
import shlex
import sys
from pathlib import Path

import click
import pytest

from bmpconform.cli import cli, run
from bmpconform.corpus.load import load
from bmpconform.exits import FOUND
from bmpconform.skeletons import SKELETONS

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = CHECKOUT / "docs" / "test-your-implementation.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_commands_and_their_options_exist() -> None:
    lines = [line for block in BLOCKS for line in block.splitlines() if line.startswith("bmpconform ")]
    lines += re.findall(r"`(bmpconform [^`]+)`", TEXT)
    assert len(lines) > 8
    for line in lines:
        _, name, *words = shlex.split(line)
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_vectors_that_are_named_exist() -> None:
    named = set(re.findall(r"\b(?:replay|-k) '?([a-z0-9-]+/[a-z0-9-]+)", TEXT))
    assert named
    assert named <= {vector.id for vector in load().vectors}


def test_links_lead_to_files() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
    assert (CHECKOUT / "docs" / "ci" / "run.sh").is_file()


@pytest.mark.parametrize("language", SKELETONS)
def test_languages_are_told(language: str) -> None:
    assert f"--lang {language}" in TEXT
    assert f"`{SKELETONS[language].yours}`" in TEXT


def test_the_failure_on_the_page_is_the_one_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (shown,) = [block for block in BLOCKS if block.startswith("fail  unexpected")]
    assert run(["new-adapter", str(tmp_path), "--lang", "python"]) == 0
    decoder = tmp_path / "decoder.py"
    text = decoder.read_text(encoding="utf-8")
    broken = text.replace("octets[start:offset].hex()", 'octets[start:offset].partition(b"\\0")[0].hex()')
    assert broken != text
    decoder.write_text(broken, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    target = f"jsonl:{shlex.quote(sys.executable)} adapter.py"
    assert run(["run", target, "--vectors", "initiation-strings/embedded-nul"]) == FOUND
    printed = capfdbinary.readouterr().out.decode()
    failure = printed[printed.index("fail  unexpected") :]
    assert without_target(failure) == without_target(shown)


def without_target(failure: str) -> list[str]:
    """Return the lines of a failure but those that name the target, the second and the last."""
    verdict, _, *lines = failure.partition("  replay ")[0].splitlines()
    return [verdict, *lines]
