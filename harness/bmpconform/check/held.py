"""Findings that wait for their count: a breach that repeats on a peer is told once, where it first shows.

Why they wait: how often it came is known at the end of the stream, and so is what only the stream can tell of a
level. They come out in the order of their octets; past `HELD_FINDINGS` they are told, and told again should they
repeat.

Findings of a live input do not wait, since its end may be months away: each is told when it first shows, with count 1
and the level that the session so far settles. How often it came is told at the end, as `Repeated`, for the tally alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from bmpconform.events import Excerpt, FindingLine, Found, Repeated
from bmpconform.rules.selection import Finding
from bmpconform.rules.session import PeerKey, Session
from bmpconform.spec.catalogue import Level
from bmpconform.wire.value import Value, replace

HELD_FINDINGS = 10_000

Fault = tuple[str, Level, int | None, str]
Told = Found | Repeated
_INDEX = re.compile(r"\[\d+\]")


class _Held(Value, frozen=True):
    line: FindingLine
    excerpt: Excerpt
    settle: Callable[[Session], Level | None] | None

    def settled(self, session: Session) -> FindingLine:
        level = self.settle(session) if self.settle is not None else None
        return self.line if level is None else replace(self.line, level=level.value)


class Repeats:
    """Tells the breaches of one message apart: the second of a kind repeats the second of the message before."""

    def __init__(self, peer: PeerKey) -> None:
        """Begin with the first breach of a message of `peer`."""
        self._peer = peer
        self._seen: Counter[Fault] = Counter()

    def key(self, finding: Finding) -> tuple[PeerKey, Fault, int]:
        """Return what the same breach has in common from message to message."""
        breach = finding.breach
        fault = finding.code, finding.level, breach.number, _INDEX.sub("[]", breach.path)
        self._seen[fault] += 1
        return self._peer, fault, self._seen[fault]


class HeldFindings:
    """The findings of one stream, `stream_name` if that has one, that have not been told yet.

    Shape: `hold` and `repeats` add to them, `release` tells all. Of a live input `tell` tells those that are new.
    """

    def __init__(self, stream_name: str | None = None) -> None:
        """Begin with none."""
        self._stream_name = stream_name
        self._held: list[_Held] = []
        self._indexes: dict[tuple[PeerKey, Fault, int], int] = {}
        self._told = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._held) - self._told

    def is_full(self) -> bool:
        """Whether it is time to release them."""
        return len(self._held) > HELD_FINDINGS

    def repeats(self, key: tuple[PeerKey, Fault, int]) -> bool:
        """Count a breach that was seen before; False where it was not."""
        index = self._indexes.get(key)
        if index is None:
            self._indexes[key] = len(self._held)
            return False
        held = self._held[index]
        self._held[index] = replace(held, line=replace(held.line, count=held.line.count + 1))
        return True

    def hold(self, finding: Finding, line: FindingLine, excerpt: Excerpt) -> None:
        """Keep a finding."""
        self._held.append(_Held(line, excerpt, finding.breach.settle))

    def tell(self, session: Session) -> Iterator[Found]:
        """Yield those that were not told yet, in the order of their octets, with the level that the session settles."""
        for held in sorted(self._held[self._told :], key=lambda held: held.line.offset):
            yield Found(held.settled(session), held.excerpt, self._stream_name)
        self._told = len(self._held)

    def release(self, session: Session) -> Iterator[Told]:
        """Yield those that were not told yet, and how often those came that were; forget all."""
        told = self._held[: self._told]
        yield from self.tell(session)
        for held in told:
            if held.line.count > 1:
                yield Repeated(held.settled(session))
        self._held.clear()
        self._indexes.clear()
        self._told = 0
