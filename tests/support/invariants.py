"""What must hold of any octets, as functions that a test applies to one input after the other.

Why shared: the property tests, the replay of captures and that of streams ask the same of different inputs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import cast

from bmpconform import rules as _rules  # noqa: F401 - read for the rules that it registers
from bmpconform.check import StreamJudge, locate
from bmpconform.events import FindingLine
from bmpconform.rules.memory import Memory, SessionJudge
from bmpconform.rules.selection import Finding, Policy, Selection
from bmpconform.rules.session import Session, peer_key
from bmpconform.spec.catalogue import Level
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire import interpret
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.codes import (
    MIRRORING_CODES,
    REGISTRIES,
    TERMINATION_REASONS,
    LocRibFlag,
    MirroringTlvType,
    PeerFlag,
    Status,
    TerminationTlvType,
)
from bmpconform.wire.compile_parts import RUN
from bmpconform.wire.framer import MAX_MESSAGE, Chunk, Frame, Framer
from bmpconform.wire.interpret import Span, decode_with_spans, spans
from bmpconform.wire.layout import (
    Case,
    Fixed,
    Many,
    NamedField,
    Nested,
    Record,
    RecordLength,
    Sized,
    Uint,
    Variant,
    value_fields,
)
from bmpconform.wire.messages import (
    LAYOUT_OF,
    Malformed,
    Message,
    Peer,
    RouteMirroring,
    RouteMonitoring,
    Termination,
    Unframed,
)
from bmpconform.wire.routes import ROUTE_PATHS, route_parts
from bmpconform.wire.value import Value, replace

OLDEST_FIRST = tuple(sorted(PROFILES.values(), key=lambda profile: profile.order))
SELECTIONS = tuple(Selection(profile, Policy()) for profile in OLDEST_FIRST)
# What was found in all inputs so far: what is judged from memory must not hang on what came before.
MEMORIES = tuple(map(Memory, SELECTIONS))
NEWEST, NEWEST_MEMORY = SELECTIONS[-1], MEMORIES[-1]
_REGISTRIES = {registry.name: registry for registry in REGISTRIES}
_CLASSIC_FLAGS = tuple(
    PeerFlag.V | PeerFlag.L | PeerFlag.A | (PeerFlag.O if "RFC8671" in profile.documents else 0)
    for profile in OLDEST_FIRST
)
_EVERY_PROFILE = (1 << len(OLDEST_FIRST)) - 1


class Tally:
    """What a run of inputs has brought: codes of findings, and messages without any by their class."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.fired: Counter[str] = Counter()
        self.clean: Counter[str] = Counter()


def judge(selection: Selection, message: Message) -> list[Finding]:
    """Return what the rules of one message and of its per-peer header find."""
    findings = selection.judge(message)
    peer = getattr(message, "peer", None)
    return findings if peer is None else findings + selection.judge(peer)


def examine(octets: bytes, tally: Tally, *, under_all: bool) -> None:
    """Assert all that must hold of one input; judge it under every profile, or under the newest alone."""
    message = decode(octets)
    interpreted, found = decode_with_spans(octets)
    # Two engines from one table.
    assert message == interpreted
    assert encode(message) == interpret.encode(message) == octets
    assert gap(found, len(octets)) is None
    parts = route_parts(octets, 0)
    if parts is not None and parts[0] == len(octets):
        assert parts == (len(octets), *parts_of_spans(octets, found, ROUTE_PATHS))
    findings = judge(NEWEST, message)
    fields = {span.path: span for span in found}
    assert misplaced(findings, fields, len(octets)) == []
    tally.fired.update({finding.code for finding in findings})
    if not findings:
        tally.clean[type(message).__name__] += 1
    if under_all:
        older = [judge(selection, message) for selection in SELECTIONS[:-1]]
        for findings_of_older in older:
            assert misplaced(findings_of_older, fields, len(octets)) == []
            tally.fired.update({finding.code for finding in findings_of_older})
        known = profiles_that_assign(message, found, octets)
        assert new_fails([fails(result) for result in (*older, findings)], known) == []


def parts_of_spans(octets: bytes, found: Sequence[Span], paths: Sequence[str]) -> tuple[int | bytes, ...]:
    """Return what the spans of a frame hold at paths, `first:last` being a run of them, numbers as numbers."""
    fields = {span.path: span for span in found}
    parts: list[int | bytes] = []
    for path in paths:
        first, _, last = path.partition(RUN)
        start, end = fields[first], fields[last or first]
        part = octets[start.offset : end.offset + end.length]
        parts.append(int.from_bytes(part) if isinstance(start.field, Uint) and not last else part)
    return tuple(parts)


def gap(found: Sequence[Span], octets: int) -> str | None:
    """Return where the leaves of a frame's spans do not follow each other from start to end, None if they do."""
    position = 0
    for span in found:
        if span.field is None:
            if not 0 <= span.offset <= span.offset + span.length <= octets:
                return f"{span.path} lies outside"
        elif span.offset != position:
            return f"{span.path} begins at {span.offset}, not at {position}"
        else:
            position += span.length
    return None if position == octets else f"the leaves end at {position} of {octets}"


def misplaced(findings: Sequence[Finding], fields: dict[str, Span], octets: int) -> list[Finding]:
    """Return the findings whose octets are not all in the frame."""
    wrong = []
    for finding in findings:
        offset, length = locate(finding.breach, fields, octets)
        if min(offset, length) < 0 or offset + length > octets:
            wrong.append(finding)
    return wrong


def fails(findings: Sequence[Finding]) -> set[str]:
    """Return the paths of what fails."""
    return {finding.breach.path for finding in findings if finding.level is Level.FAIL}


def new_fails(by_profile: Sequence[set[str]], known: int) -> list[tuple[str, str, set[str]]]:
    """Return (older, newer, places) of what fails under a newer profile alone.

    `by_profile` is what fails, the oldest first; `known` has the bit of each profile that assigns all code points.
    """
    return [
        (OLDEST_FIRST[older].name, OLDEST_FIRST[newer].name, by_profile[newer] - by_profile[older])
        for older in range(len(by_profile))
        if known >> older & 1
        for newer in range(older + 1, len(by_profile))
        if not by_profile[newer] <= by_profile[older]
    ]


def profiles_that_assign(message: Message, found: Sequence[Span], frame: bytes) -> int:
    """Return the bits of the profiles, 0 the oldest, under which every code point in a frame is assigned."""
    known = _EVERY_PROFILE
    for span in found:
        registry = getattr(span.field, "registry", None)
        if registry is not None:
            known &= _assigning(registry.name, int.from_bytes(frame[span.offset : span.offset + span.length]))
    peer = getattr(message, "peer", None)
    if peer is not None:
        known &= _assigning_flags(peer)
    for registry_name, code in codes_in_tlvs(message):
        known &= _assigning(registry_name, code)
    return known


def _bits(holds: Callable[[int], bool]) -> int:
    return sum(1 << order for order in range(len(OLDEST_FIRST)) if holds(order))


@cache
def _assigning(registry_name: str, code: int) -> int:
    registry = _REGISTRIES[registry_name]
    return _bits(lambda order: registry.status(code, OLDEST_FIRST[order].documents) is Status.ASSIGNED)


def _assigning_flags(peer: Peer) -> int:
    if peer.is_loc_rib:
        return _EVERY_PROFILE if not peer.flags & ~LocRibFlag.F else 0
    return _bits(lambda order: not peer.flags & ~_CLASSIC_FLAGS[order])


def codes_in_tlvs(message: Message) -> Iterator[tuple[str, int]]:
    """Yield (registry, code point) of what stands in the values of TLVs."""
    match message:
        case Termination(tlvs=tlvs):
            for tlv in tlvs:
                if tlv.type == TerminationTlvType.REASON and len(tlv.value) == 2:
                    yield TERMINATION_REASONS.name, int.from_bytes(tlv.value)
        case RouteMirroring(tlvs=mirrored):
            for item in mirrored:
                if item.type == MirroringTlvType.INFORMATION and isinstance(item.value, bytes) and len(item.value) == 2:
                    yield MIRRORING_CODES.name, int.from_bytes(item.value)
        case _:
            return


def profiles_that_assign_all(frames: Iterable[bytes]) -> int:
    """Return the bits of the profiles under which every code point of a stream's frames is assigned."""
    known = _EVERY_PROFILE
    for frame in frames:
        known &= profiles_that_assign(decode(frame), spans(frame), frame)
    return known


def chunks(pieces: Iterable[bytes], max_message: int = MAX_MESSAGE) -> list[Chunk]:
    """Return what a framer makes of a stream that comes in these pieces."""
    framer = Framer(max_message)
    found = [chunk for piece in pieces for chunk in framer.feed(piece)]
    return [*found, *framer.finish()]


def frames_of(stream: bytes, max_message: int = MAX_MESSAGE) -> list[Frame]:
    """Return the frames of a stream, in order."""
    return [chunk for chunk in chunks([stream], max_message) if isinstance(chunk, Frame)]


def judge_stream(memory: Memory, pieces: Iterable[bytes], max_message: int = MAX_MESSAGE) -> list[FindingLine]:
    """Return the findings in a stream that comes in these pieces."""
    judge_of_it = StreamJudge("", 0, memory, max_message)
    found = [found.finding for piece in pieces for found in judge_of_it.feed(piece)]
    return found + [found.finding for found in judge_of_it.finish()]


def misremembered(memory: Memory, messages: Iterable[Message]) -> list[tuple[Message, list[Finding], list[Finding]]]:
    """Return the messages of a session in which `memory` finds something else than the rules: with both."""
    session = Session()
    remembering = SessionJudge(memory, Session())
    wrong = []
    for message in messages:
        anew = _comparable(memory.selection.judge_message(message, session))
        session.advance(message)
        remembered = _comparable(judge_next(remembering, encode(message)))
        if remembered != anew:
            wrong.append((message, remembered, anew))
    return wrong


def judge_next(remembering: SessionJudge, frame: bytes) -> Sequence[Finding]:
    """Return what is found in the next message of a session, from memory if that has an answer."""
    recalled = remembering.recall(frame, 0)
    if recalled is None:
        return remembering.judge(frame, decode(frame))
    end, peer, findings = recalled
    message = decode(frame)
    assert isinstance(message, RouteMonitoring)
    assert (end, peer) == (len(frame), peer_key(message.peer))
    return findings


def _comparable(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without the functions in them, which are no two the same."""
    return [replace(finding, breach=replace(finding.breach, settle=None)) for finding in findings]


def new_fails_of_stream(stream: bytes) -> list[tuple[str, str, set[str]]]:
    """Return what fails in a stream under a newer profile alone, though an older one knows all its code points."""
    known = profiles_that_assign_all(frame.octets for frame in frames_of(stream))
    by_profile = [
        {f"{line.message} {line.path}" for line in judge_stream(memory, [stream]) if line.level == "fail"}
        for memory in (MEMORIES if known else ())
    ]
    return new_fails(by_profile, known)


class Leaf(Value, frozen=True):
    """One field of a message that holds no other: where it lies, what it holds, the message with another content."""

    path: str
    content: int | bytes
    with_content: Callable[[int | bytes], Message]


def leaves(message: Message) -> Iterator[Leaf]:
    """Yield the leaves of a message, by walking its value beside its layout."""
    yield from _leaves(LAYOUT_OF[type(message)], message, "", lambda value: cast("Message", value))


# Takes what a field is to hold, or a record to be, and returns the message with it.
Rebuild = Callable[[object], Message]


def _leaves(record: Record, value: Value, path: str, rebuild: Rebuild) -> Iterator[Leaf]:
    for field in value_fields(record.fields):
        content = getattr(value, field.name)
        put = partial(_put, value, field.name, rebuild)
        yield from _leaves_of_field(field, content, f"{path}.{field.name}" if path else field.name, put)


def _put(value: Value, name: str, rebuild: Rebuild, content: object) -> Message:
    return rebuild(replace(value, **{name: content}))


def _leaves_of_field(field: NamedField, content: object, path: str, put: Rebuild) -> Iterator[Leaf]:
    match field:
        case Nested(records=records):
            if isinstance(content, Value):
                yield from _leaves(_record_of(records, content), content, path, put)
        case Many():
            yield from _leaves_of_items(field, cast("tuple[Value, ...]", content), path, put)
        case Variant() if not isinstance(content, bytes):
            yield from _leaves_of_case(field, content, path, put)
        case _:
            if isinstance(content, int | bytes):
                yield Leaf(path, content, put)


def _record_of(records: Sequence[Record], content: Value) -> Record:
    return next(record for record in records if isinstance(content, record.shape))


def _leaves_of_items(field: Many, items: tuple[Value, ...], path: str, put: Rebuild) -> Iterator[Leaf]:
    shown = path.rpartition(".")[0] if field.unnamed else path
    for index, item in enumerate(items):
        yield from _leaves(field.record, item, f"{shown}[{index}]", partial(_put_item, items, index, put))


def _put_item(items: tuple[Value, ...], index: int, put: Rebuild, item: object) -> Message:
    return put((*items[:index], item, *items[index + 1 :]))


def _leaves_of_case(field: Variant, content: object, path: str, put: Rebuild) -> Iterator[Leaf]:
    case = next(case for case in field.cases.values() if _is_read_as(case, content))
    shown = path.removesuffix(field.name) + case.name
    if isinstance(case.content, Many):
        yield from _leaves_of_items(case.content, cast("tuple[Value, ...]", content), shown, put)
    else:
        yield from _leaves(case.content, cast("Value", content), shown, put)


def _is_read_as(case: Case, content: object) -> bool:
    return isinstance(content, tuple if isinstance(case.content, Many) else case.content.shape)


def is_well_formed(message: Message) -> bool:
    """Whether a message was read by the layout of its type."""
    return not isinstance(message, Malformed | Unframed)


def is_derived(span: Span) -> bool:
    """Whether a span holds what no value keeps: it is fixed, or a length."""
    return isinstance(span.field, Fixed | RecordLength | Sized)
