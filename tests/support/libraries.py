"""Adapters of other people's libraries, for tests: started from a finished build, and never built here.

Why: a build downloads and takes minutes; a test run must do neither. Who wants these tests runs
`bmpconform targets build NAME` first.
"""

import json
from typing import NamedTuple

import pytest

from bmpconform.neutral.form import Message, Session
from bmpconform.targets.build import is_built, places
from bmpconform.targets.catalogue import load_adapters, missing
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch
from bmpconform.targets.manifest import launch_of
from bmpconform.targets.protocol import Answer, Decode, Decoded, Encode, Encoded, Request, Reset, Stream
from bmpconform.targets.replies import Answered, Case
from bmpconform.wire.value import UNSET, UnsetType, to_json
from conversation import Fields


def launch_or_skip(name: str) -> Launch:
    """Return how a named target is started; skips the test where that takes a program or a build that is not there."""
    adapter = load_adapters()[name]
    if lack := missing(adapter):
        pytest.skip(f"{name}: {lack.reason}")
    if not is_built(adapter.manifest, adapter.folder):
        pytest.skip(f"{name}: not built, see `bmpconform targets build {name}`")
    return launch_of(adapter.manifest, places(adapter.manifest, adapter.folder))


class Library(NamedTuple):
    """A target that is asked one thing at a time."""

    driver: Driver

    def ask(self, *requests: Request) -> tuple[Answer, ...]:
        """Return the answers to requests that belong together; the target must neither die nor break the protocol."""
        [(_, reply)] = self.driver.ask([Case("", requests)])
        assert isinstance(reply, Answered), reply
        return reply.answers

    def decode(self, frame: bytes) -> Answer:
        """Return the answer to one frame."""
        return self.ask(Decode(frame.hex()))[0]

    def read(self, frame: bytes, session: Session | UnsetType = UNSET) -> Fields:
        """Return the answer to a frame that it has to read whole, as JSON has it."""
        [answer] = self.ask(Decode(frame.hex(), session))
        assert isinstance(answer, Decoded), answer
        assert answer.consumed in {len(frame), None}
        return _fields(answer)

    def message(self, frame: bytes, session: Session | UnsetType = UNSET) -> Fields:
        """Return what it shows of a frame that it has to read whole."""
        shown: Fields = self.read(frame, session)["message"]
        return shown

    def encode(self, message: Message) -> bytes:
        """Return the octets that it makes of a message that it has to take."""
        [answer] = self.ask(Encode(message))
        assert isinstance(answer, Encoded), answer
        return bytes.fromhex(answer.hex)

    def stream(self, *pieces: bytes) -> list[Fields]:
        """Return what it says of each piece of one connection, which ends behind the last."""
        requests = [Stream(piece.hex(), more=number < len(pieces)) for number, piece in enumerate(pieces, 1)]
        return [_fields(answer) for answer in self.ask(Reset(), *requests)[1:]]


def _fields(answer: Answer) -> Fields:
    fields: Fields = json.loads(to_json(answer))
    return fields


def values_of(message: Fields) -> list[tuple[int, str | None]]:
    """Return type and value of each statistic of a message."""
    return [(statistic["type"], statistic["value"]) for statistic in message["statistics"]]
