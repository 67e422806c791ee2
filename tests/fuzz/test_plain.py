"""What is plain in each field of a frame, whatever the frame."""

import pytest

import raw
from bmpconform.fuzz.anatomy import frames_of
from bmpconform.fuzz.plain import runs_of
from campaigns import SEEDS

TEXT, NUMBER = b"x\0\xff", b"\0\1\xff"


def plain_of(frame: bytes, octets: bytes) -> bytes:
    """Return what is plain where these octets are the whole of a field."""
    (run,) = [run for run in runs_of(frame) if frame[run.start : run.end] == octets]
    return run.plain


@pytest.mark.parametrize(
    "frame, octets, plain",
    [
        (raw.initiation(raw.tlv(2, b"a name")), b"a name", TEXT),
        (raw.termination(raw.tlv(1, b"\0\5")), b"\0\5", NUMBER),
        (raw.mirroring(raw.tlv(1, b"\0\7")), b"\0\7", NUMBER),
        # In what is mirrored are values too, behind codes of another kind.
        (raw.mirroring(raw.tlv(0, raw.open_pdu(parameters=raw.capabilities(raw.capability(9, b"\5"))))), b"\5", NUMBER),
        (raw.mirroring(raw.tlv(0, raw.update_pdu(attributes=raw.attribute(0xC0, 8, b"text")))), b"text", NUMBER),
    ],
)
def test_texts_are_letters_and_all_else_zeros(frame: bytes, octets: bytes, plain: bytes) -> None:
    assert plain_of(frame, octets) == plain


def test_every_seed_has_fields_and_none_reaches_beyond_it() -> None:
    frames = {frame for seed in SEEDS for frame in frames_of(seed)}
    assert len(frames) > 500
    for frame in frames:
        runs = runs_of(frame)
        assert all(run.start <= run.end <= len(frame) for run in runs)
        assert all(len(run.plain) == 3 for run in runs)
