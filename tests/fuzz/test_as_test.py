"""The test file of a finding holds all that it needs, in lines that a person can read, and exactly."""

import ast
from pathlib import Path
from random import Random

import pytest

import raw
from bmpconform.fuzz import again
from bmpconform.fuzz.as_test import as_test, python_of
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.neutral import Message
from bmpconform.run.store import PathError
from bmpconform.wire.value import from_data, from_json, replace, to_json
from campaigns import too_long

RANDOM = Random(1)  # noqa: S311 - octets of no secret
TOO_LONG = too_long(raw.peer_up(raw.tlv(3, b"one"), raw.tlv(0, b"two")))


def finding_of(message: Message) -> StoredFinding:
    asked = from_json(to_json(message), dict)
    line = FoundLine("k", "py:x", "encode", "wrong-value", None, "cannot-be-framed", "", "fail", asked, 1, 0.0)
    return StoredFinding(line, "", "cannot-be-framed", "bmp-2026", "", "")


def with_text(value: str) -> Message:
    return replace(TOO_LONG, tlvs=tuple(replace(tlv, value=value) for tlv in TOO_LONG.tlvs or ()))


@pytest.mark.parametrize(
    "value",
    [
        "78" * 65_536,
        "78" * 65_535 + "00",
        "00" + "78" * 65_536 + RANDOM.randbytes(200).hex(),
        RANDOM.randbytes(65_536).hex(),
    ],
)
def test_a_message_is_inline_and_exact(value: str) -> None:
    text = as_test(finding_of(with_text(value)), Path("/there"))
    names: dict[str, object] = {}
    exec(compile(text, "test_k.py", "exec"), names)  # noqa: S102 - it is to run
    assert from_data(names["MESSAGE"], Message) == with_text(value)
    assert "__file__" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_text_of_one_octet_is_short() -> None:
    text = as_test(finding_of(TOO_LONG), Path("/there"))
    assert "'78' * 65536" in text
    assert len(text.splitlines()) < 70


def test_a_target_is_started_where_the_campaign_was_unless_it_has_a_name() -> None:
    found = finding_of(TOO_LONG)
    there = Path("/a folder/'of' mine")
    text = as_test(found, there)
    names: dict[str, object] = {}
    exec(compile(text, "test_k.py", "exec"), names)  # noqa: S102 - it is to run
    assert (names["TARGET"], names["FOLDER"]) == ("py:x", str(there))
    assert "PROFILE, FOLDER) is None" in text
    named = as_test(replace(found, line=replace(found.line, target="gobgp")), there)
    assert "FOLDER" not in named
    assert "PROFILE) is None" in named


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="gone: is no folder: say in FOLDER where py:x is to be started"):
        again.finding_of("py:x", "decode", b"", folder=str(tmp_path / "gone"))


@pytest.mark.parametrize("data", [{}, [], None, 7, "", "'\"\\\n\u20ac", ["ab" * 60, {"k": "c" * 97}], {"a": [1, 2]}])
def test_data_come_back_from_python(data: object) -> None:
    text = f"({python_of(data)})"
    assert eval(compile(ast.parse(text, mode="eval"), "data", "eval"), {}) == data  # noqa: S307 - it is ours
