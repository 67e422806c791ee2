"""A finding becomes a vector that lints, and that a run judges as the campaign did."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import raw
from bmpconform.corpus.lint import lint
from bmpconform.corpus.load import load, read_topic
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.vector import Op, Origin, Vector
from bmpconform.fuzz.again import Prober
from bmpconform.fuzz.asked import Input
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.promote import PromoteError, folder_of, promote, vector_of
from bmpconform.judge.verdict import Judgement
from bmpconform.judge.words import Verdict
from bmpconform.rules.selection import Policy
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.target import TargetRun
from bmpconform.targets.protocol import Encoded, Rejected, Streamed
from bmpconform.targets.replies import Answered, Case, Crashed, Reply
from bmpconform.wire.value import from_json, replace, to_json
from campaigns import campaign, contender, findings, octets_of, right, too_long
from vectors import PROFILE

NUL = raw.initiation(raw.tlv(1, b"d\0"), raw.tlv(2, b"router"))
BROKEN = raw.initiation(raw.tlv(1, b"d"), raw.tlv(2, b"router", length=99))
SESSION = raw.initiation(raw.MANDATORY_TLVS) + raw.peer_up(raw.tlv(0, b"a\0"))

TOO_LONG = too_long(NUL)


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


def without_last(said: Reply) -> Reply:
    """Say nothing of the last message of a stream."""
    assert isinstance(said, Answered)
    reset, streamed = said.answers
    assert isinstance(streamed, Streamed)
    return Answered((reset, replace(streamed, items=streamed.items[:-1])))


def writes_another(_: Reply) -> Reply:
    return Answered((Encoded(1, raw.initiation(raw.tlv(1, b"d"), raw.tlv(2, b"another")).hex()),))


def dies(_: Reply) -> Reply:
    return Crashed("SIGSEGV", "")


@pytest.mark.parametrize(
    "op, one, change, observation",
    [
        (Op.STREAM, SESSION, dies, "crashed"),
        (Op.STREAM, SESSION, without_last, "wrong-value"),
        (Op.ENCODE, NUL, dies, "crashed"),
        (Op.ENCODE, NUL, writes_another, "wrong-value"),
        (Op.ENCODE, TOO_LONG, dies, "crashed"),
        (Op.ENCODE, TOO_LONG, writes_another, "wrong-value"),
    ],
)
def test_what_streams_and_encoders_do_has_the_verdict_that_it_had(
    tmp_path: Path, op: Op, one: Input, change: Callable[[Reply], Reply], observation: str
) -> None:
    target = contender(lambda case: change(right(case)))
    with Prober(target, PROFILE) as prober:
        found = prober.ask(one, op)
    assert found is not None
    assert found.fault.observation == observation
    promote(found.stored(found.line(1, 0.0), PROFILE.name), tmp_path / "fuzz.json", "RFC7854-4.4-1")
    (vector,) = read_topic("fuzz.json", (tmp_path / "fuzz.json").read_bytes()).vectors
    assert vector.ops == (op,)
    judgement = judged(target, vector)
    assert (judgement.verdict, judgement.code, judgement.level) == (Verdict.FAIL, found.code, found.level)
    assert judged(contender(), vector).verdict is Verdict.PASS


def test_what_has_no_octets_is_promoted_as_what_was_asked_for(tmp_path: Path) -> None:
    vectors = tmp_path / "vectors"
    shutil.copytree(vectors_folder(), vectors)
    line = replace(stored(b"", "encode").line, input=from_json(to_json(TOO_LONG), dict))
    found = replace(stored(b"", "encode"), line=line)
    place = vectors / folder_of(vector_of(found, "RFC7854-4.4-1")) / "fuzz.json"
    vector = promote(found, place, "RFC7854-4.4-1")
    assert lint(vectors) == []
    assert (vector.octets, vector.message) == (b"", TOO_LONG)


@pytest.mark.parametrize("octets, op, why", [(b"", "stream", "none"), (BROKEN, "encode", "no message")])
def test_what_can_be_no_vector_says_why_and_what_to_keep(octets: bytes, op: str, why: str) -> None:
    with pytest.raises(PromoteError, match=f"octets are {why}.*keep the test file"):
        vector_of(stored(octets, op), "RFC7854-4.4-1")


def test_what_breaks_several_documents_is_refused() -> None:
    two = r"they break RFC7854-4\.4-8 \(\S+\), RFC7854-\S+ \(\S+\), and a vector breaks one clause"
    with pytest.raises(PromoteError, match=two):
        vector_of(stored(raw.initiation(raw.tlv(5, b"a"), raw.tlv(2, b"\xff", length=99))), None)


def test_what_an_encoder_breaks_is_the_clause_where_none_is_given() -> None:
    found = stored(NUL, "encode")
    told = replace(found, line=replace(found.line, clause="RFC7854-4.4-3"))
    assert vector_of(told, None).clauses == ("RFC7854-4.4-3",)
    assert vector_of(told, "RFC7854-4.4-1").clauses == ("RFC7854-4.4-1",)


def test_valid_octets_need_a_clause() -> None:
    with pytest.raises(PromoteError, match=r"name a clause: say with --clause ID .* \(`bmpconform clauses`"):
        vector_of(stored(NUL), None)
    with pytest.raises(PromoteError, match="RFC1-1 is no clause: say with --clause ID"):
        vector_of(stored(NUL), "RFC1-1")
