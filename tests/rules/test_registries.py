"""The code points of every registry at the borders of its ranges, RFC 7854 section 10, RFC 9515, RFC 9736 section 4.

Reserved = fail, unassigned = warn, open to Specification Required or First Come First Served and experimental = info.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pytest

import raw
from bmpconform.events import FindingLine
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
UP = raw.peer_up()
REASON_0 = raw.tlv(1, raw.u16(0))
MESSAGES_LOST = raw.tlv(1, raw.u16(1))


class Registry(NamedTuple):
    """A registry: how to send a code point, and where it lies then."""

    prefix: str
    messages: Callable[[int], tuple[bytes, ...]]
    path: str
    offset: int
    octets: int
    assigned: tuple[int, ...]
    unassigned: tuple[int, ...]
    clauses: Mapping[str, tuple[str, ...]] = raw.NO_CODES


def _statistic(number: int) -> tuple[bytes, ...]:
    return START, UP, raw.statistics(raw.tlv(number, raw.u64(7)))


def _peer_type(number: int) -> tuple[bytes, ...]:
    return START, raw.statistics(raw.tlv(7, raw.u64(7)), of=raw.peer(number, rd=raw.u64(number and 65000)))


def _peer_down(number: int) -> tuple[bytes, ...]:
    data = {1: raw.notification_pdu(), 2: raw.u16(1), 3: raw.notification_pdu()}.get(number, b"")
    return START, UP, raw.peer_down(number, data)


ONE_OCTET = (
    Registry("message-type", lambda number: (START, raw.message(number)), "type", 5, 1, (), (7, 127)),
    Registry("peer-type", _peer_type, "peer.type", 6, 1, (0, 1, 2), (4, 127)),
    Registry(
        "peer-down-reason",
        _peer_down,
        "reason",
        48,
        1,
        (1, 2, 3, 4, 5),
        (7, 127),
        {
            "reserved": ("RFC7854-4.9-7", "RFC7854-10-1"),
            "experimental": ("RFC7854-4.9-7", "RFC7854-10-1"),
        },
    ),
)
TWO_OCTETS = (
    Registry(
        "initiation-tlv",
        lambda number: (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(number, b"global")),),
        "tlvs[2].type",
        22,
        2,
        (0, 1, 2),
        (5, 32767),
        {"reserved": ("RFC9736-4-2", "RFC7854-10-1")},
    ),
    Registry(
        "peer-up-tlv",
        lambda number: (START, raw.peer_up(raw.tlv(number, b"global"))),
        "tlvs[0].type",
        126,
        2,
        (0,),
        (5, 32767),
        {
            "reserved": ("RFC9736-4-1", "RFC7854-10-1"),
            "unassigned": ("RFC9736-4-3", "RFC7854-10-1"),
            "first-come": ("RFC9736-4-3", "RFC9515-2-1", "RFC7854-10-1"),
            "experimental": ("RFC9736-4-3", "RFC7854-10-1"),
        },
    ),
    Registry(
        "termination-tlv",
        lambda number: (START, raw.termination(REASON_0, raw.tlv(number, b"x"))),
        "tlvs[1].type",
        12,
        2,
        (0,),
        (2, 32767),
    ),
    Registry(
        "termination-reason",
        lambda number: (START, raw.termination(raw.tlv(1, raw.u16(number)))),
        "tlvs[0].value",
        10,
        2,
        (0, 1, 2, 3, 4),
        (5, 32767),
    ),
    Registry(
        "mirroring-tlv",
        lambda number: (START, UP, raw.mirroring(MESSAGES_LOST, raw.tlv(number, raw.ROUTE))),
        "tlvs[1].type",
        54,
        2,
        (0,),
        (2, 32767),
    ),
    Registry(
        "mirroring-code",
        lambda number: (START, UP, raw.mirroring(raw.tlv(1, raw.u16(number)), raw.tlv(0, raw.ROUTE))),
        "tlvs[0].value",
        52,
        2,
        (0, 1),
        (2, 32767),
    ),
    Registry("statistic", _statistic, "statistics[0].type", 52, 2, (7, 8), (24, 25, 44, 32767)),
)

UNASSIGNED_CLAUSES = ("RFC7854-10-1",)
FIRST_COME_CLAUSES = ("RFC9515-2-1", "RFC7854-10-1")


def _broken(registry: Registry, word: str, level: str, clauses: tuple[str, ...], *numbers: int) -> Iterator[Broken]:
    for number in numbers:
        fault = Fault(
            f"{registry.prefix}-{word}",
            level,
            registry.clauses.get(word, clauses),
            registry.path,
            registry.offset,
            registry.octets,
        )
        yield Broken(f"{registry.prefix}-{number}", registry.messages(number), fault)


def _ranges(registry: Registry) -> Iterator[Broken]:
    yield from _broken(registry, "unassigned", "warn", UNASSIGNED_CLAUSES, *registry.unassigned)
    if registry.octets == 1:
        yield from _broken(registry, "specification-required", "info", UNASSIGNED_CLAUSES, 128, 250)
        yield from _broken(registry, "experimental", "info", UNASSIGNED_CLAUSES, 251, 254)
        yield from _broken(registry, "reserved", "fail", UNASSIGNED_CLAUSES, 255)
    else:
        yield from _broken(registry, "first-come", "info", FIRST_COME_CLAUSES, 32768, 65530)
        yield from _broken(registry, "experimental", "info", UNASSIGNED_CLAUSES, 65531, 65534)
        yield from _broken(registry, "reserved", "fail", UNASSIGNED_CLAUSES, 65535)


def _tlv_fault(code: str, level: str, offset: int, index: int, *clauses: str) -> Fault:
    return Fault(code, level, clauses, f"tlvs[{index}].type", offset, 2)


def _peer_up_type_of_initiation(number: int) -> Broken:
    undefined = (_tlv_fault("initiation-tlv-in-peer-up-undefined", "warn", 126, 0, "RFC7854-4.10-8"),)
    return Broken(
        f"initiation type {number} in Peer Up",
        (START, raw.peer_up(raw.tlv(number, b"router"))),
        _tlv_fault(
            "initiation-tlv-in-peer-up",
            "fail",
            126,
            0,
            "RFC9736-4-1",
            "RFC9736-3.1-1",
            "RFC7854-4.10-8",
            "RFC7854-10-1",
        ),
        instead={"rfc7854": undefined, "draft-peer-up": undefined},
    )


def _initiation_type_of_peer_up(number: int) -> Broken:
    return Broken(
        f"Peer Up type {number} in Initiation",
        (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(number, b"global")),),
        _tlv_fault("initiation-tlv-reserved", "fail", 22, 2, "RFC9736-4-2", "RFC7854-10-1"),
        instead={
            "rfc7854": (_tlv_fault("initiation-tlv-unassigned", "warn", 22, 2, "RFC7854-10-1"),),
            "draft-peer-up": (_tlv_fault("initiation-tlv-of-peer-up", "info", 22, 2, "RFC7854-10-1"),),
        },
    )


def _peer_up_type_of_shared_registry(number: int) -> Broken:
    return Broken(
        f"Peer Up type {number} before RFC 9736",
        (START, raw.peer_up(raw.tlv(number, b"global"))),
        _tlv_fault("peer-up-tlv-of-shared-registry", "info", 126, 0, "RFC9736-4-3", "RFC7854-10-1"),
        instead={
            "rfc7854": (_tlv_fault("peer-up-tlv-unassigned", "warn", 126, 0, "RFC7854-10-1"),),
            "rfc9736": (),
            "bmp-2026": (),
        },
    )


BROKEN = (
    *(case for registry in (*ONE_OCTET, *TWO_OCTETS) for case in _ranges(registry)),
    *_broken(ONE_OCTET[2], "reserved", "fail", (), 0),
    *(_peer_up_type_of_initiation(number) for number in (1, 2)),
    *(_initiation_type_of_peer_up(number) for number in (3, 4)),
    *(_peer_up_type_of_shared_registry(number) for number in (3, 4)),
)
WORDS = {1: ("unassigned", "specification-required", "experimental", "reserved")}
WORDS[2] = ("unassigned", "first-come", "experimental", "reserved")

VALID = (
    *(
        Valid(
            f"{registry.prefix}-{number}",
            registry.messages(number),
            tuple(f"{registry.prefix}-{word}" for word in WORDS[registry.octets]),
        )
        for registry in (*ONE_OCTET, *TWO_OCTETS)
        for number in registry.assigned
    ),
    Valid(
        "message types 0 to 6",
        (
            START,
            UP,
            raw.route_monitoring(raw.ROUTE),
            raw.statistics(raw.tlv(7, raw.u64(1))),
            raw.mirroring(raw.tlv(0, raw.ROUTE)),
            raw.peer_down(4),
            raw.termination(REASON_0),
        ),
        tuple(f"message-type-{word}" for word in WORDS[1]),
    ),
    Valid(
        "the Loc-RIB as a peer type, and its reason to go down",
        (START, raw.loc_rib_up(), raw.peer_down(6, of=raw.loc_rib())),
        ("peer-type-unassigned", "peer-down-reason-unassigned"),
        {"rfc7854": ("peer-type-unassigned", "peer-down-reason-unassigned")},
    ),
    *(
        Valid(
            f"Peer Up type {number}",
            (START, raw.peer_up(raw.tlv(number, b"global"))),
            ("peer-up-tlv-reserved", "initiation-tlv-in-peer-up", "initiation-tlv-in-peer-up-undefined"),
            {"rfc7854": ("peer-up-tlv-unassigned",), "draft-peer-up": ("peer-up-tlv-of-shared-registry",)},
        )
        for number in (3, 4)
    ),
    Valid(
        "Strings in both messages",
        (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"a")), raw.peer_up(raw.tlv(0, b"a"))),
        (
            "initiation-tlv-of-peer-up",
            "initiation-tlv-in-peer-up",
            "initiation-tlv-in-peer-up-undefined",
            "peer-up-tlv-of-shared-registry",
        ),
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_code_point_that_is_not_assigned_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_assigned_code_points_are_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


# Statistics by the document that assigned them: (type, its data, profiles in which it is not assigned).
STATISTICS = (
    (0, raw.u32(7), ()),
    (13, raw.u32(7), ()),
    (14, raw.u64(7), ("rfc7854",)),
    (17, raw.family_gauge(), ("rfc7854",)),
    (20, raw.u64(7), ("rfc7854", "draft-peer-up", "rfc9736")),
    (23, raw.family_gauge(), ("rfc7854", "draft-peer-up", "rfc9736")),
    (26, raw.family_gauge(), ("rfc7854", "draft-peer-up", "rfc9736")),
    (43, raw.family_gauge(), ("rfc7854", "draft-peer-up", "rfc9736")),
)


@pytest.mark.parametrize("profile", raw.EVERY_PROFILE)
@pytest.mark.parametrize(
    "number, data, lacking", STATISTICS, ids=lambda value: str(value) if value in range(99) else ""
)
def test_a_statistic_is_unassigned_until_its_document(
    number: int, data: bytes, lacking: tuple[str, ...], profile: str, findings: Callable[..., list[FindingLine]]
) -> None:
    found = findings(START, UP, raw.statistics(raw.tlv(number, data)), profile=profile)
    assert [finding.code for finding in found] == ["statistic-unassigned"] * (profile in lacking)
