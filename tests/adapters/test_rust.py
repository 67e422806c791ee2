"""The adapters in Rust, where a build of them is there: what each library shows, refuses, and breaks at.

Why nothing is built here: a build takes minutes. `bmpconform targets build NAME` makes one that these tests find.
"""

from collections.abc import Callable
from typing import Any

import pytest

import raw
from bmpconform.targets.build import is_built
from bmpconform.targets.catalogue import load_adapters, missing, prepare
from bmpconform.targets.launch import Launch
from bmpconform.targets.spec import parse_target
from conversation import Adapter, places_of, tlvs_of

NAMES = ("bgpkit-parser", "netgauze", "routecore", "zettabgp")
# What each shows: zettabgp has no contents for statistics and mirroring, and drops the TLVs of Peer Up.
DEPTHS = {
    "bgpkit-parser": (3, 3, 2, 3, 3, 3, 3),
    "netgauze": (3, 3, 3, 3, 3, 3, 3),
    "routecore": (3, 3, 2, 3, 3, 3, 2),
    "zettabgp": (3, 0, 2, 2, 3, 3, 0),
}
ENCODERS = {"netgauze", "zettabgp"}
PATH = [{"segment": 2, "asns": [raw.PEER_AS]}]

Finished = Callable[[str], Adapter]


@pytest.fixture(scope="session")
def finished() -> Finished:
    """Return what gives an adapter that is built; the test is skipped where it is not."""
    adapters = load_adapters()

    def find(name: str) -> Adapter:
        adapter = adapters[name]
        if not is_built(adapter.manifest, adapter.folder):
            lack = missing(adapter)
            pytest.skip(f"{name}: {lack.reason if lack else 'not built'}")
        launch = prepare(parse_target(name), adapters)
        assert isinstance(launch, Launch)
        return Adapter(launch.command)

    return find


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of each of them in turn."""
    return str(request.param)


@pytest.fixture
def adapter(name: str, finished: Finished) -> Adapter:
    """Return each of them in turn."""
    return finished(name)


def test_hello_says_the_release_of_the_manifest_and_what_it_can(name: str, adapter: Adapter) -> None:
    hello = adapter.hello()
    manifest = load_adapters()[name].manifest
    assert (hello["name"], hello["version"], hello["url"]) == (name, manifest.version, manifest.url)
    able = hello["capabilities"]
    assert able["depth"] == {str(kind): depth for kind, depth in enumerate(DEPTHS[name])}
    assert able["ops"] == ["decode", "encode", "stream"] if name in ENCODERS else ["decode", "stream"]


def test_what_is_not_declared_is_unsupported(name: str, adapter: Adapter) -> None:
    unknown, encode = adapter.ask({"op": "no-such-op"}, {"op": "encode", "message": {"version": 3, "type": 4}})
    assert unknown["status"] == "unsupported"
    assert (encode["status"] == "unsupported") is (name not in ENCODERS)


def test_initiation_is_shown_by_variants(adapter: Adapter) -> None:
    frame = raw.initiation(raw.tlv(1, b"router"), raw.tlv(2, b"r\0"))
    answer = adapter.decode(frame)
    assert (answer["consumed"], answer["message"]["type"]) == (len(frame), 4)
    assert tlvs_of(answer) == [(1, b"router".hex(), "sys_descr"), (2, "7200", "sys_name")]


def test_peer_up_is_shown(adapter: Adapter) -> None:
    message = adapter.decode(raw.peer_up(sent=raw.sent_open(raw.as4(raw.ROUTER_AS))))["message"]
    assert message["peer"]["address"] == raw.PEER_ADDRESS.hex()
    assert (message["peer"]["asn"], message["peer"]["seconds"]) == (raw.PEER_AS, raw.TIME)
    assert message["local_address"] == raw.ROUTER_ADDRESS.hex()
    (parameter,) = message["sent_open"]["open"]["parameters"]
    assert parameter["capabilities"] == [{"code": 65, "value": raw.u32(raw.ROUTER_AS).hex()}]


def test_routes_are_shown(adapter: Adapter) -> None:
    routes = raw.mp_reach(2, 1, raw.prefix(32, b"\x20\x01\x0d\xb8"), next_hop=b"\x20\x01\x0d\xb8" + bytes(12))
    frame = raw.route_monitoring(raw.update_pdu(raw.PREFIX, raw.MANDATORY_ATTRIBUTES + routes, raw.prefix(8, b"\x0a")))
    update = adapter.decode(frame)["message"]["pdu"]["update"]
    assert update["unreach"] == [{"afi": 1, "safi": 1, "bits": 24, "prefix": "c00002"}]
    assert sorted(update["reach"], key=lambda route: route["afi"]) == [
        {"afi": 1, "safi": 1, "bits": 8, "prefix": "0a"},
        {"afi": 2, "safi": 1, "bits": 32, "prefix": "20010db8"},
    ]
    assert update["as_path"] == PATH


@pytest.mark.parametrize("name", ["bgpkit-parser", "netgauze", "routecore"])
def test_statistics_are_shown_as_numbers(adapter: Adapter) -> None:
    frame = raw.statistics(raw.tlv(0, raw.u32(4)), raw.tlv(7, raw.u64(2**63)), raw.tlv(9, raw.family_gauge(2, 1, 5)))
    statistics: list[dict[str, Any]] = adapter.decode(frame)["message"]["statistics"]
    shown = [(one["type"], one["value"], one.get("afi"), one.get("safi")) for one in statistics]
    assert shown == [(0, "4", None, None), (7, str(2**63), None, None), (9, "5", 2, 1)]


def test_a_cut_frame_is_rejected_by_a_name_without_values(adapter: Adapter) -> None:
    first, second = (adapter.decode(raw.peer_up()[:octets]) for octets in (60, 61))
    assert first["status"] == second["status"] == "reject"
    assert first["error"] == second["error"] != ""


def test_a_stream_goes_on_behind_a_message_that_is_refused(adapter: Adapter) -> None:
    bad = raw.message(raw.PEER_UP, raw.peer()[:20])
    good = raw.initiation(raw.MANDATORY_TLVS)
    octets = good + bad + good
    first, last = adapter.stream(octets[:-3], octets[-3:])
    begins = len(good)
    assert places_of(first) == [(0, "ok"), (begins, "reject")]
    assert places_of(last) == [(begins + len(bad), "ok")]
    assert (first["left"], last["left"], last["closed"]) == (begins - 3, 0, False)


@pytest.mark.parametrize("name", ["netgauze", "routecore"])
def test_a_session_tells_of_path_identifiers(adapter: Adapter) -> None:
    nlri = raw.prefix(24, b"\xc0\0\2", path_id=7)
    frame = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, nlri))
    update = adapter.decode(frame, add_path=[[1, 1]])["message"]["pdu"]["update"]
    assert update["reach"] == [{"afi": 1, "safi": 1, "bits": 24, "prefix": "c00002", "path_id": 7}]


@pytest.mark.parametrize("name", ["bgpkit-parser", "zettabgp"])
def test_a_session_that_cannot_be_told_is_unsupported(adapter: Adapter) -> None:
    assert adapter.decode(raw.route_monitoring(raw.ROUTE), add_path=[[1, 1]])["status"] == "unsupported"


def test_what_netgauze_writes_is_what_was_asked(finished: Finished) -> None:
    frame = raw.initiation(raw.tlv(0, b"a\0"), raw.tlv(1, b"d"), raw.tlv(2, b"n"))
    asked = {"version": 3, "type": 4, "tlvs": [{"type": 0, "value": "6100"}, *_tlvs("64", "6e")]}
    assert finished("netgauze").encode(asked) == {"id": 0, "status": "ok", "hex": frame.hex()}


@pytest.mark.parametrize(
    "asked",
    [
        {"type": 4, "tlvs": [{"type": 5, "value": ""}]},
        {"type": 5, "tlvs": [{"type": 1, "value": "0005"}]},
        {"type": 7},
    ],
    ids=["tlv", "reason", "type"],
)
def test_what_netgauze_has_no_value_for_is_unsupported(asked: dict[str, Any], finished: Finished) -> None:
    assert finished("netgauze").encode({"version": 3, **asked})["status"] == "unsupported"


def test_what_zettabgp_writes_has_its_own_fault(finished: Finished) -> None:
    answer = finished("zettabgp").encode({"version": 3, "type": 4, "tlvs": _tlvs("64", "6e")})
    assert answer["hex"] == raw.initiation(raw.tlv(0, b"d"), raw.tlv(0, b"n")).hex()


def test_what_zettabgp_has_no_value_for_is_unsupported(finished: Finished) -> None:
    answer = finished("zettabgp").encode({"version": 3, "type": 4, "tlvs": [{"type": 9, "value": "61"}]})
    assert answer["status"] == "unsupported"


def test_zettabgp_shows_the_routes_of_every_attribute(finished: Finished) -> None:
    routes = [raw.mp_unreach(2, 1, raw.prefix(16, octets)) for octets in (b"\x20\x01", b"\x20\x02")]
    update = finished("zettabgp").decode(raw.route_monitoring(raw.update_pdu(b"", b"".join(routes))))["message"]["pdu"]
    assert [route["prefix"] for route in update["update"]["unreach"]] == ["2001", "2002"]


@pytest.mark.parametrize("held", [raw.attribute(0xC0, 8, raw.u32(7) * 2), raw.attribute(0xE0, 128, raw.u32(7))])
def test_zettabgp_shows_no_value_that_it_would_write_otherwise(held: bytes, finished: Finished) -> None:
    frame = raw.route_monitoring(raw.update_pdu(b"", held))
    [attribute] = finished("zettabgp").decode(frame)["message"]["pdu"]["update"]["attributes"]
    assert attribute == {"flags": None, "type": held[1], "value": None}


def test_zettabgp_shows_each_capability_as_it_was(finished: Finished) -> None:
    names = raw.capability(73, b"\2r1\0")
    opened = raw.sent_open(names, raw.as4(raw.ROUTER_AS))
    [parameter] = finished("zettabgp").decode(raw.peer_up(sent=opened))["message"]["sent_open"]["open"]["parameters"]
    values = [(held["code"], held["value"]) for held in parameter["capabilities"]]
    assert values == [(73, "02723100"), (65, raw.u32(raw.ROUTER_AS).hex())]


@pytest.mark.parametrize(
    "name, frame, place",
    [
        ("routecore", raw.termination(raw.tlv(1, b"\0")), "routecore-0.7.2/src/bmp/message.rs:"),
        ("zettabgp", raw.header(raw.INITIATION, length=5)[:5], "zettabgp-0.6.0/src/bmp/mod.rs:"),
    ],
)
def test_a_panic_of_the_library_is_told_as_one_and_survived(
    frame: bytes, place: str, adapter: Adapter, name: str
) -> None:
    panic, hello = adapter.ask({"op": "decode", "hex": frame.hex()}, {"op": "hello", "protocol": 1})
    assert (panic["status"], hello["name"]) == ("panic", name)
    assert panic["error"].startswith(place)
    assert panic["reason"]


def _tlvs(*values: str) -> list[dict[str, Any]]:
    """Return sysDescr and sysName."""
    return [{"type": number, "value": value} for number, value in enumerate(values, start=1)]
