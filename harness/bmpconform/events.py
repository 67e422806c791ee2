"""What `check` says, as typed events: the lines of `check --format jsonl` and what else a report needs.

Why events: reports are folds over them, and nothing in a report can look back into the judging.
"""

from collections.abc import Mapping

from bmpconform.wire.value import Value

SCHEMA = 1


class Header(Value, frozen=True, tag_field="event", tag="header"):
    """The first line: which rules judge."""

    schema: int
    version: str
    profile: str
    policy: dict[str, str]


class FindingLine(Value, frozen=True, tag_field="event", tag="finding"):
    """One finding, keys in the order of the contract.

    `message` counts from 0 in its stream, None for a finding about the stream; `offset` and `length` in octets of
    the stream; `clause` is None only for codes `capture-*`; `packet` is the number of the capture's packet that
    brought the first octet at fault; `count` says how often the breach was seen on its peer.
    """

    source: str
    stream: int
    message: int | None
    offset: int
    length: int
    clause: str | None
    also: tuple[str, ...]
    authority: str
    code: str
    level: str
    path: str
    packet: int | None
    count: int
    text: str


class Excerpt(Value, frozen=True):
    """Octets around a fault, from `offset` of the stream, for people to look at."""

    offset: int
    octets: bytes


class Found(Value, frozen=True):
    """A finding with the octets that show it, and the name of its stream where that has one."""

    finding: FindingLine
    excerpt: Excerpt
    stream_name: str | None = None


class Repeated(Value, frozen=True):
    """A finding that was told when it first showed, now with the count of all: a live input tells it where it ends."""

    finding: FindingLine


class Problem(Value, frozen=True):
    """An input that could not be read, or holds no BMP: one sentence that says what to do."""

    source: str
    text: str


class Counts(Value, frozen=True):
    """What was read, and how many findings came of it; those of authority `house` are counted as such alone."""

    messages: int = 0
    octets: int = 0
    streams: int = 0
    fail: int = 0
    warn: int = 0
    info: int = 0
    house: int = 0


class Summary(Counts, frozen=True, kw_only=True, tag_field="event", tag="summary"):
    """The last line."""

    by_source: Mapping[str, Counts]


Event = Header | Found | Repeated | Problem | Summary
