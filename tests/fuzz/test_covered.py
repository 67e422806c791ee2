"""What messages cover of the form: more with each part, code and magnitude there is, nothing where they are broken."""

import pytest

import raw
from bmpconform.fuzz.covered import covered_by
from bmpconform.fuzz.feedback import Feature
from bmpconform.fuzz.oracle import Oracle
from vectors import PROFILE

ORACLE = Oracle(PROFILE)


def covered(*messages: bytes) -> frozenset[Feature]:
    return covered_by(ORACLE.expect(b"".join(messages)))


def routes(*attributes: bytes) -> bytes:
    return raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + b"".join(attributes), raw.PREFIX))


def up(*capabilities: bytes) -> bytes:
    return raw.peer_up(received=raw.received_open(*capabilities))


def communities(many: int) -> bytes:
    return raw.attribute(0xC0, 8, bytes(range(1, 5)) * many)


INITIATION = raw.initiation(raw.MANDATORY_TLVS)


@pytest.mark.parametrize(
    "less, more",
    [
        pytest.param(routes(), routes(communities(1)), id="an attribute"),
        pytest.param(routes(communities(1)), routes(communities(9)), id="a longer attribute"),
        pytest.param(up(raw.multiprotocol(1, 1)), up(raw.multiprotocol(1, 1), raw.capability(2)), id="a capability"),
        pytest.param(INITIATION, raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"x")), id="a TLV"),
        pytest.param(raw.peer_down(4), raw.peer_down(5), id="a reason"),
        pytest.param(INITIATION + up(), INITIATION + up() + routes(), id="a message of a session"),
    ],
)
def test_what_there_is_more_is_covered(less: bytes, more: bytes) -> None:
    assert covered(more) - covered(less)


@pytest.mark.parametrize(
    "one, other",
    [
        pytest.param(raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r2")), INITIATION, id="another text of its length"),
        pytest.param(routes(communities(8)), routes(communities(9)), id="the same magnitude"),
        pytest.param(routes(raw.attribute(0xC0, 200, b"")), routes(raw.attribute(0xC0, 201, b"")), id="not assigned"),
    ],
)
def test_what_differs_in_nothing_that_counts_covers_the_same(one: bytes, other: bytes) -> None:
    assert covered(one) == covered(other) != frozenset()


def test_a_message_covers_alone_what_it_covers_in_a_session() -> None:
    assert covered(INITIATION) <= covered(INITIATION, up(), routes())


@pytest.mark.parametrize("octets", [raw.initiation(raw.SYS_NAME), INITIATION[:-1], b""])
def test_what_breaks_a_document_covers_nothing(octets: bytes) -> None:
    assert covered(octets) == frozenset()
