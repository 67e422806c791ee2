"""The linter: each way in which a vector can be wrong is told, and only that."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bmpconform.corpus.lint import Problem, lint
from bmpconform.corpus.load import FLAGS, RETIRED, load
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.vector import (
    Alternative,
    Finding,
    Item,
    ItemStatus,
    Observation,
    Op,
    Origin,
    Outcome,
    OutcomeLevel,
    Provenance,
    Topic,
    Vector,
)
from bmpconform.corpus.write import render_topic
from bmpconform.neutral import Message
from bmpconform.wire.value import UNSET, replace

VECTORS = {vector.id: vector for vector in load().vectors}
POSITIVE = VECTORS["initiation/minimal"]
NEGATIVE = VECTORS["initiation/leftover-1"]
STREAM = VECTORS["pieces/in-marker"]
MALFORMED = VECTORS["framing/only-header"]
CUT = VECTORS["pieces/ends-inside-5"]
NEGATIVE_MESSAGE = VECTORS["initiation/no-sys-name"]
UNFRAMEABLE = VECTORS["initiation-strings/over-65535"]
PASS = Outcome(Observation.ACCEPTED, "understood", OutcomeLevel.PASS)


def _lint(folder: Path, *vectors: Vector, retired: str = "") -> list[Problem]:
    """Return the problems of a folder that holds these vectors, all in the topic of the first."""
    topic = vectors[0].id.partition("/")[0]
    (folder / "rfc7854").mkdir()
    shutil.copy(vectors_folder() / FLAGS, folder / FLAGS)
    (folder / RETIRED).write_text(retired)
    (folder / "rfc7854" / f"{topic}.json").write_text(render_topic(Topic("A topic.", vectors)), encoding="utf-8")
    return lint(folder)


def _message(vector: Vector) -> Message:
    assert vector.message is not UNSET
    return vector.message


def _items(vector: Vector) -> tuple[Item, ...]:
    assert vector.items is not UNSET
    return vector.items


def _read(item: Item) -> Item:
    return replace(item, status=ItemStatus.OK, alternatives=())


def _first_item(vector: Vector, change: Callable[[Item], Item]) -> Vector:
    first, *others = _items(vector)
    return replace(vector, items=(change(first), *others))


@pytest.mark.parametrize("vector", [POSITIVE, NEGATIVE, STREAM, CUT, UNFRAMEABLE], ids=lambda vector: vector.id)
def test_a_vector_that_holds_has_no_problem(tmp_path: Path, vector: Vector) -> None:
    assert _lint(tmp_path, vector) == []


@pytest.mark.parametrize(
    "vector, reason",
    [
        (replace(POSITIVE, id="initiation/Minimal"), "an id here is initiation/ and a name"),
        (replace(POSITIVE, title="No full stop"), "the title is a sentence"),
        (replace(POSITIVE, profile="rfc1"), "there is no profile rfc1"),
        (replace(POSITIVE, clauses=()), "it names no clause"),
        (replace(POSITIVE, clauses=("RFC7854-0-0",)), "there is no clause RFC7854-0-0"),
        (replace(POSITIVE, clauses=POSITIVE.clauses * 2), "a clause is there twice"),
        (replace(POSITIVE, flags=("SLOPPY",)), "there is no flag SLOPPY"),
        (replace(POSITIVE, provenance=Provenance(Origin.UPSTREAM)), "has a link"),
        (replace(POSITIVE, outcomes=(PASS, PASS)), "allowed twice"),
        (replace(POSITIVE, outcomes=(PASS, replace(PASS, observation=Observation.CRASHED))), "crashed is never"),
        (replace(POSITIVE, outcomes=(PASS, replace(PASS, observation=Observation.FLAKY))), "flaky is never"),
        (replace(POSITIVE, outcomes=(replace(PASS, level=OutcomeLevel.WARN),)), "no outcome is a pass"),
        (replace(POSITIVE, outcomes=(replace(PASS, label="Well done"),)), "the label Well done"),
        (replace(POSITIVE, ops=()), "one at least"),
        (replace(POSITIVE, cuts=(3,)), "only a stream has cuts"),
        (replace(POSITIVE, ops=(Op.DECODE,), message=UNSET), "has its message"),
        (replace(NEGATIVE, ops=(Op.ENCODE,)), "has its message"),
        (replace(POSITIVE, fields=()), "only what cannot be framed"),
        (replace(POSITIVE, fields=(("version", "3"),)), "the field version has no octets"),
        (replace(POSITIVE, fields=(("version", "0A"),)), "the field version has no octets"),
        (replace(POSITIVE, message=replace(_message(POSITIVE), rest="0")), "rest of the message is not in its form"),
        (replace(STREAM, ops=(Op.STREAM, Op.DECODE)), "a stream is for no other op"),
        (replace(STREAM, message=_message(POSITIVE)), "a stream has its messages in its items"),
        (replace(STREAM, items=()), "a stream has items"),
        (replace(STREAM, cuts=(9, 3)), "cuts ascend"),
        (replace(STREAM, cuts=(9999,)), "cuts ascend"),
        (_first_item(STREAM, lambda item: replace(item, status=ItemStatus.ABSENT)), "absent only as an alternative"),
        (_first_item(STREAM, lambda item: replace(item, status=ItemStatus.CLOSED)), "closed only as an alternative"),
        (
            _first_item(
                STREAM,
                lambda item: replace(item, alternatives=(Alternative(ItemStatus.OK, "again", OutcomeLevel.PASS),)),
            ),
            "is there twice",
        ),
    ],
)
def test_a_fault_of_form_is_told_alone(tmp_path: Path, vector: Vector, reason: str) -> None:
    (problem,) = _lint(tmp_path, vector)
    assert reason in problem.reason
    assert problem.vector == vector.id


@pytest.mark.parametrize(
    "vector, reasons",
    [
        (replace(NEGATIVE, finding=Finding("RFC7854-4.4-8", "other-code")), ["the rules find"]),
        (replace(NEGATIVE, finding=Finding("RFC7854-4.4-1", "initiation-tlvs-leftover")), ["the rules find"]),
        (
            replace(VECTORS["namespaces/type-3-in-initiation"], profile="rfc7854", id="namespaces/x"),
            ["under rfc7854 the rules find", "under rfc7854 the message is read"],
        ),
        (
            replace(POSITIVE, message=replace(_message(POSITIVE), rest="00")),
            ["under rfc7854 the message", "under bmp-2026 the message"],
        ),
        (replace(POSITIVE, message=replace(_message(POSITIVE), tlvs=None), ops=(Op.ENCODE,)), ["cannot be encoded"]),
        (
            replace(POSITIVE, message=_message(VECTORS["initiation/sys-name-first"]), ops=(Op.ENCODE,)),
            ["the message is encoded in other octets"],
        ),
        (replace(UNFRAMEABLE, message=_message(POSITIVE)), ["the vector has no octets for it"]),
        (replace(STREAM, left=1), ["0 octets are left"] * 2),
        (
            replace(MALFORMED, items=tuple(_read(item) for item in _items(MALFORMED))),
            ["the message at 148 cannot be read"] * 2,
        ),
        (replace(CUT, left=UNSET), []),
        (replace(STREAM, closed=False), ["a station closes"] * 2),
        (replace(STREAM, items=_items(STREAM)[:-1]), ["messages begin at"] * 2),
        (
            _first_item(STREAM, lambda item: replace(item, message=_message(NEGATIVE_MESSAGE))),
            ["under rfc7854 the message at 0", "under bmp-2026 the message at 0"],
        ),
    ],
)
def test_a_disagreement_with_the_code_is_told(tmp_path: Path, vector: Vector, reasons: list[str]) -> None:
    told = [problem.reason for problem in _lint(tmp_path, vector)]
    assert len(told) == len(reasons)
    assert all(reason in text for reason, text in zip(reasons, told, strict=True)), told


def test_an_id_is_used_once_for_ever(tmp_path: Path) -> None:
    (problem,) = _lint(tmp_path, POSITIVE, retired=f"{POSITIVE.id}\n")
    assert "the id is taken" in problem.reason


def test_two_vectors_of_one_id_are_told(tmp_path: Path) -> None:
    (problem,) = _lint(tmp_path, POSITIVE, POSITIVE)
    assert "the id is taken" in problem.reason


def test_another_form_than_that_of_the_formatter_is_told(tmp_path: Path) -> None:
    _lint(tmp_path, POSITIVE)
    file = tmp_path / "rfc7854" / "initiation.json"
    file.write_text(file.read_text().replace("\n", "\n "))
    assert lint(tmp_path) == [Problem("rfc7854/initiation.json", "", "is not as the formatter writes it.")]
