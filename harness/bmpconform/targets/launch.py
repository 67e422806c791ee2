"""How a target is started, and the limits that hold it.

Why apart from its manifest: what is started may come from a manifest, from the command line or from a test.
"""

from typing import Literal

from bmpconform.wire.value import Value, field

MEBIBYTE = 1024 * 1024


class Limits(Value, frozen=True):
    """What one child may use.

    Memory counts in octets over all its processes: `resident` as watched, `address-space` also as each process may map
    at most, which breaks runtimes that reserve more than they use. `cpu_seconds` bounds each process's life,
    `file_octets` each file that it writes.
    """

    start_seconds: float = 10
    case_seconds: float = 2
    memory: int = 1024 * MEBIBYTE
    memory_kind: Literal["address-space", "resident"] = "address-space"
    processes: int = 64
    cpu_seconds: int = 3600
    file_octets: int | None = None


class Launch(Value, frozen=True):
    """What to start: the name that reports give the target, its command, and what its environment has beside ours.

    `deterministic` False: equal input may give unequal answers. `fresh_after_panic`: a panic costs a restart.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    deterministic: bool = False
    fresh_after_panic: bool = True
