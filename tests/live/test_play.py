"""What steps do on a connection, and what a transcript says of it: IPv4 and IPv6, dialled and dialling."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from itertools import groupby
from typing import Any

import pytest

import raw
from bmpconform.live import connection as connections
from bmpconform.live.connection import Notes
from bmpconform.live.device import Endpoint, PeerUp
from bmpconform.live.line import Dialler, Listener
from bmpconform.live.play import play
from bmpconform.live.script import (
    Await,
    Close,
    Connect,
    HalfClose,
    Perform,
    Quiet,
    Reset,
    Role,
    Script,
    Send,
    Step,
)
from bmpconform.live.transcript import Kind, Transcript
from bmpconform.targets.errors import TargetError

HOSTS = ["127.0.0.1", "::1"]
INITIATION = raw.initiation(raw.SYS_DESCR, raw.SYS_NAME)
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def script(*steps: Step) -> Script:
    """Return a script of these steps."""
    return Script("live-x/one", "One.", Role.ROUTER, "rfc7854", (), (), steps)


def fields(octets: bytes) -> tuple[tuple[str, str], ...]:
    """Return octets as the fields of a step."""
    return (("octets", octets.hex()),)


async def _dialled(host: str, serve: Serve, steps: tuple[Step, ...]) -> Transcript:
    server = await asyncio.start_server(serve, host, 0)
    async with server:
        notes = Notes()
        line = Dialler(Endpoint(host, server.sockets[0].getsockname()[1]), notes)
        return await play(script(*steps), line, notes)


def dialled(serve: Serve, *steps: Step, host: str = "127.0.0.1") -> Transcript:
    """Play steps with a far end that we dial."""
    return asyncio.run(_dialled(host, serve, steps))


def kinds(transcript: Transcript, connection: int = 0) -> list[Kind]:
    """Return what happened on a connection, octets that follow each other once."""
    return [kind for kind, _ in groupby(event.kind for event in transcript.of(connection))]


def reads_to_the_end(into: bytearray) -> Serve:
    """Return a far end that keeps what comes, and closes at its end."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        into.extend(await reader.read())
        writer.close()

    return serve


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("at_a_time", [0, 1, 7])
def test_octets_arrive_as_the_script_has_them(host: str, at_a_time: int) -> None:
    came = bytearray()
    steps = (Connect(), Send(fields(INITIATION), at_a_time=at_a_time), HalfClose(), Await("closed"))
    transcript = dialled(reads_to_the_end(came), *steps, host=host)
    assert bytes(came) == INITIATION
    assert kinds(transcript) == [Kind.CONNECTED, Kind.SENT, Kind.HALF_CLOSED, Kind.FIN, Kind.CLOSED_BY_US]


def test_a_message_can_be_cut_at_any_octet() -> None:
    for cut in range(1, len(INITIATION)):
        came = bytearray()
        dialled(reads_to_the_end(came), Connect(), Send(fields(INITIATION), first=cut), HalfClose(), Await("closed"))
        assert bytes(came) == INITIATION[:cut]


def test_a_reset_arrives_as_one() -> None:
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        except ConnectionResetError:
            seen.append("reset")
        writer.close()

    transcript = dialled(serve, Connect(), Reset(), Connect(), HalfClose(on=1), Await("closed", on=1))
    assert seen == ["reset"]
    assert kinds(transcript) == [Kind.CONNECTED, Kind.RESET_BY_US]


@pytest.mark.parametrize("linger, kind", [(False, Kind.FIN), (True, Kind.RST)])
def test_how_the_far_end_finishes_is_told(linger: bool, kind: Kind) -> None:  # noqa: FBT001 - a case
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(INITIATION)
        await writer.drain()
        if linger:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            writer.transport.abort()
        writer.close()

    found = kinds(dialled(serve, Connect(), Await("closed")))
    assert kind in found


def test_what_does_not_come_is_told_and_the_script_goes_on() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    steps = (Connect(), Await("message", type=4, within=0.05), Quiet(seconds=0.01), Close())
    transcript = dialled(serve, *steps)
    (missed,) = (event for event in transcript.events if event.kind is Kind.TIMED_OUT)
    assert missed.text == "1 of type 4"
    assert kinds(transcript)[-1] is Kind.CLOSED_BY_US


def test_a_far_end_that_is_not_there_is_told() -> None:
    holder = socket.create_server(("127.0.0.1", 0))
    port = holder.getsockname()[1]
    holder.close()

    async def run() -> Transcript:
        notes = Notes()
        return await play(script(Connect(within=0.2)), Dialler(Endpoint("127.0.0.1", port), notes), notes)

    found = {event.kind for event in asyncio.run(run()).events}
    assert found == {Kind.REFUSED, Kind.TIMED_OUT}


def test_one_that_floods_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OCTETS", 1 << 20)

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(INITIATION * 1000)
                await writer.drain()
        except ConnectionError:
            writer.close()

    transcript = dialled(serve, Connect(), Await("closed", within=30))
    assert kinds(transcript)[-1] is Kind.FLOODED
    assert len(transcript.octets(0)) < 4 << 20


def test_an_act_that_nobody_can_do_is_told_and_not_waited_for() -> None:
    came = bytearray()
    steps = (Connect(), Perform(PeerUp("one")), Await("message", type=3), HalfClose(), Await("closed"))
    transcript = dialled(reads_to_the_end(came), *steps)
    told = {event.kind: event.text for event in transcript.events}
    assert told[Kind.CANNOT] == "PeerUp one: nothing but the address is known"
    assert Kind.TIMED_OUT not in told


@pytest.mark.parametrize("host", HOSTS)
def test_the_far_end_may_dial(host: str) -> None:
    async def run() -> Transcript:
        notes = Notes()
        line = Listener(notes)
        await line.listen(Endpoint(host, 0))
        playing = asyncio.create_task(play(script(Connect(), Await("message", type=4), Close()), line, notes))
        _, writer = await asyncio.open_connection(line.near.host, line.near.port)
        writer.write(INITIATION)
        transcript = await playing
        writer.close()
        return transcript

    assert kinds(asyncio.run(run())) == [Kind.CONNECTED, Kind.OCTETS, Kind.CLOSED_BY_US]


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder, pytest.raises(TargetError, match="cannot be listened on"):
        asyncio.run(Listener(Notes()).listen(Endpoint("127.0.0.1", holder.getsockname()[1])))
