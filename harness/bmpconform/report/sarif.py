"""The report of `check` as one SARIF 2.1.0 log, for sites that show findings beside the files they are in.

Why without a library: sarif-om has had no release since 2019 and leaves the JSON to another package, sarif-pydantic
would bring pydantic along, and with either the whole log is built in memory first. What is written here is a dozen
small types, and the tests hold it against the official schema.

- A result is written when its finding comes; kept are the distinct codes, the sources and the problems. `tool` stands
  behind `results` for that reason, and the order of keys means nothing in JSON.
- Each region says line 1. SARIF wants no line for a binary file, but GitHub's list of what it needs has `startLine`,
  and a place within a file that is no text can only be told as line 1. The octets at fault are in `byteOffset` and
  `byteLength`, in the properties, and in the last sentence of the message: that is what sites show.
- `byteOffset` counts octets of the stream. In a file of raw octets those are the octets of the file; in hex text they
  are the octets that it spells. In a capture they are not those of the file, and the region has none.
- A live input tells a finding when it first shows. How often it came is known at the end: `repeats` in the properties
  of the run, by fingerprint.
- A URI is the name as typed, percent-encoded. GitHub refuses a log with a URI of another scheme than `file`, so
  standard input is `-` and a live feed is a relative reference like `tcp%3A192.0.2.1%3A11019`.
- No clock, host, command line or exit code: the same events give the same octets.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import assert_never
from urllib.parse import quote

from bmpconform.events import Counts, Event, FindingLine, Found, Header, Problem, Repeated, Summary
from bmpconform.report.jsonl import json_line
from bmpconform.report.layout import count_of, rule_words
from bmpconform.report.text import clause_citation
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import CLAUSES, Authority, Clause
from bmpconform.wire.value import Value

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# The folder that relative URIs start from; a site takes the root of the repository for it.
ROOT = "%SRCROOT%"
STDIN = "-"
LEVELS = {"fail": "error", "warn": "warning", "info": "note", "none": "none"}

_HEAD = f'{{"$schema":"{SCHEMA_URI}","version":"2.1.0","runs":[{{"results":['.encode()
_RFC_PAGE = "https://www.rfc-editor.org/rfc/{}.html"
_SEMANTIC_VERSION = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}")
_SECTION = re.compile(r"\d+(\.\d+)*")
_RECORDING = "This is about the recording, not about what was sent."
_HOUSE = "A rule of this tool; no document demands it."


class _Part(Value, frozen=True, rename="camel", omit_defaults=True):
    """An object of SARIF: its names are in camel case, and what is not known is left out."""


class _Text(_Part, frozen=True):
    text: str


class _ArtifactLocation(_Part, frozen=True):
    uri: str
    uri_base_id: str | None = None
    index: int = -1


class _Region(_Part, frozen=True):
    start_line: int
    byte_offset: int | None = None
    byte_length: int | None = None


class _PhysicalLocation(_Part, frozen=True):
    artifact_location: _ArtifactLocation
    region: _Region | None = None


class _Location(_Part, frozen=True):
    physical_location: _PhysicalLocation


class _ResultProperties(Value, frozen=True):
    """What a finding has and SARIF has no place for, by the names of the JSON lines."""

    stream: int
    stream_name: str | None
    message: int | None
    offset: int
    length: int
    clause: str | None
    also: tuple[str, ...]
    authority: str
    path: str
    packet: int | None
    count: int


class _Result(_Part, frozen=True):
    rule_id: str
    rule_index: int
    level: str
    message: _Text
    locations: tuple[_Location]
    partial_fingerprints: Mapping[str, str]
    properties: _ResultProperties


class _RuleProperties(Value, frozen=True):
    clause: str | None
    also: tuple[str, ...]
    authority: str
    document: str | None
    section: str | None
    tags: tuple[str, ...]


class _Configuration(_Part, frozen=True):
    level: str


class _Rule(_Part, frozen=True):
    id: str
    short_description: _Text
    full_description: _Text
    help: _Text
    default_configuration: _Configuration
    properties: _RuleProperties
    name: str | None = None
    help_uri: str | None = None


class _Driver(_Part, frozen=True):
    name: str
    rules: tuple[_Rule, ...]
    version: str | None = None
    semantic_version: str | None = None


class _Tool(_Part, frozen=True):
    driver: _Driver


class _Notification(_Part, frozen=True):
    level: str
    message: _Text
    locations: tuple[_Location]


class _Invocation(_Part, frozen=True):
    execution_successful: bool
    tool_execution_notifications: tuple[_Notification, ...]
    stdin: _ArtifactLocation | None = None


class _Artifact(_Part, frozen=True):
    """An input. Its `length` is not known here: `octets` of the properties are those of the streams in it."""

    location: _ArtifactLocation
    roles: tuple[str, ...]
    properties: Counts | None = None


class _RunProperties(_Part, frozen=True):
    profile: str
    policy: Mapping[str, str]
    summary: Counts | None = None
    repeats: Mapping[str, int] | None = None


class _Rest(_Part, frozen=True):
    """What a run has beside its results."""

    artifacts: tuple[_Artifact, ...]
    invocations: tuple[_Invocation]
    tool: _Tool
    properties: _RunProperties | None = None


def render_sarif(events: Iterable[Event]) -> Iterator[bytes]:
    """Yield the lines of one JSON document, without their ends: a line for each result, and one before and behind."""
    log = _Log()
    separator = b""
    yield _HEAD
    for event in events:
        match event:
            case Header():
                log.header = event
            case Found():
                yield separator + json_line(log.result(event))
                separator = b","
            case Repeated():
                log.repeats[fingerprint(event.finding)] = event.finding.count
            case Problem():
                log.problems.append(event)
            case Summary():
                log.summary = event
            case _:
                assert_never(event)
    yield b"]," + json_line(log.rest()).removeprefix(b"{") + b"]}"


def artifact_uri(source: str) -> str:
    """Return the name of an input as a URI reference; one with an absolute path as a `file` URI."""
    path = PurePath(source)
    name = quote(path.as_posix(), safe="/", errors="backslashreplace")
    return f"file:///{name.lstrip('/')}" if path.is_absolute() else name


def fingerprint(finding: FindingLine) -> str:
    """Return what tells a finding from the others in its source, the same for each run that finds it.

    Not of its text, which may be put in better words, nor of its offset where the message has a number: a message
    before it may become longer.
    """
    place = ("offset", finding.offset) if finding.message is None else ("message", finding.message)
    uri = artifact_uri(finding.source)
    key = (uri, finding.stream, *place, finding.clause, finding.code, finding.path)
    return sha256(json_line(key)).hexdigest()[:32]


class _Log:
    """What must be kept of the events until the end of the log."""

    def __init__(self) -> None:
        self.header: Header | None = None
        self.summary: Summary | None = None
        self.problems: list[Problem] = []
        self.repeats: dict[str, int] = {}
        self._rules: dict[str, _Rule] = {}
        self._rule_numbers: dict[str, int] = {}
        self._sources: dict[str, _ArtifactLocation] = {}

    def result(self, found: Found) -> _Result:
        """Return a finding as a result."""
        finding = found.finding
        if finding.code not in self._rules:
            self._rule_numbers[finding.code] = len(self._rules)
            self._rules[finding.code] = _rule(finding)
        identity = fingerprint(finding)
        return _Result(
            finding.code,
            self._rule_numbers[finding.code],
            LEVELS[finding.level],
            _plain(_sentences(finding)),
            (_Location(_PhysicalLocation(self._location(finding.source), _region(found))),),
            # The second is the only one that GitHub looks at. Without it GitHub would take the hash of line 1, and
            # show all findings of a rule in a file as one.
            {"bmpconform/v1": identity, "primaryLocationLineHash": identity},
            _ResultProperties(
                finding.stream,
                found.stream_name,
                finding.message,
                finding.offset,
                finding.length,
                finding.clause,
                finding.also,
                finding.authority,
                finding.path,
                finding.packet,
                finding.count,
            ),
        )

    def rest(self) -> _Rest:
        """Return all of the run that is known at its end."""
        notifications = tuple(map(self._notification, self.problems))
        counts = self.summary.by_source if self.summary is not None else {}
        for source in counts:
            self._location(source)
        return _Rest(
            tuple(_artifact(source, location, counts.get(source)) for source, location in self._sources.items()),
            (_Invocation(not notifications, notifications, self._sources.get(STDIN)),),
            _Tool(self._driver()),
            self._properties(),
        )

    def _location(self, source: str) -> _ArtifactLocation:
        if source not in self._sources:
            uri = artifact_uri(source)
            base = None if uri.startswith("file:") else ROOT
            self._sources[source] = _ArtifactLocation(uri, base, len(self._sources))
        return self._sources[source]

    def _notification(self, problem: Problem) -> _Notification:
        location = _Location(_PhysicalLocation(self._location(problem.source)))
        return _Notification("error", _plain(f"{problem.source}: {problem.text}"), (location,))

    def _driver(self) -> _Driver:
        version = self.header.version if self.header is not None else None
        semantic = version if version is not None and _SEMANTIC_VERSION.fullmatch(version) else None
        return _Driver("bmpconform", tuple(self._rules.values()), version, semantic)

    def _properties(self) -> _RunProperties | None:
        if self.header is None:
            return None
        summary = self.summary and _counts(self.summary)
        return _RunProperties(self.header.profile, self.header.policy, summary, self.repeats or None)


def _artifact(source: str, location: _ArtifactLocation, counts: Counts | None) -> _Artifact:
    roles = ("analysisTarget", "standardStream") if source == STDIN else ("analysisTarget",)
    return _Artifact(location, roles, counts)


def _counts(summary: Summary) -> Counts:
    return Counts(*(getattr(summary, name) for name in Counts.__struct_fields__))


def _region(found: Found) -> _Region:
    """Return where the octets at fault are, in line 1; a finding about a stream as a whole has none.

    A stream with a name or with packets is one of a capture or of a connection: its octets are not those of a file.
    """
    finding = found.finding
    has_octets = finding.message is not None or finding.length > 0
    if found.stream_name is None and finding.packet is None and has_octets:
        return _Region(1, finding.offset, finding.length)
    return _Region(1)


def _sentences(finding: FindingLine) -> str:
    """Return what is wrong, how often, and where: sites show nothing but this, some its first sentence alone."""
    seen = f" Seen {finding.count} times on this peer; this is the first." if finding.count > 1 else ""
    message = "" if finding.message is None else f", message {finding.message}"
    packet = "" if finding.packet is None else f", packet {finding.packet}"
    octets = count_of(finding.length, "octet") if finding.length else "nothing there"
    path = f", {finding.path}" if finding.path else ""
    return f"{finding.text}{seen} Stream {finding.stream}{message}{packet}, offset {finding.offset} ({octets}){path}."


def _rule(finding: FindingLine) -> _Rule:
    """Return the rule with the code of a finding, as its clause has it."""
    clause = CLAUSES.get(finding.clause or "")
    uri = _help_uri(clause) if clause is not None else None
    full = _full_description(clause)
    also = f" The same is stated by {', '.join(finding.also)}." if finding.also else ""
    page = f" See {uri}" if uri is not None else ""
    return _Rule(
        finding.code,
        _plain(f"{clause.id}: {rule_words(clause)}." if clause is not None else _RECORDING),
        _plain(full),
        _plain(f"{full}{also}{page}"),
        _Configuration(LEVELS[clause.level.value] if clause is not None else LEVELS["info"]),
        _RuleProperties(
            finding.clause,
            finding.also,
            finding.authority,
            clause.document if clause is not None else None,
            clause.section if clause is not None else None,
            (clause.document if clause is not None else "capture",),
        ),
        _name(finding.code),
        uri,
    )


def _name(code: str) -> str | None:
    """Return a code in the form that names have in SARIF, None for one word: that would be the code over again."""
    words = code.split("-")
    return "".join(map(str.capitalize, words)) if len(words) > 1 else None


def _full_description(clause: Clause | None) -> str:
    if clause is None:
        return _RECORDING
    if clause.authority is Authority.HOUSE:
        return f"{rule_words(clause)}. {_HOUSE}"
    derived = " (follows from it, not stated there)" if clause.derived else ""
    return f"{clause_citation(clause)}{derived}: {rule_words(clause)}."


def _help_uri(clause: Clause) -> str | None:
    """Return the page of the document at the first section that is named, None for a rule of the house."""
    if clause.authority is Authority.HOUSE:
        return None
    page = _RFC_PAGE.format(clause.document.lower())
    section = _SECTION.match(clause.section)
    return f"{page}#section-{section[0]}" if section is not None else page


def _plain(text: str) -> _Text:
    """Return text as a message in which nothing is a placeholder, a link or a character that a page would obey."""
    doubled = printable(text).replace("{", "{{").replace("}", "}}")
    return _Text(doubled.replace("](", "] ("))
