"""The packaged schema is that of the types, and tells what is in the form from what is not."""

import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

import raw
from bmpconform.neutral import schema, show_octets
from bmpconform.neutral.schema import FILE, render_schema
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import to_json

REFRESH = "a type has changed: write render_schema() to bmpconform/neutral/message.schema.json"
VALIDATOR = Draft202012Validator(schema())


def test_packaged_schema_is_that_of_the_types() -> None:
    text = resources.files("bmpconform.neutral").joinpath(FILE).read_text(encoding="utf-8")
    assert text == render_schema(), REFRESH
    Draft202012Validator.check_schema(json.loads(text))


@pytest.mark.parametrize(
    "octets",
    [
        raw.initiation(raw.SYS_DESCR),
        raw.peer_up(raw.tlv(0, b"a"), sent=raw.sent_open(raw.as4(1))),
        raw.route_monitoring(raw.ROUTE),
        raw.statistics(raw.tlv(9, raw.family_gauge()), raw.tlv(60000)),
        raw.peer_down(1, raw.notification_pdu()),
        raw.mirroring(raw.tlv(0, b"x")),
    ],
)
def test_what_is_shown_fits_the_schema(octets: bytes) -> None:
    VALIDATOR.validate(json.loads(to_json(show_octets(octets, PROFILES["bmp-2026"]))))


@pytest.mark.parametrize(
    "message",
    [
        {"version": "3"},
        {"version": 300},
        {"rest": "a"},
        {"rest": "AA"},
        {"local_address": "00"},
        {"statistics": [{"value": 1}]},
        {"tlvs": [{"meaning": "sysDescr"}]},
        {"pdu": {"update": {"as_path": [{"asns": [-1]}]}}},
    ],
)
def test_what_is_not_in_the_form_does_not_fit(message: object) -> None:
    assert not VALIDATOR.is_valid(message)


@pytest.mark.parametrize("session", [{}, {"add_path": [[1, 1]]}, {"as_width": 4}])
def test_a_session_is_among_the_definitions(session: object) -> None:
    of_session = Draft202012Validator({"$ref": "#/$defs/Session", "$defs": schema()["$defs"]})
    assert of_session.is_valid(session)
    assert not of_session.is_valid({"as_width": 3})
