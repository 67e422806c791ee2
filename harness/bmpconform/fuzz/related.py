"""Messages with another part, and whether one follows: what all changes of what belongs together need.

Why apart: relations of OPENs, of attributes and of routes go into the same messages.
"""

from collections.abc import Callable, Iterable
from random import Random

from bmpconform.wire.bgp import (
    Attribute,
    Attributes,
    Capability,
    ExtendedParameters,
    Open,
    Parameter,
    Parameters,
    Pdu,
    Update,
)
from bmpconform.wire.codes import CapabilityCode
from bmpconform.wire.messages import RouteMonitoring
from bmpconform.wire.value import replace

OPENS = ("sent_open", "received_open")
# How often one part of what belongs together stays what it was.
_BROKEN = 0.3


def is_kept(random: Random) -> bool:
    """Whether one part follows the others, as it mostly does."""
    return random.random() >= _BROKEN


def with_open(pdu: Pdu | None, change: Callable[[Open], Open]) -> Pdu | None:
    """Return a PDU with its OPEN changed, as it is where it has none."""
    return replace(pdu, body=change(pdu.body)) if pdu is not None and isinstance(pdu.body, Open) else pdu


def with_capabilities(held: Open, change: Callable[[list[Capability]], list[Capability]]) -> Open:
    """Return an OPEN with other capabilities, in its first parameter that has some."""
    parameters = held.parameters
    if not isinstance(parameters, Parameters | ExtendedParameters):
        return held
    items = list(parameters.items)
    place = next((at for at, one in enumerate(items) if isinstance(one.value, tuple)), None)
    if place is None:
        capabilities = tuple(change([]))
        return replace(held, parameters=replace(parameters, items=(*items, Parameter(2, capabilities))))
    value = items[place].value
    items[place] = Parameter(items[place].type, tuple(change(list(value) if isinstance(value, tuple) else [])))
    return replace(held, parameters=replace(parameters, items=tuple(items)))


def with_add_path(held: Open, new: list[Capability]) -> Open:
    """Return an OPEN with these capabilities in place of those that announce path identifiers."""
    return with_capabilities(held, lambda one: _other(one) + new)


def _other(capabilities: list[Capability]) -> list[Capability]:
    return [one for one in capabilities if one.code != CapabilityCode.ADD_PATH]


def update_of(message: RouteMonitoring) -> Update | None:
    """Return the UPDATE of a message, None where it cannot be read."""
    body = message.pdu.body if message.pdu is not None else None
    return body if isinstance(body, Update) else None


def with_update(message: RouteMonitoring, change: Callable[[Update], Update]) -> RouteMonitoring:
    """Return a message with its UPDATE changed, as it is where it has none."""
    held = update_of(message)
    if held is None or message.pdu is None:
        return message
    return replace(message, pdu=replace(message.pdu, body=change(held)))


def with_items(held: Update, items: Iterable[Attribute]) -> Update:
    """Return an UPDATE with other attributes."""
    return replace(held, attributes=Attributes(tuple(items), held.attributes.rest))


def with_attributes(message: RouteMonitoring, change: Callable[[Attribute], Attribute]) -> RouteMonitoring:
    """Return a message with each attribute of its UPDATE changed."""
    return with_update(message, lambda held: with_items(held, map(change, held.attributes.items)))
