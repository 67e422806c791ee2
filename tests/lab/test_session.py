"""One session alone: what it tells of what we do is told before the device can answer it."""

import asyncio
from unittest.mock import Mock

import pytest

from bmpconform.lab.octets import announcements, notification_octets, open_octets, withdrawals
from bmpconform.lab.session import Session
from bmpconform.live.facts import Announced, Fact, Leaving, Left, PeerId, Sent, Withdrew

PREFIX = "192.0.2.0/24"


class Wire:
    """The writing end of a connection that keeps what had been told when each PDU went out."""

    def __init__(self) -> None:
        self.told: list[Fact] = []
        self.before: dict[bytes, list[Fact]] = {}
        self.writer = Mock(asyncio.StreamWriter, is_closing=Mock(return_value=False))
        self.writer.write = self._write

    def _write(self, pdu: bytes) -> None:
        self.before[pdu] = list(self.told)

    def session(self) -> Session:
        """Return a session over it."""
        reader = Mock(asyncio.StreamReader)
        return Session(
            PeerId("127.0.0.3"), open_octets(65002, "10.0.0.2"), (reader, self.writer), self._tell, dialled=True
        )

    def _tell(self, fact: Fact) -> None:
        self.told.append(fact)


@pytest.mark.parametrize(
    "update, kind",
    [
        (announcements([PREFIX], [65002], ["198.51.100.1"], med=None)[0], Announced),
        (withdrawals([PREFIX])[0], Withdrew),
    ],
)
def test_routes_are_told_before_they_are_sent(update: bytes, kind: type[Announced] | type[Withdrew]) -> None:
    wire = Wire()
    wire.session().send(update)
    sent, route = wire.before[update]
    assert isinstance(sent, Sent)
    assert isinstance(route, kind)
    assert sent.at == route.at


def test_a_session_is_told_to_have_ended_before_its_notification_is_sent() -> None:
    wire = Wire()
    session = wire.session()
    session.established.set()
    asyncio.run(session.notify(notification_octets()))
    left, _ = wire.before[notification_octets()]
    assert isinstance(left, Left)
    assert left.how is Leaving.REMOTE_NOTIFICATION
    assert [fact for fact in wire.told if isinstance(fact, Left)] == [left]
