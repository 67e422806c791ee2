"""The protocol's side of adapters in Python that have an environment of their own."""

import sys
from pathlib import Path

import pytest

from bmpconform import adapters
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import Decode, Decoded
from bmpconform.targets.replies import Answered, Case, Crashed
from conversation import Adapter

SPEAKER = Path(adapters.__file__).with_name("speaker.py")
TARGET = """
import neighbour

CAPABILITIES = {"ops": ["decode"], "depth": {"4": 1}, "bgp": "none"}


def hello():
    return {"name": "tiny", "version": "1", "language": "Python", "url": ""}


def decode(octets, session):
    print("a library that talks")
    if octets[0] != 3:
        return {"status": "reject", "error": "version"}
    return {"status": "ok", "consumed": neighbour.length(octets), "message": {"version": 3, "type": 4, "length": 6}}
"""
NEIGHBOUR = "def length(octets): return int.from_bytes(octets[1:5], 'big')"
FRAME = bytes.fromhex("030000000604")


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "tiny.py").write_text(TARGET, encoding="utf-8")
    (tmp_path / "neighbour.py").write_text(NEIGHBOUR, encoding="utf-8")
    return (sys.executable, "-I", str(SPEAKER), str(tmp_path / "tiny.py"))


@pytest.fixture
def tiny(command: tuple[str, ...]) -> Adapter:
    return Adapter(command)


def test_hello_carries_what_the_module_says(tiny: Adapter) -> None:
    assert tiny.hello() == {
        "id": 0,
        "status": "ok",
        "protocol": 1,
        "name": "tiny",
        "version": "1",
        "language": "Python",
        "url": "",
        "capabilities": {"ops": ["decode"], "depth": {"4": 1}, "bgp": "none"},
    }


def test_what_a_library_prints_is_no_answer(tiny: Adapter) -> None:
    answer = tiny.decode(FRAME)
    assert (answer["status"], answer["consumed"]) == ("ok", 6)


def test_what_a_module_raises_is_a_panic(tiny: Adapter) -> None:
    panic, after = tiny.ask({"op": "decode", "hex": ""}, {"op": "decode", "hex": FRAME.hex()})
    assert (panic["status"], panic["error"]) == ("panic", "IndexError")
    assert after["status"] == "ok"


@pytest.mark.parametrize("op", ["encode", "stream", "no-such-op"])
def test_what_is_not_declared_is_unsupported(tiny: Adapter, op: str) -> None:
    assert tiny.ask({"op": op, "hex": ""})[0]["status"] == "unsupported"


def test_reset_and_bye_are_answered_and_bye_ends(tiny: Adapter) -> None:
    assert [answer["status"] for answer in tiny.ask({"op": "reset"}, {"op": "bye"})] == ["ok", "ok"]


def test_the_driver_takes_it(command: tuple[str, ...]) -> None:
    cases = [Case("good", (Decode(FRAME.hex()),)), Case("bad", (Decode(""),))]
    with Driver(Launch("tiny", command)) as driver:
        good, bad = (reply for _, reply in driver.ask(cases))
    assert isinstance(good, Answered)
    assert isinstance(good.answers[0], Decoded)
    assert isinstance(bad, Crashed)
    assert bad.error == "IndexError"
