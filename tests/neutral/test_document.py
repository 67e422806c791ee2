"""The examples of docs/neutral-form.md are what our codec shows of their octets."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bmpconform.neutral import Message, schema, show_octets
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import from_json, to_json

PAGE = Path(__file__).resolve().parents[2] / "docs" / "neutral-form.md"
PAIR = re.compile(r"```hex\n([0-9a-f\n]+)```\n\n```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = PAIR.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_has_an_example_of_each_message_type() -> None:
    assert {json.loads(text)["type"] for _, text in EXAMPLES} > set(MessageType)


@pytest.mark.parametrize("octets, text", EXAMPLES, ids=[octets[10:12] for octets, _ in EXAMPLES])
def test_an_example_is_what_is_in_its_octets(octets: str, text: str) -> None:
    shown = show_octets(bytes.fromhex(octets), PROFILES["bmp-2026"])
    assert from_json(text.encode(), Message) == shown
    assert json.dumps(json.loads(text), separators=(",", ":")).encode() == to_json(shown)
    Draft202012Validator(schema()).validate(json.loads(text))


def test_the_page_has_the_words_for_meanings() -> None:
    page = PAGE.read_text(encoding="utf-8")
    words = schema()["$defs"]["Tlv"]["properties"]["meaning"]["anyOf"][0]["enum"]
    assert [word for word in words if f"`{word}`" not in page] == []
