"""TARGET is read as the contract says, and what is none is told before anything runs."""

import pytest

from bmpconform.targets.spec import Kind, TargetSpec, command_of, parse_target


@pytest.mark.parametrize(
    "text, kind, value, command",
    [
        ("gobgp", Kind.NAME, "gobgp", ("gobgp",)),
        ("jsonl:./adapter --depth 3", Kind.JSONL, "./adapter --depth 3", ("./adapter", "--depth", "3")),
        ("jsonl:'my adapter' a:b", Kind.JSONL, "'my adapter' a:b", ("my adapter", "a:b")),
        ("exec:cat $HOME | rm", Kind.EXEC, "cat $HOME | rm", ("cat", "$HOME", "|", "rm")),
        ("py:package.module", Kind.PY, "package.module", ("package.module",)),
        ("station:127.0.0.1:11019", Kind.STATION, "127.0.0.1:11019", ("127.0.0.1:11019",)),
        ("router:listen:[::1]:11019", Kind.ROUTER, "listen:[::1]:11019", ("listen:[::1]:11019",)),
    ],
)
def test_target_is_read(text: str, kind: Kind, value: str, command: tuple[str, ...]) -> None:
    spec = parse_target(text)
    assert spec == TargetSpec(text, kind, value)
    assert command_of(spec) == command


@pytest.mark.parametrize("text", ["", "jsonl:", "exec:  ", "py:", "name:gobgp", "shell:ls", "jsonl:'open", ":x"])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="jsonl:'open.*no closing quotation" if "open" in text else "is no target"):
        parse_target(text)
