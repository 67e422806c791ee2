"""Targets that make different things of the same octets where the documents leave it open, for a person to read.

Why never by majority: that most do something is no reason to do it. Why classes: an input is an instance, and what a
person has to think about is what they disagree on in which message. Who agrees with whom is told of the first input
alone: among ten targets there are so many ways that nobody could read them.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bmpconform.corpus.vector import Observation, Op
from bmpconform.fuzz.oracle import Expectation
from bmpconform.judge.expected import FuzzEntry
from bmpconform.judge.words import Verdict
from bmpconform.neutral import Bgp, Message, compare
from bmpconform.neutral.difference import Difference
from bmpconform.run.target import NotJudged, Outcome
from bmpconform.spec.profiles import Profile
from bmpconform.targets.protocol import Capabilities, Decoded, Streamed
from bmpconform.targets.replies import Answered, Reply
from bmpconform.wire.codes import MessageType
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.value import UNSET, Value, replace, to_json

DIFF, DIFFERS = "diff", "differs"
TAKEN_OR_NOT = "accepted-or-rejected"
_INDEX = re.compile(r"\[\d+\]")
_KEY_DIGITS = 16
_BGP_LEVELS: tuple[Bgp, ...] = ("none", "raw", "parsed")
_ASSIGNED = frozenset(MessageType)
UNKNOWN_TYPE = -1
_STATUSES = {"ok": Observation.ACCEPTED, "reject": Observation.REJECTED}


class Voice(Value, frozen=True):
    """What one target says of one message: whether it takes it, what it understood, and how far it shows that."""

    target: str
    takes: bool
    message: Message | None
    error: str
    depth: int
    bgp: Bgp


class Class(Value, frozen=True):
    """What makes disagreements the same: the type of message, and what they are about."""

    message_type: int
    clause_or_code: str
    path: str

    @property
    def key(self) -> str:
        """Return a short name that is the same in every campaign."""
        return hashlib.sha256(to_json((DIFF, self))).hexdigest()[:_KEY_DIGITS]


class Disagreement(Value, frozen=True):
    """One input on which targets disagree.

    `groups` are those who agree with each other, `said` is what each group says for people, `place` is the path of
    what differs, with all indices.
    """

    about: Class
    groups: tuple[tuple[str, ...], ...]
    code: str
    clause: str | None
    octets: bytes
    said: tuple[str, ...]
    place: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Return all who have a say."""
        return tuple(target for group in self.groups for target in group)


# A target's name and capabilities, what came of the input, and its reply.
Heard = tuple[str, Capabilities, Outcome, Reply]


def disagreements(
    octets: bytes, expectation: Expectation, heard: Sequence[Heard], profile: Profile
) -> list[Disagreement]:
    """Return where targets disagree on an input that all of them were asked; what a judge calls wrong is left out."""
    if len(heard) < 2 or expectation.op is Op.ENCODE:  # noqa: PLR2004 - it takes two
        return []
    fit = [one for one in heard if _is_open(one[2])]
    if expectation.op is Op.DECODE:
        voices = list(_decoded(octets, fit))
        return list(_of_voices(_message_type(octets, 0), voices, expectation.clause, octets, profile))
    return _of_stream(octets, expectation, fit, profile)


def _is_open(outcome: Outcome) -> bool:
    """Whether what a target did is its own choice."""
    is_judged = not isinstance(outcome.observed, NotJudged)
    return is_judged and outcome.judgement.verdict in {Verdict.PASS, Verdict.TOLERATED}


def _decoded(octets: bytes, heard: Sequence[Heard]) -> Iterator[Voice]:
    for name, able, outcome, reply in heard:
        observed = outcome.observed
        answer = reply.answers[-1] if isinstance(reply, Answered) else None
        if isinstance(observed, NotJudged) or observed.observation not in _STATUSES.values():
            continue
        taken = answer.message if isinstance(answer, Decoded) and isinstance(answer.message, Message) else None
        depth = able.depth_of(_message_type(octets, 0))
        yield Voice(name, isinstance(answer, Decoded), taken, observed.error or "", depth, able.bgp)


def _of_stream(octets: bytes, expectation: Expectation, heard: Sequence[Heard], profile: Profile) -> list[Disagreement]:
    """Return the disagreements on the first message of a stream that has any."""
    said: dict[int, list[Voice]] = {}
    for name, able, _, reply in heard:
        answer = reply.answers[-1] if isinstance(reply, Answered) else None
        for item in answer.items if isinstance(answer, Streamed) else ():
            if item.status in _STATUSES:
                message = None if item.message is UNSET else item.message
                error = "" if item.error is UNSET else item.error
                depth = able.depth_of(_message_type(octets, item.offset))
                voice = Voice(name, item.status == "ok", message, error, depth, able.bgp)
                said.setdefault(item.offset, []).append(voice)
    for offset in sorted(said):
        # What another message breaks says nothing about this one.
        clause = expectation.clause if offset == expectation.broken_at else None
        found = list(_of_voices(_message_type(octets, offset), said[offset], clause, octets, profile))
        if found:
            where = _item_at(expectation, offset)
            return [replace(one, place=f"{where}.{one.place}" if one.place else where) for one in found]
    return []


def _item_at(expectation: Expectation, offset: int) -> str:
    """Return the path of the message at an offset of a stream, that of the stream where none is expected there."""
    offsets = [item.offset for item in expectation.vector.items or ()]
    return f"items[{offsets.index(offset)}]" if offset in offsets else "items"


def _of_voices(
    message_type: int, voices: Sequence[Voice], clause: str | None, octets: bytes, profile: Profile
) -> Iterator[Disagreement]:
    """Yield that some take what others refuse, and that those who take it read it differently."""
    takers, others = [one for one in voices if one.takes], [one for one in voices if not one.takes]
    if takers and others:
        about = Class(message_type, clause or TAKEN_OR_NOT, "")
        errors = ", ".join(sorted({one.error for one in others if one.error}))
        said = "accepted", f"rejected: {errors}" if errors else "rejected"
        yield Disagreement(about, (_names(takers), _names(others)), TAKEN_OR_NOT, clause, octets, said)
    groups, difference = _readings(takers, profile)
    if difference is not None:
        path = _INDEX.sub("[]", difference.path)
        about = Class(message_type, clause or difference.code, path)
        said = difference.expected, difference.seen
        names = tuple(map(_names, groups))
        yield Disagreement(about, names, difference.code, clause, octets, said, difference.path)


def _readings(takers: Sequence[Voice], profile: Profile) -> tuple[list[list[Voice]], Difference | None]:
    """Return those who read the same, group by group, and the first difference of the first two groups."""
    groups: list[list[Voice]] = []
    first: Difference | None = None
    for voice in takers:
        if voice.message is None or not voice.depth:
            continue
        for group in groups:
            difference = _difference(group[0], voice, profile)
            if difference is None:
                group.append(voice)
                break
            first = first or difference
        else:
            groups.append([voice])
    return groups, first


def _difference(one: Voice, other: Voice, profile: Profile) -> Difference | None:
    """Return the first difference of what two targets understood, as far as both show it."""
    if one.message is None or other.message is None:
        return None
    bgp = min(one.bgp, other.bgp, key=_BGP_LEVELS.index)
    difference = compare(one.message, other.message, min(one.depth, other.depth), bgp, profile)
    return None if difference is None or difference.tolerated else difference


def _names(voices: Sequence[Voice]) -> tuple[str, ...]:
    return tuple(sorted(one.target for one in voices))


def _message_type(octets: bytes, offset: int) -> int:
    """Return the type of the message at an offset, the same for all that nobody has assigned."""
    place = offset + TYPE_OFFSET
    return octets[place] if place < len(octets) and octets[place] in _ASSIGNED else UNKNOWN_TYPE


def fits(found: Disagreement, entry: FuzzEntry) -> bool:
    """Whether an entry of expected.toml names a disagreement."""
    return entry.names(DIFF, found.about.clause_or_code, found.about.path, DIFFERS)


class DisagreementLine(Value, frozen=True):
    """The line of a disagreement in findings.jsonl: as that of a finding, with `targets` in place of `target`."""

    key: str
    targets: tuple[str, ...]
    op: str
    observation: str
    clause: str | None
    code: str | None
    path: str
    level: str
    input: str
    executions: int
    seconds: float


class StoredDisagreement(Value, frozen=True):
    """finding.json of a disagreement: its line, and who agrees with whom; `said` is what each group says.

    `is_small` as in that of one target.
    """

    line: DisagreementLine
    octets: str
    groups: tuple[tuple[str, ...], ...]
    message_type: int
    clause_or_error: str
    profile: str
    said: tuple[str, ...]
    place: str = ""
    is_small: bool = False

    @property
    def told(self) -> Iterator[tuple[tuple[str, ...], str | None]]:
        """Yield each group and what it says, None for those behind the first two, who read it in yet another way."""
        return zip_longest(self.groups, self.said)


def stored(found: Disagreement, profile: str, executions: int, seconds: float) -> StoredDisagreement:
    """Return a disagreement as it is written, found after so many executions and seconds under a profile."""
    about, octets = found.about, found.octets.hex()
    line = DisagreementLine(
        about.key,
        found.targets,
        DIFF,
        DIFFERS,
        found.clause,
        found.code,
        about.path,
        "info",
        octets,
        executions,
        round(seconds, 3),
    )
    return StoredDisagreement(
        line, octets, found.groups, about.message_type, about.clause_or_code, profile, found.said, found.place
    )
