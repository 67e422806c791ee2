"""Ctrl-C breaks off what waits and nothing else; a second one ends at once."""

import io
import signal

import pytest

from bmpconform.capture.interrupt import Interrupt


def ctrl_c(_seconds: float = 0) -> None:
    """Let Ctrl-C come."""
    signal.raise_signal(signal.SIGINT)


def ctrl_c_while_waiting() -> None:
    """Let Ctrl-C come, which ends the wait."""
    ctrl_c()
    pytest.fail("waited on")


def test_nothing_is_requested_without_ctrl_c() -> None:
    with Interrupt() as interrupt:
        assert interrupt.wait(lambda: 5) == 5
    assert not interrupt.requested


def test_ctrl_c_ends_a_wait() -> None:
    with Interrupt() as interrupt:
        interrupt.wait(ctrl_c_while_waiting)
    assert interrupt.requested


def test_ctrl_c_outside_of_a_wait_lets_the_work_go_on() -> None:
    with Interrupt() as interrupt:
        ctrl_c()
        assert interrupt.requested
        assert interrupt.wait(lambda: pytest.fail("waited")) is None


def test_a_second_ctrl_c_ends_at_once() -> None:
    with Interrupt(), pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the first must not raise
        ctrl_c()
        ctrl_c()


def test_what_goes_wrong_in_a_wait_is_passed_on() -> None:
    with Interrupt() as interrupt:
        with pytest.raises(ZeroDivisionError):
            interrupt.wait(lambda: 1 // 0)
        ctrl_c()
    assert interrupt.requested


def test_ctrl_c_ends_a_sleep() -> None:
    with Interrupt(ctrl_c) as interrupt:
        interrupt.sleep(1)
    assert interrupt.requested


def test_a_file_ends_where_ctrl_c_came() -> None:
    with Interrupt() as interrupt:
        file = interrupt.file(io.BytesIO(b"abc"))
        assert file.read1(2) == b"ab"
        ctrl_c()
        assert file.read1(2) == b""


def test_ctrl_c_is_as_before_behind_it() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
