"""Targets that disagree: in classes, what is left to them, and what is wrong and so no disagreement."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import raw
from bmpconform.cli import run as command
from bmpconform.fuzz.disagreement import UNKNOWN_TYPE
from bmpconform.fuzz.events import CampaignEnd, NewDisagreement
from bmpconform.fuzz.oracle import Oracle
from bmpconform.judge.expected import Expected, FuzzEntry
from bmpconform.neutral import Message
from bmpconform.neutral.form import Open, Pdu
from bmpconform.run.runner import Contender
from bmpconform.targets.protocol import Decoded, Item, Rejected, Streamed
from bmpconform.targets.replies import Answered, Case, Crashed, Reply
from bmpconform.wire.value import replace
from campaigns import campaign, contender, findings, octets_of, right
from vectors import PROFILE

# A type that nobody has assigned: whether it is taken is the decoder's business.
UNKNOWN = raw.message(200, b"what is this")
# A Peer Up whose OPEN has a marker that none may have: how what breaks a PDU is read is for nobody to tell.
BROKEN_OPEN = raw.peer_up(sent=raw.open_pdu(marker=bytes(16)))
FEW = [raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b")), raw.termination(raw.tlv(1, b"\0\0")), UNKNOWN, BROKEN_OPEN]


def changing(change: Callable[[Message], Message]) -> Callable[[Case], Reply]:
    """Return replies that are right, but for what was understood of a Peer Up that is not."""

    def reply(case: Case) -> Reply:
        said = right(case)
        match said:
            case Answered((Decoded(message=Message() as message) as first,)) if octets_of(case) == BROKEN_OPEN:
                return Answered((replace(first, message=change(message)),))
            case _:
                return said

    return reply


def with_hold_time(message: Message, seconds: int | None) -> Message:
    pdu = message.received_open
    assert isinstance(pdu, Pdu)
    assert isinstance(pdu.open, Open)
    return replace(message, received_open=replace(pdu, open=replace(pdu.open, hold_time=seconds)))


def refusing(case: Case) -> Reply:
    """Reply right, but refuse frames of an unknown type."""
    is_foul = octets_of(case)[5:6] == b"\xc8" and len(case.requests) == 1
    return Answered((Rejected(1, "no-such-type"),)) if is_foul else right(case)


def told(tmp_path: Path, *contenders: Contender, runs: int = 200) -> list[NewDisagreement]:
    """Return the disagreements of a campaign."""
    events = campaign(tmp_path, *contenders, runs=runs, of=FEW)
    assert isinstance(events[-1], CampaignEnd)
    return [event for event in events if isinstance(event, NewDisagreement)]


def test_those_who_do_the_same_do_not_disagree(tmp_path: Path) -> None:
    assert told(tmp_path, contender(name="one"), contender(name="two"), contender(name="three")) == []


def test_one_target_cannot_disagree(tmp_path: Path) -> None:
    assert told(tmp_path, contender(refusing)) == []


def test_who_takes_it_and_who_refuses_it_are_told_apart_once(tmp_path: Path) -> None:
    found = told(tmp_path, contender(name="one"), contender(refusing, name="two"), contender(name="three"), runs=400)
    (event,) = (event for event in found if event.found.about.message_type == UNKNOWN_TYPE)
    assert event.found.groups == (("one", "three"), ("two",))
    assert event.found.said == ("accepted", "rejected: no-such-type")
    assert event.found.code == "accepted-or-rejected"
    # Made small: the header alone shows it.
    assert (tmp_path / "findings" / event.line.key / "input.bin").read_bytes() == raw.message(200, b"")


def test_a_majority_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    targets = [contender(name="one"), *(contender(refusing, name=name) for name in ("two", "three", "four"))]
    events = campaign(tmp_path, *targets, runs=200, of=FEW)
    assert findings(events) == []
    assert {event.line.level for event in events if isinstance(event, NewDisagreement)} == {"info"}


def test_what_is_understood_differs_where_the_reading_is_open(tmp_path: Path) -> None:
    other = changing(lambda message: with_hold_time(message, 7))
    found = told(tmp_path, contender(name="one"), contender(other, name="two"))
    (about,) = {event.found.about for event in found}
    assert {event.found.groups for event in found} == {(("one",), ("two",))}
    assert (about.message_type, about.path) == (3, "received_open.open.hold_time")
    assert about.clause_or_code.startswith("RFC")


def test_what_a_target_does_not_show_is_no_difference(tmp_path: Path) -> None:
    silent = changing(lambda message: with_hold_time(message, None))
    assert told(tmp_path, contender(name="one"), contender(silent, name="two")) == []


def test_what_is_wrong_is_a_finding_and_no_disagreement(tmp_path: Path) -> None:
    def dies(case: Case) -> Reply:
        return Crashed("SIGSEGV", "") if octets_of(case)[5:6] == b"\xc8" else right(case)

    events = campaign(tmp_path, contender(name="one"), contender(dies, name="two"), runs=100, of=FEW)
    assert {found.fault.observation for found in findings(events)} == {"crashed"}
    assert [event for event in events if isinstance(event, NewDisagreement)] == []


def refusing_in_streams(is_refused: Callable[[Item], bool]) -> Callable[[Case], Reply]:
    """Return a target that refuses some messages of streams."""

    def answer(case: Case) -> Reply:
        said = right(case)
        match said:
            case Answered((first, Streamed(items=items) as stream)):
                changed = [replace(one, status="reject", error="odd") if is_refused(one) else one for one in items]
                return Answered((first, replace(stream, items=tuple(changed))))
            case _:
                return said

    return answer


def test_streams_are_compared_message_by_message(tmp_path: Path) -> None:
    refuses_skipped = refusing_in_streams(lambda item: item.status == "skipped")
    one, two = contender(name="one"), contender(refuses_skipped, name="two")
    events = campaign(tmp_path, one, two, runs=30, of=[UNKNOWN + FEW[0], FEW[0] + FEW[1]])
    # Skipped makes no claim that a refusal could be held against.
    assert [event for event in events if isinstance(event, NewDisagreement)] == []


def test_what_one_message_of_a_stream_breaks_is_nothing_that_targets_disagree_on_in_another(tmp_path: Path) -> None:
    broken = raw.initiation(raw.MANDATORY_TLVS, raw.tlv(3, b"reserved"))
    refuses_later = refusing_in_streams(lambda item: item.offset == len(broken))
    assert Oracle(PROFILE).expect(broken + FEW[0]).clause is not None
    one, two = contender(name="one"), contender(refuses_later, name="two")
    events = campaign(tmp_path, one, two, runs=1, of=[broken + FEW[0]])
    found = [event.found for event in events if isinstance(event, NewDisagreement)]
    assert {(one.about.clause_or_code, one.about.path, one.place) for one in found} == {
        ("accepted-or-rejected", "", "items[1]")
    }


def test_the_line_and_the_folder_are_as_the_contract_says(tmp_path: Path) -> None:
    (event, *_) = told(tmp_path, contender(name="one"), contender(refusing, name="two"))
    lines = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_bytes().splitlines()]
    line = next(line for line in lines if line["key"] == event.line.key)
    assert (line["op"], line["targets"], line["observation"], line["level"]) == (
        "diff",
        ["one", "two"],
        "differs",
        "info",
    )
    assert "target" not in line
    schema = json.loads(resources.files("bmpconform.report").joinpath("found-line.schema.json").read_bytes())
    for one in lines:
        Draft202012Validator(schema).validate(one)
    folder = tmp_path / "findings" / event.line.key
    assert (folder / "input.bin").read_bytes().hex() == line["input"]
    assert (folder / "replay.txt").read_text().count("--target") == 2


def test_an_entry_of_either_target_makes_it_known(tmp_path: Path) -> None:
    entry = FuzzEntry(
        op="diff", clause_or_error="RFC7854-10-1", path="", observation="differs", kind="by-design", analysis="Strict."
    )
    (event,) = told(tmp_path, contender(name="one"), contender(refusing, name="two", expected=Expected(fuzz=(entry,))))
    assert event.known


REFUSING = """
from bmpconform.adapters.reference.target import CAPABILITIES, decode as right
from bmpconform.targets.module import Reject

def decode(octets, session):
    if octets[5] > 6:
        raise Reject("no-such-type")
    return right(octets, session)
"""


def test_disagreements_alone_are_code_0(
    tmp_path: Path, py_target: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    picky, out = py_target("picky_module", REFUSING), tmp_path / "out"
    assert command(["fuzz", picky, "reference", "--runs", "1200", "--seed", "1", "--out", str(out)]) == 0
    assert "diff  reference accepted / py:picky_module rejected: " in capsys.readouterr().out
