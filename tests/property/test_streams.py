"""A stream gives the same chunks and the same findings however it is cut, with garbage between its messages too.

Why on sessions gone wrong: a message left out, sent twice or sent late is what the rules of streams look for, and what
the framer makes of garbage decides where they look.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random

from bmpconform.events import FindingLine
from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.rules.rule import RULES
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.codes import MessageType
from bmpconform.wire.framer import Cut, Lost
from invariants import NEWEST_MEMORY, chunks, frames_of, judge_stream, misremembered, new_fails_of_stream
from mutate import Mutator

# A stream has about twenty messages, and is judged twice.
INPUTS_A_STREAM = 400
# Each rule of streams has fired once in so many streams at least.
STREAMS_A_FINDING = 100
SMALL_MAX_MESSAGE = 4096
# A capture alone brings the one left out.
FRAMING = {rule.code for rule in RULES if not {Lost, Cut}.isdisjoint(rule.shapes)} - {"capture-skipped"}
ORDER = {
    "end-of-rib-missing",
    "first-message-not-initiation",
    "initiation-after-termination",
    "initiation-missing",
    "loc-rib-routes-before-peer-up",
    "message-after-termination",
    "mirroring-outside-peer-up",
    "peer-down-without-peer-up",
    "routes-after-peer-down",
    "routes-before-peer-up",
}
UNDER_ALL = 8


def streams(random: Random, count: int) -> Iterator[bytes]:
    """Yield sessions that went wrong: up to two of them in a stream, most of them cut, or with garbage in them."""
    mutator, generator = Mutator(random), Generator(random)
    for _ in range(count):
        parts = [encode(message) for _ in range(random.choice((1, 1, 2))) for message in generator.session()]
        for _ in range(random.randrange(5)):
            _spoil(random, mutator, generator, parts)
        stream = b"".join(parts)
        yield stream[: random.randrange(len(stream) + 1)] if random.random() < 0.3 else stream


def _spoil(random: Random, mutator: Mutator, generator: Generator, parts: list[bytes]) -> None:
    place = random.randrange(len(parts))
    match random.randrange(8):
        case 0:
            parts[place:place] = [_garbage(random)]
        case 1:
            parts[place : place + 1] = []
        case 2:
            parts.insert(random.randrange(len(parts)), parts[place])
        case 6 | 7:
            # Routes that come late: behind the Peer Downs, before a Termination.
            routes = [part for part in parts if part[5:6] == bytes([MessageType.ROUTE_MONITORING])]
            parts.insert(max(1, len(parts) - 1), random.choice(routes or parts))
        case 3:
            random.shuffle(parts)
        case 4:
            parts[place : place + 1] = mutator.frames(generator.message())
        case _:
            # A length that swallows what follows.
            parts[place] = parts[place][:1] + random.randrange(1 << 14).to_bytes(4) + parts[place][5:]
    if not parts:
        parts.append(b"")


def _garbage(random: Random) -> bytes:
    octets = random.randbytes(random.choice((1, 3, 6, 50, 70_000)))
    header = b"\x03" + random.choice((0, 5, 6, SMALL_MAX_MESSAGE + 1, 0xFFFFFFFF)).to_bytes(4) + b"\0"
    return random.choice((octets, b"\0" + octets, header + octets, header + octets, header[:3], b"\x03" * len(octets)))


def cut(random: Random, stream: bytes) -> list[bytes]:
    """Return the stream in pieces, of one octet each where it is short."""
    if len(stream) < 300:
        return [bytes([octet]) for octet in stream]
    places = sorted(random.choices(range(len(stream)), k=random.choice((1, 5, 40))))
    return [stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)]


def test_any_cut_of_a_stream_gives_the_same_chunks_and_findings(inputs: int, seed: int) -> None:
    random, fired = seeded(seed), Counter[str]()
    for stream in streams(random, inputs // INPUTS_A_STREAM):
        max_message = random.choice((SMALL_MAX_MESSAGE, 1 << 24))
        pieces = cut(random, stream)
        try:
            assert_cut_changes_nothing(stream, pieces, max_message, fired)
        except BaseException as error:
            error.add_note(f"seed {seed}, pieces of {[len(piece) for piece in pieces]}: {stream.hex()}")
            raise
    least = inputs // INPUTS_A_STREAM // STREAMS_A_FINDING
    assert {code: fired[code] for code in FRAMING | ORDER if fired[code] < least} == {}


def assert_cut_changes_nothing(stream: bytes, pieces: list[bytes], max_message: int, fired: Counter[str]) -> None:
    whole = chunks([stream], max_message)
    assert b"".join(chunk.octets for chunk in whole) == stream
    assert chunks(pieces, max_message) == whole
    findings = judge_stream(NEWEST_MEMORY, [stream], max_message)
    assert judge_stream(NEWEST_MEMORY, pieces, max_message) == findings
    assert [line for line in findings if not lies_in_its_message(line, stream, max_message)] == []
    fired.update({line.code for line in findings})


def lies_in_its_message(line: FindingLine, stream: bytes, max_message: int) -> bool:
    """Whether a finding's octets are in the message that it names, or in the stream where it names none."""
    start, end = 0, len(stream)
    if line.message is not None:
        frame = frames_of(stream, max_message)[line.message]
        start, end = frame.offset, frame.offset + len(frame.octets)
    return start <= line.offset <= line.offset + line.length <= end


def test_what_fails_under_a_newer_profile_alone_has_code_points_that_no_older_one_knows(inputs: int, seed: int) -> None:
    for stream in streams(seeded(seed), inputs // INPUTS_A_STREAM // UNDER_ALL):
        assert new_fails_of_stream(stream) == [], f"seed {seed}: {stream.hex()}"


def test_memory_changes_no_finding(inputs: int, seed: int) -> None:
    random = seeded(f"memory {seed}")
    for stream in streams(random, inputs // INPUTS_A_STREAM):
        messages = [decode(frame.octets) for frame in frames_of(stream)]
        # Each may come again where the session stands elsewhere.
        again = random.choices(messages, k=len(messages))
        assert misremembered(NEWEST_MEMORY, messages + again) == [], f"seed {seed}: {stream.hex()}"
