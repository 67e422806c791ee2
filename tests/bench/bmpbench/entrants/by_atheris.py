"""Plain atheris: libFuzzer's mutations of octets, guided by the branches of the codec that it instruments."""

import os
import sys

import atheris

from bmpbench.work import Job

CODEC = ("bmpconform.wire", "bmpconform.neutral", "bmpconform.adapters.reference", "bmpbench.planted", "bmpbench.codec")
LONGEST = 32 * 1024
with atheris.instrument_imports(include=[*CODEC, "faults"]):
    from bmpbench.hunt import Hunt
    from bmpbench.seeds import seeds
    from bmpbench.sieve import Sieve


def hunt(job: Job) -> None:
    """Do a job; never comes back."""
    corpus = job.folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, octets in enumerate(seeds()):
        (corpus / f"seed-{number:02}").write_bytes(octets)
    sieve = Sieve(Hunt(job))

    def test_one_input(octets: bytes) -> None:
        if not sieve.take(octets):
            # There is no other way out of Fuzz() in time.
            os._exit(0)

    options = [f"-seed={job.own_seed}", f"-max_len={LONGEST}", "-timeout=3600", "-rss_limit_mb=0", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], test_one_input)
    atheris.Fuzz()
