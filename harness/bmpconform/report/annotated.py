"""The octets of what a campaign found, field by field as `show` tells them, with what is at fault marked.

Why beside the rules' own findings: what a target gets wrong is mostly nothing that the octets have wrong.
"""

from collections.abc import Iterable, Iterator

from bmpconform import __version__
from bmpconform.check.flow import Options
from bmpconform.corpus.vector import Op
from bmpconform.events import FindingLine
from bmpconform.fuzz.disagreement import StoredDisagreement
from bmpconform.fuzz.finding import values_of
from bmpconform.fuzz.mutate import frames_of
from bmpconform.fuzz.oracle import Oracle
from bmpconform.fuzz.store import INPUT, Stored
from bmpconform.report.campaign import voice_text
from bmpconform.report.place import Octets, place_of
from bmpconform.report.shown import SCHEMA, ShownHeader, render_shown_text
from bmpconform.show import Shown, ShownEnd, ShownField, ShownMessage, ShownUnframed, show
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import Authority
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import replace

WIDTH = 110
LONGEST = 200


def annotated(found: Stored) -> str:
    """Return the text for the octets of a finding, with the finding itself where it lies in them."""
    octets, profile = bytes.fromhex(found.octets), PROFILES[found.profile]
    place = place_of(Oracle(profile).expect(octets).vector, found.place)
    shown: Iterable[Shown] = show(INPUT, [octets], Options(profile))
    if found.line.op != Op.STREAM.value and len(frames_of(octets)) == 1:
        # What a stream as a whole lacks is no matter of one message.
        shown = (chunk for chunk in shown if not isinstance(chunk, ShownEnd))
    header = ShownHeader(SCHEMA, __version__, INPUT, found.profile)
    lines = render_shown_text(header, _marked(shown, place, _line(found, place)), WIDTH)
    return "".join(f"{line.plain}\n" for line in lines)


def _line(found: Stored, place: Octets) -> FindingLine:
    """Return a finding of a campaign as one of `check`."""
    line = found.line
    return FindingLine(
        source=INPUT,
        stream=0,
        message=None,
        offset=place.offset,
        length=place.length,
        clause=line.clause,
        also=(),
        authority=Authority.DOCUMENT.value,
        code=line.code or line.observation,
        level=line.level,
        path=found.place or line.path,
        packet=None,
        count=1,
        text=_sentence(found),
    )


def _sentence(found: Stored) -> str:
    if isinstance(found, StoredDisagreement):
        groups = (f"{', '.join(group)}: {voice_text(said, LONGEST)}" for group, said in found.told)
        op = Oracle.op_of(bytes.fromhex(found.octets)).value
        return f"Targets disagree under {op}. {'; '.join(groups)}."
    line = found.line
    what = f"{line.target} under {line.op}: {found.fault.words}"
    return printable(f"{'; '.join(filter(None, (what, values_of(found, LONGEST))))}.")


def _marked(shown: Iterable[Shown], place: Octets, line: FindingLine) -> Iterator[Shown]:
    """Yield what is shown, with a line in the innermost piece that holds the place, or in the first of all."""
    is_told = False
    for chunk in shown:
        is_here = isinstance(chunk, ShownMessage | ShownUnframed) and not is_told and _holds(chunk, place)
        if is_here and isinstance(chunk, ShownMessage):
            is_told = True
            yield _in_message(chunk, place, line)
        elif is_here and isinstance(chunk, ShownUnframed):
            is_told = True
            yield replace(chunk, findings=(*chunk.findings, line))
        else:
            yield chunk


def _in_message(message: ShownMessage, place: Octets, line: FindingLine) -> ShownMessage:
    if not place.length:
        whole = replace(line, offset=message.offset, length=message.length)
        return replace(message, findings=(*message.findings, whole))
    around = [field for field in message.fields if _holds(field, place)]
    if not around:
        return replace(message, findings=(*message.findings, line))
    innermost = min(around, key=lambda field: (field.length, -field.depth))
    fields = (
        replace(field, findings=(*field.findings, line)) if field is innermost else field for field in message.fields
    )
    return replace(message, fields=tuple(fields))


def _holds(piece: ShownMessage | ShownUnframed | ShownField, place: Octets) -> bool:
    return piece.offset <= place.offset and place.offset + place.length <= piece.offset + piece.length
