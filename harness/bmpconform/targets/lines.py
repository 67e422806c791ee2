"""Counts the lines of Python that a request goes through, as other targets count their edges, where that is asked for.

Why only where it is asked for: each line costs a call, and four inputs of five are not asked in the time that takes.
Why lines: they are told alike from 3.11 on. What Python itself brings and what speaks the protocol are left out.
"""

import sys
import sysconfig
from collections.abc import Mapping
from types import CodeType, FrameType
from typing import Any
from zlib import crc32

from bmpconform.targets.counters import MAP, Counting

ASKED_FOR = "BMPCONFORM_LINES"
# Fewer than there are octets: a module has not so many lines, and each is looked at.
COUNTERS = 1 << 14
# From Python 3.12 on; before that every line is traced.
MONITORING: Any = getattr(sys, "monitoring", None)
_TOOL = 3
_STANDARD = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))
_PACKAGES = ("site-packages", "dist-packages")
_OURS = ("bmpconform/targets/", "bmpconform\\targets\\")


class Lines:
    """Counts lines between `begin` and `end`, in the maps that the environment names."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._bases: dict[CodeType, int | None] = {}
        self._is_counting = False
        self.counters = min(COUNTERS, counting.size)
        if MONITORING is None:
            sys.settrace(self._call)
        else:
            MONITORING.use_tool_id(_TOOL, "bmpconform")
            MONITORING.register_callback(_TOOL, MONITORING.events.LINE, self._line)
            MONITORING.set_events(_TOOL, MONITORING.events.LINE)

    def begin(self, request: int) -> None:
        """Count for another request from now on."""
        self._counting.begin(request)
        self._is_counting = True

    def end(self) -> None:
        """Count no more."""
        self._is_counting = False

    def _base(self, code: CodeType) -> int | None:
        """Return what tells the lines of one piece of code from those of others, None where they do not count."""
        if code not in self._bases:
            file = code.co_filename
            is_standard = file.startswith(_STANDARD) and not any(name in file for name in _PACKAGES)
            is_left_out = is_standard or file.startswith("<frozen") or any(place in file for place in _OURS)
            # Not `hash`, which is another one in each process.
            self._bases[code] = None if is_left_out else crc32(f"{code.co_qualname}/{file.rpartition('/')[2]}".encode())
        return self._bases[code]

    def _count(self, base: int, line: int) -> None:
        if self._is_counting:
            self._counting.count((base + line) % self.counters)

    def _line(self, code: CodeType, line: int) -> object:
        base = self._base(code)
        if base is None:
            return MONITORING.DISABLE
        self._count(base, line)
        return None

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:  # noqa: ANN401 - as the interpreter has it
        if self._base(frame.f_code) is None:
            return None
        return self._traced

    def _traced(self, frame: FrameType, event: str, _argument: Any) -> Any:  # noqa: ANN401 - as the interpreter has it
        base = self._base(frame.f_code)
        if event == "line" and base is not None:
            self._count(base, frame.f_lineno)
        return self._traced


def lines_of(environment: Mapping[str, str]) -> Lines | None:
    """Return what counts lines, None where nobody looks at them, or asks for them."""
    return Lines(Counting(environment)) if MAP in environment and environment.get(ASKED_FOR) else None
