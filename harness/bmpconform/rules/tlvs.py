"""What the rules of all TLV lists have in common: strings, code points, and lists that do not add up.

Why factories: each namespace has clauses of its own for the same demand, and no code that mixes them.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar, cast

from bmpconform.rules.rule import Breach, Check, octets_text, rule, rule_by_documents
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import PeerType, Registry, Status
from bmpconform.wire.interpret import encode, spans
from bmpconform.wire.messages import PEER_OCTETS, Message
from bmpconform.wire.value import Value

LAST_ASCII = 0x7F
# A Termination reason and a mirroring code, RFC 7854 sections 4.5 and 4.7.
CODE_OCTETS = 2
# A VRF/Table Name, RFC 9069 sections 5.2.1 and 5.3.
VRF_NAME_OCTETS = range(1, 256)


class StringTlv(Protocol):
    """A TLV whose value is octets."""

    @property
    def type(self) -> int:
        """The code point."""

    @property
    def value(self) -> bytes:
        """The counted octets."""


class TlvMessage(Protocol):
    """A message with a list of TLVs."""

    @property
    def tlvs(self) -> tuple[StringTlv, ...]:
        """The TLVs in wire order."""

    @property
    def rest(self) -> bytes:
        """The octets behind the last whole TLV."""


ShapeWithTlvs = TypeVar("ShapeWithTlvs", bound=TlvMessage)


def utf_8_rule(shape: type[ShapeWithTlvs], tlv_type: int, *clauses: str, code: str) -> None:
    """Register: the value of TLVs of this type is UTF-8."""

    @rule(shape, *clauses, code=code)
    def value_is_utf_8(message: ShapeWithTlvs, breaches: list[Breach]) -> None:
        for index, tlv in enumerate(message.tlvs):
            if tlv.type == tlv_type and not tlv.value.isascii():
                try:
                    tlv.value.decode()
                except UnicodeDecodeError as error:
                    text = f"The string is not UTF-8: {error.reason} at its octet {error.start}."
                    within = (error.start, error.end - error.start)
                    breaches.append(Breach(f"tlvs[{index}].value", text, within=within))


def ascii_rule(shape: type[ShapeWithTlvs], tlv_type: int, *clauses: str, code: str) -> None:
    """Register: the value of TLVs of this type is ASCII."""

    @rule(shape, *clauses, code=code)
    def value_is_ascii(message: ShapeWithTlvs, breaches: list[Breach]) -> None:
        for index, tlv in enumerate(message.tlvs):
            if tlv.type == tlv_type and not tlv.value.isascii():
                place = next(place for place, octet in enumerate(tlv.value) if octet > LAST_ASCII)
                text = f"The value is not ASCII: 0x{tlv.value[place]:02x} at its octet {place}."
                breaches.append(Breach(f"tlvs[{index}].value", text, within=(place, 1)))


def trailing_nul_rule(shape: type[ShapeWithTlvs], *tlv_types: int, code: str, needs: str | None = None) -> None:
    """Register the house rule: the counted octets of a string do not end in 0x00.

    It `needs` the clause that makes the value a string.
    """

    @rule(shape, "HOUSE-nul", code=code, needs=needs)
    def string_has_no_trailing_nul(message: ShapeWithTlvs, breaches: list[Breach]) -> None:
        for index, tlv in enumerate(message.tlvs):
            if tlv.type in tlv_types and tlv.value.endswith(b"\0"):
                length = len(tlv.value)
                nuls = length - len(tlv.value.rstrip(b"\0"))
                text = (
                    f"The string ends in {nuls} counted 0x00, as a C string does; no document forbids it, but the "
                    "length alone ends a string."
                )
                breaches.append(Breach(f"tlvs[{index}].value", text, within=(length - nuls, nuls)))


def length_rule(shape: type[ShapeWithTlvs], tlv_type: int, lengths: range, *clauses: str, code: str, what: str) -> None:
    """Register: the value of TLVs of this type has one of `lengths` octets."""

    @rule(shape, *clauses, code=code)
    def value_has_its_length(message: ShapeWithTlvs, breaches: list[Breach]) -> None:
        for index, tlv in enumerate(message.tlvs):
            if tlv.type == tlv_type and len(tlv.value) not in lengths:
                text = f"{what} has {octets_text(len(tlv.value))}; {_range_text(lengths)} allowed."
                breaches.append(Breach(f"tlvs[{index}].value", text))


def _range_text(lengths: range) -> str:
    if len(lengths) == 1:
        return f"only {lengths.start} is"
    return f"{lengths.start} to {lengths.stop - 1} are"


Judged = TypeVar("Judged")
CodePoints = Callable[[Judged], Iterable[tuple[str, int]]]


class _Breachable(Value, frozen=True):
    """Statuses that are a finding, under one code, at one level, by these clauses unless told otherwise."""

    code: str
    statuses: tuple[Status, ...]
    level: Level
    clauses: tuple[str, ...] = ("RFC7854-10-1",)


_RESERVED = _Breachable("reserved", (Status.RESERVED,), Level.FAIL)
_UNASSIGNED = _Breachable("unassigned", (Status.UNASSIGNED,), Level.WARN)
_EXPERIMENTAL = _Breachable("experimental", (Status.EXPERIMENTAL,), Level.INFO)
_OPEN_STATUSES = (Status.SPECIFICATION_REQUIRED, Status.FIRST_COME_FIRST_SERVED)
_OPEN_ONE_OCTET = _Breachable("specification-required", _OPEN_STATUSES, Level.INFO)
_OPEN_TWO_OCTETS = _Breachable("first-come", _OPEN_STATUSES, Level.INFO, ("RFC9515-2-1", "RFC7854-10-1"))


def registry_rules(
    shape: type[Judged],
    registry: Registry,
    prefix: str,
    code_points: CodePoints[Judged],
    clauses: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> None:
    """Register: only assigned code points are sent; what else the registry says of one sets the level.

    Reserved = fail, unassigned = warn, all others = info. `code_points` yields (path, code point); `clauses`
    has what demands it where that is not RFC 7854 section 10, by the last word of the code.
    """
    for breachable in (
        _RESERVED,
        _UNASSIGNED,
        _OPEN_ONE_OCTET if registry.octets == 1 else _OPEN_TWO_OCTETS,
        _EXPERIMENTAL,
    ):
        status_rule(
            shape,
            registry,
            *clauses.get(breachable.code, breachable.clauses),
            code=f"{prefix}-{breachable.code}",
            statuses=breachable.statuses,
            level=breachable.level,
            code_points=code_points,
        )


def status_rule(  # noqa: PLR0913 - what tells such rules apart, all by name
    shape: type[Judged],
    registry: Registry,
    *clauses: str,
    code: str,
    statuses: tuple[Status, ...],
    level: Level,
    code_points: CodePoints[Judged],
    needs: str | None = None,
) -> None:
    """Register: code points to which the registry gives one of these statuses are not sent."""

    @rule_by_documents(shape, *clauses, code=code, level=level, needs=needs)
    def bind(documents: frozenset[str]) -> Check[Judged]:
        def code_point_has_no_such_status(message: Judged, breaches: list[Breach]) -> None:
            for path, number in code_points(message):
                status = registry.status(number, documents)
                if status in statuses:
                    text = f"{number} is {status.value} in the registry {registry.name}."
                    breaches.append(Breach(path, text, number=number))

        return code_point_has_no_such_status


def tlv_types(message: TlvMessage) -> list[tuple[str, int]]:
    """Return (path, type) of each TLV of a message."""
    return [(f"tlvs[{index}].type", tlv.type) for index, tlv in enumerate(message.tlvs)]


def _always(_message: object) -> bool:
    return True


def tiling_rules(
    shape: type[ShapeWithTlvs],
    *clauses: str,
    prefix: str,
    explained: "Mapping[Mistake, tuple[str, ...]]" = MappingProxyType({}),
    applies: Callable[[ShapeWithTlvs], bool] = _always,
) -> None:
    """Register: TLVs fill the message exactly.

    Where one of the mistakes in `explained` accounts for what is left over, its clauses are the ones broken.
    """

    def register(code: str, mistake: Mistake | None, *its_clauses: str) -> None:
        @rule(shape, *its_clauses, code=f"{prefix}-{code}")
        def tlvs_fill_the_message(message: ShapeWithTlvs, breaches: list[Breach]) -> None:
            if message.rest and applies(message) and _explain(message, explained) == mistake:
                text = f"{octets_text(len(message.rest))} left behind the last whole TLV"
                why = f": {_MISTAKES[mistake]}" if mistake else ""
                breaches.append(Breach("rest", f"{text}{why}."))

    register("tlvs-leftover", None, *clauses)
    for mistake, its_clauses in explained.items():
        register(mistake, mistake, *its_clauses)


Mistake = Literal["little-endian", "length-counts-header", "peer-header"]
_MISTAKES: Mapping[Mistake, str] = {
    "little-endian": "read with the least significant octet first, the TLVs fill the message",
    "length-counts-header": "with lengths that count their own 4 octets of type and length, the TLVs fill the message",
    "peer-header": "behind a per-peer header, which this message does not have, the TLVs fill the message",
}


def _explain(message: TlvMessage, mistakes: Iterable[Mistake]) -> Mistake | None:
    """Return the one of `mistakes` under which the TLVs would fill the message; None where not just one does.

    It only explains a breach that is there anyway.
    """
    area = _tlv_area(cast("Message", message))
    explanations = [mistake for mistake in mistakes if _accounts_for(mistake, area)]
    return explanations[0] if len(explanations) == 1 else None


def _accounts_for(mistake: Mistake, area: bytes) -> bool:
    match mistake:
        case "little-endian":
            return _fills(area, "little", 0)
        case "length-counts-header":
            return _fills(area, "big", 4)
        case "peer-header":
            headed = len(area) >= PEER_OCTETS and area[0] in frozenset(PeerType)
            return headed and _fills(area[PEER_OCTETS:], "big", 0)


@lru_cache(maxsize=1)
def _tlv_area(message: Message) -> bytes:
    frame = encode(message)
    start = next(span.offset for span in spans(frame) if span.path == "tlvs")
    return frame[start:]


def _fills(area: bytes, order: Literal["big", "little"], counted: int) -> bool:
    """Whether TLVs fill `area` if lengths are in this order and count `counted` octets of their own header."""
    position = 0
    while position + 4 <= len(area):
        length = int.from_bytes(area[position + 2 : position + 4], order) - counted
        if length < 0:
            return False
        position += 4 + length
    return position == len(area)
