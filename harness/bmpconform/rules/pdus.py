"""The rules of a BGP PDU inside a message: it is framed, has its marker, is of its type.

Why a factory: UPDATE, OPEN and NOTIFICATION stand in six places, each with clauses of its own.
"""

from collections.abc import Callable
from typing import TypeVar

from bmpconform.rules.rule import Breach, octets_text, rule
from bmpconform.wire.bgp import HEADER_OCTETS, MARKER, Pdu
from bmpconform.wire.codes import BgpType

Judged = TypeVar("Judged")


def pdu_rules(  # noqa: PLR0913 - what tells the six places apart, all by name
    shape: type[Judged],
    *clauses: str,
    code: str,
    path: str,
    pdu_type: BgpType,
    applies: Callable[[Judged], bool],
    pdu_of: Callable[[Judged], Pdu | None],
    rest_of: Callable[[Judged], bytes],
    missing_clauses: tuple[str, ...] | None = None,
) -> None:
    """Register: in the messages that it applies to, `path` holds a PDU of this type.

    `missing_clauses` demand that anything is there at all, where that is another clause.
    """

    @rule(shape, *(missing_clauses or clauses), code=f"{code}-missing")
    def pdu_is_present(message: Judged, breaches: list[Breach]) -> None:
        if applies(message) and pdu_of(message) is None and not rest_of(message):
            text = f"The message ends where the {pdu_type.name} begins."
            breaches.append(Breach("rest", text, missing=True))

    @rule(shape, *clauses, code=f"{code}-not-framed")
    def pdu_is_framed(message: Judged, breaches: list[Breach]) -> None:
        if applies(message) and pdu_of(message) is None and (rest := rest_of(message)):
            breaches.append(Breach("rest", f"No {pdu_type.name} is framed here: {_framing_fault(rest)}."))

    @rule(shape, *clauses, code=f"{code}-marker")
    def marker_is_all_ones(message: Judged, breaches: list[Breach]) -> None:
        pdu = pdu_of(message) if applies(message) else None
        if pdu is not None and pdu.marker != MARKER:
            breaches.append(Breach(f"{path}.marker", "The marker of the BGP header is not 16 octets of 0xff."))

    @rule(shape, *clauses, code=f"{code}-type")
    def pdu_has_its_type(message: Judged, breaches: list[Breach]) -> None:
        pdu = pdu_of(message) if applies(message) else None
        if pdu is not None and pdu.type != pdu_type:
            text = f"The BGP message has type {pdu.type}; {pdu_type.name} is {pdu_type.value}."
            breaches.append(Breach(f"{path}.type", text))


def _framing_fault(rest: bytes) -> str:
    """Say why octets do not begin with a whole PDU."""
    if len(rest) < HEADER_OCTETS:
        return f"{octets_text(len(rest))} left, a BGP header has {HEADER_OCTETS}"
    length = int.from_bytes(rest[LENGTH_OFFSET : LENGTH_OFFSET + 2])
    if length < HEADER_OCTETS:
        return f"its length field says {length}, less than the {HEADER_OCTETS} of a BGP header"
    return f"its length field says {length}, with {octets_text(len(rest))} left"


LENGTH_OFFSET = len(MARKER)
