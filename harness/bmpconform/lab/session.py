"""One BGP session of a neighbour that we play, from its TCP connection to its end.

Why no state machine in full: what a device must see of us is an OPEN of our choice, KEEPALIVEs in time and what the
test sends; what it does is told, not judged.

- Who accepts the connection speaks first, who dialled waits for the other's OPEN: what we send is sent to a session
  that the device takes part in, and not to a connection that it drops at once.
- Facts are told as the device under test sees them: what it sent is what we received.
- What we do is told before it is done: on a busy machine the device may have answered before we come round again.
"""

import asyncio
import contextlib
import struct
import time
from collections.abc import Callable
from socket import SO_LINGER, SOL_SOCKET

from bmpconform.lab.octets import KEEPALIVE
from bmpconform.live.facts import Announced, Established, Fact, Leaving, Left, PeerId, Received, Sent, Withdrew
from bmpconform.wire.bgp import HEADER_OCTETS, PDU, Open, Pdu, Update
from bmpconform.wire.codec import reader
from bmpconform.wire.codes import AttributeType, BgpType
from bmpconform.wire.errors import BmpconformError

Tell = Callable[[Fact], None]
LENGTH_AT, TYPE_AT = 16, 18
HOLD_AT = HEADER_OCTETS + 3
# RFC 4271 section 4.4: a KEEPALIVE each third of the hold time.
KEEPALIVES_IN_HOLD_TIME = 3
ABORT = struct.pack("ii", 1, 0)
read_pdu = reader(PDU)


class SessionError(BmpconformError):
    """A session that did not come up, or that ended before what it was asked for was done."""


class Session:
    """A session over a connection; `opening` is the OPEN that we send, octet for octet."""

    def __init__(
        self,
        peer: PeerId,
        opening: bytes,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        tell: Tell,
        *,
        dialled: bool,
    ) -> None:
        self.peer = peer
        self._opening = opening
        self._reader, self._writer = streams
        self._tell = tell
        self._dialled = dialled
        self._theirs = b""
        self._beating: asyncio.Task[None] | None = None
        self.established = asyncio.Event()
        self.ended = asyncio.Event()

    async def converse(self) -> None:
        """Hold the session until either side ends it."""
        try:
            if not self._dialled:
                self.send(self._opening)
            while not self.ended.is_set():
                await self._take(await self._read())
        except (asyncio.IncompleteReadError, OSError):
            self._leave(Leaving.LOCAL_NO_NOTIFICATION)
        finally:
            self._finish()

    def send(self, *pdus: bytes) -> None:
        """Send PDUs, well-formed or not. Raises SessionError where the session has ended."""
        for pdu in pdus:
            if self.ended.is_set() or self._writer.is_closing():
                raise SessionError(f"the session with {self.peer.address} has ended")
            at = time.monotonic()
            self._tell(Sent(at, self.peer, pdu.hex()))
            if route := _route_fact(pdu):
                self._tell(route(at, self.peer, pdu.hex()))
            self._writer.write(pdu)

    async def flush(self) -> None:
        """Wait until what was sent has left us."""
        with contextlib.suppress(OSError):
            await self._writer.drain()

    async def notify(self, notification: bytes) -> None:
        """End the session with a NOTIFICATION."""
        self._leave(Leaving.REMOTE_NOTIFICATION, notification)
        self.send(notification)
        await self._part()

    async def hang_up(self, *, abort: bool = False) -> None:
        """End the session without a word: by FIN, or by RST where `abort`."""
        if abort:
            self._writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, ABORT)
        self._leave(Leaving.REMOTE_NO_NOTIFICATION)
        await self._part()

    async def _part(self) -> None:
        self.ended.set()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _read(self) -> bytes:
        """Return the next PDU, whatever it is. Raises IncompleteReadError at the end of the connection."""
        header = await self._reader.readexactly(HEADER_OCTETS)
        length = int.from_bytes(header[LENGTH_AT:TYPE_AT])
        return header + await self._reader.readexactly(max(length - HEADER_OCTETS, 0))

    async def _take(self, pdu: bytes) -> None:
        match pdu[TYPE_AT]:
            case BgpType.OPEN:
                self._greet(pdu)
            case BgpType.KEEPALIVE:
                self._establish()
            case BgpType.UPDATE:
                self._tell(Received(time.monotonic(), self.peer, pdu.hex()))
            case BgpType.NOTIFICATION:
                self._leave(Leaving.LOCAL_NOTIFICATION, pdu)
                self.ended.set()
            case _:
                pass

    def _greet(self, opening: bytes) -> None:
        self._theirs = opening
        if self._dialled:
            self.send(self._opening)
        self.send(KEEPALIVE)
        hold_seconds = min(_hold_seconds(opening), _hold_seconds(self._opening))
        if hold_seconds:
            self._beating = asyncio.create_task(self._beat(hold_seconds / KEEPALIVES_IN_HOLD_TIME))

    async def _beat(self, seconds: float) -> None:
        """Send KEEPALIVEs until the session ends."""
        while True:
            await asyncio.sleep(seconds)
            if self.ended.is_set() or self._writer.is_closing():
                return
            self.send(KEEPALIVE)

    def _establish(self) -> None:
        """Tell that the session is up, at the first KEEPALIVE behind their OPEN."""
        if self.established.is_set() or not self._theirs:
            return
        theirs, ours = (self._writer.get_extra_info(name)[:2] for name in ("peername", "sockname"))
        opening = _open(self._opening)
        self._tell(
            Established(
                at=time.monotonic(),
                peer=self.peer,
                local_address=theirs[0],
                local_port=theirs[1],
                remote_port=ours[1],
                asn=opening.asn() if opening else 0,
                bgp_id=".".join(map(str, opening.bgp_id)) if opening else "0.0.0.0",  # noqa: S104 - an identifier
                sent_open=self._theirs.hex(),
                received_open=self._opening.hex(),
            )
        )
        self.established.set()

    def _leave(self, how: Leaving, pdu: bytes | None = None) -> None:
        """Tell how the session left Established, once, if it was there."""
        if self.established.is_set() and not self.ended.is_set():
            self._tell(Left(time.monotonic(), self.peer, how, None if pdu is None else pdu.hex()))

    def _finish(self) -> None:
        self.ended.set()
        if self._beating:
            self._beating.cancel()
        self._writer.close()


def _hold_seconds(opening: bytes) -> int:
    """Return the hold time of an OPEN, as far as it is there."""
    return int.from_bytes(opening[HOLD_AT : HOLD_AT + 2])


def _open(opening: bytes) -> Open | None:
    pdu = read_pdu(opening)
    return pdu.body if isinstance(pdu, Pdu) and isinstance(pdu.body, Open) else None


def _route_fact(octets: bytes) -> type[Announced | Withdrew] | None:
    """Return whether a PDU brings routes, takes some, or does neither; one that does both counts as bringing."""
    pdu = read_pdu(octets)
    if not isinstance(pdu, Pdu) or not isinstance(pdu.body, Update):
        return None
    types = {attribute.type for attribute in pdu.body.attributes.items}
    if pdu.body.nlri or AttributeType.MP_REACH_NLRI in types:
        return Announced
    return Withdrew if pdu.body.withdrawn or AttributeType.MP_UNREACH_NLRI in types else None
