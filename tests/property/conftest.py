"""What the property tests share: the seed, and how they split their inputs.

Why a seed of its own: the same commit gives the same inputs. Only a run that asks for more than the usual number looks
for new ones; BMPCONFORM_SEED repeats it.
"""

import os
from random import SystemRandom

import pytest

USUAL_INPUTS = 200_000


@pytest.fixture(scope="session")
def seed(inputs: int) -> int:
    """Return the seed that all random inputs of this run come from."""
    given = os.environ.get("BMPCONFORM_SEED")
    if given is not None:
        return int(given)
    return 0 if inputs <= USUAL_INPUTS else SystemRandom().getrandbits(32)
