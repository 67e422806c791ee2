"""A message without the keys above the depth that a target declared: they are ignored, whatever stands there.

Why twice: what a library shows beyond its depth may be of any JSON type, so it goes before a message is read; and what
could be read may not be in form, so it goes before the form is judged.
"""

from collections.abc import Mapping

from bmpconform.neutral.form import Message, Pdu
from bmpconform.neutral.keys import PART_KEYS, PDU_KEYS, Bgp, is_above
from bmpconform.wire.value import UNSET, replace

_PARTS = frozenset(PART_KEYS.values())
_NO_PARTS = dict.fromkeys(_PARTS, UNSET)


def shallow(message: Message, depth: int, bgp: Bgp) -> Message:
    """Return a message without what is above `depth`, PDUs as far as `bgp` says."""
    message = replace(message, **{key: UNSET for key in message.__struct_fields__ if is_above(key, depth, bgp)})
    if bgp == "parsed":
        return message
    pdus = {key: getattr(message, key) for key in PDU_KEYS}
    bare = {key: replace(pdu, **_NO_PARTS) for key, pdu in pdus.items() if isinstance(pdu, Pdu)}
    if not isinstance(message.tlvs, tuple):
        return replace(message, **bare)
    tlvs = (
        replace(tlv, pdu=replace(tlv.pdu, **_NO_PARTS) if bgp == "raw" else UNSET) if isinstance(tlv.pdu, Pdu) else tlv
        for tlv in message.tlvs
    )
    return replace(message, **bare, tlvs=tuple(tlvs))


def shallow_json(message: Mapping[str, object], depth: int, bgp: Bgp) -> dict[str, object]:
    """Return the JSON object of a message, of any content, without what is above `depth`."""
    kept = {key: value for key, value in message.items() if not is_above(key, depth, bgp)}
    if bgp == "parsed":
        return kept
    kept |= {key: _without(_PARTS, value) for key, value in kept.items() if key in PDU_KEYS}
    if isinstance(tlvs := kept.get("tlvs"), list):
        kept["tlvs"] = [_shallow_tlv(tlv, bgp) for tlv in tlvs]
    return kept


def _shallow_tlv(tlv: object, bgp: Bgp) -> object:
    if not isinstance(tlv, dict) or "pdu" not in tlv:
        return tlv
    return _without({"pdu"}, tlv) if bgp == "none" else tlv | {"pdu": _without(_PARTS, tlv["pdu"])}


def _without(keys: frozenset[str] | set[str], value: object) -> object:
    return {key: held for key, held in value.items() if key not in keys} if isinstance(value, dict) else value
