"""One whole conversation with an adapter, in plain JSON: what it is asked, in order, and what it answers.

Why beside the driver: what an adapter says on its pipes is tested without what reads it for the harness.
"""

import json
import subprocess
from typing import Any, NamedTuple

Fields = dict[str, Any]
SECONDS = 60


class Adapter(NamedTuple):
    """How an adapter is started."""

    command: tuple[str, ...]

    def ask(self, *requests: Fields) -> list[Fields]:
        """Return the answers to these requests, which the adapter is to give before it ends by itself."""
        lines = "".join(json.dumps({"id": number, **request}) + "\n" for number, request in enumerate(requests))
        done = subprocess.run(self.command, input=lines.encode(), capture_output=True, check=False, timeout=SECONDS)
        assert done.returncode == 0, done.stderr.decode()
        answers: list[Fields] = [json.loads(line) for line in done.stdout.splitlines()]
        assert [answer["id"] for answer in answers] == list(range(len(requests)))
        return answers

    def hello(self) -> Fields:
        """Return what the adapter says of itself."""
        return self.ask({"op": "hello", "protocol": 1})[0]

    def decode(self, frame: bytes, **session: object) -> Fields:
        """Return the answer to one frame."""
        request: Fields = {"op": "decode", "hex": frame.hex()}
        return self.ask(request | ({"session": session} if session else {}))[0]

    def encode(self, message: Fields) -> Fields:
        """Return the answer to one encode request."""
        return self.ask({"op": "encode", "message": message})[0]

    def stream(self, *pieces: bytes) -> list[Fields]:
        """Return the answers to the pieces of one connection."""
        requests = [
            {"op": "stream", "hex": piece.hex(), "more": number < len(pieces)}
            for number, piece in enumerate(pieces, start=1)
        ]
        return self.ask({"op": "reset"}, *requests)[1:]


def tlvs_of(answer: Fields) -> list[tuple[int, str, str | None]]:
    """Return type, value and meaning of the TLVs that an answer shows."""
    return [(tlv["type"], tlv["value"], tlv["meaning"]) for tlv in answer["message"]["tlvs"]]


def places_of(answer: Fields) -> list[tuple[int, str]]:
    """Return offset and status of the items that an answer to a stream has."""
    return [(item["offset"], item["status"]) for item in answer["items"]]
