"""The smoke run of the fuzz targets passes a campaign only if it asked all that it was told to, and found nothing."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "fuzz" / "smoke.py"


@pytest.fixture(scope="module")
def smoke() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_smoke", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "ended, verdict",
    [
        ((0, "", 100), "passed"),
        # Inputs that were under way in a worker that was killed are asked twice.
        ((0, "", 130), "passed"),
        ((0, "", 99), "failed"),
        ((0, "", 0), "failed"),
        ((1, "", 100), "failed"),
        ((70, "", 100), "failed"),
        ((0, '{"key":"a"}', 100), "failed"),
    ],
)
def test_a_campaign_is_judged_by_its_code_its_findings_and_the_inputs_that_were_asked(
    smoke: ModuleType, capsys: pytest.CaptureFixture[str], ended: tuple[int, str, int], verdict: str
) -> None:
    code, alarms, asked = ended
    judged = smoke.judge_campaign(smoke.Campaign(code, "what it said", alarms, asked), 100)
    assert judged is smoke.Verdict(verdict)
    told = capsys.readouterr().out
    assert f"campaign: {verdict}, exit code {code}, {asked} of 100 inputs asked" in told
    assert ("what it said" in told) == (verdict == "failed")


def test_a_campaign_tells_of_the_inputs_that_were_asked(smoke: ModuleType) -> None:
    ended = smoke.campaign(40)
    assert ended == (0, ended.said, "", 40)
    assert "40 inputs in" in ended.said


def test_a_campaign_that_does_not_begin_has_asked_nothing(smoke: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "WORKERS", 0)
    ended = smoke.campaign(40)
    assert (ended.code, ended.asked) == (2, 0)
