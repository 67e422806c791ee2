"""Hypothesis: examples of the strategies that the property tests use, with no guide."""

import os
from collections.abc import Sequence
from random import Random
from typing import Any

import hypothesis
from hypothesis import strategies

from bmpbench.hunt import Hunt
from bmpbench.seeds import seeds
from bmpbench.sieve import Sieve
from bmpbench.work import Job
from bmpconform.fuzz.generate import Generator
from bmpconform.fuzz.strategies import ANY_MESSAGES, VALID_MESSAGES
from bmpconform.wire.codec import encode
from bmpconform.wire.errors import WireError

MOST_EXAMPLES = 10**9


def _octets(messages: Sequence[Any]) -> bytes:
    try:
        return b"".join(map(encode, messages))
    except WireError:
        return b""


def _session(random: Random) -> bytes:
    return _octets(list(Generator(random).session()))


RANDOMS = strategies.randoms(use_true_random=False)
INPUTS = strategies.one_of(
    ANY_MESSAGES.map(lambda message: _octets([message])),
    VALID_MESSAGES.map(lambda message: _octets([message])),
    strategies.lists(VALID_MESSAGES, min_size=2, max_size=4).map(_octets),
    RANDOMS.map(_session),
    strategies.sampled_from(seeds()),
)


def hunt(job: Job) -> None:
    """Do a job; never comes back."""
    sieve = Sieve(Hunt(job))
    for octets in seeds():
        sieve.take(octets)

    @hypothesis.seed(job.own_seed)
    @hypothesis.settings(
        database=None,
        deadline=None,
        max_examples=MOST_EXAMPLES,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(INPUTS)
    def examples(octets: bytes) -> None:
        if not sieve.take(octets):
            # An exception would be taken for a failure, and looked into.
            os._exit(0)

    examples()
