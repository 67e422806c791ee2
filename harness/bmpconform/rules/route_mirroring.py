"""The rules of Route Mirroring, RFC 7854 section 4.7 and RFC 9069 section 5.5.

Why the PDU inside is never judged: malformed ones are what mirroring is for.
"""

from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.rules.tlvs import CODE_OCTETS, registry_rules
from bmpconform.wire.codes import MIRRORING_CODES, MIRRORING_TLVS, MirroringCode, MirroringTlvType
from bmpconform.wire.messages import RouteMirroring


@rule(RouteMirroring, "RFC7854-4.7-1", code="mirroring-tlvs-leftover")
def tlvs_fill_the_message(message: RouteMirroring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.7."""
    if message.rest:
        breaches.append(Breach("rest", f"{octets_text(len(message.rest))} left behind the last whole TLV."))


@rule(RouteMirroring, "RFC7854-4.7-3", code="mirroring-tlvs-missing")
def a_tlv_is_present(message: RouteMirroring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.7."""
    if not message.tlvs and not message.rest:
        breaches.append(Breach("tlvs", "The message holds no TLV; at least one should be there.", missing=True))


@rule(RouteMirroring, "RFC7854-4.7-5", code="mirrored-pdu-not-last")
def bgp_message_is_last(message: RouteMirroring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.7."""
    for index, tlv in enumerate(message.tlvs[:-1]):
        if tlv.type == MirroringTlvType.BGP_MESSAGE:
            text = "The BGP Message TLV is the last TLV; this one has others behind it."
            breaches.append(Breach(f"tlvs[{index}]", text))


@rule(RouteMirroring, "RFC7854-4.7-6", code="mirroring-information-length")
def information_has_two_octets(message: RouteMirroring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.7."""
    for index, tlv in enumerate(message.tlvs):
        if tlv.type == MirroringTlvType.INFORMATION and isinstance(tlv.value, bytes) and len(tlv.value) != CODE_OCTETS:
            text = f"The Information code has {octets_text(len(tlv.value))}; only {CODE_OCTETS} are allowed."
            breaches.append(Breach(f"tlvs[{index}].value", text))


def _codes(message: RouteMirroring) -> list[tuple[str, int]]:
    return [
        (f"tlvs[{index}].value", int.from_bytes(tlv.value))
        for index, tlv in enumerate(message.tlvs)
        if tlv.type == MirroringTlvType.INFORMATION and isinstance(tlv.value, bytes) and len(tlv.value) == CODE_OCTETS
    ]


@rule(RouteMirroring, "RFC7854-4.7-8", code="errored-pdu-missing")
def errored_pdu_is_present(message: RouteMirroring, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.7: code 0 says that a BGP Message TLV is in the message too."""
    if message.rest or any(tlv.type == MirroringTlvType.BGP_MESSAGE for tlv in message.tlvs):
        return
    if any(code == MirroringCode.ERRORED_PDU for _, code in _codes(message)):
        text = "Code 0 (errored PDU) is here without a BGP Message TLV that holds it."
        breaches.append(Breach("tlvs", text, missing=True))


@rule(RouteMirroring, "RFC9069-5.5-1", code="mirroring-of-loc-rib")
def loc_rib_is_not_mirrored(message: RouteMirroring, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.5."""
    if message.peer.is_loc_rib:
        breaches.append(Breach("peer.type", "Route Mirroring does not apply to a Loc-RIB peer."))


def _types(message: RouteMirroring) -> list[tuple[str, int]]:
    return [(f"tlvs[{index}].type", tlv.type) for index, tlv in enumerate(message.tlvs)]


registry_rules(RouteMirroring, MIRRORING_TLVS, "mirroring-tlv", _types)
registry_rules(RouteMirroring, MIRRORING_CODES, "mirroring-code", _codes)
