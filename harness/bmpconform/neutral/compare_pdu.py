"""What a target shows of a BGP message, held against what is in it.

Why so lenient in places: libraries regroup capabilities, keep routes in tries and derive lengths, and nothing asks them
to give a PDU back as it came.
"""

from collections import Counter
from collections.abc import Iterator

from bmpconform.neutral.difference import Difference, are_shown, differs, field_differences
from bmpconform.neutral.form import Attribute, Capability, Open, Parameter, Pdu, Route, Update
from bmpconform.neutral.keys import PART_KEYS, Bgp
from bmpconform.neutral.reserved import Labels, cleared_attribute, cleared_capability, cleared_route
from bmpconform.wire.codes import ParameterType
from bmpconform.wire.value import UNSET, Value

Content = tuple[object, ...]
_OPEN_KEYS = ("version", "my_as", "hold_time", "bgp_id")
_ROUTE_KEYS = ("afi", "safi", "path_id", "bits", "prefix")
_ATTRIBUTE_KEYS = ("type", "flags", "value")


def pdu_differences(path: str, expected: Pdu, seen: Pdu, bgp: Bgp) -> Iterator[Difference]:
    """Yield the differences of two PDUs: type and octets, and the parts where they are declared."""
    parts = [(key, getattr(expected, key), getattr(seen, key)) for key in PART_KEYS.values() if bgp == "parsed"]
    for key, wanted, shown in parts:
        if wanted != shown and are_shown(wanted, shown):
            yield from _part_differences(f"{path}.{key}", wanted, shown)
    yield from field_differences(path, expected, seen, ("type", "hex"))


def _part_differences(path: str, expected: Value, seen: Value) -> Iterator[Difference]:
    match expected, seen:
        case Open(), Open():
            yield from field_differences(path, expected, seen, _OPEN_KEYS)
            yield from _capability_differences(f"{path}.parameters", expected.parameters, seen.parameters)
        case Update(), Update():
            yield from _update_differences(path, expected, seen)
        case _:
            yield from field_differences(path, expected, seen)


def _capability_differences(path: str, expected: object, seen: object) -> Iterator[Difference]:
    """Yield the differences of the capabilities of all parameters, flattened.

    Where a parameter of type 2 does not parse, nobody can tell which there are.
    """
    if not (isinstance(expected, tuple) and isinstance(seen, tuple)):
        return
    wanted, shown = _flattened(path, expected), _flattened(path, seen)
    if wanted is None:
        return
    if shown is None:
        yield differs(path, expected, seen)
        return
    for (place, capability), (_, other) in zip(wanted, shown, strict=False):
        if cleared_capability(capability) != cleared_capability(other):
            yield from field_differences(place, capability, other)
    for place, capability in wanted[len(shown) :]:
        yield differs(place, capability, UNSET)
    for place, other in shown[len(wanted) :]:
        yield differs(place, UNSET, other)


def _flattened(path: str, parameters: tuple[Parameter, ...]) -> list[tuple[str, Capability]] | None:
    """Return the capabilities with their paths, in order; None where some of them are raw or not shown."""
    found = []
    for index, parameter in enumerate(parameters):
        if isinstance(parameter.capabilities, tuple):
            inside = f"{path}[{index}].capabilities"
            found += [(f"{inside}[{number}]", held) for number, held in enumerate(parameter.capabilities)]
        elif parameter.type == ParameterType.CAPABILITIES:
            return None
    return found


def _update_differences(path: str, expected: Update, seen: Update) -> Iterator[Difference]:
    """Yield the differences of two UPDATEs: routes and attributes as multisets, the AS path as a list."""
    if are_shown(expected.as_path, seen.as_path) and expected.as_path != seen.as_path:
        yield differs(f"{path}.as_path", expected.as_path, seen.as_path)
    for key, keys in (("reach", _ROUTE_KEYS), ("unreach", _ROUTE_KEYS), ("attributes", _ATTRIBUTE_KEYS)):
        wanted, shown = getattr(expected, key), getattr(seen, key)
        if wanted != shown and are_shown(wanted, shown):
            yield from _set_differences(f"{path}.{key}", wanted, shown, keys)


def _set_differences(
    path: str, expected: tuple[Value, ...], seen: tuple[Value, ...], keys: tuple[str, ...]
) -> Iterator[Difference]:
    """Yield what is on one side only, whatever the order, by both readings of the labels in front of a route."""
    claimed = tuple(key for key in keys if all(_is_claim(key, getattr(item, key)) for item in (*expected, *seen)))
    is_withdrawn = path.endswith(".unreach")
    lacking, added = list(range(len(expected))), list(range(len(seen)))
    for labels in Labels:
        wanted, got = (
            [(index, _content(items[index], claimed, labels, is_withdrawn=is_withdrawn)) for index in left]
            for items, left in ((expected, lacking), (seen, added))
        )
        lacking, added = list(_surplus(wanted, got)), list(_surplus(got, wanted))
    for index in lacking:
        yield differs(f"{path}[{index}]", expected[index], UNSET)
    for index in added:
        yield differs(f"{path}[{index}]", UNSET, seen[index])


def _is_claim(key: str, held: object) -> bool:
    """Whether a key says something; an absent path identifier says that there is none."""
    return held is not None and (held is not UNSET or key == "path_id")


def _surplus(these: list[tuple[int, Content]], those: list[tuple[int, Content]]) -> Iterator[int]:
    """Yield the index of each of `these` that has no counterpart left among `those`."""
    left = Counter(content for _, content in those)
    for index, content in these:
        if left[content]:
            left[content] -= 1
        else:
            yield index


def _content(item: Value, keys: tuple[str, ...], labels: Labels, *, is_withdrawn: bool) -> Content:
    """Return what counts of an item: what is to be ignored does not, nor how long the length of an attribute is."""
    if isinstance(item, Route):
        item = cleared_route(item, labels, is_withdrawn=is_withdrawn)
    elif isinstance(item, Attribute):
        item = cleared_attribute(item, labels)
    return tuple(getattr(item, key) for key in keys)
