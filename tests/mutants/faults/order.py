"""Faults in keeping TLVs that repeat: their number and their order."""

from bmpconform.neutral.form import Message, Tlv
from bmpconform.wire.value import replace
from faults.mutant import refuses, shows
from faults.tools import octets_of, tlvs_of, with_tlvs

ORDER = ("RFC7854-4.4-4", "RFC9736-3.1-2", "RFC9736-3.3-2", "RFC8671-6.3.1-3", "RFC9069-5.2.1-8")
SEVERAL = ("RFC7854-4.3-6", "RFC7854-4.5-8", "RFC9736-3.2-2", "RFC8671-6.3.1-2", "RFC9069-5.2.1-7")


def _kind(tlv: Tlv) -> int:
    return tlv.type or 0


@shows(*SEVERAL)
def last_wins(message: Message) -> Message:
    """TLVs are kept in a table by their type, and the last of a type replaces those before."""
    return with_tlvs(message, lambda tlvs: {_kind(tlv): tlv for tlv in tlvs}.values())


@shows(*SEVERAL)
def first_wins(message: Message) -> Message:
    """TLVs are looked up by their type, and the first of a type is found."""
    return with_tlvs(message, lambda tlvs: {_kind(tlv): tlv for tlv in reversed(tlvs)}.values())


@shows(*ORDER)
def sorted_by_text(message: Message) -> Message:
    """TLVs of a type are sorted by their value."""
    return with_tlvs(message, lambda tlvs: sorted(tlvs, key=lambda tlv: (_kind(tlv), tlv.value)))


@shows(*ORDER)
def grouped_by_type(message: Message) -> Message:
    """TLVs are kept in a list for each type, and told by type."""
    return with_tlvs(message, lambda tlvs: sorted(tlvs, key=_kind))


@shows(*ORDER)
def reversed_order(message: Message) -> Message:
    """TLVs are put before those that are there, as in a linked list."""
    return with_tlvs(message, reversed)


@shows(*ORDER)
def sorted_by_length(message: Message) -> Message:
    """TLVs are told the shortest first."""
    return with_tlvs(message, lambda tlvs: sorted(tlvs, key=lambda tlv: len(octets_of(tlv.value))))


@shows(*SEVERAL, *ORDER)
def kept_in_a_set(message: Message) -> Message:
    """TLVs that are equal are kept once."""
    return with_tlvs(message, lambda tlvs: {(tlv.type, tlv.value): tlv for tlv in tlvs}.values())


@shows(*SEVERAL)
def joined_by_a_line(message: Message) -> Message:
    """TLVs of a type are joined to one text, a line each."""

    def joined(tlvs: tuple[Tlv, ...]) -> list[Tlv]:
        texts: dict[int, Tlv] = {}
        for tlv in tlvs:
            before = texts.get(_kind(tlv))
            texts[_kind(tlv)] = replace(tlv, value=f"{before.value}0a{tlv.value}") if before else tlv
        return list(texts.values())

    return with_tlvs(message, joined)


@shows(*SEVERAL)
def keeps_sixteen(message: Message) -> Message:
    """The table of TLVs has sixteen places."""
    return with_tlvs(message, lambda tlvs: tlvs[:16])


@refuses(*SEVERAL)
def refuses_repeats(message: Message) -> bool:
    """A type that is there twice is refused."""
    kinds = [_kind(tlv) for tlv in tlvs_of(message)]
    return len(kinds) != len(set(kinds))
