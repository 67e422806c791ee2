"""The job of live targets: what is there is judged, and what is not is named with the way to get it."""

from pathlib import Path

import pytest

from bmpconform.conformance.live import all_targets, main, present


def test_every_name_is_a_target() -> None:
    assert {"router:reference", "station:reference", "router:frr", "station:pmbmpd"} <= set(all_targets())


def test_what_cannot_be_started_is_skipped_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BMPCONFORM_CACHE", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert present(["router:frr", "station:reference", "router:gobgpd"]) == (["station:reference"], 2)
    frr, gobgpd = capsys.readouterr().out.splitlines()
    assert frr == "router:frr: skipped: not installed: /usr/lib/frr/bgpd; to get it: apt-get install frr"
    assert gobgpd.startswith("router:gobgpd: skipped: not installed: go; to get it: Go 1.25 or newer on PATH")


def test_our_own_station_is_judged_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--vectors", "live-collector/session", "station:reference"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" 0 failed, 0 skipped")


def test_a_target_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["router:nobody"]) == 2
    assert "there is no router named 'nobody'" in capsys.readouterr().err
