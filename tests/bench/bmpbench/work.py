"""A worker of one run: `python -m bmpbench.work ENTRANT --folder F --worker N --seed N --seconds S --faults 0,1,2`.

Why a process: atheris never comes back, and what one fuzzer leaves in memory is not the next one's.
"""

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """What a worker is told."""

    folder: Path
    worker: int
    seed: int
    seconds: float
    faults: tuple[int, ...]

    @property
    def own_seed(self) -> int:
        """A seed for random numbers that no other worker of any run has."""
        return self.seed * 100 + self.worker + 1

    def arguments(self) -> list[str]:
        """Return the job as arguments of this program."""
        return [
            f"--folder={self.folder}",
            f"--worker={self.worker}",
            f"--seed={self.seed}",
            f"--seconds={self.seconds}",
            f"--faults={','.join(map(str, self.faults))}",
        ]


# Each in a module of its own, as one instruments what it imports; each has a function `hunt(Job)`.
ENTRANTS = {
    "ours": "bmpbench.entrants.ours",
    "ours-unguided": "bmpbench.entrants.unguided",
    "atheris": "bmpbench.entrants.by_atheris",
    "hypothesis": "bmpbench.entrants.by_hypothesis",
    "ours-in-c": "bmpbench.entrants.ours_in_c",
    "afl++": "bmpbench.entrants.afl",
    "afl++-told": "bmpbench.entrants.afl_told",
}


def main() -> None:
    """Do the job that the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("entrant", choices=ENTRANTS)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--worker", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--faults", type=lambda text: tuple(map(int, text.split(","))), required=True)
    asked = vars(parser.parse_args())
    importlib.import_module(ENTRANTS[asked.pop("entrant")]).hunt(Job(**asked))


if __name__ == "__main__":
    main()
