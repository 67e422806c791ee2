"""What the rules find in the octets of a vector: a frame by itself, or a stream with all that its messages share.

Why not the flow of `check`: that one tells places in captures; here only the breach and its rule count.
"""

from collections.abc import Iterator

from bmpconform.corpus.vector import Op, Vector
from bmpconform.rules.selection import Finding, Selection
from bmpconform.rules.session import Session, StreamEnd, StreamOpening
from bmpconform.spec.catalogue import Authority
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import Chunk, Frame, Framer


def chunks_of(octets: bytes) -> Iterator[Chunk]:
    """Yield the frames in a stream that ends, and what is none."""
    framer = Framer()
    yield from framer.feed(octets)
    yield from framer.finish()


def document_findings(vector: Vector, selection: Selection) -> list[Finding]:
    """Return what breaks a document in the octets of a vector, each breach of a rule once."""
    found: dict[str, Finding] = {}
    for finding in findings(vector, selection):
        if finding.authority is Authority.DOCUMENT:
            found.setdefault(finding.code, finding)
    return list(found.values())


def findings(vector: Vector, selection: Selection) -> Iterator[Finding]:
    """Yield every breach in the octets of a vector, message by message, those of the house with those of documents."""
    session = Session()
    first = None
    for chunk in chunks_of(vector.octets):
        if isinstance(chunk, Frame):
            message = decode(chunk.octets)
            yield from selection.judge_message(message, session)
            session.advance(message)
            first = first or message
        else:
            yield from selection.judge(chunk)
            session.lose()
    if Op.STREAM in vector.ops:
        if first is not None:
            yield from selection.judge(StreamOpening(session, first))
        yield from selection.judge(StreamEnd(session))
