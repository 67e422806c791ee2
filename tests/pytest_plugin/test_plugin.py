"""The pytest plugin: what it collects, what each verdict becomes, and that a worker has one child and leaves none."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

import bmpconform
from bmpconform.corpus.load import load, select
from bmpconform.corpus.vector import Op
from bmpconform.run.plan import plan
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.protocol import Capabilities

pytest_plugins = ["pytester"]

# Decodes as the reference does, but a string of an Initiation ends at its first NUL. Notes each start of a process.
CUTS = """
    import os
    from pathlib import Path

    from bmpconform.adapters.reference import target as reference
    from bmpconform.wire.value import replace

    CAPABILITIES = reference.CAPABILITIES
    with Path("starts").open("a") as starts:
        starts.write(f"{os.getpid()}\\n")

    def cut(tlv):
        return replace(tlv, value=bytes.fromhex(tlv.value).partition(b"\\0")[0].hex())

    def decode(octets, session):
        message, consumed = reference.decode(octets, session)
        if message.type == 4:
            message = replace(message, tlvs=[cut(tlv) for tlv in message.tlvs])
        return message, consumed
"""
CUT, SOUND = "initiation-strings/embedded-nul", "initiation/minimal"
ENTRY = """
    [[expect]]
    vector = "{vector}"
    op = "decode"
    code = "{code}"
    kind = "bug"
    analysis = "A string ends at its first NUL."
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def conform(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs pytest with the plugin, in a process of its own, in a folder that has the module `cuts`."""
    support = Path(__file__).parents[1] / "support"
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(bmpconform.__file__).parents[1]), str(support)]))
    pytester.makepyfile(cuts=dedent(CUTS))

    def run(*arguments: str) -> pytest.RunResult:
        plugins = ("-p", "bmpconform.pytest_plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider")
        return pytester.runpytest_subprocess(*plugins, *arguments)

    return run


def expect(pytester: pytest.Pytester, *entries: tuple[str, str]) -> None:
    """Write an expected.toml of vectors and codes."""
    text = "".join(dedent(ENTRY).format(vector=vector, code=code) for vector, code in entries)
    (pytester.path / "expected.toml").write_text(text, encoding="utf-8")


def started(pytester: pytest.Pytester) -> list[int]:
    """Return the processes that the module `cuts` was started in."""
    return [int(line) for line in (pytester.path / "starts").read_text(encoding="utf-8").splitlines()]


def test_there_is_a_test_for_each_vector_and_op_named_after_both(conform: Run) -> None:
    result = conform("--bmp-target", "reference", "--collect-only", "-q")
    able = Capabilities(ops=tuple(op.value for op in Op))
    tasks = plan(select(load(), "*", PROFILES[DEFAULT_PROFILE]), able)
    expected = [f"reference::{task.vector.id}[{task.op.value}]" for task in tasks]
    assert f"reference::{SOUND}[decode]" in expected
    assert [line for line in result.outlines if "::" in line] == expected


@pytest.mark.parametrize(
    "options, passed",
    [
        (("-k", SOUND), 2),
        (("-k", f"{SOUND}[decode]"), 1),
        (("-k", f"{SOUND} and not encode"), 1),
        (("--bmp-vectors", SOUND), 6),
        (("--bmp-vectors", "loc-rib/*", "--bmp-profile", "rfc7854", "-k", "loc-rib"), None),
        (("--bmp-vectors", SOUND, "-m", "bmpconform", "test_mine.py"), 5),
        (("--bmp-vectors", SOUND, "test_mine.py"), 6),
    ],
)
def test_vectors_are_chosen(
    conform: Run, pytester: pytest.Pytester, options: tuple[str, ...], passed: int | None
) -> None:
    pytester.makepyfile(test_mine="def test_mine(): pass")
    result = conform("--bmp-target", "reference", *options)
    if passed is None:
        assert result.ret == pytest.ExitCode.INTERRUPTED
        result.stdout.fnmatch_lines(["*no vector fits loc-rib/?"])
    else:
        assert (result.ret, result.parseoutcomes()["passed"]) == (0, passed)


def test_a_word_in_the_name_of_a_target_chooses_nothing(conform: Run) -> None:
    assert conform("--bmp-target", "py:cuts", "-k", "cuts").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_failure_shows_what_a_run_shows(conform: Run) -> None:
    result = conform("--bmp-target", "py:cuts", "-k", f"{CUT}[[]decode]".replace("[[]", "["))
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        [
            f"*{CUT}[[]decode]*",
            f"fail  unexpected  {CUT}  decode  cut-at-nul",
            "  expected *; seen *",
            "  clause  *",
            "*^^*",
            f"  replay  bmpconform replay {CUT} --target py:cuts",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_an_expected_failure_is_an_xfail_with_its_reason(conform: Run, pytester: pytest.Pytester) -> None:
    expect(pytester, (CUT, "cut-at-nul"))
    chosen = ("--bmp-target", "py:cuts", "--bmp-expected", "expected.toml", "-rx", "-k", f"{CUT}[decode]")
    result = conform(*chosen)
    assert (result.ret, result.parseoutcomes()["xfailed"]) == (0, 1)
    result.stdout.fnmatch_lines(["XFAIL *bug: A string ends at its first NUL."])
    shown = conform(*chosen, "--runxfail")
    assert shown.parseoutcomes()["failed"] == 1
    shown.stdout.fnmatch_lines([f"fail  as-expected  {CUT}  decode  cut-at-nul"])


@pytest.mark.parametrize(
    "vector, code, word",
    [
        (SOUND, "cut-at-nul", f"pass  stale  {SOUND}*"),
        (CUT, "tlv-lost", f"fail  unexpected  {CUT}*"),
        ("initiation/no-such-one", "tlv-lost", "not-testable  stale  initiation/no-such-one*"),
    ],
)
def test_an_entry_that_does_not_match_fails(
    conform: Run, pytester: pytest.Pytester, vector: str, code: str, word: str
) -> None:
    expect(pytester, (vector, code))
    result = conform(
        "--bmp-target",
        "py:cuts",
        "--bmp-expected",
        "expected.toml",
        "-k",
        f"{vector}[decode]",
        "--bmp-vectors",
        "initiation*",
    )
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines([word])


def test_what_is_not_declared_is_skipped_and_says_so(conform: Run) -> None:
    result = conform("--bmp-target", "py:cuts", "-k", f"{SOUND}[encode]", "-rs")
    assert (result.ret, result.parseoutcomes()["skipped"]) == (0, 1)
    result.stdout.fnmatch_lines(["SKIPPED*op-not-declared"])


@pytest.mark.parametrize("workers", [0, 2])
def test_each_worker_has_one_child_and_leaves_none(conform: Run, pytester: pytest.Pytester, workers: int) -> None:
    result = conform("--bmp-target", "py:cuts", "--bmp-vectors", "initiation*", "-n", str(workers), "-k", "not nul")
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] > 40
    children = started(pytester)
    assert len(children) == len(set(children)) == max(workers, 1)
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_a_target_that_cannot_be_used_fails_each_test_and_is_started_once(
    conform: Run, pytester: pytest.Pytester
) -> None:
    (pytester.path / "cuts.py").write_text(dedent(CUTS) + "raise SystemExit('no library')\n", encoding="utf-8")
    result = conform("--bmp-target", "py:cuts", "-k", SOUND)
    assert result.parseoutcomes()["failed"] == 2
    result.stdout.fnmatch_lines(["The target cannot be used:", "no library"])
    assert len(started(pytester)) == 1


def test_targets_have_tests_of_their_own(conform: Run) -> None:
    result = conform("--bmp-target", "reference", "--bmp-target", "py:cuts", "-k", f"{CUT}[decode]", "-v")
    assert result.parseoutcomes() == {"passed": 1, "failed": 1, "deselected": result.parseoutcomes()["deselected"]}
    result.stdout.fnmatch_lines([f"reference::{CUT}[[]decode] PASSED*", f"py:cuts::{CUT}[[]decode] FAILED*"])


@pytest.mark.parametrize(
    "options, word",
    [
        (("--bmp-target", "nobody"), "*no target named 'nobody'*"),
        (("--bmp-target", "reference", "--bmp-profile", "rfc1"), "*--bmp-profile rfc1: there is*rfc7854*"),
        (("--bmp-target", "reference", "--bmp-policy", "loud"), "*--bmp-policy*"),
        (("--bmp-target", "reference", "--bmp-expected", "absent.toml"), "*absent.toml*"),
        (("--bmp-target", "reference", "--bmp-target", "py:cuts", "--bmp-expected", "x"), "*for one --bmp-target*"),
    ],
)
def test_a_wrong_option_is_a_usage_error(conform: Run, options: tuple[str, ...], word: str) -> None:
    result = conform(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([word])


def test_without_a_target_nothing_is_added_and_nothing_is_loaded(conform: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\n\ndef test_mine():\n    assert 'bmpconform.corpus' not in sys.modules\n")
    result = conform()
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})


@pytest.mark.parametrize(
    "reply, outcome, word",
    [
        ("GaveUp('too often')", "failed", "not-testable  as-expected*gave-up"),
        ("Crashed('SIGSEGV', 'why', 'last words')", "failed", "*last words*"),
        ("NotSent('too long')", "skipped", "SKIPPED*too-long-to-send: too long"),
    ],
)
def test_what_is_no_answer_is_no_pass(
    conform: Run, pytester: pytest.Pytester, reply: str, outcome: str, word: str
) -> None:
    pytester.makeconftest(
        f"""
        from bmpconform.pytest_plugin import vectors
        from bmpconform.run.runner import Contender
        from bmpconform.targets.replies import Crashed, GaveUp, NotSent
        from vectors import FakeTarget

        vectors.contenders = lambda *_: [Contender("fake", lambda: FakeTarget(lambda _: {reply}))]
        """
    )
    result = conform("--bmp-target", "fake", "-k", f"{SOUND}[decode]", "-rs")
    assert result.parseoutcomes()[outcome] == 1
    result.stdout.fnmatch_lines([word])


def test_the_installed_plugin_is_found_by_pytest() -> None:
    if "BMPCONFORM_WHEEL" not in os.environ:
        pytest.skip("only tox promises that the wheel is installed")
    from importlib.metadata import entry_points  # noqa: PLC0415 - of the environment that tox made

    (found,) = entry_points(group="pytest11", name="bmpconform")
    assert found.load() is sys.modules["bmpconform.pytest_plugin"]
