"""What the answers to a stream amount to: items by offset, what is left, and whether a station closes."""

from collections.abc import Sequence

import pytest

import raw
from bmpconform.corpus.vector import Alternative, Item, ItemStatus, Observation, Op, OutcomeLevel, Vector
from bmpconform.judge.observed import Observed
from bmpconform.judge.stream import observe_stream
from bmpconform.targets.protocol import Item as Said
from bmpconform.targets.protocol import Panicked, Streamed
from bmpconform.wire.value import UNSET, replace
from vectors import ABLE, PROFILE, shown, vector

FIRST = raw.initiation(raw.tlv(2, b"router"), raw.tlv(1, b"descr"))
UNKNOWN = raw.message(77, b"\1\2")
LAST = raw.termination(raw.tlv(1, raw.u16(0)))
AT = (0, len(FIRST), len(FIRST) + len(UNKNOWN))
LENIENT = Alternative(ItemStatus.REJECT, "rejects-unknown-type", OutcomeLevel.WARN)
ITEMS = (
    Item(AT[0], ItemStatus.OK, shown(FIRST)),
    Item(AT[1], ItemStatus.SKIPPED, alternatives=(LENIENT,)),
    Item(AT[2], ItemStatus.OK, shown(LAST)),
)
STREAM = replace(vector(FIRST + UNKNOWN + LAST, Op.STREAM), items=ITEMS, left=0, closed=True)
SAID = (
    Said(AT[0], "ok", shown(FIRST)),
    Said(AT[1], "skipped"),
    Said(AT[2], "ok", shown(LAST)),
)
WALKER = replace(ABLE, station=False)


def observe(
    said: Sequence[Said] = SAID,
    *,
    stream: Vector = STREAM,
    closed: bool = True,
    left: int = 0,
    station: bool = True,
) -> Observed:
    answer = Streamed(1, tuple(said), left, closed)
    return observe_stream(stream, [answer], ABLE if station else WALKER, PROFILE)


def test_items_where_they_belong_are_accepted() -> None:
    assert observe() == Observed(Observation.ACCEPTED)


def test_items_may_come_in_any_piece() -> None:
    answers = [Streamed(1, SAID[:1], 3, closed=False), Streamed(2, SAID[1:], 0, closed=True)]
    assert observe_stream(STREAM, answers, ABLE, PROFILE).observation is Observation.ACCEPTED


def test_a_refused_piece_is_what_it_says() -> None:
    answers: list[Streamed | Panicked] = [Streamed(1, SAID[:1], 3, closed=False), Panicked(2, "boom")]
    assert observe_stream(STREAM, answers, ABLE, PROFILE).observation is Observation.CRASHED


@pytest.mark.parametrize(
    "said, observation, code, path",
    [
        ((SAID[0], SAID[2]), Observation.WRONG_VALUE, "item-absent", "items[1]"),
        ((*SAID[:2],), Observation.WRONG_VALUE, "item-absent", "items[2]"),
        ((SAID[0], Said(3, "skipped"), *SAID[1:]), Observation.WRONG_VALUE, "item-added", "items"),
        ((SAID[1], SAID[0], SAID[2]), Observation.WRONG_VALUE, "order-lost", "items"),
        ((*SAID, SAID[0]), Observation.WRONG_VALUE, "item-repeated", "items"),
        ((Said(0, "reject", error="bad"), *SAID[1:]), Observation.REJECTED, None, "items[0]"),
        ((Said(0, "panic", error="bad"), *SAID[1:]), Observation.CRASHED, "panic", "items[0]"),
        ((Said(0, "skipped"), *SAID[1:]), Observation.WRONG_VALUE, "item-skipped", "items[0]"),
        ((Said(0, "ok"), *SAID[1:]), Observation.PROTOCOL_BROKEN, "key-missing", "items[0].message"),
        ((Said(0, "ok", shown(LAST)), *SAID[1:]), Observation.WRONG_VALUE, "value-differs", "items[0].type"),
    ],
)
def test_what_is_wrong_is_told_where(
    said: tuple[Said, ...], observation: Observation, code: str | None, path: str
) -> None:
    observed = observe(said)
    assert (observed.observation, observed.code, observed.path) == (observation, code, path)


def test_an_alternative_is_accepted_with_its_label() -> None:
    observed = observe((SAID[0], Said(AT[1], "reject"), SAID[2]))
    assert observed.observation is Observation.ACCEPTED
    assert observed.allowances == (("rejects-unknown-type", OutcomeLevel.WARN),)


BROKEN = raw.initiation(raw.tlv(2, b"router", length=99))
MAY_CLOSE = Alternative(ItemStatus.CLOSED, "closes-at-malformed", OutcomeLevel.WARN)
CLOSABLE = replace(
    vector(BROKEN + FIRST, Op.STREAM),
    items=(
        Item(0, ItemStatus.REJECT),
        Item(len(BROKEN), ItemStatus.OK, shown(FIRST), alternatives=(MAY_CLOSE,)),
    ),
    left=0,
    closed=False,
)
REFUSED = Said(0, "reject", error="bad")


def test_who_says_that_it_closed_at_what_is_malformed_is_let_off() -> None:
    observed = observe((REFUSED,), stream=CLOSABLE, closed=True, left=len(FIRST))
    assert observed == Observed(Observation.ACCEPTED, allowances=(("closes-at-malformed", OutcomeLevel.WARN),))


@pytest.mark.parametrize("station", [True, False])
def test_who_says_nothing_of_a_message_and_did_not_close_has_lost_it(*, station: bool) -> None:
    observed = observe((REFUSED,), stream=CLOSABLE, closed=False, station=station)
    assert (observed.code, observed.path) == ("item-absent", "items[1]")


def test_who_reads_on_behind_what_is_malformed_has_no_reason_to_close() -> None:
    behind = Said(len(BROKEN), "ok", shown(FIRST))
    assert observe((REFUSED, behind), stream=CLOSABLE, closed=False) == Observed(Observation.ACCEPTED)
    assert observe((REFUSED, behind), stream=CLOSABLE, closed=True).code == "closed-differs"


def test_a_station_has_to_close_and_to_stay_silent_behind() -> None:
    assert observe(closed=False).code == "closed-differs"
    behind = replace(STREAM, fields=(*STREAM.fields, ("behind", FIRST.hex())))
    more = (*SAID, Said(AT[2] + len(LAST), "ok", shown(FIRST)))
    assert observe(more, stream=behind).code == "item-added"


def test_what_is_no_station_may_go_on() -> None:
    behind = replace(STREAM, fields=(*STREAM.fields, ("behind", FIRST.hex())))
    more = (*SAID, Said(AT[2] + len(LAST), "ok", shown(FIRST)))
    assert observe(more, stream=behind, closed=False, station=False).observation is Observation.ACCEPTED


def test_octets_of_a_message_that_is_not_whole_are_left() -> None:
    cut = replace(STREAM, fields=(("octets", (FIRST + UNKNOWN[:3]).hex()),), items=ITEMS[:1], left=3, closed=UNSET)
    assert observe(SAID[:1], stream=cut, left=3, closed=False).observation is Observation.ACCEPTED
    assert observe(SAID[:1], stream=cut, left=0, closed=False).code == "left-differs"


def test_a_station_reads_no_message_behind_the_end_that_others_may_read() -> None:
    absent = Alternative(ItemStatus.ABSENT, "closed", OutcomeLevel.PASS)
    at = AT[2] + len(LAST)
    behind = replace(
        STREAM,
        fields=(*STREAM.fields, ("behind", FIRST.hex())),
        items=(*ITEMS, Item(at, ItemStatus.OK, shown(FIRST), (absent,))),
    )
    reading_on = (*SAID, Said(at, "ok", shown(FIRST)))
    assert observe(stream=behind).observation is Observation.ACCEPTED
    assert observe(reading_on, stream=behind).code == "item-added"
    assert observe(reading_on, stream=behind, station=False, closed=False).observation is Observation.ACCEPTED
