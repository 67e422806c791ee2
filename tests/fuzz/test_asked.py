"""Encoders are asked for messages that no mutant of octets would ask for, and held to what was asked."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import raw
from bmpconform.fuzz import loop
from bmpconform.fuzz.finding import Found
from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.store import read_finding
from bmpconform.neutral import Message
from bmpconform.targets.protocol import Encode, Encoded, Rejected
from bmpconform.targets.replies import Answered, Case, Reply
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace
from campaigns import campaign, contender, findings, right

UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"two"))
CLEAN = [UP, raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b")), raw.termination(raw.tlv(1, b"\0\0"))]
RUNS = 600


@pytest.fixture(autouse=True)
def most_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for many more messages than a campaign does, in the same time."""
    monkeypatch.setattr(loop, "ASKED", 0.6)
    monkeypatch.setattr(loop, "MADE_UP_FIRST", 0)


def asked_of(case: Case) -> Message | None:
    request = case.requests[-1]
    return request.message if isinstance(request, Encode) else None


def changed(change: Callable[[Message], Message]) -> Callable[[Case], Reply]:
    """Return the replies of an encoder that writes something else than it was asked for."""

    def reply(case: Case) -> Reply:
        message = asked_of(case)
        return right(case) if message is None else right(replace(case, requests=(Encode(change(message)),)))

    return reply


def written(found: list[Found]) -> set[tuple[str, str]]:
    return {(one.fault.clause_or_error, one.fault.path) for one in found if one.fault.op == "encode"}


def messages_asked_for(folder: Path, of: list[bytes]) -> list[Message]:
    """Return what a right encoder is asked for."""
    asked: list[Message] = []

    def reply(case: Case) -> Reply:
        message = asked_of(case)
        if message is not None:
            asked.append(message)
        return right(case)

    assert findings(campaign(folder, contender(reply), runs=RUNS, of=of)) == []
    return asked


def test_it_is_asked_for_all_that_a_text_can_be(tmp_path: Path) -> None:
    texts = [bytes.fromhex(tlv.value or "") for one in messages_asked_for(tmp_path, CLEAN) for tlv in one.tlvs or ()]
    assert {0, 65_535, 65_536} <= set(map(len, texts))
    assert any(b"\0" in text for text in texts)


def test_a_peer_up_is_asked_for_with_types_of_an_initiation_and_in_any_order(tmp_path: Path) -> None:
    asked = messages_asked_for(tmp_path, [UP])
    ups = [[tlv.type for tlv in one.tlvs or ()] for one in asked if one.type == MessageType.PEER_UP]
    assert {1, 2} <= {code for order in ups for code in order}
    assert any(order[0] == order[2] != order[1] for order in ups if len(order) == 3)


def test_one_that_appends_a_nul_is_found(tmp_path: Path) -> None:
    def terminated(message: Message) -> Message:
        tlvs = tuple(replace(tlv, value=(tlv.value or "") + "00") for tlv in message.tlvs or ())
        return replace(message, tlvs=tlvs) if tlvs and message.type == MessageType.PEER_UP else message

    found = written(findings(campaign(tmp_path, contender(changed(terminated)), runs=RUNS, of=CLEAN)))
    assert ("nul-terminated", "tlvs[].value") in found


def test_one_that_keeps_no_order_is_found(tmp_path: Path) -> None:
    def by_type(message: Message) -> Message:
        tlvs = tuple(sorted(message.tlvs or (), key=lambda tlv: tlv.type or 0))
        return replace(message, tlvs=tlvs) if tlvs else message

    found = written(findings(campaign(tmp_path, contender(changed(by_type)), runs=RUNS, of=CLEAN)))
    assert ("order-lost", "tlvs") in found


def test_one_that_breaks_a_document_of_its_own_is_found_by_the_clause(tmp_path: Path) -> None:
    def flagged(case: Case) -> Reply:
        said = right(case)
        match case.requests, said:
            case (Encode(message),), Answered((Encoded(hex=octets),)) if message.type == MessageType.PEER_UP:
                flags = int(octets[14:16], 16) | UNASSIGNED_FLAG
                return Answered((Encoded(1, f"{octets[:14]}{flags:02x}{octets[16:]}"),))
            case _:
                return said

    of = [UP, raw.loc_rib_up(raw.tlv(3, b"global"))]
    found = findings(campaign(tmp_path, contender(flagged), runs=RUNS, of=of))
    assert written(found) == {("RFC8671-4-2", "peer.flags"), ("RFC9069-4.2-4", "peer.flags")}
    lines = [json.loads(one) for one in (tmp_path / "findings.jsonl").read_bytes().splitlines()]
    assert {line["clause"] for line in lines} == {"RFC8671-4-2", "RFC9069-4.2-4"}
    for line in lines:
        folder = tmp_path / "findings" / line["key"]
        assert read_finding(folder).line.clause == line["clause"]
        assert line["clause"] in (folder / f"test_{line['key']}.py").read_text(encoding="utf-8")


# No flag of an ordinary peer, nor of a Loc-RIB.
UNASSIGNED_FLAG = 0x01
CUTTING = """
from bmpconform.adapters.reference import target
from bmpconform.wire.value import replace

CAPABILITIES, decode = target.CAPABILITIES, target.decode

def encode(message, session):
    tlvs = tuple(replace(tlv, value=tlv.value[: 2 * {most}]) for tlv in message.tlvs or ())
    return target.encode(replace(message, tlvs=tlvs) if tlvs else message, session)
"""


@pytest.mark.parametrize("most, code", [(65_535, 1), (65_536, 0)])
def test_one_that_cuts_what_cannot_be_framed_is_found_and_its_test_asks_for_it(
    tmp_path: Path, most: int, code: int
) -> None:
    (tmp_path / "cutting.py").write_text(CUTTING.format(most=most), encoding="utf-8")
    run = campaign(tmp_path / "out", contender(changed(_cut), name="py:cutting"), runs=RUNS, of=CLEAN)
    (found,) = findings(run)
    assert (found.fault.op, found.fault.clause_or_error) == ("encode", "cannot-be-framed")
    (line,) = (json.loads(one) for one in (tmp_path / "out" / "findings.jsonl").read_bytes().splitlines())
    assert line["input"]["tlvs"] == [{"type": 0, "value": "78" * 65_536}]
    assert read_finding(tmp_path / "out" / "findings" / found.fault.key).is_small
    test = tmp_path / "out" / "findings" / found.fault.key / f"test_{found.fault.key}.py"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)]
    assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == code


def _cut(message: Message) -> Message:
    tlvs = tuple(replace(tlv, value=(tlv.value or "")[: 2 * 65_535]) for tlv in message.tlvs or ())
    return replace(message, tlvs=tlvs) if tlvs else message


def test_one_that_refuses_what_can_be_framed_is_found(tmp_path: Path) -> None:
    def refusing(case: Case) -> Reply:
        message = asked_of(case)
        longest = max((len(tlv.value or "") for tlv in message.tlvs or ()), default=0) if message else 0
        return Answered((Rejected(1, "too-long-for-me"),)) if longest == 2 * 65_535 else right(case)

    found = findings(campaign(tmp_path, contender(refusing), runs=RUNS, of=[UP]))
    assert ("too-long-for-me", "") in written(found)


def test_seeds_that_break_a_document_are_no_material_for_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: dict[bytes, bool] = {}
    monkeypatch.setattr(Mutator, "learn", lambda _, octets, *, is_clean=True: learned.setdefault(octets, is_clean))
    broken = raw.initiation(raw.tlv(1, b"a"))
    campaign(tmp_path, contender(), runs=300, of=[*CLEAN, broken])
    assert [learned[octets] for octets in (*CLEAN, broken)] == [True, True, True, False]
