"""A station by its address alone is known to be there as long as it takes a session and keeps it open."""

import socket
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from bmpconform.corpus.load import load
from bmpconform.live.device import Endpoint
from bmpconform.live.own.collector import OwnCollector
from bmpconform.live.probe import takes_sessions
from bmpconform.live.targets import live_contender
from bmpconform.neutral import Message
from bmpconform.run.contenders import contenders
from bmpconform.run.events import Judged
from bmpconform.run.runner import RunOptions, run
from bmpconform.targets.module import Item
from wrong_devices import Answers

SHORT = 0.2
HOSTS = ["127.0.0.1", "::1"]
VECTORS = {vector.id: vector for vector in load().vectors}
FATAL = "initiation/three-strings"


class Deadly(OwnCollector):
    """Takes no sessions any more once it has read a message of the future, or a certain Initiation."""

    def took(self, item: Item) -> None:
        """Close the door at what is fatal."""
        fatal = VECTORS[FATAL].message
        is_fatal = isinstance(item.message, Message) and isinstance(fatal, Message) and item.message.tlvs == fatal.tlvs
        if (is_fatal or item.status == "skipped") and self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """Return a socket that listens and that nobody accepts from."""
    host = getattr(request, "param", HOSTS[0])
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listening:
        yield listening


def end_of(listener: socket.socket) -> Endpoint:
    return Endpoint(*listener.getsockname()[:2])


def verdicts(collector: OwnCollector, pattern: str) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return verdict and code, by vector and op, of a collector of which the address alone is told."""
    try:
        target = f"station:{collector.open()}"
        events = run(
            contenders([target], None, None, live=partial(live_contender)),
            load(),
            RunOptions(pattern=pattern, rerun=False),
        )
        told = [event.line for event in events if isinstance(event, Judged)]
    finally:
        collector.close()
    return {(line.vector, line.op): (line.verdict, line.code) for line in told}


@pytest.mark.parametrize("listener", HOSTS, indirect=True)
def test_one_that_keeps_a_session_open_is_there(listener: socket.socket) -> None:
    assert takes_sessions(end_of(listener), SHORT)


def test_one_that_speaks_is_there() -> None:
    collector = Answers()
    try:
        assert takes_sessions(collector.open(), SHORT)
    finally:
        collector.close()


def test_where_nobody_listens_is_nobody(listener: socket.socket) -> None:
    end = end_of(listener)
    listener.close()
    assert not takes_sessions(end, SHORT)


def test_one_that_closes_at_once_is_not_there_until_it_keeps_one(listener: socket.socket) -> None:
    def turn_away(times: int) -> None:
        for _ in range(times):
            listener.accept()[0].close()

    turning = threading.Thread(target=turn_away, args=(2,))
    turning.start()
    assert not takes_sessions(end_of(listener), 0)
    assert takes_sessions(end_of(listener), 10)
    turning.join()


@pytest.mark.parametrize("pattern, op", [("live-collector/type-of-*", "live"), ("initiation/*", "session")])
def test_one_that_lives_passes(pattern: str, op: str) -> None:
    said = verdicts(OwnCollector(), pattern)
    assert {op for _, op in said} == {op}
    assert {verdict for verdict, _ in said.values()} == {"pass"}


def test_one_that_died_of_a_script_has_failed_it() -> None:
    said = verdicts(Deadly(), "live-collector/type-of-the-future")
    assert said["live-collector/type-of-the-future#RFC7854-4.1-7", "live"] == ("fail", "drops-an-unknown-type")


def test_one_that_died_of_a_vector_has_crashed_in_that_one() -> None:
    said = {vector: told for (vector, _), told in verdicts(Deadly(), "initiation/t[hr]*").items()}
    assert said.pop(FATAL) == ("fail", "crashed")
    assert set(said.values()) <= {("pass", None), ("fail", "refused")}
