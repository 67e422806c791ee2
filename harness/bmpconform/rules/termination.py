"""The rules of Termination, RFC 7854 section 4.5."""

from bmpconform.rules.rule import Breach, rule
from bmpconform.rules.tlvs import (
    CODE_OCTETS,
    length_rule,
    registry_rules,
    tiling_rules,
    tlv_types,
    trailing_nul_rule,
    utf_8_rule,
)
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import TERMINATION_REASONS, TERMINATION_TLVS, TerminationTlvType
from bmpconform.wire.messages import Termination


@rule(Termination, "RFC7854-4.5-9", code="termination-reason-missing")
def reason_is_present(message: Termination, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.5."""
    if not message.rest and not any(tlv.type == TerminationTlvType.REASON for tlv in message.tlvs):
        breaches.append(Breach("tlvs", "The Termination has no Reason TLV (type 1).", missing=True))


@rule(Termination, "RFC7854-4.5-13", code="termination-reason-repeated", level=Level.WARN)
def reason_is_not_repeated(message: Termination, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.5: one reason is meaningful."""
    reasons = [index for index, tlv in enumerate(message.tlvs) if tlv.type == TerminationTlvType.REASON]
    breaches.extend(
        Breach(f"tlvs[{index}]", f"This Reason TLV comes after the one in tlvs[{reasons[0]}].") for index in reasons[1:]
    )


length_rule(
    Termination,
    TerminationTlvType.REASON,
    range(CODE_OCTETS, CODE_OCTETS + 1),
    "RFC7854-4.5-10",
    code="termination-reason-length",
    what="The reason",
)
tiling_rules(
    Termination,
    "RFC7854-4.5-5",
    prefix="termination",
    explained={
        "little-endian": ("RFC7854-4.1-9",),
        "peer-header": ("RFC7854-4.2-2",),
    },
)
utf_8_rule(Termination, TerminationTlvType.STRING, "RFC7854-4.5-6", code="termination-string-not-utf-8")
trailing_nul_rule(Termination, TerminationTlvType.STRING, code="termination-trailing-nul")


def _reasons(message: Termination) -> list[tuple[str, int]]:
    return [
        (f"tlvs[{index}].value", int.from_bytes(tlv.value))
        for index, tlv in enumerate(message.tlvs)
        if tlv.type == TerminationTlvType.REASON and len(tlv.value) == CODE_OCTETS
    ]


registry_rules(Termination, TERMINATION_TLVS, "termination-tlv", tlv_types)
registry_rules(Termination, TERMINATION_REASONS, "termination-reason", _reasons)
