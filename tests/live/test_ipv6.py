"""Station and router speak over IPv6 as over IPv4, whoever dials."""

import socket
from collections.abc import Sequence

from bmpconform.corpus.load import load
from bmpconform.live.device import Endpoint
from bmpconform.live.own.collector import OwnCollector
from bmpconform.live.own.router import OwnRouter
from bmpconform.live.targets import live_contender
from bmpconform.run.contenders import contenders
from bmpconform.run.events import Judged
from bmpconform.run.runner import RunOptions, run

HERE = "::1"
SCRIPT = "live-router/unwanted-octets"


def verdicts(target: str, pattern: str) -> Sequence[str]:
    """Return the verdicts on a target that is known by its address."""
    events = run(
        contenders([target], None, None, live=live_contender), load(), RunOptions(pattern=pattern, rerun=False)
    )
    return [event.line.verdict for event in events if isinstance(event, Judged)]


def free_port() -> int:
    with socket.create_server((HERE, 0), family=socket.AF_INET6) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_a_collector_is_dialled() -> None:
    collector = OwnCollector(HERE)
    try:
        end = collector.open()
        assert end.host == HERE
        assert set(verdicts(f"station:{end}", "live-collector/session")) == {"pass"}
        assert set(verdicts(f"station:{end}", "initiation/*")) == {"pass"}
    finally:
        collector.close()


def test_a_router_is_dialled() -> None:
    router = OwnRouter(dials=False)
    try:
        router.open(Endpoint(HERE, 0))
        said = verdicts(f"router:{router.address}", SCRIPT)
        assert said
        assert set(said) <= {"pass", "tolerated"}
    finally:
        router.close()


def test_a_router_dials() -> None:
    router, station = OwnRouter(), Endpoint(HERE, free_port())
    try:
        router.open(station)
        said = verdicts(f"router:listen:{station}", SCRIPT)
        assert said
        assert set(said) <= {"pass", "tolerated"}
    finally:
        router.close()
