"""Where a campaign is: inputs, rate, what was kept and found, and how long ago there was news.

Why the rate is that since the last line: an average from the start says nothing of now.
"""

import time
from collections.abc import Iterable

from bmpconform.fuzz.feedback import Feedback
from bmpconform.fuzz.players import Player
from bmpconform.fuzz.store import StatsLine

STATS_SECONDS = 5.0


class Progress:
    """The counts of one loop."""

    def __init__(self) -> None:
        self.executions = self.findings = self.disagreements = 0
        self._began = self._told = self._news = time.monotonic()
        self._told_executions = 0
        self._latency: dict[str, float] = {}

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
        since = max(now - self._told, 1e-3)
        return StatsLine(
            round(now - self._began, 3),
            self.executions,
            round((self.executions - self._told_executions) / since, 1),
            kept,
            feedback.signatures,
            self.findings,
            round(now - self._news, 3),
            feedback.edges,
            self.disagreements,
            self._latency,
        )

    def is_due(self) -> bool:
        """Whether it is time for the next line."""
        return time.monotonic() - self._told >= STATS_SECONDS

    def tell(self, players: Iterable[Player]) -> None:
        """Note that a line was told, and how long targets took since the one before."""
        self._told, self._told_executions = time.monotonic(), self.executions
        self._latency = {player.name: player.latency() for player in players}
