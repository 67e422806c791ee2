"""The window, the clock and the groups of an exchange, with a child and a clock that do as they are told."""

import json
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

from bmpconform.targets import exchange as under_test
from bmpconform.targets.exchange import Exchange, LateError, WrongError
from bmpconform.targets.protocol import FRAME_OCTETS, Asked, Decode, Rejected, Reset, Stream
from bmpconform.targets.replies import Answered, Case, Crashed, NotSent, Reply

if TYPE_CHECKING:
    from bmpconform.targets.child import Child

PANIC = {"status": "panic", "error": "boom"}


class Puppet:
    """A child that answers when it is waited for, `at_once` requests at a time, each after `seconds` of its clock."""

    stderr = "the end"

    def __init__(self, *, at_once: int = 1000, seconds: float = 0, piece: int = 1 << 20) -> None:
        self.now = 1000.0
        self.at_once, self.seconds, self.piece = at_once, seconds, piece
        self.special: dict[str, dict[str, Any]] = {}
        self.came = b""
        self.unanswered: deque[bytes] = deque()
        self.ready = b""
        self.most = self.most_octets = 0
        self.seen: list[dict[str, Any]] = []

    def monotonic(self) -> float:
        """Tell the time."""
        return self.now

    def write(self, octets: memoryview) -> int:
        """Take a piece."""
        taken = bytes(octets[: self.piece])
        *lines, self.came = (self.came + taken).split(b"\n")
        self.unanswered.extend(lines)
        self.most = max(self.most, len(self.unanswered))
        self.most_octets = max(self.most_octets, sum(len(line) + 1 for line in self.unanswered))
        return len(taken)

    def read(self) -> bytes | None:
        """Give a piece, if there is one."""
        given, self.ready = self.ready[: self.piece], self.ready[self.piece :]
        return given or None

    def wait(self, seconds: float, *, writing: bool) -> None:
        """Answer some requests, if there is time."""
        if writing:
            return
        assert self.unanswered, "a wait for nothing"
        for _ in range(min(self.at_once, len(self.unanswered))):
            request = json.loads(self.unanswered.popleft())
            self.seen.append(request)
            self.ready += json.dumps({"id": request["id"], **self.answer(request)}).encode() + b"\n"
        self.now += min(self.seconds, seconds)
        if self.seconds > seconds:
            self.ready = b""

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the usual answer: for a decode a rejection that names its octets."""
        if request.get("hex") in self.special:
            return self.special[request["hex"]]
        if request["op"] == "decode":
            return {"status": "reject", "error": request["hex"][:20]}
        return {"status": "ok"} | ({"items": [], "left": 0, "closed": False} if request["op"] == "stream" else {})


def case(key: object, *requests: Asked) -> Case:
    return Case(key, requests)


def small(count: int, octets: int = 1) -> list[Case]:
    return [case(number, Decode(f"{number:04x}" + "00" * octets)) for number in range(count)]


def started(puppet: Puppet, monkeypatch: pytest.MonkeyPatch, *, fresh_after_panic: bool = True) -> Exchange:
    """Return an exchange with a puppet, by its clock; a case has 2 s."""
    monkeypatch.setattr(under_test, "time", puppet)
    return Exchange(cast("Child", puppet), 2, fresh_after_panic=fresh_after_panic)


def told(exchange: Exchange, cases: list[Case]) -> Iterator[tuple[object, Reply]]:
    """Yield what is told of cases until all are."""
    again: deque[Case] = deque()
    source = iter(cases)
    while True:
        exchange.feed(again, source)
        yield from ((one.key, reply) for one, reply in exchange.advance())
        if exchange.spent or exchange.is_over:
            return


def errors(replies: Iterator[tuple[object, Reply]]) -> list[str]:
    """Return the error of each answer, which names the octets that were asked."""
    found = []
    for _, reply in replies:
        assert isinstance(reply, Answered)
        assert isinstance(reply.answers[0], Rejected)
        found.append(reply.answers[0].error)
    return found


@pytest.mark.parametrize("at_once", [1, 7, 1000])
@pytest.mark.parametrize("piece", [11, 1 << 20])
def test_every_case_is_told_with_its_own_answer(at_once: int, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = started(Puppet(at_once=at_once, piece=piece), monkeypatch)
    assert errors(told(exchange, small(300))) == [f"{number:04x}00" for number in range(300)]
    assert exchange.is_over
    assert exchange.untold() == []
    assert errors(told(exchange, small(1))) == ["000000"]


@pytest.mark.parametrize("at_once", [1, 1000])
def test_so_many_requests_are_under_way_and_no_more(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(at_once=at_once)
    assert len(list(told(started(puppet, monkeypatch), small(300)))) == 300
    assert puppet.most == 64


@pytest.mark.parametrize("requests", [1, 100])
def test_so_many_octets_are_under_way_and_no_more(requests: int, monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(at_once=1)
    asked = [case(key, *[Decode("00" * 10_000)] * requests) for key in range(100 // requests)]
    assert len(list(told(started(puppet, monkeypatch), asked))) == len(asked)
    assert 240_000 < puppet.most_octets <= 256 * 1024


def test_a_request_that_is_larger_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(at_once=1)
    asked = [*small(10), case("large", Decode("ff" * FRAME_OCTETS)), *small(10)]
    assert [key for key, _ in told(started(puppet, monkeypatch), asked)] == [*range(10), "large", *range(10)]
    line = len(b'{"id":11,"op":"decode","hex":""}\n') + 2 * FRAME_OCTETS
    assert puppet.most_octets == line


def test_a_frame_that_is_too_long_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet()
    long = "ff" * (FRAME_OCTETS + 1)
    asked = [*small(2), case("long", Decode(long)), case("stream", Reset(), Stream(long, more=False)), *small(2)]
    replies = list(told(started(puppet, monkeypatch), asked))
    assert [key for key, _ in replies] == [0, 1, "long", "stream", 0, 1]
    assert [type(reply) for _, reply in replies[2:4]] == [NotSent, NotSent]
    assert all(len(request.get("hex", "")) < len(long) for request in puppet.seen)


def test_a_case_has_an_answer_to_each_of_its_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [Stream(f"{number:04x}", more=number < 199) for number in range(200)]
    asked = [*small(3), case("stream", Reset(), *pieces), *small(3)]
    puppet = Puppet(at_once=5)
    replies = dict(told(started(puppet, monkeypatch), asked))
    stream = replies["stream"]
    assert isinstance(stream, Answered)
    assert [answer.id for answer in stream.answers] == list(range(4, 205))
    assert puppet.most == 64
    assert [request["hex"] for request in puppet.seen if request["op"] == "stream"] == [piece.hex for piece in pieces]


def test_nothing_asked_is_nothing_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet()
    assert list(told(started(puppet, monkeypatch), [])) == []
    assert puppet.most == 0


def test_each_case_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = started(Puppet(at_once=1, seconds=1.9), monkeypatch)
    assert len(list(told(exchange, small(100)))) == 100


def test_all_requests_of_a_case_share_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = started(Puppet(at_once=1, seconds=0.9), monkeypatch)
    asked = [case(0, Reset(), Reset()), case(1, Reset(), Reset(), Reset())]
    replies = told(exchange, asked)
    with pytest.raises(LateError, match="no answer within 2 s"):
        list(replies)
    assert exchange.untold() == asked
    assert exchange.oldest() == asked[1]


def test_the_time_that_the_caller_takes_is_not_the_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(at_once=33, seconds=1.5)
    count = 0
    for _ in told(started(puppet, monkeypatch), small(200)):
        puppet.now += 60
        count += 1
    assert count == 200


def test_a_long_pause_between_cases_gives_the_next_one_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(seconds=1)
    exchange = started(puppet, monkeypatch)
    assert len(list(told(exchange, small(1)))) == 1
    puppet.now, puppet.seconds = puppet.now + 3600, 5
    before = puppet.now
    with pytest.raises(LateError):
        list(told(exchange, small(1)))
    assert puppet.now == before + 2


def test_what_drips_in_without_an_end_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet()
    exchange = started(puppet, monkeypatch)

    def drip() -> bytes:
        puppet.now += 0.1
        return b"x"

    monkeypatch.setattr(puppet, "read", drip)
    with pytest.raises(LateError):
        list(told(exchange, small(1)))


def test_an_answer_too_many_is_charged_before_its_case_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet()
    exchange = started(puppet, monkeypatch)
    usual = puppet.answer
    monkeypatch.setattr(puppet, "answer", usual)
    exchange.feed(deque(), iter(small(3)))
    puppet.ready = b'{"id":1,"status":"reject","error":"a"}\n{"id":2,"status":"reject","error":"b"}\n' * 2
    assert [one.key for one, _ in exchange.advance()] == [0]
    with pytest.raises(WrongError, match="an answer with id 1 in place of 3"):
        exchange.advance()
    assert [one.key for one in exchange.untold()] == [1, 2]


@pytest.mark.parametrize("fresh", [True, False])
def test_a_panic_is_a_crash_and_spends_the_child(fresh: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    puppet = Puppet()
    puppet.special["000200"] = PANIC
    exchange = started(puppet, monkeypatch, fresh_after_panic=fresh)
    replies = dict(told(exchange, small(5)))
    assert replies[2] == Crashed("boom", "", "the end")
    assert exchange.spent == fresh
    assert list(replies) == list(range(3 if fresh else 5))
    assert [one.key for one in exchange.untold()] == ([3, 4] if fresh else [])


@pytest.mark.parametrize("fresh", [True, False])
def test_a_panic_midway_ends_its_case(fresh: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    puppet = Puppet()
    puppet.special["01"] = PANIC
    exchange = started(puppet, monkeypatch, fresh_after_panic=fresh)
    pieces = [Stream(octets, more=True) for octets in ("00", "01", *["02"] * 100)]
    asked = [*small(1), case("stream", *pieces), *small(1)]
    replies = list(told(exchange, asked))
    assert replies[1] == ("stream", Crashed("boom", "", "the end"))
    assert exchange.untold() == []
    assert len(replies) == (2 if fresh else 3)


def test_a_panic_in_a_stream_is_told_as_the_stream_has_it_and_spends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet()
    items = [{"offset": 0, "status": "panic", "error": "boom"}]
    puppet.special["01"] = {"status": "ok", "items": items, "left": 0, "closed": True}
    exchange = started(puppet, monkeypatch)
    replies = list(told(exchange, [case(0, Stream("01", more=True), Stream("02", more=False)), *small(1)]))
    assert [key for key, _ in replies] == [0]
    assert isinstance(replies[0][1], Answered)
    assert len(replies[0][1].answers) == 2
    assert exchange.spent
