"""How fast a campaign's parts are, each beside a bare loop in the same run: mutator, lockstep, several children.

Why ratios: a rate says as much of the machine as of the code. The mutator is to reach 0.2 of an empty generator's rate
or 120,000 a second, whichever is less, over a few short parents that were taken apart before; how fast it is over all
seeds, as a campaign picks them, stands beside it. The driver, with one child and one input at a time, is to reach 0.3
of a bare pipe. Five children that are asked as a campaign does it, batches and all at the same time, are to be twice as
fast as one input at a time, to one child after the other. What of that the batches do, and what is left for asking at
the same time, shows beside it: the same batches in turn, and how fast this process could write and read if children
took no time: there it ends, as one thread at a time does that.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random

from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.picker import Picker
from bmpconform.fuzz.seeds import seeds
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import Decode
from bmpconform.targets.replies import Case
from bmpconform.wire.framer import is_one_message

INPUTS = int(os.environ.get("BMPCONFORM_BENCH_INPUTS", "60000"))
ASKED = int(os.environ.get("BMPCONFORM_BENCH_CASES", "5000"))
ROUNDS = int(os.environ.get("BMPCONFORM_BENCH_ROUNDS", "5"))
CHILDREN, BATCH, CHUNK_OCTETS = 5, 128, 256 * 1024
OF_EMPTY, ENOUGH, OF_PIPE, OF_TURNS = 0.2, 120_000, 0.3, 2.0
# How many inputs are mutated in turn, as a campaign does with what it kept last.
PARENTS = 64
DECODER = Path(__file__).parents[1] / "support" / "cdecoder" / "decoder.c"


def rate_of(work: Callable[[], object], inputs: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how many inputs a second some work over so many of them does."""
    start = clock()
    work()
    return inputs / (clock() - start)


def spent(some: Iterable[object]) -> None:
    """Take all that there is."""
    for _ in some:
        pass


def mutants() -> Iterator[bytes]:
    """Yield mutants of a few short vectors and captures without end."""
    random = Random(1)
    parents = [octets for octets in seeds() if len(octets) < 1024][:PARENTS]
    mutator = learned(random, parents)
    while True:
        yield mutator.mutate(parents[int(random.random() * len(parents))])


def picked_mutants() -> Iterator[bytes]:
    """Yield mutants without end of what a campaign picks when it begins: of all seeds, several of one in a row."""
    random = Random(1)
    mutator, picker = learned(random, seeds()), Picker(random)
    picker.begin(seeds())
    while True:
        yield mutator.mutate(picker.pick() or b"")


def learned(random: Random, inputs: Iterable[bytes]) -> Mutator:
    """Return a mutator that has learned inputs."""
    mutator = Mutator(random)
    for octets in inputs:
        mutator.learn(octets)
    return mutator


def measure_mutator() -> list[dict[str, object]]:
    """Return the rate of the mutator, beside that of a generator that does nothing, and as a campaign has it."""
    made, picked = mutants(), picked_mutants()
    # What is taken apart once for all its mutants is taken apart here; of what is picked, the seeds are learned.
    spent(islice(made, 10 * PARENTS))
    spent(islice(picked, 1))
    rounds = [
        (
            rate_of(lambda: spent(islice(made, INPUTS)), INPUTS),
            rate_of(lambda: spent(islice(picked, INPUTS)), INPUTS),
            rate_of(lambda: spent(None for _ in range(20 * INPUTS)), 20 * INPUTS),
        )
        for _ in range(ROUNDS)
    ]
    rate, in_campaign, empty = (round(statistics.median(one)) for one in zip(*rounds, strict=True))
    goal = min(ENOUGH, round(OF_EMPTY * empty))
    return [
        {
            "what": f"mutator, {PARENTS} short parents taken apart before",
            "inputs_a_second": rate,
            "empty_generator": empty,
            "goal": goal,
        },
        {
            "what": "mutator, picked from all seeds and taken apart as in a campaign",
            "inputs_a_second": in_campaign,
        },
    ]


def built(folder: Path) -> Path | None:
    """Compile the decoder in C; None where there is no compiler."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        return None
    program = folder / "cdecoder"
    subprocess.run([compiler, "-std=c11", "-O2", str(DECODER), "-o", str(program)], check=True)
    return program


def by_pipe(program: Path, frames: Sequence[bytes]) -> None:
    """Ask a child one frame at a time, and read its answer, in the barest way there is."""
    # A session of its own, as the driver gives to its children: the scheduler of a busy machine goes by sessions.
    with subprocess.Popen(
        [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
    ) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("no pipes")
        write, read = child.stdin.fileno(), child.stdout.fileno()
        for number, frame in enumerate(frames):
            os.write(write, b'{"id":%d,"op":"decode","hex":"%b"}\n' % (number, frame.hex().encode()))
            answer = b""
            while not answer.endswith(b"\n"):
                answer += os.read(read, CHUNK_OCTETS)
        child.stdin.close()


def one_by_one(driver: Driver, frames: Sequence[bytes]) -> None:
    """Ask a child one frame, and the next when it has answered."""
    for (case,) in batches(frames, 1):
        spent(driver.ask([case]))


def batches(frames: Sequence[bytes], size: int = BATCH) -> Iterator[list[Case]]:
    """Yield the cases of so many frames at a time."""
    for start in range(0, len(frames), size):
        yield [Case(number, (Decode(frame.hex()),)) for number, frame in enumerate(frames[start : start + size])]


def answered(driver: Driver, cases: Sequence[Case]) -> None:
    """Ask a child a batch, as many at a time as can be under way, and read all answers."""
    spent(driver.ask(iter(cases)))


def singly_in_turn(drivers: Sequence[Driver], frames: Sequence[bytes]) -> None:
    """Ask all children one frame, each when the one before has answered it, then the next frame."""
    for cases in batches(frames, 1):
        for driver in drivers:
            answered(driver, cases)


def in_turn(drivers: Sequence[Driver], frames: Sequence[bytes]) -> None:
    """Ask all children a batch, each when the one before has answered it, then the next batch."""
    for cases in batches(frames):
        for driver in drivers:
            answered(driver, cases)


def at_once(drivers: Sequence[Driver], frames: Sequence[bytes]) -> None:
    """Ask all children a batch at the same time, as a campaign does, then the next batch."""
    with ThreadPoolExecutor(len(drivers)) as threads:
        for cases in batches(frames):
            for asked in [threads.submit(answered, driver, cases) for driver in drivers]:
                asked.result()


def measure_children(program: Path) -> list[dict[str, object]]:
    """Return how fast one child is asked in lockstep, and five in batches, in turn and at once."""
    frames = list(islice(filter(is_one_message, mutants()), ASKED))
    few = frames[: len(frames) // CHILDREN]
    rounds: list[tuple[float, ...]] = []
    with ExitStack() as stack:
        drivers = [stack.enter_context(Driver(Launch("cdecoder", (str(program),)))) for _ in range(CHILDREN)]
        for driver in drivers:
            driver.hello()
        rounds += [
            (
                rate_of(lambda: by_pipe(program, frames), len(frames)),
                rate_of(lambda: one_by_one(drivers[0], frames), len(frames)),
                rate_of(lambda: singly_in_turn(drivers, few), len(few)),
                rate_of(lambda: in_turn(drivers, few), len(few)),
                rate_of(lambda: at_once(drivers, few), len(few)),
                rate_of(lambda: at_once(drivers, few), len(few), time.process_time),
            )
            for _ in range(ROUNDS)
        ]
    pipe, lockstep, singly, turns, once, alone = (round(statistics.median(one)) for one in zip(*rounds, strict=True))
    return [
        {
            "what": "lockstep",
            "inputs_a_second": lockstep,
            "bare_pipe": pipe,
            "ratio": _ratio(lockstep, pipe),
            "goal": OF_PIPE,
        },
        {
            "what": "five children, batches at once beside one input at a time in turn",
            "inputs_a_second": once,
            "one_input_at_a_time_in_turn": singly,
            "the_same_batches_in_turn": turns,
            "this_process_alone": alone,
            "ratio": _ratio(once, singly),
            "ratio_to_the_same_batches": _ratio(once, turns),
            "goal": OF_TURNS,
        },
    ]


def _ratio(one: float, other: float) -> float:
    return round(one / other, 2)


def main() -> None:
    """Measure all, and print the figures as JSON."""
    figures = measure_mutator()
    with tempfile.TemporaryDirectory() as folder:
        program = built(Path(folder))
        if program is None:
            print("lockstep and five children: skipped, none of cc, gcc, clang is on PATH")
        else:
            figures += measure_children(program)
    sizes = {"inputs": INPUTS, "cases": ASKED, "rounds": ROUNDS, "processors": os.cpu_count()}
    text = json.dumps({**sizes, "figures": figures}, indent=2)
    print(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
