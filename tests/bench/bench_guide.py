"""What the guide is worth: campaigns over real decoders with it and without it, from the same seeds, as many inputs.

Why beside the planted faults: those are one change away from a seed, and found with no guide. Why few seeds: the
vectors were written to show faults, and with them a campaign has little to find.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bmpbench.seeds import seeds
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEnd, NewDisagreement, NewFinding
from bmpconform.fuzz.options import Guide
from bmpconform.fuzz.store import Store
from bmpconform.run.contenders import contenders
from bmpconform.run.events import TargetSkipped, TargetUnusable

INPUTS = int(os.environ.get("BMPCONFORM_BENCH_INPUTS", "50000"))
ROUNDS = int(os.environ.get("BMPCONFORM_BENCH_ROUNDS", "3"))
# They are built in a minute, and answer fast.
TARGETS = ("zettabgp", "routecore")
GUIDES: Sequence[Guide] = ("full", "none")


def measure(targets: Sequence[str], guide: Guide, seed: int) -> dict[str, int] | None:
    """Return what one campaign came to, None where a target is missing, which is said."""
    counts = {"findings": 0, "disagreements": 0, "signatures": 0, "kept": 0}
    asked = contenders(targets, None, None, give_up_after=None)
    with tempfile.TemporaryDirectory() as folder:
        options = CampaignOptions(runs=INPUTS, seed=seed, feedback=guide)
        for event in fuzz(asked, seeds(), Store(Path(folder)), options, lambda _: True):
            match event:
                case TargetSkipped(target=target, text=text) | TargetUnusable(target=target, text=text):
                    print(f"{target}: skipped: {text}")
                    return None
                case NewFinding():
                    counts["findings"] += 1
                case NewDisagreement():
                    counts["disagreements"] += 1
                case CampaignEnd(stats=stats):
                    counts |= {"signatures": stats.signatures, "kept": stats.corpus}
                case _:
                    pass
    return counts


def main() -> None:
    """Measure both guides over the same seeds of the random numbers, and print the figures as JSON."""
    out, targets = sys.argv[1:2], sys.argv[2:] or TARGETS
    rounds: dict[Guide, list[dict[str, int]]] = {guide: [] for guide in GUIDES}
    for seed in range(1, ROUNDS + 1):
        for guide in GUIDES:
            counts = measure(targets, guide, seed)
            if counts is None:
                return
            rounds[guide].append(counts)
            print(f"{guide} {seed}: {counts}")
    medians = {
        guide: {what: statistics.median(counts[what] for counts in of_guide) for what in of_guide[0]}
        for guide, of_guide in rounds.items()
    }
    figures = {"targets": targets, "inputs": INPUTS, "rounds": ROUNDS, "median": medians, "each": rounds}
    text = json.dumps(figures, indent=2)
    print(text)
    if out:
        Path(out[0]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
