"""From vectors to cases: which a target gets, and the requests of each."""

from collections.abc import Iterable, Sequence

from bmpconform import neutral
from bmpconform.corpus.vector import Op, Vector
from bmpconform.judge.honesty import HONESTY
from bmpconform.targets.protocol import Capabilities, Decode, Encode, Request, Reset, Stream
from bmpconform.wire.value import UNSET, Value


class Task(Value, frozen=True):
    """One thing to be judged: a vector under one op. `asked` is None, and else why the target is not asked."""

    vector: Vector
    op: Op
    untestable: str | None = None


def plan(vectors: Iterable[Vector], able: Capabilities) -> list[Task]:
    """Return what a target is judged by, in the order of the report; what it does not declare is not asked."""
    vectors = (*HONESTY.values(), *vectors)
    tasks = [Task(vector, op, untestable(vector, op, able)) for vector in vectors for op in vector.ops]
    return sorted(tasks, key=lambda task: (task.vector.id, _OPS.index(task.op)))


_OPS = tuple(Op)


def untestable(vector: Vector, op: Op, able: Capabilities) -> str | None:
    """Return why a target is not judged by a vector under an op, None where it is."""
    if op.value not in able.ops:
        return "op-not-declared"
    return "declared-lenient" if vector.id in {HONESTY[name].id for name in able.lenient if name in HONESTY} else None


def requests_of(vector: Vector, op: Op) -> tuple[Request, ...]:
    """Return what a target is asked; the requests of one stream are asked one behind the other."""
    match op:
        case Op.DECODE:
            return (Decode(vector.hex, vector.session),)
        case Op.ENCODE:
            assert vector.message is not UNSET  # noqa: S101 - the linter holds every vector to that
            return (Encode(neutral.request(vector.message), vector.session),)
        case Op.STREAM:
            return (Reset(), *_pieces(vector.pieces))


def _pieces(pieces: Sequence[bytes]) -> Iterable[Stream]:
    last = len(pieces) - 1
    return (Stream(piece.hex(), more=number < last) for number, piece in enumerate(pieces))
