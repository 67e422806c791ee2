"""Routers are dialled or listened for, each connection a stream, and hear nothing from us."""

import errno
import os
import re
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

import raw
from bmpconform.capture import live
from bmpconform.capture.inputs import InputError, Reading, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.capture.live import endpoint, is_live
from bmpconform.capture.pieces import Piece, StreamEnd, StreamEvent, StreamStart
from bmpconform.corpus.captures import load_captures, read_capture
from routers import HOST, HOST_6, SECONDS, accepted, dialled, free_port, has_ipv6, port_of, reset, send_slowly, waiting

STREAM = raw.initiation(raw.MANDATORY_TLVS) + raw.termination(raw.tlv(1, b"\0\0"))
OTHER = raw.initiation(raw.MANDATORY_TLVS) + raw.peer_up()
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
LISTENING = re.compile(r"listening on (.*):(\d+); point the router's BMP at it; Ctrl-C ends\.")

Act = Callable[[int], object]
Events = list[bytes | StreamEvent]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Yield the threads in which routers act."""
    with ThreadPoolExecutor() as threads:
        yield threads


class Heard:
    """Says in what order things are told, and lets routers act once it is known where they are listened for."""

    def __init__(self, pool: ThreadPoolExecutor, *acts: Act) -> None:
        self.said: list[str] = []
        self._pool = pool
        self._acts = acts
        self._acting: list[Future[object]] = []

    def __call__(self, _name: str, text: str) -> None:
        """Note what is told."""
        self.said.append(text)
        if listening := LISTENING.fullmatch(text):
            self._acting += [self._pool.submit(act, int(listening[2])) for act in self._acts]

    def events(self, name: str, *, follow: bool = False, interrupt: Interrupt | None = None) -> Events:
        """Return all that an input gives."""
        reading = Reading(follow=follow, interrupt=interrupt or Interrupt(), say=self)
        events = list(read_input(name, reading))
        for acting in self._acting:
            acting.result(SECONDS)
        return events


def octets_of(events: Iterable[bytes | StreamEvent]) -> dict[int, bytes]:
    """Return the octets of each stream."""
    streams: dict[int, bytes] = defaultdict(bytes)
    for event in events:
        if isinstance(event, Piece):
            assert event.packet is None
            streams[event.stream] += event.octets
    return dict(streams)


def sends(octets: bytes, host: str = HOST) -> Act:
    """Return an act that dials, sends and closes."""

    def act(port: int) -> None:
        with dialled(port, host) as connected:
            connected.sendall(octets)

    return act


@pytest.mark.parametrize("host", [HOST, pytest.param(f"[{HOST_6}]", marks=needs_ipv6), "localhost"])
def test_a_router_that_dials_is_a_stream(host: str, pool: ThreadPoolExecutor) -> None:
    heard = Heard(pool, sends(STREAM, host.strip("[]")))
    start, *pieces, end = heard.events(f"listen:{host}:0")
    assert isinstance(start, StreamStart)
    assert (start.stream, start.begins, end) == (0, True, StreamEnd(0))
    assert octets_of(pieces) == {0: STREAM}
    router = start.name.partition(" > ")[0]
    assert heard.said[-2:] == [f"stream 0: {router} has connected.", f"stream 0: {router} has closed the connection."]


@needs_ipv6
def test_a_stream_is_named_by_both_ends(pool: ThreadPoolExecutor) -> None:
    names: list[str] = []

    def act(port: int) -> None:
        with dialled(port, HOST_6) as connected:
            names.append(f"[::1]:{connected.getsockname()[1]} > [::1]:{port}")

    start, _ = Heard(pool, act).events("listen:[::1]:0")
    assert isinstance(start, StreamStart)
    assert [start.name] == names


@needs_ipv6
def test_ipv4_reaches_a_station_that_listens_everywhere(pool: ThreadPoolExecutor) -> None:
    start, *_ = Heard(pool, sends(STREAM)).events("listen:[::]:0")
    assert isinstance(start, StreamStart)
    assert start.name.startswith("127.0.0.1:")


@pytest.mark.parametrize("capture", load_captures().captures, ids=lambda capture: capture.file)
def test_a_recorded_stream_comes_as_it_was(capture: object, pool: ThreadPoolExecutor) -> None:
    octets = read_capture(capture)  # type: ignore[arg-type]  # one of the captures
    assert octets_of(Heard(pool, sends(octets)).events("listen:127.0.0.1:0")) == {0: octets}


def test_octets_may_come_one_by_one_from_two_routers_at_once(pool: ThreadPoolExecutor) -> None:
    def act(port: int) -> None:
        with dialled(port) as one, dialled(port) as other:
            for first, second in zip(STREAM, OTHER, strict=False):
                send_slowly(one, bytes([first]))
                send_slowly(other, bytes([second]))
            other.sendall(OTHER[len(STREAM) :])

    events = Heard(pool, act).events("listen:127.0.0.1:0")
    assert octets_of(events) == {0: STREAM, 1: OTHER}
    assert [event.stream for event in events if isinstance(event, StreamStart)] == [0, 1]
    assert {event.stream for event in events if isinstance(event, StreamEnd)} == {0, 1}


def test_listening_ends_when_all_who_came_are_gone(pool: ThreadPoolExecutor) -> None:
    def act(port: int) -> None:
        with dialled(port) as one:
            with dialled(port) as other:
                other.sendall(OTHER)
            one.sendall(STREAM)

    assert octets_of(Heard(pool, act).events("listen:127.0.0.1:0")) == {0: STREAM, 1: OTHER}


def test_a_router_that_sends_nothing_is_a_stream_of_nothing(pool: ThreadPoolExecutor) -> None:
    events = Heard(pool, sends(b"")).events("listen:127.0.0.1:0")
    assert [type(event) for event in events] == [StreamStart, StreamEnd]


def test_a_reset_ends_a_stream_behind_what_came(pool: ThreadPoolExecutor) -> None:
    came = Event()

    def act(port: int) -> None:
        with dialled(port) as connected:
            connected.sendall(STREAM)
            assert came.wait(SECONDS)
            reset(connected)

    heard = Heard(pool, act)
    events: Events = []
    for event in read_input("listen:127.0.0.1:0", Reading(say=heard)):
        events.append(event)
        if octets_of(events) == {0: STREAM}:
            came.set()
    assert events[-1] == StreamEnd(0)
    assert heard.said[-1].endswith("broke the connection: Connection reset by peer.")


@pytest.mark.parametrize("dials", [True, False])
def test_a_router_hears_nothing(dials: bool, pool: ThreadPoolExecutor) -> None:  # noqa: FBT001 - a case
    def act(connected: socket.socket) -> bytes:
        with connected:
            connected.sendall(STREAM)
            connected.shutdown(socket.SHUT_WR)
            return connected.recv(1)

    heard: list[bytes] = []
    if dials:

        def dial(port: int) -> None:
            heard.append(act(socket.create_connection((HOST, port), SECONDS)))

        Heard(pool, dial).events("listen:127.0.0.1:0")
    else:
        with waiting() as listener:
            acting = pool.submit(lambda: act(accepted(listener)))
            Heard(pool).events(f"tcp:127.0.0.1:{port_of(listener)}")
            heard.append(acting.result(SECONDS))
    assert heard == [b""]


@pytest.mark.parametrize(
    "host, typed", [(HOST, HOST), pytest.param(HOST_6, "[::1]", marks=needs_ipv6), (HOST, "localhost")]
)
def test_a_router_is_dialled_until_it_closes(host: str, typed: str, pool: ThreadPoolExecutor) -> None:
    def act() -> None:
        with accepted(listener) as connected:
            send_slowly(connected, STREAM)

    with waiting(host) as listener:
        acting = pool.submit(act)
        heard = Heard(pool)
        start, *pieces, end = heard.events(f"tcp:{typed}:{port_of(listener)}")
        acting.result(SECONDS)
    assert isinstance(start, StreamStart)
    assert (start.stream, start.begins, end) == (0, True, StreamEnd(0))
    assert octets_of(pieces) == {0: STREAM}
    assert heard.said[0] == "dialling; Ctrl-C ends."


class Waits:
    """Notes how long is waited; before each wait comes the next step, and behind the last step Ctrl-C."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.seconds: list[float] = []
        self.interrupt = Interrupt(self._sleep)
        self._steps = iter(steps)

    def _sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        step = next(self._steps, None)
        if step is None:
            self.interrupt.requested = True
        else:
            step()


def nothing() -> None:
    """Do nothing in a wait."""


def test_a_router_is_dialled_again_with_a_back_off(pool: ThreadPoolExecutor) -> None:
    def act() -> None:
        for octets in (STREAM, b"", b"", OTHER):
            with accepted(listener) as connected:
                connected.sendall(octets)

    with waiting() as listener:
        waits = Waits(nothing, nothing, nothing, listener.close, *[nothing] * 6)
        acting = pool.submit(act)
        heard = Heard(pool)
        events = heard.events(f"tcp:127.0.0.1:{port_of(listener)}", follow=True, interrupt=waits.interrupt)
        acting.result(SECONDS)
    assert octets_of(events) == {0: STREAM, 3: OTHER}
    assert waits.seconds == [1, 2, 4, 1, 2, 4, 8, 16, 30, 30, 30]
    assert heard.said[-1] == "dialling again in 30 s; Ctrl-C ends."
    assert heard.said[-2].startswith("refuses the connection: ")


def test_listening_goes_on_where_it_is_to_follow(pool: ThreadPoolExecutor) -> None:
    first_is_gone = Event()

    def act(port: int) -> None:
        sends(STREAM)(port)
        assert first_is_gone.wait(SECONDS)
        sends(OTHER)(port)

    interrupt, events = Interrupt(), []
    for event in read_input("listen:127.0.0.1:0", Reading(follow=True, interrupt=interrupt, say=Heard(pool, act))):
        events.append(event)
        if event == StreamEnd(0):
            first_is_gone.set()
        if event == StreamEnd(1):
            interrupt.requested = True
    assert octets_of(events) == {0: STREAM, 1: OTHER}


def test_who_comes_when_it_is_full_waits_for_a_place(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_CONNECTIONS", 2)
    third_came = Event()

    def act(port: int) -> None:
        with dialled(port) as first:
            second, third = dialled(port), dialled(port)
            with second as connected, third as waits:
                waits.sendall(OTHER)
                connected.sendall(STREAM)
                connected.close()
                assert third_came.wait(SECONDS)
            first.sendall(STREAM)

    events: Events = []
    for event in read_input("listen:127.0.0.1:0", Reading(say=Heard(pool, act))):
        events.append(event)
        if isinstance(event, StreamStart) and event.stream == 2:
            third_came.set()
    order = [(type(event), event.stream) for event in events if isinstance(event, StreamStart | StreamEnd)]
    assert order[:4] == [(StreamStart, 0), (StreamStart, 1), (StreamEnd, 1), (StreamStart, 2)]
    assert octets_of(events) == {0: STREAM, 1: STREAM, 2: OTHER}


def test_ctrl_c_ends_the_wait_for_a_router(pool: ThreadPoolExecutor) -> None:
    interrupt = Interrupt()
    interrupt.requested = True
    assert Heard(pool).events("listen:127.0.0.1:0", interrupt=interrupt) == []
    assert Heard(pool).events("tcp:127.0.0.1:9", interrupt=interrupt) == []


def reason(name: str) -> str:
    """Return why an input is refused."""
    with pytest.raises(InputError) as refused:
        list(read_input(name))
    assert refused.value.name == name
    return refused.value.reason


def test_a_router_that_refuses_is_told() -> None:
    assert reason(f"tcp:127.0.0.1:{free_port()}").startswith("refuses the connection: ")


def test_a_port_in_use_is_told() -> None:
    with waiting() as listener:
        assert reason(f"listen:127.0.0.1:{port_of(listener)}").startswith("is in use: ")


def test_an_address_of_another_machine_is_told() -> None:
    assert reason("listen:192.0.2.1:11019").startswith("is no address of this machine; ")


@pytest.mark.parametrize("name", ["tcp:no-such-host.invalid:1790", "tcp:a..b:1790", "listen:no-such-host.invalid:1790"])
def test_an_unknown_host_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, *_: object, **__: object) -> list[object]:
        host.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert reason(name).startswith("has a host that is not known by this name")


@pytest.mark.parametrize(
    "error, told",
    [
        (TimeoutError("timed out"), "does not answer."),
        (PermissionError(errno.EACCES, "no"), "is not allowed; ports under 1024 are for administrators."),
    ],
)
def test_what_the_system_says_is_told(error: OSError, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> socket.socket:
        raise error

    monkeypatch.setattr(socket, "create_connection", fail)
    monkeypatch.setattr(socket, "create_server", fail)
    assert reason("tcp:127.0.0.1:1790") == told
    assert reason("listen:127.0.0.1:1790") == told


def test_no_route_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> socket.socket:
        raise OSError(errno.EHOSTUNREACH, "and more words")

    monkeypatch.setattr(socket, "create_connection", fail)
    monkeypatch.setattr(socket, "create_server", fail)
    assert reason("tcp:127.0.0.1:1790") == f"cannot be reached: {os.strerror(errno.EHOSTUNREACH)}."
    assert reason("listen:127.0.0.1:1790") == f"cannot be listened on: {os.strerror(errno.EHOSTUNREACH)}."


def test_a_router_that_resets_at_once_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: socket.socket) -> object:
        raise OSError(errno.ENOTCONN, "not connected")

    monkeypatch.setattr(socket.socket, "getpeername", gone)
    with waiting() as listener:
        told = reason(f"tcp:127.0.0.1:{port_of(listener)}")
    assert told == f"cannot be reached: {os.strerror(errno.ENOTCONN)}."


def test_who_is_gone_before_being_let_in_is_nobody(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = iter([ConnectionAbortedError(), BlockingIOError()])
    accept = socket.socket.accept

    def accept_later(listener: socket.socket) -> tuple[socket.socket, object]:
        for refusal in refusals:
            raise refusal
        return accept(listener)

    monkeypatch.setattr(socket.socket, "accept", accept_later)
    assert octets_of(Heard(pool, sends(STREAM)).events("listen:127.0.0.1:0")) == {0: STREAM}


def test_a_name_may_have_an_address_that_this_machine_has_not(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = socket.AF_INET, socket.SOCK_STREAM, 6, ""
    found = [(*kind, ("192.0.2.1", 0)), (*kind, (HOST, 0))]
    look_up = socket.getaddrinfo

    def addresses(host: str, *more: object, **others: object) -> list[object]:
        return list(found) if host == "station" else list(look_up(host, *more, **others))  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", addresses)
    heard = Heard(pool, sends(STREAM))
    assert octets_of(heard.events("listen:station:0")) == {0: STREAM}


@pytest.mark.parametrize(
    "rest", ["", "1790", "host", "host:", ":1790", "host:x", "host:65536", "::1:1790", "[::1]", "[::1:1790", "h:1:2"]
)
@pytest.mark.parametrize("kind", ["tcp", "listen"])
def test_a_name_of_another_form_is_told_with_the_right_one(kind: str, rest: str) -> None:
    told = reason(f"{kind}:{rest}")
    assert told.startswith(f"is not {kind}:HOST:PORT, such as {kind}:192.0.2.1:1790 or {kind}:[2001:db8::1]:1790; ")
    assert told.endswith(f"a file of that name is ./{kind}:{rest}.")


def test_port_0_is_for_those_who_listen() -> None:
    assert endpoint("listen:[::1]:0").port == 0
    assert "is not tcp:HOST:PORT" in reason("tcp:127.0.0.1:0")


@pytest.mark.parametrize(
    "name, is_router", [("tcp:h:1", True), ("listen:h:1", True), ("./tcp:h:1", False), ("tcp", False), ("-", False)]
)
def test_a_router_is_told_by_its_name(name: str, is_router: bool) -> None:  # noqa: FBT001 - what is expected
    assert is_live(name) == is_router
