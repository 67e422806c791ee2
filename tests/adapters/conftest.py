"""How named adapters are built for tests: into a cache of their own, once."""

from collections.abc import Callable

import pytest

from bmpconform.targets.build import CACHE_VARIABLE
from bmpconform.targets.catalogue import Missing, prepare
from bmpconform.targets.errors import TargetError
from bmpconform.targets.spec import parse_target
from conversation import Adapter

# What pip says where no index can be reached.
NO_REGISTRY = "No matching distribution found"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Adapter]:
    """Return what builds an adapter and gives it; the test is skipped where a program or the registry is missing."""

    def build(name: str) -> Adapter:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(CACHE_VARIABLE, str(tmp_path_factory.getbasetemp() / "cache"))
            try:
                launch = prepare(parse_target(name))
            except TargetError as error:
                if NO_REGISTRY in str(error) + error.stderr:
                    pytest.skip(f"{name}: no package registry")
                raise
        if isinstance(launch, Missing):
            pytest.skip(f"{name}: {launch.reason}")
        return Adapter(launch.command)

    return build
