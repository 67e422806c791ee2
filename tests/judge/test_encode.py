"""What answers to `encode` amount to: the octets of an encoder, judged by the rules and by decoding them."""

import pytest

import raw
from bmpconform.corpus.vector import Observation
from bmpconform.judge.encode import observe_encode
from bmpconform.judge.observed import Observed
from bmpconform.rules.selection import Policy, Selection
from bmpconform.targets.protocol import Encoded, Rejected
from bmpconform.wire.value import replace
from vectors import PROFILE, shown

SELECTION = Selection(PROFILE, Policy())
TLVS = raw.tlv(2, b"router"), raw.tlv(1, b"descr"), raw.tlv(0, b"A"), raw.tlv(0, b"B")
FRAME = raw.initiation(*TLVS)


def observe(asked: bytes, octets: bytes) -> Observed:
    return observe_encode(shown(asked), None, Encoded(id=1, hex=octets.hex()), SELECTION)


def test_the_octets_asked_for_are_accepted() -> None:
    assert observe(FRAME, FRAME) == Observed(Observation.ACCEPTED)


def test_a_rejection_is_one() -> None:
    observed = observe_encode(shown(FRAME), None, Rejected(1, "too-long"), SELECTION)
    assert (observed.observation, observed.error) == (Observation.REJECTED, "too-long")


@pytest.mark.parametrize(
    "octets, code, path",
    [
        (raw.initiation(raw.tlv(2, b"router\0"), *TLVS[1:]), "nul-terminated", "tlvs[0].value"),
        (raw.initiation(*TLVS[:2], TLVS[3], TLVS[2]), "order-lost", "tlvs"),
        (raw.initiation(*TLVS[:3]), "tlv-lost", "tlvs[3]"),
        (raw.initiation(*TLVS, raw.tlv(0, b"C")), "tlv-added", "tlvs[4]"),
        (raw.peer_up(), "value-differs", "type"),
        (FRAME + b"\0", "not-one-message", "length"),
        (FRAME[:-1], "not-one-message", "length"),
        (b"", "not-one-message", "length"),
        (raw.message(raw.STATISTICS, raw.peer()), "not-one-message", ""),
    ],
)
def test_octets_that_say_something_else_are_wrong(octets: bytes, code: str, path: str) -> None:
    observed = observe(FRAME, octets)
    assert (observed.observation, observed.code, observed.path) == (Observation.WRONG_VALUE, code, path)


def test_octets_that_are_no_hex_break_the_protocol() -> None:
    observed = observe_encode(shown(FRAME), None, Encoded(id=1, hex="zz"), SELECTION)
    assert (observed.observation, observed.code) == (Observation.PROTOCOL_BROKEN, "key-malformed")


def test_capabilities_may_be_regrouped() -> None:
    def up(*parameters: bytes) -> bytes:
        return raw.peer_up(received=raw.open_pdu(parameters=b"".join(parameters)))

    together = up(raw.capabilities(raw.as4(raw.PEER_AS), raw.multiprotocol(1, 1)))
    apart = up(raw.capabilities(raw.as4(raw.PEER_AS)), raw.capabilities(raw.multiprotocol(1, 1)))
    assert together != apart
    assert observe(together, apart).observation is Observation.ACCEPTED


def test_a_breach_that_was_asked_for_is_not_the_encoders() -> None:
    asked = raw.peer_up(raw.tlv(1, b"reserved"))
    assert observe(asked, asked).observation is Observation.ACCEPTED


def test_a_breach_of_its_own_is_named_by_its_rule_and_clause() -> None:
    asked = raw.route_monitoring(raw.update_pdu(), of=raw.peer(flags=0))
    octets = raw.route_monitoring(raw.update_pdu(), of=raw.peer(flags=0x08))
    observed = observe(asked, octets)
    assert (observed.observation, observed.path) == (Observation.WRONG_VALUE, "peer.flags")
    assert (observed.code, observed.clause) == ("peer-flag-f-deprecated", "RFC8671-4-2")


def test_what_cannot_be_framed_has_to_be_rejected() -> None:
    message = shown(FRAME)
    assert isinstance(message.tlvs, tuple)
    asked = replace(message, tlvs=(replace(message.tlvs[0], value="41" * 65536),))
    observed = observe_encode(asked, None, Encoded(id=1, hex=FRAME.hex()), SELECTION)
    assert (observed.observation, observed.code) == (Observation.WRONG_VALUE, "cannot-be-framed")


def test_what_was_asked_has_to_be_there_to_be_read() -> None:
    whole = raw.peer_down(1, raw.notification_pdu())
    observed = observe(whole, raw.peer_down(1))
    assert (observed.observation, observed.code) == (Observation.WRONG_VALUE, "does-not-parse")


def with_flags(*flags: int) -> bytes:
    """Return a Route Monitoring with MP_UNREACH_NLRI, COMMUNITIES and an attribute of no known type, of these flags."""
    values = zip(flags, (15, 8, 93), (bytes.fromhex("00010118c00002"), b"\0\1\0\2", b"?"), strict=True)
    attributes = b"".join(raw.attribute(kind, code, value) for kind, code, value in values)
    return raw.route_monitoring(raw.update_pdu(attributes=attributes))


@pytest.mark.parametrize(
    "asked, written, is_accepted",
    [
        # RFC 4760 section 4 has MP_UNREACH_NLRI optional and not transitive, RFC 1997 COMMUNITIES both.
        ((0x00, 0xC0, 0xC0), (0x80, 0xC0, 0xC0), True),
        ((0xE0, 0x40, 0xC0), (0x80, 0xC0, 0xC0), True),
        ((0x00, 0xC0, 0xC0), (0x40, 0xC0, 0xC0), False),
        ((0x80, 0xC0, 0xC0), (0x00, 0xC0, 0xC0), False),
        ((0x80, 0xE0, 0xC0), (0x80, 0xC0, 0xC0), False),
        ((0x80, 0xC0, 0x40), (0x80, 0xC0, 0xC0), False),
    ],
)
def test_flags_that_are_not_those_of_their_type_may_be_put_right(
    asked: tuple[int, ...], written: tuple[int, ...], *, is_accepted: bool
) -> None:
    observed = observe(with_flags(*asked), with_flags(*written))
    assert (observed.observation is Observation.ACCEPTED) == is_accepted
    assert is_accepted or observed.path.startswith("pdu.update.attributes[")


def test_what_has_no_attributes_has_no_flags_to_put_right() -> None:
    asked, written = (raw.route_monitoring(pdu) for pdu in (raw.notification_pdu(), raw.open_pdu()))
    observed = observe(asked, written)
    assert (observed.observation, observed.path) == (Observation.WRONG_VALUE, "pdu.type")
