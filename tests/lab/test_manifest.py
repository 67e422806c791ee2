"""Daemons have manifests, configurations come from templates, and what is missing is told with the way to it."""

from pathlib import Path

import pytest

from bmpconform.lab.catalogue import COLLECTORS, NAMES, ROUTERS, managed_router
from bmpconform.lab.manifest import Kit, load_kits
from bmpconform.live.targets import OWN
from bmpconform.targets.catalogue import Missing, load_adapters
from bmpconform.targets.errors import MissingError
from bmpconform.wire.value import replace

MANIFEST = """
name = "one"
title = "One"
role = "router"
language = "C"
version = "1"
url = "https://example.org"
licence = "MIT"
install = "get it"
command = ["{folder}/one", "{address}", "{adapter}/data"]
environment = { PLACE = "{folder}" }
log_mib = 2

[limits]
memory_mib = 7
"""


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "device.toml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "one" / "one.conf").write_text("name {{ name }} <&>\n", encoding="utf-8")
    return load_kits(tmp_path)["one"]


def test_the_packaged_manifests_lie_in_folders_of_their_names_and_are_no_adapters() -> None:
    kits = load_kits()
    assert [kit.folder.name for kit in kits.values()] == list(kits)
    assert not kits.keys() & load_adapters().keys()


def test_each_name_has_a_kit_of_its_role() -> None:
    kits = load_kits()
    assert {kits[kit].manifest.role for kit, _ in ROUTERS.values()} == {"router"}
    assert {kits[kit].manifest.role for kit, _ in COLLECTORS.values()} == {"station"}
    assert {kit for kit, _ in (*ROUTERS.values(), *COLLECTORS.values())} == kits.keys()


def test_names_that_can_be_typed_hold_our_own_pair_too() -> None:
    assert NAMES.routers.keys() == ROUTERS.keys() | OWN.routers.keys()
    assert NAMES.collectors.keys() == COLLECTORS.keys() | OWN.collectors.keys()


def test_a_command_is_filled_in_and_limited(kit: Kit) -> None:
    command = kit.command({"folder": "/place", "address": "127.0.0.9"})
    assert command.words == ("/place/one", "127.0.0.9", f"{kit.folder}/data")
    assert command.environment == {"PLACE": "/place"}
    assert command.limits.memory == 7 << 20
    assert command.log_octets == 2 << 20


def test_a_configuration_is_rendered_as_it_is(kit: Kit) -> None:
    assert kit.render("one.conf", name="Zürich <&>") == "name Zürich <&> <&>\n"


def test_a_value_that_a_template_lacks_is_an_error(kit: Kit) -> None:
    with pytest.raises(Exception, match="'name' is undefined"):
        kit.render("one.conf")


def test_what_is_missing_is_told(kit: Kit) -> None:
    assert kit.missing() is None
    needed = replace(kit.manifest.detect, run=("no-such-program",))
    lacking = Kit(replace(kit.manifest, detect=needed), kit.folder)
    assert lacking.missing() == Missing("one", ("no-such-program",))
    assert lacking.prepare() == Missing("one", ("no-such-program",))


def test_a_router_that_is_missing_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(MissingError, match=r"not installed: /usr/lib/frr/bgpd; to get it: apt-get install frr"):
        managed_router("frr")


def test_a_manifest_that_is_wrong_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "device.toml").write_text("name = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"one/device\.toml: "):
        load_kits(tmp_path)
