"""An adapter is built once for each state of its files, by one process at a time, and a failed build is no build."""

import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bmpconform.targets.build import build, cache_folder, is_built
from bmpconform.targets.catalogue import Adapter, Missing, load_adapters, prepare
from bmpconform.targets.driver import Driver
from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import MEBIBYTE, Launch, Limits
from bmpconform.targets.manifest import load_manifest
from bmpconform.targets.spec import parse_target

HEAD = """
name = "{name}"
title = "A"
language = "Python"
version = "1"
url = "https://example.org"
licence = "MIT"
"""
BUILT = """
[build]
steps = [
    ["{python}", "-c", "import pathlib; pathlib.Path('made').write_text('x' * 3)"],
    ["{python}", "-c", "import os, shutil; shutil.move('made', os.environ['PLACE'])"],
    ["{python}", "-c", "open('{build}/count', 'a').write('.')"],
]
environment = { PLACE = "{build}/adapter.bin" }
[run]
command = ["{build}/adapter.bin", "{adapter}", "{python}", "{other}"]
environment = { HERE = "{build}" }
case_seconds = 5
[limits]
memory_mib = 64
memory = "resident"
"""

MakeAdapter = Callable[..., Adapter]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a cache of its own."""
    monkeypatch.setenv("BMPCONFORM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def make_adapter(tmp_path: Path) -> MakeAdapter:
    """Return what writes an adapter's folder."""

    def make(body: str = BUILT, name: str = "one") -> Adapter:
        folder = tmp_path / "adapters" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "adapter.toml").write_text(HEAD.replace("{name}", name) + body, encoding="utf-8")
        return Adapter(load_manifest(folder), folder)

    return make


def test_a_built_adapter_is_started_from_the_cache(make_adapter: MakeAdapter, cache: Path) -> None:
    adapter = make_adapter()
    assert not is_built(adapter.manifest, adapter.folder)
    launch = prepare(parse_target("one"), {"one": adapter})
    assert isinstance(launch, Launch)
    folder = Path(launch.environment["HERE"])
    assert folder.is_relative_to(cache)
    assert (folder / "adapter.bin").read_text() == "xxx"
    assert launch.command == (str(folder / "adapter.bin"), str(adapter.folder), sys.executable, "{other}")
    assert launch.limits == Limits(case_seconds=5, memory=64 * MEBIBYTE, memory_kind="resident")
    assert [file.name for file in adapter.folder.iterdir()] == ["adapter.toml"]


def test_a_build_is_done_once_also_by_many_at_once(make_adapter: MakeAdapter) -> None:
    adapter = make_adapter()
    with ThreadPoolExecutor(4) as threads:
        folders = set(threads.map(lambda _: build(adapter.manifest, adapter.folder), range(4)))
    (folder,) = folders
    assert (folder / "count").read_text() == "."


def test_a_changed_file_is_another_build(make_adapter: MakeAdapter) -> None:
    adapter = make_adapter()
    first = build(adapter.manifest, adapter.folder)
    (adapter.folder / "more.py").write_text("1")
    assert not is_built(adapter.manifest, adapter.folder)
    assert build(adapter.manifest, adapter.folder) != first


@pytest.mark.parametrize(
    "step, seconds, how",
    [
        ("import sys; sys.exit('no luck')", 60, "exit-1"),
        ("import os; os.abort()", 60, "SIGABRT"),
        ("import signal; signal.pause()", 0.3, "no end within 0.3 s"),
    ],
)
def test_a_failed_build_is_told_and_tried_again(step: str, seconds: float, how: str, make_adapter: MakeAdapter) -> None:
    commands = f"[build]\nsteps = [['{{python}}', '-c', \"{step}\"]]\nseconds = {seconds}\n"
    adapter = make_adapter(commands + "[run]\ncommand = ['x']\n")
    for _ in range(2):
        with pytest.raises(TargetError, match=how) as raised:
            build(adapter.manifest, adapter.folder)
    assert ("no luck" in raised.value.stderr) == ("no luck" in step)
    assert not is_built(adapter.manifest, adapter.folder)


def test_a_missing_program_is_a_named_skip(make_adapter: MakeAdapter) -> None:
    run = "[run]\ncommand = ['x']\n"
    lacking = make_adapter("[detect]\nrun = ['no-such-runtime', 'sh']\nbuild = ['no-such-compiler']\n" + run)
    skip = prepare(parse_target("one"), {"one": lacking})
    assert skip == Missing("one", ("no-such-runtime",))
    assert isinstance(skip, Missing)
    assert skip.reason == "not installed: no-such-runtime"
    unbuilt = make_adapter("[detect]\nbuild = ['no-such-compiler']\n[build]\nsteps = []\n" + run)
    assert prepare(parse_target("one"), {"one": unbuilt}) == Missing("one", ("no-such-compiler",))


def test_what_is_built_needs_no_compiler(make_adapter: MakeAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = shutil.which("sh")
    assert tool is not None
    adapter = make_adapter("[detect]\nbuild = ['sh']\n[build]\nsteps = []\n[run]\ncommand = ['x']\n")
    assert isinstance(prepare(parse_target("one"), {"one": adapter}), Launch)
    monkeypatch.setenv("PATH", "")
    assert isinstance(prepare(parse_target("one"), {"one": adapter}), Launch)


@pytest.mark.parametrize(
    "body, text",
    [
        ("[run]\ncommand = 'x'\n", "run.command"),
        ("[run]\ncommand = ['x']\ncolour = 'red'\n", "colour"),
        ("[run]\ncommand = ['x']\n[limits]\nmemory = 'some'\n", "some"),
        ("", "run"),
        ("[run\n", "adapter.toml"),
    ],
)
def test_a_wrong_manifest_is_told_with_its_file(body: str, text: str, make_adapter: MakeAdapter) -> None:
    with pytest.raises(ValueError, match=text) as raised:
        make_adapter(body)
    assert "adapter.toml" in str(raised.value)


def test_adapters_are_known_by_name(make_adapter: MakeAdapter, tmp_path: Path) -> None:
    run = "[run]\ncommand = ['x']\n"
    make_adapter(run, name="two")
    make_adapter(run, name="one")
    adapters = load_adapters(tmp_path / "adapters")
    assert list(adapters) == ["one", "two"]
    with pytest.raises(ValueError, match="no target named 'three'; known are: one, two"):
        prepare(parse_target("three"), adapters)


def test_the_packaged_manifests_are_right() -> None:
    for name, adapter in load_adapters().items():
        assert adapter.folder.name == name


def test_the_cache_is_where_the_user_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BMPCONFORM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "bmpconform"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "bmpconform"


@pytest.mark.parametrize("text", ["station:pmacct", "router:frr"])
def test_targets_of_other_kinds_are_named_and_refused(text: str) -> None:
    with pytest.raises(TargetError, match="cannot be used yet"):
        prepare(parse_target(text))


def test_a_manifest_adds_to_the_environment_of_its_target(make_adapter: MakeAdapter) -> None:
    script = "import os, sys; sys.exit(os.environ['MOOD'] + ' ' + os.environ['BMPCONFORM_CACHE'])"
    body = f"[run]\ncommand = ['{{python}}', '-c', \"{script}\"]\nenvironment = {{ MOOD = 'good' }}\n"
    launch = prepare(parse_target("one"), {"one": make_adapter(body)})
    assert isinstance(launch, Launch)
    with Driver(launch) as driver, pytest.raises(TargetError) as raised:
        driver.hello()
    assert raised.value.stderr == f"good {os.environ['BMPCONFORM_CACHE']}\n"
