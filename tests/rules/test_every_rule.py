"""Every rule has a broken stream that it finds and a valid one at its border in the tables of this folder.

Why: a check that nothing can fail is worth nothing, and one that nothing holds back may raise false alarms.
"""

import importlib
import importlib.util
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pytest

import raw
from bmpconform.rules.memory import Memory
from bmpconform.rules.rule import RULES
from bmpconform.rules.selection import Policy, Selection
from bmpconform.spec.profiles import PROFILES, Profile
from bmpconform.wire.codec import decode
from invariants import misremembered

# What no whole stream of reasonable size can show; tests of their own do.
BESIDES = {"capture-state-dropped", "capture-gap", "capture-skipped", "opening-not-captured"}
importlib.import_module("bmpconform.rules")  # read for the rules that it registers
CODES = {rule.code for rule in RULES}


def _tables(name: str) -> Iterator[raw.Broken | raw.Valid]:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.samefile(__file__):
            continue
        spec = importlib.util.spec_from_file_location(f"tables_of_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield from getattr(module, name, ())


@pytest.fixture(scope="module")
def broken_codes() -> set[str]:
    """Return the codes that the broken streams show, of those that are met."""
    return {
        fault.code
        for case in _tables("BROKEN")
        if isinstance(case, raw.Broken) and not case.unmet
        for fault in (case.fault, *(fault for faults in case.instead.values() for fault in faults))
    }


@pytest.fixture(scope="module")
def near_codes() -> set[str]:
    """Return the codes at whose border the valid streams are, of those that are met."""
    return {code for case in _tables("VALID") if isinstance(case, raw.Valid) and not case.unmet for code in case.near}


def test_every_rule_has_a_broken_stream(broken_codes: set[str]) -> None:
    assert CODES - broken_codes - BESIDES == set()


def test_every_rule_has_a_valid_stream_at_its_border(near_codes: set[str]) -> None:
    assert CODES - near_codes - BESIDES == set()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=attrgetter("name"))
def test_what_was_found_in_other_streams_changes_nothing(profile: Profile) -> None:
    memory = Memory(Selection(profile, Policy()))
    streams = [case.messages for name in ("VALID", "BROKEN") for case in _tables(name)]
    for messages in streams + streams:
        assert misremembered(memory, map(decode, messages)) == []


def test_no_table_names_a_rule_that_does_not_exist(broken_codes: set[str], near_codes: set[str]) -> None:
    assert (broken_codes | near_codes) - CODES == set()
