"""Live targets as they are typed: `router:` and `station:` with an address, `listen:` and an address, or a name.

Why names come from outside: whoever starts daemons knows them, and a player that knew them could not be used without.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bmpconform.capture.live import endpoint
from bmpconform.capture.reading import InputError
from bmpconform.live.device import Collector, Device, Endpoint
from bmpconform.live.judging import SECONDS, About, Live, Tell
from bmpconform.live.own.collector import OwnCollector
from bmpconform.live.own.router import OwnRouter
from bmpconform.live.script import Role
from bmpconform.live.stage import Address, Managed, Stage, Station
from bmpconform.run.contenders import read_expected
from bmpconform.run.runner import Contender
from bmpconform.run.target import Target
from bmpconform.targets.build import EXPECTED
from bmpconform.targets.catalogue import ADAPTERS
from bmpconform.targets.errors import TargetError
from bmpconform.targets.spec import Kind, TargetSpec
from bmpconform.wire.value import Value

_LISTEN = "listen:"
_ROLES = {Kind.ROUTER: Role.STATION, Kind.STATION: Role.ROUTER}


def _about_nothing(_: str) -> About | None:
    return None


class Names(Value, frozen=True):
    """The devices that have a name, each with what makes one; making raises MissingError where something lacks.

    `about` says what stands behind a name, None where nothing is known.
    """

    routers: Mapping[str, Callable[[], Device]]
    collectors: Mapping[str, Callable[[], Collector]]
    about: Callable[[str], About | None] = _about_nothing


def _passive() -> OwnRouter:
    return OwnRouter(dials=False)


OWN = Names({"reference": OwnRouter, "reference-listener": _passive}, {"reference": OwnCollector})


def live_contender(
    spec: TargetSpec, expected: Path | None, timeout: float | None, *, names: Names = OWN, tell: Tell = lambda _: None
) -> Contender:
    """Return a live target that can be judged. Raises ValueError for what is none, ExpectedError."""
    known: Mapping[str, object] = names.routers if spec.kind is Kind.ROUTER else names.collectors
    stage = _stage_of(spec, names)
    named = spec.value in known
    file = expected or (ADAPTERS / spec.value / EXPECTED if named else None)
    pinned = read_expected(file, must_exist=expected is not None)
    about = names.about(spec.value) if named else None
    live = Live(spec.text, about or About(spec.text), stage, pinned, SECONDS if timeout is None else timeout, tell)
    return Contender(spec.text, partial(_no_child, spec.text), pinned, judged=live.judge)


def _no_child(name: str) -> Target:
    raise TargetError(f"{name} is judged live, and is no child that is asked")


def _stage_of(spec: TargetSpec, names: Names) -> Callable[[], Stage]:
    value = spec.value
    if spec.kind is Kind.ROUTER and value in names.routers:
        return lambda: Managed(names.routers[value]())
    if spec.kind is Kind.STATION and value in names.collectors:
        return lambda: Station(names.collectors[value]())
    if ":" not in value:
        known = names.routers if spec.kind is Kind.ROUTER else names.collectors
        raise ValueError(f"there is no {spec.kind} named {value!r}; there is {', '.join(sorted(known))}, or HOST:PORT")
    us = not value.startswith(_LISTEN)
    return partial(Address, _ROLES[spec.kind], _endpoint(spec.text, value.removeprefix(_LISTEN), us=us), us=us)


def _endpoint(text: str, value: str, *, us: bool) -> Endpoint:
    try:
        found = endpoint(f"{'tcp' if us else 'listen'}:{value}")
    except InputError as error:
        example = f"{text.partition(':')[0]}:192.0.2.1:1790"
        raise ValueError(f"{text!r} is no HOST:PORT, such as {example}") from error
    return Endpoint(found.host, found.port)
