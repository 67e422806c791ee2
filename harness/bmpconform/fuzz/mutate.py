"""The mutator: octets in, other octets out, one structural change or a few at a time. The same for the same seed.

Why structural first: what is behind two lengths that have to agree is out of reach of flipped bits. Octets alone are
one choice of many. Why plans: an input that is kept is mutated hundreds of times, and taken apart once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import TypeAlias, TypeVar

from bmpconform.fuzz.anatomy import LONGEST, MOST_FRAMES, dissect, fitted, frames_of
from bmpconform.fuzz.edits import Edit, all_applied, applied
from bmpconform.fuzz.fresh import fresh_frame
from bmpconform.fuzz.mutate_fields import flipped
from bmpconform.fuzz.mutate_items import item_edit
from bmpconform.fuzz.mutate_neutral import message_changed
from bmpconform.fuzz.mutate_relations import relation_changed
from bmpconform.fuzz.mutate_routes import session_related
from bmpconform.fuzz.mutate_sessions import session_changed
from bmpconform.fuzz.mutate_splices import sessions_spliced
from bmpconform.fuzz.plan import Plan
from bmpconform.neutral import Message
from bmpconform.wire.messages import HEADER_OCTETS
from bmpconform.wire.value import keep

__all__ = ["LONGEST", "MOST_FRAMES", "Mutator", "frames_of"]

# How many plans, frames and members are kept, and how many parts of one path.
_PLANS, _FRAMES, _STOCK, _PARTS = 512, 1024, 256, 32
# How many sessions are kept for splices, and the most octets of one: what is spliced of long ones leads nowhere.
_SESSIONS, _LONGEST_SESSION = 128, 1024
_TRIES = 4
# Mutants of one input by relations, which cost ten times what others do.
_RELATED = 32
# Of the contents of a field so many are made up, and so many known from a dictionary. From there on lengths are wrong.
_MADE_UP, _KNOWN, _WITH_LENGTHS = 0.15, 0.55, 0.92
# How often the length of a message is made right behind a change of its octets.
_REPAIRED = 0.7
_MANY = (2, 2, 2, 3, 4)
_FRESH_EVERY = 64
# Of the relations of a session so many are between its messages.
_ACROSS = 0.5

_Operator: TypeAlias = Callable[[Plan], bytes]
_Editor: TypeAlias = Callable[[Plan], Edit | None]
_Kept = TypeVar("_Kept")


class Mutator:
    """Makes other octets of those that it is given; what it has `learned` is material for splices."""

    def __init__(self, random: Random) -> None:
        """Draw all choices from `random`."""
        self._random = random
        self._drawn = random.random
        self._stock: dict[str, list[bytes]] = defaultdict(list)
        self._frames: list[bytes] = []
        self._sessions: list[list[bytes]] = []
        self._parts: dict[str, list[bytes]] = defaultdict(list)
        self._plans: dict[bytes, Plan] = {}
        self._editors: tuple[_Editor, ...] = (
            *(self._site_edit,) * 11,
            *(self._item_edit,) * 6,
            *(self._crossed,) * 2,
            self._octets_edit,
        )
        of_frame: tuple[_Operator, ...] = (
            *(self._edited,) * 11,
            *(self._edited_often,) * 6,
            self._related,
            self._octets_changed,
            self._spliced,
        )
        # Of a session, and of one message, so many mutants have other messages as such.
        self._of_one: tuple[_Operator, ...] = (*of_frame * 4, *(self._of_session,) * 5, self._of_sessions)
        self._of_several: tuple[_Operator, ...] = (
            *of_frame * 3,
            *(self._related,) * 2,
            *(self._of_session,) * 36,
            *(self._of_sessions,) * 6,
        )

    def learn(self, octets: bytes, *, is_clean: bool = True) -> None:
        """Keep the members of lists in an input for splices, and its frames, as such and as a session, if it is clean.

        Why not those of what breaks a document: a session that gets one of them breaks it as well.
        """
        frames = frames_of(octets)[:MOST_FRAMES]
        if is_clean and len(frames) > 1 and len(octets) <= _LONGEST_SESSION:
            _keep(self._random, self._sessions, frames, _SESSIONS)
        for frame in frames:
            self._learn_frame(frame, is_clean=is_clean)

    def mutate(self, octets: bytes) -> bytes:
        """Return octets that differ in a change or a few, at most LONGEST; now and then they are the same again."""
        plan = self._plans.get(octets) or self._planned(octets)
        drawn = self._drawn
        operators = self._of_several if len(plan.bounds) > 1 else self._of_one
        for _ in range(_TRIES):
            mutated = operators[int(drawn() * len(operators))](plan)
            if mutated != octets:
                break
        return mutated[:LONGEST]

    def of_message(self, message: Message) -> Message:
        """Return a message in the neutral form that differs in a change or two, for those who write."""
        return message_changed(self._random, message)

    def mutants(self, octets: bytes, many: int) -> Iterator[bytes]:
        """Yield so many mutants of one input."""
        for _ in range(many):
            yield self.mutate(octets)

    def _learn_frame(self, frame: bytes, *, is_clean: bool) -> None:
        anatomy = dissect(frame)
        if is_clean:
            _keep(self._random, self._frames, frame, _FRAMES)
        for item in (*anatomy.items, *anatomy.lists):
            part = frame[item.start : item.end]
            if part:
                _keep(self._random, self._stock[item.kind], part, _STOCK)
                _keep(self._random, self._parts[item.path], part, _PARTS)
        for span in anatomy.fields:
            if span.path not in _DERIVED:
                _keep(self._random, self._parts[span.path], frame[span.offset : span.offset + span.length], _PARTS)

    def _planned(self, octets: bytes) -> Plan:
        """Return the plan of an input, made now; now and then something is made up that no input has."""
        if len(self._plans) % _FRESH_EVERY == 0 and (frame := fresh_frame(self._random)):
            self._learn_frame(frame, is_clean=False)
        return keep(self._plans, octets, Plan(octets, self._random), _PLANS)

    def _any_frame(self, plan: Plan) -> bytes:
        frames = self._frames
        return frames[int(self._drawn() * len(frames))] if frames else plan.octets

    def _edited(self, plan: Plan) -> bytes:
        """Make one edit."""
        editors = self._editors
        edit = editors[int(self._drawn() * len(editors))](plan)
        return applied(plan.octets, edit or self._octets_edit(plan))

    def _edited_often(self, plan: Plan) -> bytes:
        """Make several edits."""
        drawn, editors = self._drawn, self._editors
        edits = [
            editors[int(drawn() * len(editors))](plan) or self._octets_edit(plan)
            for _ in range(_MANY[int(drawn() * len(_MANY))])
        ]
        return all_applied(plan.octets, edits)

    def _site_edit(self, plan: Plan) -> Edit | None:
        """Put another content into a field, or let a length lie; now and then no length follows."""
        drawn = self._drawn
        sites = plan.sites[int(drawn() * len(plan.sites))]
        if not sites:
            return None
        start, end, lengths, _, known, near = sites[int(drawn() * len(sites))]
        if (chance := drawn()) < _MADE_UP:
            octets = self._random.randbytes(end - start)
        else:
            contents = known if chance < _KNOWN else near
            octets = contents[int(drawn() * len(contents))]
        return start, end, octets, lengths if chance < _WITH_LENGTHS else (), 0, 0

    def _item_edit(self, plan: Plan) -> Edit | None:
        return item_edit(self._random, plan, self._stock)

    def _crossed(self, plan: Plan) -> Edit | None:
        """Put in place of one part that of the same path in another frame: an OPEN, a PDU, a peer, a value."""
        drawn, parts = self._drawn, plan.parts
        if not parts:
            return None
        start, end, lengths, path = parts[int(drawn() * len(parts))]
        others = self._parts.get(path)
        if not others:
            return None
        return start, end, others[int(drawn() * len(others))], lengths, 0, 0

    def _octets_edit(self, plan: Plan) -> Edit:
        """Change octets with no regard to fields."""
        random, octets = self._random, plan.octets
        start = int(random.random() * (len(octets) + 1))
        end = min(len(octets), start + _TAKEN[int(random.random() * len(_TAKEN))])
        return start, end, self._other_octets(octets[start:end]), (), 0, 0

    def _other_octets(self, octets: bytes) -> bytes:
        random = self._random
        match int(random.random() * 6):
            case 0:
                return b""
            case 1:
                return random.randbytes(1 + int(random.random() * 4))
            case 2:
                return octets * 2
            case 3:
                return bytes(len(octets))
            case _:
                return flipped(random, octets)

    def _octets_changed(self, plan: Plan) -> bytes:
        """Change octets with no regard to fields; the length of the message is mostly made right again."""
        start, end = plan.bounds[int(self._drawn() * len(plan.bounds))]
        changed = applied(plan.octets, self._octets_edit(plan))
        more = len(changed) - len(plan.octets)
        if more and end - start >= HEADER_OCTETS and self._drawn() < _REPAIRED:
            return changed[: start + 1] + fitted(end - start + more, 4) + changed[start + 5 :]
        return changed

    def _related(self, plan: Plan) -> bytes:
        """Change what belongs together in a message or in a session: as before, once that was done often enough."""
        drawn, done = self._drawn, plan.related
        if len(done) >= _RELATED:
            return done[int(drawn() * len(done))]
        is_of_session = len(plan.bounds) > 1 and drawn() < _ACROSS
        changed = self._related_across(plan) if is_of_session else self._related_in_one(plan)
        if changed is None:
            return self._edited(plan)
        done.append(changed)
        return changed

    def _related_in_one(self, plan: Plan) -> bytes | None:
        number = int(self._drawn() * len(plan.bounds))
        changed, (start, end) = relation_changed(self._random, plan.message(number)), plan.bounds[number]
        return None if changed is None else plan.octets[:start] + changed + plan.octets[end:]

    def _related_across(self, plan: Plan) -> bytes | None:
        return session_related(self._random, [plan.message(number) for number in range(len(plan.bounds))])

    def _of_session(self, plan: Plan) -> bytes:
        return session_changed(self._random, plan.frames, self._frames)

    def _of_sessions(self, plan: Plan) -> bytes:
        """Make one session of an input and another that was seen."""
        sessions = self._sessions
        if not sessions:
            return self._of_session(plan)
        return sessions_spliced(self._random, plan.frames, sessions[int(self._drawn() * len(sessions))])

    def _spliced(self, plan: Plan) -> bytes:
        """Put two frames together: the head of one, and the tail of another behind a place that both have."""
        start, end = plan.bounds[int(self._drawn() * len(plan.bounds))]
        frame, other = plan.octets[start:end], self._any_frame(plan)
        place = int(self._drawn() * (min(len(frame), len(other)) + 1))
        spliced = frame[:place] + other[place:]
        if len(spliced) >= HEADER_OCTETS:
            spliced = spliced[:1] + fitted(len(spliced), 4) + spliced[5:]
        return plan.octets[:start] + spliced + plan.octets[end:]


_DERIVED = frozenset({"version", "length"})
_TAKEN = (0, 1, 1, 1, 2, 4, 8)


def _keep(random: Random, kept: list[_Kept], one: _Kept, most: int) -> None:
    """Add to what is kept, in place of any once there is as much as may be."""
    if len(kept) < most:
        kept.append(one)
    else:
        kept[int(random.random() * most)] = one
