"""Valid sessions are found valid, and a newer profile finds no new fault in what an older one knows.

Why both here: a false alarm costs more trust than a breach that is missed, and RFC 9736 says of itself that its change
is one of registries alone (RFC9736-1-1). Octets that are not valid are held to the latter where they are generated.
"""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, note, settings

from bmpconform.check import Options, check
from bmpconform.events import Event, Found, Problem
from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.fuzz.strategies import VALID_MESSAGES, Sent, sessions
from bmpconform.rules.selection import Policy
from bmpconform.spec.profiles import Profile
from bmpconform.wire import interpret
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.messages import Message
from invariants import NEWEST, OLDEST_FIRST, judge, new_fails_of_stream
from met import met, owed

CAPTURES = sorted((Path(__file__).parents[2] / "vectors" / "captures").glob("*.bmp"))
INPUTS_A_MESSAGE = 40
# In all profiles together 2,000 sessions where other properties are tried on 200 examples.
SESSIONS_OF_A_PROFILE = settings().max_examples * 10 // len(OLDEST_FIRST)
# Of many more what fails is shown by its octets alone.
FEW_SESSIONS = 500
# What a session can hold has been met once in so many sessions at least; of fewer nothing rare can be asked.
SESSIONS_A_MEETING = 500
EVERYTHING = owed(OLDEST_FIRST[-1].documents)
# No document forbids a string that ends in 0x00.
LENIENT = Policy.of({"trailing-nul": "warn"})

each_profile = pytest.mark.parametrize("profile", OLDEST_FIRST, ids=lambda profile: profile.name)


@each_profile
def test_a_valid_session_has_nothing_worse_than_info_in_any_profile_that_knows_its_code_points(
    profile: Profile,
) -> None:
    tally = Counter[str]()

    @settings(max_examples=SESSIONS_OF_A_PROFILE)
    @given(sessions(profile.documents, shrink=SESSIONS_OF_A_PROFILE <= FEW_SESSIONS))
    def judge_session(messages: Sent) -> None:
        frames = [encode(message) for message in messages]
        note(b"".join(frames).hex())
        lines = [*met(frames)]
        for judging in OLDEST_FIRST:
            if judging.order >= profile.order or EVERYTHING.intersection(lines) <= owed(judging.documents):
                assert wrong(b"".join(frames), judging) == []
        tally.update(lines)

    judge_session()
    least = SESSIONS_OF_A_PROFILE // SESSIONS_A_MEETING
    assert {line: tally[line] for line in owed(profile.documents) if tally[line] < least} == {}


def wrong(stream: bytes, profile: Profile) -> list[Event]:
    """Return what is said against a stream: problems, and findings that are no notes and not of the house."""
    events = check([("session", [stream])], Options(profile, LENIENT))
    return [event for event in events if isinstance(event, Problem) or (isinstance(event, Found) and _is_worse(event))]


def _is_worse(found: Found) -> bool:
    finding = found.finding
    return finding.level == "fail" or (finding.level != "info" and finding.authority != "house")


@given(VALID_MESSAGES)
def test_a_valid_message_has_no_finding_and_comes_back_as_it_was(message: Message) -> None:
    octets = encode(message)
    assert decode(octets) == interpret.decode(octets) == message
    assert judge(NEWEST, message) == []


def test_messages_come_back_as_they_were(inputs: int, seed: int) -> None:
    generator = Generator(seeded(seed))
    for _ in range(inputs // INPUTS_A_MESSAGE):
        message = generator.message()
        assert decode(encode(message)) == message, f"seed {seed}"


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.stem)
def test_a_newer_profile_finds_no_new_fault_in_a_recorded_stream(capture: Path) -> None:
    assert new_fails_of_stream(capture.read_bytes()) == []


def test_there_are_recorded_streams() -> None:
    assert CAPTURES
