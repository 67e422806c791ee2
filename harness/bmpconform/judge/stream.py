"""What the answers to the pieces of one stream amount to, together.

Why by offset: a decoder that loses the frame reports messages where none begin, and that is what has to be seen.

Only targets that model a station are held to its closing: for others, what they say behind the point where a station
would close is left alone.
"""

from collections.abc import Sequence

from bmpconform.corpus.vector import UNSAID, Item, ItemStatus, Observation, Vector
from bmpconform.judge.decode import LONGEST_NAME, depth_at, observe_message, observe_refusal
from bmpconform.judge.observed import Observed, wrong
from bmpconform.spec.profiles import Profile
from bmpconform.targets.protocol import Capabilities, Refusal, Streamed
from bmpconform.targets.protocol import Item as Said
from bmpconform.wire.value import UNSET, replace


def observe_stream(
    vector: Vector, answers: Sequence[Streamed | Refusal], able: Capabilities, profile: Profile
) -> Observed:
    """Return what the answers to the pieces of a stream amount to."""
    said: dict[int, Said] = {}
    last: Streamed | None = None
    for answer in answers:
        if not isinstance(answer, Streamed):
            return observe_refusal(answer)
        for item in answer.items:
            if item.offset in said:
                return wrong("item-repeated", "items", f"one item at octet {item.offset}", "two")
            if said and item.offset < max(said):
                return wrong("order-lost", "items", "items in the order of their octets", f"octet {item.offset} late")
            said[item.offset] = item
        last = answer
    closed = last is not None and last.closed
    observed = _observe_items(vector, said, able, profile, closed=closed)
    if observed.observation is not Observation.ACCEPTED or last is None:
        return observed
    return _observe_end(vector, said, last, able, early=_closed_early(vector, observed)) or observed


def _observe_items(
    vector: Vector, said: dict[int, Said], able: Capabilities, profile: Profile, *, closed: bool
) -> Observed:
    """Return the first that is wrong among the items, which are taken out of `said`; else the sternest allowance."""
    octets, sum_ = vector.octets, Observed(Observation.ACCEPTED)
    for number, item in enumerate(vector.items or ()):
        depth = depth_at(octets, item.offset, able)
        answer = said.pop(item.offset, None)
        if answer is not None and able.station and vector.closed and _is_behind_the_end(item):
            # Only who models no station may read on where a station has closed.
            return wrong("item-added", f"items[{number}]", "nothing, the connection being closed", answer.status)
        observed = _observe_item(item, answer, depth, able, profile, closed=closed)
        if observed.observation is not Observation.ACCEPTED:
            within = f".{observed.path}" if observed.path else ""
            return replace(observed, path=f"items[{number}]{within}")
        sum_ = replace(
            sum_,
            hidden=sum_.hidden + observed.hidden,
            allowances=sum_.allowances + observed.allowances,
        )
    return sum_


def _observe_item(  # noqa: PLR0913 - an item, what is said of it, and what the comparison hangs on
    item: Item, said: Said | None, depth: int, able: Capabilities, profile: Profile, *, closed: bool
) -> Observed:
    if said is not None and said.status == "panic":
        return Observed(Observation.CRASHED, "panic", error=said.error or None)
    status = ItemStatus.ABSENT if said is None else ItemStatus(said.status)
    if status is not item.status:
        # Silence is the end of a connection where the target says so, and a loss everywhere else.
        either = UNSAID if said is None and closed else {status}
        for alternative in item.alternatives:
            if alternative.status in either:
                return Observed(Observation.ACCEPTED, allowances=((alternative.label, alternative.level),))
        if status is ItemStatus.REJECT:
            error = said.error[:LONGEST_NAME] if said is not None and said.error is not UNSET else None
            return Observed(Observation.REJECTED, expected=item.status.value, error=error)
        return wrong(f"item-{status.value}", "", item.status.value, status.value)
    if said is None or status is not ItemStatus.OK or item.message is UNSET:
        return Observed(Observation.ACCEPTED)
    return observe_message(item.message, said.message, depth, able.bgp, profile)


def _closed_early(vector: Vector, observed: Observed) -> bool:
    """Whether a message is missing because the target closed, which the vector allows."""
    alternatives = (other for item in vector.items or () for other in item.alternatives)
    labels = {other.label for other in alternatives if other.status is ItemStatus.CLOSED}
    return any(label in labels for label, _ in observed.allowances)


def _is_behind_the_end(item: Item) -> bool:
    """Whether an item is a message that nobody has to read any more."""
    return item.status is ItemStatus.OK and any(
        alternative.status is ItemStatus.ABSENT for alternative in item.alternatives
    )


def _observe_end(
    vector: Vector, others: dict[int, Said], last: Streamed, able: Capabilities, *, early: bool
) -> Observed | None:
    """Return what is wrong behind the items, None where nothing is; `others` are items that nobody expects."""
    if vector.closed and not able.station:
        others = {offset: item for offset, item in others.items() if offset < _closing(vector)}
    if others:
        offset = min(others)
        return wrong("item-added", "items", f"no item at octet {offset}", others[offset].status)
    if early:
        return None
    if vector.closed is not UNSET and able.station and last.closed != vector.closed:
        return wrong("closed-differs", "closed", str(vector.closed).lower(), str(last.closed).lower())
    if vector.left is not UNSET and not vector.closed and last.left != vector.left:
        return wrong("left-differs", "left", str(vector.left), str(last.left))
    return None


def _closing(vector: Vector) -> int:
    """Return the offset of the item behind which a station closes."""
    return max((item.offset for item in vector.items or ()), default=-1) + 1
