"""From what the user typed to targets that can be judged, each with what is expected to fail there."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bmpconform.judge.expected import Expected, ExpectedError, parse_expected
from bmpconform.run.runner import Contender
from bmpconform.targets.build import EXPECTED
from bmpconform.targets.catalogue import Adapter, Missing, load_adapters, prepare
from bmpconform.targets.counters import MAP
from bmpconform.targets.driver import GIVE_UP_AFTER, Driver
from bmpconform.targets.errors import MissingError
from bmpconform.targets.spec import Kind, TargetSpec, parse_target
from bmpconform.wire.value import replace


def contenders(
    targets: Iterable[str],
    expected: Path | None,
    timeout: float | None,
    give_up_after: int | None = GIVE_UP_AFTER,
) -> list[Contender]:
    """Return the targets as typed. Raises ValueError for what is no target, ExpectedError for a wrong expected.toml.

    `expected` takes the place of the file that a named target has; `timeout` is in seconds a case; after so many
    time-outs nothing more is asked (None: never).
    """
    adapters = load_adapters()
    return [_contender(parse_target(text), adapters, expected, timeout, give_up_after) for text in targets]


def _contender(
    spec: TargetSpec,
    adapters: dict[str, Adapter],
    expected: Path | None,
    timeout: float | None,
    give_up_after: int | None,
) -> Contender:
    adapter = adapters.get(spec.value) if spec.kind is Kind.NAME else None
    if spec.kind is Kind.NAME and adapter is None:
        raise ValueError(f"there is no target named {spec.value!r}; there is {', '.join(adapters)}")
    file = expected or (None if adapter is None else adapter.folder / EXPECTED)
    opener = partial(_open, spec, adapters, timeout, give_up_after)
    return Contender(
        # What is no Unicode cannot stand in JSON.
        spec.text.encode("utf-8", "backslashreplace").decode(),
        opener,
        read_expected(file, must_exist=expected is not None),
        deterministic=adapter is not None and adapter.manifest.run.deterministic,
        open_in=opener,
    )


def expected_file(name: str) -> Path | None:
    """Return where the expected failures of a named target stand, None where there is no such target."""
    adapter = load_adapters().get(name)
    return None if adapter is None else adapter.folder / EXPECTED


def read_expected(file: Path | None, *, must_exist: bool) -> Expected:
    """Return the entries in a file; none where it may be absent and is. Raises ExpectedError with the file's name."""
    if file is None or not (must_exist or file.exists()):
        return Expected()
    try:
        return parse_expected(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ExpectedError) as error:
        raise ExpectedError(f"{file}: {error}") from error


def read_text(file: Path) -> str:
    """Return the text of an expected.toml, "" where there is none yet. Raises ExpectedError."""
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ExpectedError(str(error)) from error


def _open(
    spec: TargetSpec,
    adapters: dict[str, Adapter],
    timeout: float | None,
    give_up_after: int | None,
    environment: dict[str, str] | None = None,
) -> Driver:
    launch = prepare(spec, adapters, counted=MAP in (environment or {}))
    if isinstance(launch, Missing):
        raise MissingError(launch.reason)
    if environment:
        launch = replace(launch, environment={**launch.environment, **environment})
    if timeout is not None:
        launch = replace(launch, limits=replace(launch.limits, case_seconds=timeout))
    return Driver(launch, give_up_after=give_up_after)
