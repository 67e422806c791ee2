"""The rules of Initiation, RFC 7854 sections 4.3 and 4.4 as revised by RFC 9736 section 3.1.

Where the TLVs do not fill the message, that is what is told: what a broken list lacks cannot be known.
"""

from bmpconform.rules.rule import Breach, rule
from bmpconform.rules.tlvs import (
    ascii_rule,
    length_rule,
    registry_rules,
    status_rule,
    tiling_rules,
    tlv_types,
    trailing_nul_rule,
    utf_8_rule,
)
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import INITIATION_TLVS, InitiationTlvType, Status
from bmpconform.wire.messages import Initiation

# RFC 1213: sysDescr and sysName are DisplayStrings of 0 to 255 octets.
DISPLAY_STRING_OCTETS = range(256)


@rule(Initiation, "RFC7854-4.3-3", code="sys-descr-missing")
def sys_descr_is_present(message: Initiation, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.3."""
    if not message.rest and not any(tlv.type == InitiationTlvType.SYS_DESCR for tlv in message.tlvs):
        breaches.append(Breach("tlvs", "The Initiation has no sysDescr TLV (type 1).", missing=True))


@rule(Initiation, "RFC7854-4.3-4", code="sys-name-missing")
def sys_name_is_present(message: Initiation, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.3."""
    if not message.rest and not any(tlv.type == InitiationTlvType.SYS_NAME for tlv in message.tlvs):
        breaches.append(Breach("tlvs", "The Initiation has no sysName TLV (type 2).", missing=True))


tiling_rules(
    Initiation,
    "RFC7854-4.4-8",
    prefix="initiation",
    explained={
        "length-counts-header": ("RFC7854-4.4-1",),
        "little-endian": ("RFC7854-4.1-9",),
        "peer-header": ("RFC7854-4.2-2",),
    },
)

utf_8_rule(Initiation, InitiationTlvType.STRING, "RFC9736-2-1", "RFC7854-4.4-2", code="initiation-string-not-utf-8")
ascii_rule(Initiation, InitiationTlvType.SYS_DESCR, "RFC9736-3.1-3", "RFC7854-4.4-5", code="sys-descr-not-ascii")
ascii_rule(Initiation, InitiationTlvType.SYS_NAME, "RFC9736-3.1-4", "RFC7854-4.4-6", code="sys-name-not-ascii")
length_rule(
    Initiation,
    InitiationTlvType.SYS_DESCR,
    DISPLAY_STRING_OCTETS,
    "RFC7854-4.4-7",
    code="sys-descr-too-long",
    what="sysDescr",
)
length_rule(
    Initiation,
    InitiationTlvType.SYS_NAME,
    DISPLAY_STRING_OCTETS,
    "RFC7854-4.4-7",
    code="sys-name-too-long",
    what="sysName",
)
trailing_nul_rule(Initiation, *InitiationTlvType, code="initiation-trailing-nul")

registry_rules(
    Initiation,
    INITIATION_TLVS,
    "initiation-tlv",
    tlv_types,
    {"reserved": ("RFC9736-4-2", "RFC7854-10-1")},
)
# Types 3 and 4 before RFC 9736: assigned in the registry that both messages shared, defined for Peer Up alone.
status_rule(
    Initiation,
    INITIATION_TLVS,
    "RFC7854-10-1",
    code="initiation-tlv-of-peer-up",
    statuses=(Status.SHARED,),
    level=Level.INFO,
    code_points=tlv_types,
)
