"""A finding becomes a vector that lints, and that a run judges as the campaign did."""

import shutil
from pathlib import Path

import pytest

import raw
from bmpconform.corpus.lint import lint
from bmpconform.corpus.load import load
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.vector import Origin, Vector
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.promote import PromoteError, folder_of, promote, vector_of
from bmpconform.judge.verdict import Judgement
from bmpconform.judge.words import Verdict
from bmpconform.rules.selection import Policy
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.target import TargetRun
from bmpconform.targets.protocol import Rejected
from bmpconform.targets.replies import Answered, Case, Crashed, Reply
from campaigns import campaign, contender, findings, octets_of, right
from vectors import PROFILE

NUL = raw.initiation(raw.tlv(1, b"d\0"), raw.tlv(2, b"router"))
BROKEN = raw.initiation(raw.tlv(1, b"d"), raw.tlv(2, b"router", length=99))
SESSION = raw.initiation(raw.MANDATORY_TLVS) + raw.peer_up(raw.tlv(0, b"a\0"))


def stored(octets: bytes, op: str = "decode") -> StoredFinding:
    line = FoundLine("ab12", "fake", op, "crashed", None, "SIGSEGV", "", "fail", octets.hex(), 1, 0.0)
    return StoredFinding(line, octets.hex(), "SIGSEGV", PROFILE.name, "", "")


def judged(target: Contender, vector: Vector) -> Judgement:
    run = TargetRun(target.open, PROFILE, Policy())
    (outcome,) = run.each([Task(vector, vector.ops[0])])
    return outcome.judgement


@pytest.mark.parametrize(
    "octets, op, clause",
    [(NUL, "decode", "RFC7854-4.4-1"), (BROKEN, "decode", None), (SESSION, "stream", "RFC7854-5-1")],
)
def test_what_is_promoted_lints(tmp_path: Path, octets: bytes, op: str, clause: str | None) -> None:
    vectors = tmp_path / "vectors"
    shutil.copytree(vectors_folder(), vectors)
    found = stored(octets, op)
    place = vectors / folder_of(vector_of(found, clause)) / "fuzz.json"
    vector = promote(found, place, clause)
    assert lint(vectors) == []
    (again,) = (one for one in load(vectors).vectors if one.id == vector.id)
    assert again == vector
    assert (again.octets, again.provenance.kind) == (octets, Origin.FUZZ)


def test_twice_promoted_is_there_once(tmp_path: Path) -> None:
    file = tmp_path / "fuzz.json"
    promote(stored(NUL), file, "RFC7854-4.4-1")
    before = file.read_bytes()
    promote(stored(NUL), file, "RFC7854-4.4-1")
    assert file.read_bytes() == before


def refusing_nul(case: Case) -> Reply:
    return (
        Answered((Rejected(1, "nul"),))
        if octets_of(case)[5:6] == b"\4" and b"\0" in octets_of(case)[8:]
        else right(case)
    )


def dying_of_cuts(case: Case) -> Reply:
    said = right(case)
    is_refused = isinstance(said, Answered) and isinstance(said.answers[0], Rejected)
    return Crashed("SIGSEGV", "") if is_refused else said


@pytest.mark.parametrize("replies", [refusing_nul, dying_of_cuts])
def test_a_promoted_finding_has_the_verdict_that_it_had(tmp_path: Path, replies: object) -> None:
    target = contender(replies)  # type: ignore[arg-type]
    found = next(one for one in findings(campaign(tmp_path, target, runs=900)) if one.fault.op == "decode")
    line = found.line(1, 0.0)
    vector = vector_of(StoredFinding(line, found.octets.hex(), "", PROFILE.name, "", ""), "RFC7854-4.4-1")
    judgement = judged(target, vector)
    assert (judgement.verdict, judgement.code, judgement.level) == (Verdict.FAIL, found.code, found.level)
    assert judged(contender(), vector).verdict is Verdict.PASS


def test_what_breaks_several_documents_is_refused() -> None:
    with pytest.raises(PromoteError, match="no vector as they are"):
        vector_of(stored(raw.initiation(raw.tlv(5, b"a"), raw.tlv(2, b"\xff", length=99))), None)


def test_valid_octets_need_a_clause() -> None:
    with pytest.raises(PromoteError, match="say which one"):
        vector_of(stored(NUL), None)
    with pytest.raises(PromoteError, match="RFC1-1"):
        vector_of(stored(NUL), "RFC1-1")
