"""What all tests share: how many generated inputs a property is tried on, and Hypothesis settings that fit.

Why derandomised: the same commit gives the same result. Only a run that asks for more inputs looks for new ones.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

_DEFAULT_INPUTS = 200_000
_INPUTS = int(os.environ.get("BMPCONFORM_INPUTS", _DEFAULT_INPUTS))

settings.register_profile(
    "bmpconform",
    # A Hypothesis example costs about a thousand times what an input of a plain seeded loop does.
    max_examples=max(_INPUTS // 1000, 10),
    derandomize=_INPUTS <= _DEFAULT_INPUTS,
    # A busy machine is no defect of the code.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("bmpconform")


@pytest.fixture(scope="session")
def inputs() -> int:
    """Return how many generated inputs a property is to be tried on."""
    return _INPUTS
