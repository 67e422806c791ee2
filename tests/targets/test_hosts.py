"""A Python module and a plain program are asked like every other target."""

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from bmpconform.neutral import Message, Session, show_octets
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.catalogue import prepare
from bmpconform.targets.driver import Driver
from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import Decode, Decoded, Encode, Rejected, Unsupported
from bmpconform.targets.replies import Answered, Case, Crashed, Reply
from bmpconform.targets.samples import FRAMES
from bmpconform.targets.spec import parse_target
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import to_json

HERE = Path(__file__).parent
INITIATION = show_octets(FRAMES[MessageType.INITIATION], PROFILES["bmp-2026"])


def driver(target: str) -> Driver:
    launch = prepare(parse_target(target))
    assert isinstance(launch, Launch)
    return Driver(launch)


def program(shown: str = "", *more: str) -> str:
    """Return the target that is the program, with what it shows."""
    return "exec:" + shlex.join([sys.executable, "-I", "-S", str(HERE / "program.py"), shown, *more])


def ask(asked: Driver, *requests: Decode | Encode) -> list[Reply]:
    return [reply for _, reply in asked.ask(Case(place, (request,)) for place, request in enumerate(requests))]


def answer(reply: Reply) -> object:
    assert isinstance(reply, Answered)
    return reply.answers[0]


def test_a_module_answers_by_what_it_returns_and_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    hexes = ["00", "01", "02", "03", "04", "05"]
    with driver("py:any_module") as asked:
        hello = asked.hello()
        replies = ask(asked, *map(Decode, hexes), Decode("05", Session(as_width=4)), Encode(Message(version=3)))
    assert (hello.name, hello.language, hello.capabilities.ops) == ("any", "Python", ("decode",))
    rejected, unsupported, panicked, mistaken, unwritable, shown, told, encoded = replies
    seen = answer(rejected)
    assert isinstance(seen, Rejected)
    assert (seen.error, seen.reason, seen.offset) == ("none", "there is nothing", 7)
    assert isinstance(answer(unsupported), Unsupported)
    assert isinstance(panicked, Crashed)
    assert (panicked.error, panicked.reason) == ("assertion", "it gave up")
    assert isinstance(mistaken, Crashed)
    assert mistaken.error == "KeyError"
    assert isinstance(unwritable, Crashed)
    assert unwritable.error == "TypeError"
    for reply, width in ((shown, None), (told, 4)):
        seen = answer(reply)
        assert isinstance(seen, Decoded)
        assert seen.message == Message(version=3, length=1, fsm_event=width)
    assert isinstance(answer(encoded), Unsupported)


@pytest.mark.parametrize("module", ["no_such_module", "json.no_such_module"])
def test_a_module_that_is_not_there_is_told(module: str) -> None:
    with driver(f"py:{module}") as asked, pytest.raises(TargetError) as raised:
        asked.hello()
    assert "No module named" in raised.value.stderr


def test_exit_codes_are_answers() -> None:
    with driver(program()) as asked:
        hello = asked.hello()
        replies = ask(asked, *map(Decode, ["03", "00", "41", "", "7f", "01", "02", "c8"]))
    assert hello.capabilities.ops == ("decode",)
    assert hello.capabilities.depth == {}
    for reply in replies[:2]:
        seen = answer(reply)
        assert isinstance(seen, Decoded)
        assert seen.consumed is None
    for reply in replies[2:4]:
        assert isinstance(answer(reply), Rejected)
    assert isinstance(answer(replies[4]), Unsupported)
    assert [reply.error for reply in replies[5:] if isinstance(reply, Crashed)] == ["exit-1", "exit-2", "SIGABRT"]
    assert asked.restarts == 0


def test_what_a_program_shows_decides_its_depth() -> None:
    whole = to_json(INITIATION).decode()
    header = json.dumps({"version": 3, "type": 4, "length": 6})
    for shown, depth in ((whole, 3), (header, 2), ("{}", 0), ("Initiation\n", 0)):
        with driver(program(shown)) as asked:
            assert asked.hello().capabilities.depth_of(MessageType.INITIATION) == depth
            seen = answer(ask(asked, Decode("03"))[0])
            assert isinstance(seen, Decoded)
            assert (seen.message == INITIATION) == (shown == whole)


@pytest.mark.parametrize("shown", ['{"version": "three"}', "[]", "\udcff"])
def test_output_that_is_no_message_is_not_shown(shown: str) -> None:
    with driver(program(shown)) as asked:
        seen = answer(ask(asked, Decode("03"))[0])
    assert isinstance(seen, Decoded)
    assert seen == Decoded(seen.id, consumed=None)


def test_what_a_program_leaves_running_is_killed_before_the_next_case(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with driver(program("", str(pipe))) as asked:
        assert isinstance(answer(ask(asked, Decode("c9"))[0]), Decoded)
        assert os.read(reader, 10) == b"here"
        # An end, and no `would block`: nobody holds the other end any more.
        assert os.read(reader, 10) == b""
    os.close(reader)


def test_a_program_may_write_more_than_an_answer_holds() -> None:
    with driver(program()) as asked:
        seen = answer(ask(asked, Decode("ca"))[0])
    assert isinstance(seen, Decoded)


def test_a_program_is_told_of_no_session_and_cannot_encode() -> None:
    with driver(program()) as asked:
        for reply in ask(asked, Decode("03", Session(as_width=4)), Encode(Message(version=3))):
            assert isinstance(answer(reply), Unsupported)


def test_a_program_that_is_not_there_is_told() -> None:
    with driver("exec:./no-such-program") as asked, pytest.raises(TargetError) as raised:
        asked.hello()
    assert raised.value.stderr == "there is no program './no-such-program'\n"
