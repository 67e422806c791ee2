"""Where a campaign is: inputs, rate, what was kept and found, and how long ago there was news.

Why the rate is that since the last line: an average from the start says nothing of now.
"""

import time
from collections.abc import Iterable

from bmpconform.fuzz.feedback import Feedback
from bmpconform.fuzz.players import Player
from bmpconform.fuzz.store import StatsLine

STATS_SECONDS = 5.0
_MEASURED_SECONDS = 1.0


class Progress:
    """The counts of one loop."""

    def __init__(self) -> None:
        self.executions = self.findings = self.disagreements = 0
        self._told_executions = 0
        self._rate: float | None = None
        self._latency: dict[str, float] = {}
        self.begin()

    def begin(self) -> None:
        """Begin to count time: what came before, such as the start of targets, is no part of it."""
        self._began = self._told = self._news = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return time.monotonic() - self._began

    def note_news(self) -> float:
        """Note that there is something new; return after how many seconds."""
        self._news = time.monotonic()
        return self._news - self._began

    def line(self, kept: int, feedback: Feedback) -> StatsLine:
        """Return where the campaign is."""
        now = time.monotonic()
        return StatsLine(
            round(now - self._began, 3),
            self.executions,
            self._rate_at(now),
            kept,
            feedback.signatures,
            self.findings,
            round(now - self._news, 3),
            feedback.edges,
            self.disagreements,
            self._latency,
            feedback.level,
        )

    def is_due(self) -> bool:
        """Whether it is time for the next line."""
        return time.monotonic() - self._told >= STATS_SECONDS

    def tell(self, players: Iterable[Player], kept: int, feedback: Feedback) -> StatsLine:
        """Return the line that is told now: its rate, and how long targets took, are those since the one before.

        A target that was not asked since then took what it took before.
        """
        self._latency = {one.name: one.latency() or self._latency.get(one.name, 0.0) for one in players}
        line = self.line(kept, feedback)
        self._told, self._told_executions, self._rate = time.monotonic(), self.executions, line.rate
        return line

    def _rate_at(self, now: float) -> float:
        """Return inputs a second since the last line; its own until there is enough to measure."""
        since = now - self._told
        if self._rate is not None and since < _MEASURED_SECONDS:
            return self._rate
        return round((self.executions - self._told_executions) / max(since, 1e-3), 1)
