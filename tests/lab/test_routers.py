"""The routers that can be started here: they come up, do as they are told, and what is told of them is true."""

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from bmpconform.lab.catalogue import ROUTERS, lacking, managed_router
from bmpconform.lab.wait import until
from bmpconform.live import device
from bmpconform.live.device import CannotError, Device
from bmpconform.live.facts import Announced, Configured, Established, Leaving, Left, Stopped
from bmpconform.wire.bgp import PDU, Pdu
from bmpconform.wire.interpret import encode_part
from bmpconform.wire.messages import Initiation, PeerDown, PeerUp, RouteMonitoring, StatisticsReport
from bmpconform.wire.value import Value
from stations import Station

Kind = TypeVar("Kind", bound=Value)
BGP_ROUTERS = [name for name in ROUTERS if name != "opendaylight-mock"]
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8"),
]


@pytest.fixture
def station() -> Iterator[Station]:
    """Return a station that routers can dial."""
    with Station() as listening:
        yield listening


@pytest.fixture
def start(station: Station) -> Iterator[Callable[[str], Device]]:
    """Return what starts a router by its name and connects it with the station."""
    started: list[Device] = []

    def starting(name: str) -> Device:
        if reason := lacking(name):
            pytest.skip(f"{name}: {reason}")
        router = managed_router(name)
        started.append(router)
        router.open(station.endpoint)
        if router.address:
            station.dial(router.address)
        return router

    yield starting
    for router in started:
        router.close()


def facts(router: Device, kind: type[Kind]) -> list[Kind]:
    told: list[Value] = list(router.facts())
    return [fact for fact in told if isinstance(fact, kind)]


def octets_of(pdu: Pdu | None) -> str:
    """Return a PDU of a message in hex."""
    return "" if pdu is None else encode_part(PDU, pdu).hex()


def configured(router: Device) -> Configured:
    assert router.configured is not None
    return router.configured


def address_of(router: Device, peer: str) -> bytes:
    """Return the address of a neighbour, as a per-peer header has it."""
    (found,) = (one.peer.address for one in configured(router).neighbours if one.name == peer)
    return bytes(map(int, found.split("."))).rjust(16, b"\0")


@pytest.mark.parametrize("name", BGP_ROUTERS)
def test_what_is_told_of_a_session_is_in_the_peer_up(
    name: str, start: Callable[[str], Device], station: Station
) -> None:
    router = start(name)
    (sys_name,) = {tlv.value for tlv in station.wait_for(Initiation).tlvs if tlv.type == 2}
    assert sys_name.decode() == configured(router).sys_name
    for neighbour in configured(router).neighbours:
        router.perform(device.PeerUp(neighbour.name))
        address = address_of(router, neighbour.name)
        told = facts(router, Established)[-1]
        seen = station.wait_for(PeerUp, lambda up, address=address: up.peer.address == address)  # type: ignore[misc]
        assert (seen.local_port, seen.remote_port) == (told.local_port, told.remote_port)
        assert octets_of(seen.sent_open) == told.sent_open
        assert octets_of(seen.received_open) == told.received_open


@pytest.mark.parametrize("name", BGP_ROUTERS)
def test_routes_and_their_end_reach_the_station(name: str, start: Callable[[str], Device], station: Station) -> None:
    router = start(name)
    router.perform(device.PeerUp("one"))
    router.perform(device.Announce("one", ("10.9.0.0/16",), med=5))
    nlri = bytes((16, 10, 9))
    station.wait_for(RouteMonitoring, lambda seen: nlri.hex() in octets_of(seen.pdu))
    assert len(facts(router, Announced)) == 1
    router.perform(device.PeerDown("one", Leaving.REMOTE_NOTIFICATION))
    address = address_of(router, "one")
    down = station.wait_for(PeerDown, lambda seen: seen.peer.address == address and seen.reason == 3)
    assert down.peer.asn == 65002
    assert [left.how for left in facts(router, Left)] == [Leaving.REMOTE_NOTIFICATION]


@pytest.mark.parametrize("name", BGP_ROUTERS)
@pytest.mark.parametrize("how", [how for how in Leaving if how is not Leaving.LOCAL_NO_NOTIFICATION])
def test_a_session_ends_as_it_is_told(name: str, how: Leaving, start: Callable[[str], Device]) -> None:
    router = start(name)
    router.perform(device.PeerUp("one"))
    router.perform(device.PeerDown("one", how))
    until(lambda: facts(router, Left), 10, "a Left")
    assert [left.how for left in facts(router, Left)] == [how]


@pytest.mark.parametrize("name", BGP_ROUTERS)
def test_a_neighbour_comes_back(name: str, start: Callable[[str], Device]) -> None:
    router = start(name)
    router.perform(device.PeerUp("one"))
    router.perform(device.RestartPeer("one"))
    assert len(facts(router, Established)) == 2
    router.perform(device.SendMalformed("one"))
    assert router.alive()


@pytest.mark.parametrize("name", BGP_ROUTERS)
def test_what_it_cannot_do_is_refused(name: str, start: Callable[[str], Device]) -> None:
    router = start(name)
    router.perform(device.PeerUp("one"))
    with pytest.raises(CannotError):
        router.perform(device.PeerDown("one", Leaving.LOCAL_NO_NOTIFICATION))
    with pytest.raises(CannotError):
        router.perform(device.Reconfigure("vrf"))
    with pytest.raises(CannotError, match="no neighbour 'nobody'"):
        router.perform(device.Announce("nobody", ("10.0.0.0/8",)))


@pytest.mark.parametrize("name", ROUTERS)
def test_one_that_is_killed_is_dead_and_may_be_opened_again(
    name: str, start: Callable[[str], Device], station: Station
) -> None:
    router = start(name)
    station.wait_for(Initiation)
    router.perform(device.Kill())
    assert not router.alive()
    assert [stopped.killed for stopped in facts(router, Stopped)] == [True]
    router.close()
    assert facts(router, Stopped)
    router.open(station.endpoint)
    assert router.alive()
    assert router.facts() == ()


@pytest.mark.parametrize("name", ["frr", "gobgpd"])
def test_statistics_come_as_often_as_configured(name: str, start: Callable[[str], Device], station: Station) -> None:
    router = start(name)
    router.perform(device.PeerUp("one"))
    assert configured(router).statistics_seconds
    station.wait_for(StatisticsReport)


# The mock dials from an IPv4 address of its own.
@pytest.mark.parametrize("name", ["frr", "gobgpd"])
def test_it_dials_a_station_over_ipv6(name: str) -> None:
    if reason := lacking(name):
        pytest.skip(f"{name}: {reason}")
    router = managed_router(name)
    with Station("::1") as station:
        try:
            router.open(station.endpoint)
            station.wait_for(Initiation)
        finally:
            router.close()


def test_the_mock_of_opendaylight_tells_what_it_makes_up_and_can_be_told_nothing(
    start: Callable[[str], Device], station: Station
) -> None:
    mock = start("opendaylight-mock")
    assert mock.configured is None
    until(lambda: len(station.of(PeerUp)) == 2, 20, "two Peer Ups")
    for act in (device.PeerUp("one"), device.Reconfigure("views"), device.Stop()):
        with pytest.raises(CannotError):
            mock.perform(act)
    assert mock.facts() == ()
