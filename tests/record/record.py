"""Records the streams of vectors/captures again: `python tests/record/record.py DIR [FILE]...`.

Why beside the stored ones and not over them: a daemon never says the same twice (times, ports, what it sends together),
so a person looks at what differs, and only then replaces a capture and its pins. What is told to differ is how often a
kind of message comes, and which clauses it breaks.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from recipes import RECIPES, Recipe

from bmpconform.check import Options, check
from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.events import Found
from bmpconform.lab.catalogue import ROUTERS
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.wire.codec import decode
from stations import Station, frames


def record(recipe: Recipe) -> bytes:
    """Return the stream that a recipe gives now. Raises MissingError, and TargetError where the router fails."""
    router = recipe.make()
    with Station() as station:
        router.open(station.endpoint)
        try:
            recipe.act(router, station)
        finally:
            router.close()
        return bytes(station.streams[0])


def kinds(octets: bytes) -> Counter[str]:
    """Return how often each kind of message comes: its type, and the type and flags of its peer."""
    return Counter(_kind(frame) for frame in frames(octets))


def _kind(frame: bytes) -> str:
    message = decode(frame)
    peer = getattr(message, "peer", None)
    name = type(message).__name__
    return name if peer is None else f"{name} of peer type {peer.type}, flags {peer.flags:02x}"


def breaches(octets: bytes) -> Counter[str]:
    """Return the breaches that a stream has, by clause and code; how often does not count."""
    found = (event.finding for event in check([("-", [octets])], Options()) if isinstance(event, Found))
    return Counter({f"{finding.clause} {finding.code}" for finding in found})


def differences(stored: bytes, recorded: bytes) -> Iterator[str]:
    """Yield in words what a new recording has otherwise than the stored one."""
    for name, view in (("message", kinds), ("breach", breaches)):
        before, now = view(stored), view(recorded)
        for one in sorted(before | now):
            if before[one] != now[one]:
                yield f"{name}: {one}: {before[one]} stored, {now[one]} recorded"


def main(arguments: Sequence[str]) -> int:
    """Record, and say what differs. Returns 1 where a router failed, 2 where nothing was recorded."""
    if not arguments:
        print(__doc__)
        return 2
    folder, wanted = Path(arguments[0]), set(arguments[1:])
    folder.mkdir(parents=True, exist_ok=True)
    stored = {capture.file: capture for capture in load_captures().captures}
    recorded = failed = 0
    for recipe in RECIPES:
        if wanted and recipe.file not in wanted:
            continue
        try:
            octets = record(recipe)
        except MissingError as error:
            print(f"{recipe.file}: skipped: {error}")
        except TargetError as error:
            failed += 1
            print(f"{recipe.file}: failed: {error}\n{error.stderr}")
        else:
            recorded += 1
            (folder / recipe.file).write_bytes(octets)
            print(f"{recipe.file}: {len(frames(octets))} messages, {len(octets)} octets")
            for difference in differences(read_capture(stored[recipe.file]), octets):
                print(f"  {difference}")
    for file in sorted((wanted or stored.keys()) - {recipe.file for recipe in RECIPES}):
        print(f"{file}: no recipe: none of {', '.join(ROUTERS)} gives it")
    return 1 if failed else 0 if recorded else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
