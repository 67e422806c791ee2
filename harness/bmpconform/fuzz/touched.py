"""Which lines of Python a call reaches that none before it had reached.

Why lines and not counts: once a line is known it is looked at no more, and then it costs nothing.
"""

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Self

# From Python 3.12 on; before that every line is traced, which costs more.
MONITORING: Any = getattr(sys, "monitoring", None)
_TOOL = 4


class Touched:
    """The lines that were reached. Shape: a context, in which `by` calls a function and tells of new ones."""

    def __init__(self) -> None:
        self._lines: set[tuple[CodeType, int]] = set()
        self._is_looking = False

    def __enter__(self) -> Self:
        if MONITORING is not None:
            MONITORING.use_tool_id(_TOOL, "bmpconform-touched")
            MONITORING.register_callback(_TOOL, MONITORING.events.LINE, self._line)
            MONITORING.set_events(_TOOL, MONITORING.events.LINE)
        return self

    def __exit__(self, *_: object) -> None:
        if MONITORING is not None:
            MONITORING.set_events(_TOOL, 0)
            MONITORING.free_tool_id(_TOOL)

    def by(self, function: Callable[[bytes], None], octets: bytes) -> bool:
        """Call a function, and return whether that reached a line that was not reached before."""
        before, self._is_looking = len(self._lines), True
        traced = sys.gettrace()
        if MONITORING is None:
            sys.settrace(self._call)
        try:
            function(octets)
        finally:
            self._is_looking = False
            if MONITORING is None:
                sys.settrace(traced)
        return len(self._lines) > before

    def _line(self, code: CodeType, line: int) -> object:
        if not self._is_looking:
            return None
        self._lines.add((code, line))
        return MONITORING.DISABLE

    def _call(self, frame: FrameType, event: str, _argument: Any) -> Any:  # noqa: ANN401 - as the interpreter has it
        if event == "line":
            self._lines.add((frame.f_code, frame.f_lineno))
        return self._call
