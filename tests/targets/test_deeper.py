"""Keys above the declared depth are ignored, of whatever JSON type they are; those within it are not."""

import sys
from pathlib import Path

import pytest

import raw
from bmpconform.cli import run
from bmpconform.exits import TARGET_UNUSABLE
from bmpconform.targets.deeper import without_deeper
from bmpconform.targets.protocol import Capabilities, Decode, Reset, Stream
from bmpconform.targets.replies import Case
from bmpconform.wire.value import from_json

FRAME = raw.initiation(raw.MANDATORY_TLVS).hex()
DECODE = Case(0, (Decode(FRAME),))
STREAM = Case(0, (Reset(), Stream(FRAME, more=False)))
TOLD = b'{"id":1,"status":"ok","consumed":"all","message":{"version":3,"type":4,"length":"x","peer":1,"tlvs":"text"}}'
ADAPTER = """\
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    said = {"id": asked["id"], "status": "unsupported"}
    if asked["op"] == "hello":
        able = {"ops": ["decode", "stream"], "depth": DEPTH}
        said |= {"status": "ok", "protocol": 1, "name": "n", "version": "1", "capabilities": able}
    if asked["op"] in ("reset", "bye"):
        said["status"] = "ok"
    if asked["op"] == "decode":
        good = asked["hex"].startswith("03") and len(asked["hex"]) >= 12
        said |= {"status": "ok", "consumed": "all", "message": {"tlvs": "text"}} if good else {"status": "reject"}
        said["error"] = "refused"
    if asked["op"] == "stream":
        items = [{"offset": 0, "status": "ok", "message": {"type": "four", "tlvs": 7}}]
        said |= {"status": "ok", "items": items, "left": 0, "closed": False}
    print(json.dumps(said), flush=True)
"""


def able(depth: int) -> Capabilities:
    return Capabilities(("decode", "stream"), {"4": depth})


@pytest.mark.parametrize(
    "depth, kept",
    [
        (0, {"id": 1, "status": "ok"}),
        (1, {"id": 1, "status": "ok", "consumed": "all", "message": {"version": 3, "type": 4, "length": "x"}}),
        (3, from_json(TOLD, dict[str, object])),
    ],
)
def test_an_answer_keeps_what_its_depth_owes(depth: int, kept: dict[str, object]) -> None:
    assert from_json(without_deeper(TOLD, DECODE, able(depth)), dict[str, object]) == kept


def test_items_of_a_stream_keep_what_the_type_that_they_say_owes() -> None:
    told = b'{"id":1,"status":"ok","items":[{"offset":0,"message":{"type":4,"tlvs":7}},{"message":{"type":"x"}}]}'
    read = from_json(without_deeper(told, STREAM, able(1)), dict[str, object])
    assert read["items"] == [{"offset": 0, "message": {"type": 4}}, {"message": {"type": "x"}}]
    read = from_json(without_deeper(told, STREAM, Capabilities(("stream",))), dict[str, object])
    assert read["items"] == [{"offset": 0}, {}]


@pytest.mark.parametrize("depth, code", [("{}", 0), ('{"4": 3}', TARGET_UNUSABLE)])
def test_a_target_is_held_to_the_types_of_what_it_declares_alone(
    depth: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "adapter.py"
    script.write_text(ADAPTER.replace("DEPTH", depth), encoding="utf-8")
    target = f"jsonl:{sys.executable} {script}"
    assert run(["run", target, "--vectors", "initiation/*", "--no-rerun"]) == code
    said = capsys.readouterr().out
    assert ("smoke test" in said) == (code == TARGET_UNUSABLE)
    assert "protocol-broken" not in said
