"""Who listens, and whom he has not accepted yet, is told without connecting."""

import socket
import sys

import pytest

from bmpconform.lab.wait import is_listening, unaccepted

HERE = "127.0.0.1"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of it in /proc")


def test_who_listens_is_seen() -> None:
    with socket.create_server((HERE, 0)) as listener:
        port = listener.getsockname()[1]
        assert is_listening(HERE, port)
        assert not is_listening("127.0.0.2", port)
    assert not is_listening(HERE, port)


def test_who_was_not_accepted_is_counted() -> None:
    with socket.create_server((HERE, 0)) as listener:
        port = listener.getsockname()[1]
        assert unaccepted(HERE, port) == 0
        with socket.create_connection((HERE, port)), socket.create_connection((HERE, port)):
            assert unaccepted(HERE, port) == 2
            first, _ = listener.accept()
            with first:
                assert unaccepted(HERE, port) == 1
