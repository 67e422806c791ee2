"""Which third-party decoders read the vectors of the heart alike: a check of the vectors, not of the decoders.

Why: octets and expectation of a vector come from one hand. Where two decoders of different authors read them as the
vector says, a slip of that hand is unlikely; where fewer do, someone has to say why the vector is right all the same.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bmpconform.corpus.vector import Op, Vector
from bmpconform.judge.words import Verdict
from bmpconform.run.events import Judged, RunEvent, TargetStart
from bmpconform.wire.value import UNSET

ENOUGH = 2
OURS = "reference"
# Strings, namespaces, Route Monitoring and statistics.
TOPICS = frozenset(
    {
        "admin-labels",
        "initiation",
        "initiation-strings",
        "namespaces",
        "peer-up-strings",
        "peer-up-tlvs",
        "rib-statistics",
        "route-monitoring",
        "statistics",
        "table-names",
        "termination",
    }
)
_SHARED = (
    "Types 3 and 4 in Initiation: the others have one list of TLV types for Initiation and Peer Up, or none for types "
    "that RFC 9736 section 4 reserves there. That they mean nothing is that section's own words."
)
ALONE: Mapping[str, str] = MappingProxyType(
    {
        "namespaces/same-octets-in-initiation": _SHARED,
        "namespaces/types-3-and-4-in-initiation": _SHARED,
        "route-monitoring/family-unknown": (
            "A family that the decoder does not know: the others refuse it or drop the attribute. RFC 4760 section 5 "
            "leaves the families open, and the octets of the attribute are all that is expected."
        ),
    }
)


def render_witnesses(events: Iterable[RunEvent]) -> str:
    """Return the page in Markdown: each positive vector of the heart, and who reads it as it says."""
    versions: dict[str, str] = {}
    asked: set[str] = set()
    vectors: dict[str, Vector] = {}
    readers: dict[str, list[str]] = {}
    for event in events:
        match event:
            case TargetStart() if event.target != OURS:
                versions[event.target] = event.version
            case Judged(line=line, vector=Vector() as vector) if _is_wanted(vector) and line.op == Op.DECODE.value:
                vectors[vector.id] = vector
                asked.add(line.target)
                if line.verdict == Verdict.PASS.value and line.target != OURS:
                    readers.setdefault(vector.id, []).append(line.target)
            case _:
                pass
    targets = [f"{name} {version}" for name, version in versions.items() if name in asked]
    few = [name for name in sorted(vectors) if len(readers.get(name, ())) < ENOUGH]
    lines = [
        "# Witnesses",
        "",
        "Positive vectors of strings, namespaces, Route Monitoring and statistics, and the decoders of other authors",
        "that read them as the vector says, at the depth that they declare. Written by `bmpconform report --publish`.",
        "",
        f"Asked: {', '.join(targets) or 'nobody'}.",
        "",
        f"{len(vectors)} vectors; {len(vectors) - len(few)} have {ENOUGH} witnesses or more.",
        "",
        *(f"- `{name}` has {_count(readers.get(name, ()))}. {ALONE.get(name, 'Not argued yet.')}" for name in few),
        "",
        "| vector | witnesses | by |",
        "|---|---|---|",
        *(_row(name, readers.get(name, [])) for name in sorted(vectors)),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, readers: list[str]) -> str:
    return f"| {name} | {len(readers)} | {', '.join(readers)} |"


def _is_wanted(vector: Vector) -> bool:
    return vector.message is not UNSET and vector.id.partition("/")[0] in TOPICS


def _count(names: Iterable[str]) -> str:
    told = list(names)
    return f"one, {told[0]}" if told else "none"
