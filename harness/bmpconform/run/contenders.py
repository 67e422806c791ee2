"""From what the user typed to targets that can be judged, each with what is expected to fail there."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from bmpconform.judge.expected import Expected, ExpectedError, parse_expected
from bmpconform.run.runner import Contender
from bmpconform.targets.build import EXPECTED
from bmpconform.targets.catalogue import Adapter, Missing, build_beforehand, load_adapters, prepare
from bmpconform.targets.counters import MAP
from bmpconform.targets.driver import GIVE_UP_AFTER, Driver
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.targets.spec import Kind, TargetSpec, parse_target
from bmpconform.wire.value import replace

# Makes a target that is judged live, of what was typed, the file of what is expected, and the seconds a case has.
Live = Callable[[TargetSpec, Path | None, float | None], Contender]


def contenders(
    targets: Iterable[str],
    expected: Path | None,
    timeout: float | None,
    give_up_after: int | None = GIVE_UP_AFTER,
    live: Live | None = None,
) -> list[Contender]:
    """Return the targets as typed. Raises ValueError for what is no target, ExpectedError for a wrong expected.toml.

    `expected` is of the one target, or of the one of several that has no name, as named ones have their own; `timeout`
    is in seconds a case; after so many time-outs nothing more is asked (None: never). `live` makes those that are
    judged live, where they can be.
    """
    adapters, specs = load_adapters(), list(map(parse_target, targets))
    whose = None if expected is None else _whose_expected(specs)
    return [
        _live(spec, expected if spec is whose else None, timeout, live)
        if spec.kind in {Kind.STATION, Kind.ROUTER}
        else _contender(spec, adapters, expected if spec is whose else None, timeout, give_up_after)
        for spec in specs
    ]


def _whose_expected(specs: Sequence[TargetSpec]) -> TargetSpec:
    """Return the target that `--expected` is about. Raises ValueError where that cannot be told."""
    about = specs if len(specs) == 1 else [spec for spec in specs if not spec.has_name]
    if len(about) != 1:
        others = f"{', '.join(spec.text for spec in about)} have none" if about else "named ones have their own"
        raise ValueError(f"--expected is for the one TARGET that has no name: {others}")
    return about[0]


def _live(spec: TargetSpec, expected: Path | None, timeout: float | None, live: Live | None) -> Contender:
    if live is None:
        raise ValueError(f"{spec.text} is judged live, which `bmpconform run` alone does")
    return live(spec, expected, timeout)


def _contender(
    spec: TargetSpec,
    adapters: dict[str, Adapter],
    expected: Path | None,
    timeout: float | None,
    give_up_after: int | None,
) -> Contender:
    adapter = adapters.get(spec.value) if spec.kind is Kind.NAME else None
    if spec.kind is Kind.NAME and adapter is None:
        known = f"{', '.join(adapters)}, and what is typed as jsonl:CMD, exec:CMD or py:MODULE"
        raise ValueError(f"there is no target named {spec.value!r}; there is {known}")
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


def built(judged: Iterable[Contender], tell: Callable[[str], None], *, counted: bool = False) -> list[Contender]:
    """Return targets with nothing left to build, `counted` also so that they count their edges.

    Each name is told before it is built. One that cannot be built says so when it is opened, as before.
    """
    adapters = load_adapters()
    return [_built(one, adapters.get(one.name), tell, counted=counted) for one in judged]


def _built(contender: Contender, adapter: Adapter | None, tell: Callable[[str], None], *, counted: bool) -> Contender:
    try:
        if adapter is not None:
            build_beforehand(adapter, tell, counted=counted)
    except TargetError as error:
        refuse = partial(_refuse, str(error), error.stderr)
        return replace(contender, open=refuse, open_in=refuse)
    return contender


def _refuse(text: str, stderr: str, _environment: dict[str, str] | None = None) -> Driver:
    raise TargetError(text, stderr)


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
    except OSError as error:
        raise ExpectedError(f"{file} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, ExpectedError) as error:
        raise ExpectedError(f"{file}: {error}") from error


def read_text(file: Path) -> str:
    """Return the text of an expected.toml, "" where there is none yet. Raises ExpectedError."""
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except OSError as error:
        raise ExpectedError(f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
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
