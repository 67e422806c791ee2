"""The registries: what each document says of a code point, and that no two namespaces are one type."""

from enum import IntEnum

import pytest

from bmpconform.wire.codes import (
    INITIATION_TLVS,
    MESSAGE_TYPES,
    PEER_DOWN_REASONS,
    PEER_UP_TLVS,
    REGISTRIES,
    STATISTIC_SHAPES,
    STATISTIC_TYPES,
    AddPathDirection,
    Afi,
    AttributeFlag,
    AttributeType,
    BgpType,
    CapabilityCode,
    InitiationTlvType,
    ParameterType,
    PeerUpTlvType,
    Registry,
    Safi,
    Status,
)

OLD = frozenset({"RFC7854"})
DRAFT = frozenset({"RFC7854", "RFC8671", "RFC9069"})
NEW = DRAFT | {"RFC9515", "RFC9736", "RFC9972"}


@pytest.mark.parametrize(
    "code, old, draft, new",
    [
        (0, Status.ASSIGNED, Status.ASSIGNED, Status.ASSIGNED),
        (1, Status.SHARED, Status.SHARED, Status.RESERVED),
        (2, Status.SHARED, Status.SHARED, Status.RESERVED),
        (3, Status.UNASSIGNED, Status.SHARED, Status.ASSIGNED),
        (4, Status.UNASSIGNED, Status.SHARED, Status.ASSIGNED),
        (5, Status.UNASSIGNED, Status.UNASSIGNED, Status.UNASSIGNED),
        (32767, Status.UNASSIGNED, Status.UNASSIGNED, Status.UNASSIGNED),
        (32768, Status.SPECIFICATION_REQUIRED, Status.SPECIFICATION_REQUIRED, Status.FIRST_COME_FIRST_SERVED),
        (65530, Status.SPECIFICATION_REQUIRED, Status.SPECIFICATION_REQUIRED, Status.FIRST_COME_FIRST_SERVED),
        (65531, Status.EXPERIMENTAL, Status.EXPERIMENTAL, Status.EXPERIMENTAL),
        (65534, Status.EXPERIMENTAL, Status.EXPERIMENTAL, Status.EXPERIMENTAL),
        (65535, Status.RESERVED, Status.RESERVED, Status.RESERVED),
    ],
)
def test_peer_up_tlvs_by_document(code: int, old: Status, draft: Status, new: Status) -> None:
    assert [PEER_UP_TLVS.status(code, documents) for documents in (OLD, DRAFT, NEW)] == [old, draft, new]


@pytest.mark.parametrize("code", [0, 1, 2])
def test_initiation_tlvs_are_assigned_from_the_start(code: int) -> None:
    assert INITIATION_TLVS.status(code, OLD) is Status.ASSIGNED


@pytest.mark.parametrize("code", [3, 4])
def test_what_peer_up_took_is_reserved_in_initiation(code: int) -> None:
    assert INITIATION_TLVS.status(code, NEW) is Status.RESERVED


@pytest.mark.parametrize(
    "code, status",
    [
        (6, Status.ASSIGNED),
        (7, Status.UNASSIGNED),
        (127, Status.UNASSIGNED),
        (128, Status.SPECIFICATION_REQUIRED),
        (250, Status.SPECIFICATION_REQUIRED),
        (251, Status.EXPERIMENTAL),
        (254, Status.EXPERIMENTAL),
        (255, Status.RESERVED),
    ],
)
def test_a_registry_of_one_octet_has_its_own_ranges(code: int, status: Status) -> None:
    assert MESSAGE_TYPES.status(code, NEW) is status


def test_reason_6_came_with_rfc_9069() -> None:
    assert PEER_DOWN_REASONS.status(6, OLD) is Status.UNASSIGNED
    assert PEER_DOWN_REASONS.status(6, DRAFT) is Status.ASSIGNED


@pytest.mark.parametrize("code", [24, 25, 44])
def test_statistics_that_no_document_assigned_are_unassigned(code: int) -> None:
    assert STATISTIC_TYPES.status(code, NEW) is Status.UNASSIGNED


def test_each_assigned_statistic_has_a_shape() -> None:
    assert STATISTIC_TYPES.assigned.keys() == STATISTIC_SHAPES.keys()


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.name)
def test_each_assigned_code_point_has_a_name_and_none_is_reserved_too(registry: Registry) -> None:
    assert {registry.label(code) for code in registry.assigned} == {code.name for code in registry.codes}
    assert all(
        registry.status(code, frozenset({source})) is Status.ASSIGNED for code, source in registry.assigned.items()
    )


def test_the_two_namespaces_are_two_types() -> None:
    assert not {code.name for code in InitiationTlvType} & {code.name for code in PeerUpTlvType} - {"STRING"}
    assert not issubclass(InitiationTlvType, PeerUpTlvType)


@pytest.mark.parametrize(
    "registry, documents, codes",
    [
        (MESSAGE_TYPES, OLD, [*range(8), 127, 128, 250, 251, 254, 255]),
        (PEER_UP_TLVS, OLD, [0, 1, 2, 3, 32767, 32768, 65530, 65531, 65534, 65535]),
        (PEER_UP_TLVS, NEW, [0, 1, 2, 3, 4, 5, 32767, 32768, 65530, 65531, 65534, 65535]),
        (STATISTIC_TYPES, NEW, [*range(45), 32767, 32768, 65530, 65531, 65534, 65535]),
    ],
)
def test_landmarks_are_what_is_named_and_the_ends_of_the_ranges(
    registry: Registry, documents: frozenset[str], codes: list[int]
) -> None:
    assert [code for code, _ in registry.landmarks(documents)] == codes
    assert all(registry.status(code, documents) is status for code, status in registry.landmarks(documents))


@pytest.mark.parametrize(
    "codes, assigned",
    [
        (BgpType, {"OPEN": 1, "UPDATE": 2, "NOTIFICATION": 3, "KEEPALIVE": 4, "ROUTE_REFRESH": 5}),
        (ParameterType, {"CAPABILITIES": 2, "EXTENDED_LENGTH": 255}),
        (
            CapabilityCode,
            {
                "MULTIPROTOCOL": 1,
                "ROUTE_REFRESH": 2,
                "EXTENDED_NEXT_HOP": 5,
                "EXTENDED_MESSAGE": 6,
                "MULTIPLE_LABELS": 8,
                "ROLE": 9,
                "GRACEFUL_RESTART": 64,
                "FOUR_OCTET_AS": 65,
                "ADD_PATH": 69,
                "ENHANCED_ROUTE_REFRESH": 70,
                "LONG_LIVED_GRACEFUL_RESTART": 71,
                "FQDN": 73,
            },
        ),
        (Afi, {"IPV4": 1, "IPV6": 2}),
        (Safi, {"UNICAST": 1, "LABELLED": 4, "VPN": 128}),
        (AddPathDirection, {"RECEIVE": 1, "SEND": 2}),
        (AttributeFlag, {"OPTIONAL": 128, "TRANSITIVE": 64, "PARTIAL": 32, "EXTENDED_LENGTH": 16}),
        (
            AttributeType,
            {
                "ORIGIN": 1,
                "AS_PATH": 2,
                "NEXT_HOP": 3,
                "MULTI_EXIT_DISC": 4,
                "LOCAL_PREF": 5,
                "ATOMIC_AGGREGATE": 6,
                "AGGREGATOR": 7,
                "COMMUNITIES": 8,
                "ORIGINATOR_ID": 9,
                "CLUSTER_LIST": 10,
                "MP_REACH_NLRI": 14,
                "MP_UNREACH_NLRI": 15,
                "EXTENDED_COMMUNITIES": 16,
                "AS4_PATH": 17,
                "AS4_AGGREGATOR": 18,
                "LARGE_COMMUNITIES": 32,
            },
        ),
    ],
)
def test_what_bgp_assigns_has_its_number(codes: type[IntEnum], assigned: dict[str, int]) -> None:
    assert {name: int(code) for name, code in codes.__members__.items()} == assigned


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.name)
def test_every_number_that_is_assigned_has_a_name_and_no_other_has(registry: Registry) -> None:
    assert {int(code) for code in registry.codes} == {*registry.assigned}
    for code in registry.assigned:
        assert registry.label(code) == registry.codes(code).name
    unassigned = next(code for code in range(256) if code not in registry.assigned)
    assert registry.label(unassigned) is None
