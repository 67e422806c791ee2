"""Findings that wait for their count: a breach that repeats on a peer is told once, where it first shows.

Why they wait: how often it came is known at the end of the stream, and so is what only the stream can tell of a
level. They come out in the order of their octets; past `HELD_FINDINGS` they are told, and told again should they
repeat.

Findings of a live input do not wait, since its end may be months away: each is told when it first shows, with count 1
and the level that the session so far settles. How often it came is told at the end, as `Repeated`, for the tally alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bmpconform.events import Excerpt, FindingLine, Found, Repeated
from bmpconform.rules.selection import Finding
from bmpconform.rules.session import PeerKey, Session
from bmpconform.spec.catalogue import Level
from bmpconform.wire.value import keep, replace

HELD_FINDINGS = 10_000
# So many messages of which all findings are repeated at one stroke.
KNOWN_MESSAGES = 4096

Fault = tuple[str, Level, int | None, str]
FaultKey = tuple[PeerKey, Fault, int]
Told = Found | Repeated
_INDEX = re.compile(r"\[\d+\]")


class Held:
    """A finding that waits: its line, and its count so far."""

    __slots__ = ("_settle", "count", "excerpt", "line")

    def __init__(self, finding: Finding, line: FindingLine, excerpt: Excerpt) -> None:
        """Begin with a count of 1."""
        self._settle = finding.breach.settle
        self.line = line
        self.excerpt = excerpt
        self.count = 1

    def settled(self, session: Session) -> FindingLine:
        """Return the line as the session has it by now."""
        level = self._settle(session) if self._settle is not None else None
        return replace(self.line, level=self.line.level if level is None else level.value, count=self.count)


class Repeats:
    """Tells the breaches of one message apart: the second of a kind repeats the second of the message before."""

    def __init__(self, peer: PeerKey | None) -> None:
        """Begin with the first breach of a message of `peer`; without one nothing repeats."""
        self._peer = peer
        self._seen: Counter[Fault] = Counter()

    def key(self, finding: Finding) -> FaultKey | None:
        """Return what the same breach has in common from message to message."""
        if self._peer is None:
            return None
        breach = finding.breach
        fault = finding.code, finding.level, breach.number, _INDEX.sub("[]", breach.path)
        self._seen[fault] += 1
        return self._peer, fault, self._seen[fault]


class HeldFindings:
    """The findings of one stream, `stream_name` if that has one, that have not been told yet.

    Shape: `hold` and `repeat` add to them, `release` tells all. Of a live input `tell` tells those that are new. The
    findings of a message, the same object again, are added by `repeat_all` once they are known.
    """

    def __init__(self, stream_name: str | None = None) -> None:
        """Begin with none."""
        self._stream_name = stream_name
        self._held: list[Held] = []
        self._by_key: dict[FaultKey, Held] = {}
        # With the findings themselves, so that their identity stays their own.
        self._by_message: dict[tuple[PeerKey, int], tuple[Sequence[Finding], list[Held]]] = {}
        self._told = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._held) - self._told

    def is_full(self) -> bool:
        """Whether it is time to release them."""
        return len(self._held) > HELD_FINDINGS

    def repeat(self, key: FaultKey | None) -> Held | None:
        """Count a breach that was seen before, and return it; None where it was not."""
        held = self._by_key.get(key) if key is not None else None
        if held is not None:
            held.count += 1
        return held

    def repeat_all(self, peer: PeerKey, findings: Sequence[Finding]) -> bool:
        """Count the findings of a message of a peer; False where they are not known."""
        known = self._by_message.get((peer, id(findings)))
        for held in known[1] if known is not None else ():
            held.count += 1
        return known is not None

    def know(self, peer: PeerKey, findings: Sequence[Finding], held: list[Held]) -> None:
        """Take note of what the findings of a message add to, should the same come again."""
        keep(self._by_message, (peer, id(findings)), (findings, held), KNOWN_MESSAGES)

    def hold(self, held: Held, key: FaultKey | None = None) -> Held:
        """Keep a finding; what has the same `key` repeats it."""
        self._held.append(held)
        if key is not None:
            self._by_key[key] = held
        return held

    def tell(self, session: Session) -> Iterator[Found]:
        """Yield those that were not told yet, in the order of their octets, with the level that the session settles."""
        for held in sorted(self._held[self._told :], key=lambda held: held.line.offset):
            self._told += 1
            yield Found(held.settled(session), held.excerpt, self._stream_name)

    def release(self, session: Session) -> Iterator[Told]:
        """Yield those that were not told yet, and how often those came that were; forget all."""
        told = self._held[: self._told]
        yield from self.tell(session)
        for held in told:
            if held.count > 1:
                yield Repeated(held.settled(session))
        self._held.clear()
        self._by_key.clear()
        self._by_message.clear()
        self._told = 0
