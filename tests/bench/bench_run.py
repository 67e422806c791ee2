"""How fast cases go through driver and runner, beside a bare loop through the same pipe in one run. `tox -e bench`.

Why a ratio: the rate says as much of the child as of the driver. The loop does what must be done: it keeps the same
window full, writes requests and reads answers with the same JSON library into the same types, and trusts the child.
The driver, which judges nothing, is to reach 80 % of it; the runner, which gives each case its verdict, 50 %.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bmpconform.corpus.vector import Observation, Op, Origin, Outcome, OutcomeLevel, Provenance, Vector
from bmpconform.judge.words import Verdict
from bmpconform.neutral import show_octets
from bmpconform.rules.selection import Policy
from bmpconform.run.target import TargetRun
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.driver import Driver
from bmpconform.targets.exchange import READERS
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import WINDOW_REQUESTS, Decode
from bmpconform.targets.replies import Answered, Case
from bmpconform.targets.samples import FRAMES
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import UNSET, to_json

CASES = int(os.environ.get("BMPCONFORM_BENCH_CASES", "50000"))
ROUNDS = int(os.environ.get("BMPCONFORM_BENCH_ROUNDS", "5"))
GOAL, GOAL_JUDGED = 0.8, 0.5
CHUNK_OCTETS = 256 * 1024
PROFILE = PROFILES[DEFAULT_PROFILE]
PEER_UP = FRAMES[MessageType.PEER_UP]
BODIES = {
    "a rejection": b'"status":"reject","error":"too-short","reason":"canned"}',
    "a Peer Up": b'"status":"ok","consumed":%d,"message":%b}' % (len(PEER_UP), to_json(show_octets(PEER_UP, PROFILE))),
}


def command(body: bytes) -> tuple[str, ...]:
    """Return how the child that always answers with `body` is started."""
    return (sys.executable, "-I", "-S", str(Path(__file__).with_name("canned.py")), os.fsdecode(body))


def cases() -> Iterator[Case]:
    """Yield the cases, each made when it is wanted."""
    hexadecimal = PEER_UP.hex()
    return (Case(number, (Decode(hexadecimal),)) for number in range(CASES))


def by_driver(body: bytes) -> float:
    """Return the seconds that the driver takes for all cases."""
    with Driver(Launch("canned", command(body))) as driver:
        driver.hello()
        start = time.perf_counter()
        answered = sum(type(reply) is Answered for _, reply in driver.ask(cases()))
        seconds = time.perf_counter() - start
    if answered != CASES:
        raise RuntimeError(f"{CASES - answered} cases were not answered")
    return seconds


def by_runner(body: bytes) -> float:
    """Return the seconds that the runner takes to give all cases their verdicts."""
    is_rejected = b'"reject"' in body
    observation = Observation.REJECTED if is_rejected else Observation.ACCEPTED
    message = show_octets(PEER_UP, PROFILE)
    vector = Vector(
        id="bench/peer-up",
        title="A Peer Up.",
        ops=(Op.DECODE,),
        profile=PROFILE.name,
        clauses=(),
        flags=(),
        provenance=Provenance(Origin.HAND),
        fields=(("frame", PEER_UP.hex()),),
        outcomes=(Outcome(observation, "as-canned", OutcomeLevel.PASS),),
        message=UNSET if is_rejected or message is None else message,
    )
    run = TargetRun(lambda: Driver(Launch("canned", command(body))), PROFILE, Policy())
    try:
        start = time.perf_counter()
        outcomes = run.outcomes([vector] * CASES, lambda _done, _total: True, rerun=False)
        seconds = time.perf_counter() - start
    finally:
        run.close()
    if sum(outcome.judgement.verdict is Verdict.PASS for outcome in outcomes) < CASES:
        raise RuntimeError("not every case passed")
    return seconds


def by_loop(body: bytes) -> float:
    """Return the seconds that a bare loop takes for all cases."""
    read_answer = READERS[Decode]
    with subprocess.Popen(command(body), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("no pipes")
        write, read = child.stdin.fileno(), child.stdout.fileno()
        start = time.perf_counter()
        waiting, asked, answered, rest = cases(), 0, 0, b""
        while answered < CASES:
            lines = []
            while asked - answered < WINDOW_REQUESTS and (case := next(waiting, None)):
                asked += 1
                lines.append(b'{"id":%d,%b\n' % (asked, to_json(case.requests[0])[1:]))
            os.write(write, b"".join(lines))
            *answers, rest = (rest + os.read(read, CHUNK_OCTETS)).split(b"\n")
            for line in answers:
                read_answer(line)
            answered += len(answers)
        return time.perf_counter() - start


def measure(name: str, body: bytes) -> dict[str, object]:
    """Return the medians of all three, and the medians of their ratios to the loop round by round."""
    rounds = []
    for number in range(ROUNDS):
        rounds.append((by_driver(body), by_runner(body), by_loop(body)))
        driver, runner, loop = (CASES / seconds for seconds in rounds[-1])
        rates = f"driver {driver:,.0f}/s, runner {runner:,.0f}/s, loop {loop:,.0f}/s"
        print(f"{name} {number + 1}/{ROUNDS}: {rates}", flush=True)
    drivers, runners, loops = zip(*rounds, strict=True)
    return {
        "answer": name,
        "cases": CASES,
        "rounds": ROUNDS,
        "driver_cases_a_second": round(CASES / statistics.median(drivers)),
        "runner_cases_a_second": round(CASES / statistics.median(runners)),
        "loop_cases_a_second": round(CASES / statistics.median(loops)),
        "ratio": round(statistics.median(loop / driver for driver, _, loop in rounds), 2),
        "goal": GOAL,
        "ratio_judged": round(statistics.median(loop / runner for _, runner, loop in rounds), 2),
        "goal_judged": GOAL_JUDGED,
    }


def main() -> None:
    """Measure with a short answer and with a long one, and print the figures as JSON."""
    text = json.dumps({"figures": [measure(name, body) for name, body in BODIES.items()]}, indent=2)
    print(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
