"""What answers to `decode` amount to."""

import pytest

import raw
from bmpconform.corpus.vector import Observation
from bmpconform.judge.decode import observe_decode
from bmpconform.judge.observed import Observed
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.protocol import Capabilities, Decoded, Panicked, Rejected, Unsupported
from bmpconform.wire.value import UNSET, replace
from vectors import ABLE, PROFILE, shown

FRAME = raw.initiation(raw.tlv(2, b"router"), raw.tlv(0, b"one\0two"))
MESSAGE = shown(FRAME)
SHALLOW = Capabilities(ops=("decode",), depth={"4": 1})
CUT = FRAME[:-1]


def decoded(**changes: object) -> Decoded:
    return Decoded(id=1, consumed=len(FRAME), message=replace(MESSAGE, **changes))


def observe(answer: object, able: Capabilities = ABLE) -> Observed:
    return observe_decode(FRAME, MESSAGE, answer, able, PROFILE)  # type: ignore[arg-type]


def test_the_whole_message_is_accepted() -> None:
    assert observe(decoded()) == Observed(Observation.ACCEPTED)


@pytest.mark.parametrize(
    "answer, observation, code, error",
    [
        (Rejected(1, "short-tlv", "why"), Observation.REJECTED, None, "short-tlv"),
        (Unsupported(1, "no"), Observation.UNSUPPORTED, None, None),
        (Panicked(1, "index out of range"), Observation.CRASHED, "panic", "index out of range"),
    ],
)
def test_a_refusal_is_what_it_says(
    answer: object, observation: Observation, code: str | None, error: str | None
) -> None:
    observed = observe(answer)
    assert (observed.observation, observed.code, observed.error) == (observation, code, error)


@pytest.mark.parametrize("refuse", [Rejected, Panicked])
def test_a_name_that_is_a_text_is_cut(refuse: type[Rejected | Panicked]) -> None:
    text = "x" * 201
    assert observe(refuse(1, text)).error == text[:200]
    assert observe(refuse(1, text[:200])).error == text[:200]


@pytest.mark.parametrize("consumed", [0, len(FRAME) - 1, len(FRAME) + 1])
def test_octets_left_over_are_a_wrong_value(consumed: int) -> None:
    observed = observe(replace(decoded(), consumed=consumed))
    assert (observed.observation, observed.code, observed.path) == (
        Observation.WRONG_VALUE,
        "octets-left",
        "consumed",
    )
    assert (observed.expected, observed.seen) == (str(len(FRAME)), str(consumed))


def test_what_is_consumed_need_not_be_shown() -> None:
    assert observe(replace(decoded(), consumed=None)).observation is Observation.ACCEPTED


def test_a_string_that_ends_at_its_nul_is_named_as_such() -> None:
    assert isinstance(MESSAGE.tlvs, tuple)
    name, string = MESSAGE.tlvs
    observed = observe(decoded(tlvs=(name, replace(string, value=b"one".hex()))))
    assert (observed.observation, observed.code, observed.path) == (
        Observation.WRONG_VALUE,
        "cut-at-nul",
        "tlvs[1].value",
    )


def test_a_type_of_the_other_namespace_is_told_and_tolerated_where_there_was_one() -> None:
    frame = raw.peer_up(raw.tlv(1, b"x"))
    message = shown(frame)
    assert isinstance(message.tlvs, tuple)
    seen = replace(message, tlvs=(replace(message.tlvs[0], meaning="sys_descr"),))
    answer = Decoded(id=1, consumed=len(frame), message=seen)
    observed = observe_decode(frame, message, answer, ABLE, PROFILE)
    assert (observed.observation, observed.code) == (Observation.WRONG_VALUE, "namespace-mixed")
    observed = observe_decode(frame, message, answer, ABLE, PROFILES["rfc7854"])
    assert observed.observation is Observation.ACCEPTED
    assert [label for label, _ in observed.allowances] == ["namespace-mixed"]


@pytest.mark.parametrize("other", [3, 5])
def test_another_type_is_told_before_what_hangs_on_it(other: int) -> None:
    observed = observe(decoded(type=other, tlvs=UNSET))
    assert (observed.observation, observed.code, observed.path) == (Observation.WRONG_VALUE, "value-differs", "type")
    assert (observed.expected, observed.seen) == ("4", str(other))


@pytest.mark.parametrize(
    "changes, code, path",
    [
        ({"tlvs": UNSET}, "key-missing", "tlvs"),
        ({"length": UNSET}, "key-missing", "length"),
        ({"rest": "ABCD"}, "key-malformed", "rest"),
        ({"rest": "0"}, "key-malformed", "rest"),
    ],
)
def test_a_message_out_of_form_breaks_the_protocol(changes: dict[str, object], code: str, path: str) -> None:
    observed = observe(decoded(**changes))
    assert (observed.observation, observed.code, observed.path) == (Observation.PROTOCOL_BROKEN, code, path)


def test_no_message_at_all_breaks_the_protocol_unless_none_was_declared() -> None:
    answer = Decoded(id=1, consumed=len(FRAME))
    assert observe(answer).code == "key-missing"
    assert observe(answer, Capabilities(ops=("decode",))).observation is Observation.ACCEPTED


def test_keys_above_the_declared_depth_are_not_looked_at() -> None:
    assert observe(decoded(tlvs=()), SHALLOW).observation is Observation.ACCEPTED


def test_null_is_not_compared_and_counted() -> None:
    observed = observe(decoded(tlvs=None, rest=None))
    assert (observed.observation, observed.hidden) == (Observation.ACCEPTED, 2)


def test_a_malformed_frame_may_be_accepted_within_its_octets() -> None:
    answer = Decoded(id=1, consumed=len(CUT), message=MESSAGE)
    assert isinstance(MESSAGE.tlvs, tuple)
    first = replace(MESSAGE, tlvs=MESSAGE.tlvs[:1])
    within = replace(answer, message=first)
    assert observe_decode(CUT, None, within, ABLE, PROFILE).observation is Observation.ACCEPTED
    bare = Decoded(id=1)
    assert observe_decode(CUT, None, bare, Capabilities(ops=("decode",)), PROFILE).observation is Observation.ACCEPTED


def test_what_is_owed_is_owed_of_malformed_frames_too() -> None:
    whole = Decoded(id=1, consumed=len(CUT), message=MESSAGE)
    for changes, path in (({"message": UNSET}, "message"), ({"consumed": UNSET}, "consumed")):
        observed = observe_decode(CUT, None, replace(whole, **changes), ABLE, PROFILE)
        assert (observed.observation, observed.code, observed.path) == (
            Observation.PROTOCOL_BROKEN,
            "key-missing",
            path,
        )


def test_a_message_out_of_form_breaks_the_protocol_for_malformed_frames_too() -> None:
    odd = Decoded(id=1, consumed=len(CUT), message=replace(MESSAGE, rest="zz"))
    observed = observe_decode(CUT, None, odd, ABLE, PROFILE)
    assert (observed.observation, observed.code, observed.path) == (
        Observation.PROTOCOL_BROKEN,
        "key-malformed",
        "rest",
    )


def test_what_lies_beyond_a_malformed_frame_is_an_over_read() -> None:
    beyond = Decoded(id=1, consumed=len(CUT), message=MESSAGE)
    observed = observe_decode(CUT, None, beyond, ABLE, PROFILE)
    assert (observed.observation, observed.code, observed.path) == (
        Observation.WRONG_VALUE,
        "over-read",
        "tlvs[1].value",
    )
    observed = observe_decode(CUT, None, Decoded(id=1, consumed=len(FRAME)), ABLE, PROFILE)
    assert (observed.code, observed.path) == ("over-read", "consumed")


def test_another_reason_is_told_as_such_and_not_by_the_keys_that_it_lacks() -> None:
    frame = raw.peer_down(2, raw.u16(24))
    message = replace(shown(frame), reason=1, fsm_event=UNSET)
    observed = observe_decode(frame, shown(frame), Decoded(id=1, consumed=len(frame), message=message), ABLE, PROFILE)
    assert (observed.observation, observed.code, observed.path) == (Observation.WRONG_VALUE, "value-differs", "reason")
