"""What is not in the form is found at its path: digits, lengths, ranges and words."""

import pytest

from bmpconform.neutral import Message, malformed
from bmpconform.neutral.form import (
    AsSegment,
    Attribute,
    Capability,
    Open,
    Parameter,
    Pdu,
    Peer,
    Prefix,
    Route,
    Statistic,
    Tlv,
    Update,
)


def opened(**fields: object) -> Message:
    """Return a message with an OPEN that has these fields."""
    return Message(sent_open=Pdu(open=Open(**fields)))  # type: ignore[arg-type]


def updated(**fields: object) -> Message:
    """Return a message with an UPDATE that has these fields."""
    return Message(pdu=Pdu(update=Update(**fields)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "message, path",
    [
        (Message(), None),
        (Message(None, None, None, None, rest=None), None),
        (Message(256), "version"),
        (Message(-1), "version"),
        (Message(length=2**32), "length"),
        (Message(length=2**32 - 1), None),
        (Message(local_port=65536), "local_port"),
        (Message(local_address="0" * 31), "local_address"),
        (Message(local_address="0" * 34), "local_address"),
        (Message(rest=""), None),
        (Message(rest="0"), "rest"),
        (Message(rest="AB"), "rest"),
        (Message(rest="0x"), "rest"),
        (Message(rest="ab\n"), "rest"),
        (Message(rest="a b "), "rest"),
        (Message(peer=Peer(flags=256)), "peer.flags"),
        (Message(peer=Peer(distinguisher="00")), "peer.distinguisher"),
        (Message(peer=Peer(bgp_id="0a00000g")), "peer.bgp_id"),
        (Message(tlvs=(Tlv(1, "aa"), Tlv(1, "a"))), "tlvs[1].value"),
        (Message(tlvs=(Tlv(65536, ""),)), "tlvs[0].type"),
        (Message(tlvs=(Tlv(1, "", "sysDescr"),)), "tlvs[0].meaning"),
        (Message(tlvs=(Tlv(1, "", "unknown", "any \0 name"),)), None),
        (Message(tlvs=(Tlv(0, "", pdu=Pdu(hex="f")),)), "tlvs[0].pdu.hex"),
        (Message(statistics=(Statistic(0, "", "18446744073709551615"),)), None),
        (Message(statistics=(Statistic(0, "", "007"),)), "statistics[0].value"),
        (Message(statistics=(Statistic(0, "", ""),)), "statistics[0].value"),
        (Message(statistics=(Statistic(0, "", "-1"),)), "statistics[0].value"),
        (Message(statistics=(Statistic(0, "", "1.0"),)), "statistics[0].value"),
        (Message(statistics=(Statistic(0, "", "\u0661"),)), "statistics[0].value"),
        (opened(extended=2), "sent_open.open.extended"),
        (opened(extended=1), None),
        (
            opened(parameters=(Parameter(2, (Capability(256, ""),)),)),
            "sent_open.open.parameters[0].capabilities[0].code",
        ),
        (updated(as_width=3), "pdu.update.as_width"),
        (updated(attributes=(Attribute(0, 0, "zz"),)), "pdu.update.attributes[0].value"),
        (updated(as_path=(AsSegment(2, (1, 2**32)),)), "pdu.update.as_path[0].asns[1]"),
        (updated(as_path=(AsSegment(2, (1, 2**32 - 1)),)), None),
        (updated(nlri=(Prefix(25, "c0000280"),)), None),
        (updated(nlri=(Prefix(25, "c00002"),)), "pdu.update.nlri[0].prefix"),
        (updated(reach=(Route(24, "c0000200"),)), "pdu.update.reach[0].prefix"),
        (updated(reach=(Route(None, "c0000200"), Route(24, None), Route(0, ""))), None),
    ],
)
def test_the_first_value_that_is_not_in_form_is_named(message: Message, path: str | None) -> None:
    assert malformed(message) == path
