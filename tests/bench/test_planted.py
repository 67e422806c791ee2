"""The planted faults are those that were frozen, each can be found, and none is found where there is none."""

import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import raw
from bmpbench.canaries import Canaries
from bmpbench.codec import PROFILE, Codec
from bmpbench.frozen import PATH, Frozen, code_hash, frozen, held_back
from bmpbench.planted import FAULTS
from bmpbench.planted.fault import Difficulty, Kind
from bmpbench.scout import Scout
from bmpbench.seeds import seeds
from bmpconform.fuzz.oracle import Oracle

LIST = frozen()
OPS = ("decode", "encode")


@pytest.fixture(scope="module")
def scout(tmp_path_factory: pytest.TempPathFactory) -> Scout:
    return Scout(tmp_path_factory.mktemp("scout") / "canaries")


def test_the_list_is_that_of_the_code() -> None:
    assert json.loads(PATH.read_bytes())["sha256"] == code_hash()
    assert [one.name for one in LIST] == [fault.name for fault in FAULTS]
    assert {one.number for one in LIST if one.held_back} == held_back()


def test_there_are_sixty_in_five_classes_of_which_a_quarter_is_held_back() -> None:
    assert len(FAULTS) == 60
    assert len(held_back()) == 15
    assert set(Counter(fault.difficulty for fault in FAULTS).values()) <= {11, 12, 13}
    assert {fault.kind for fault in FAULTS} == set(Kind)
    assert sum(bool(fault.link) for fault in FAULTS) >= 20


def test_no_two_have_the_same_name_or_change() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    hashes = sorted(hashlib.sha256(fault.text.encode()).hexdigest() for fault in FAULTS)
    assert all(one != other for one, other in pairwise(hashes))


@pytest.mark.parametrize("one", LIST, ids=lambda one: one.name)
def test_each_is_found_by_the_octets_that_show_it(scout: Scout, one: Frozen) -> None:
    octets = bytes.fromhex(one.octets)
    assert scout.is_found(octets, one.op, (one.number,))
    assert not scout.is_found(octets, one.op, ())


@pytest.mark.parametrize("octets", seeds(), ids=range(len(seeds())))
def test_a_seed_shows_what_is_of_the_first_class_alone(scout: Scout, octets: bytes) -> None:
    shown = {number for op in OPS for number in scout.explain(octets, op, range(len(FAULTS)))}
    assert {FAULTS[number].difficulty for number in shown} <= {Difficulty.D1}


def test_all_of_the_first_class_are_shown_by_a_seed(scout: Scout) -> None:
    first = {number for number, fault in enumerate(FAULTS) if fault.difficulty is Difficulty.D1}
    assert {number for octets in seeds() for op in OPS for number in scout.explain(octets, op, first)} == first


def test_seeds_break_no_document() -> None:
    assert [Oracle(PROFILE).expect(octets).clause for octets in seeds()] == [None] * len(seeds())


def test_a_finding_is_explained_by_the_fault_that_made_it(scout: Scout) -> None:
    shown = next(one for one in LIST if one.name == "length-wraps-in-sixteen-bits")
    among = range(len(FAULTS))
    assert scout.explain(bytes.fromhex(shown.octets), shown.op, among) == {shown.number}


def test_what_is_reached_and_not_triggered_is_counted_apart(tmp_path: Path) -> None:
    canaries = Canaries(tmp_path / "canaries")
    number = next(number for number, fault in enumerate(FAULTS) if fault.name == "text-ends-at-nul")
    codec = Codec(canaries, (number,))
    codec.decode(raw.initiation(raw.tlv(2, b"r1"), raw.tlv(1, b"text")))
    assert canaries.totals()[number] == (1, 0)
    codec.decode(raw.initiation(raw.tlv(2, b"r\0one"), raw.tlv(1, b"text")))
    assert canaries.totals()[number] == (2, 1)
