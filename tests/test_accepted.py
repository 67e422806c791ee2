"""What too few others read of the reference is told unless it is argued, and an argument that nothing needs is too."""

import accepted
from accepted import ENOUGH, REPORT, WITH_PATHS, Analysis, Read, analyses, faults, generated, render
from bmpconform.corpus.vector import Vector
from bmpconform.wire.codec import decode
from bmpconform.wire.messages import RouteMonitoring
from invariants import NEWEST, judge

SAMPLE = tuple(generated(3))
MONITORING = next(vector for vector in SAMPLE if isinstance(decode(vector.octets), RouteMonitoring))
INITIATION = SAMPLE[0]
OF_ONE = Analysis(MONITORING.id, "It is right.")


def read(vector: Vector, readers: int) -> Read:
    return Read(vector, tuple("abcdef"[:readers]))


def test_generated_messages_are_valid_and_the_same_each_time() -> None:
    assert tuple(generated(3)) == SAMPLE
    assert [vector.id for vector in SAMPLE if judge(NEWEST, decode(vector.octets))] == []


def test_what_too_few_read_is_a_fault_unless_its_vector_or_a_line_of_its_octets_is_argued() -> None:
    few = [read(MONITORING, ENOUGH - 1)]
    (fault,) = faults(few, [])
    assert fault.startswith(f"{MONITORING.id} is read by a, and not analysed: 03")
    assert [*faults(few, [OF_ONE])] == []
    assert [*faults(few, [Analysis("BMP Message Types 0", "They are right.")])] == []


def test_what_enough_read_needs_no_argument_and_an_argument_for_it_is_a_fault() -> None:
    enough = [read(MONITORING, ENOUGH)]
    assert [*faults(enough, [])] == []
    assert [*faults(enough, [OF_ONE])] == [f"{MONITORING.id} is analysed, and all of it is read by 2 or more"]


def test_path_identifiers_can_be_argued_where_a_decoder_has_to_be_told_of_them() -> None:
    told = next(vector for vector in generated(20) if vector.session)
    assert read(told, 0).is_of(Analysis(WITH_PATHS, ""))
    assert not read(INITIATION, 0).is_of(Analysis(WITH_PATHS, ""))


def test_the_page_counts_and_names_who_reads_what_is_argued() -> None:
    page = render([read(MONITORING, 1), read(INITIATION, 3)], ["one 1.0"], [OF_ONE])
    assert "Asked: one 1.0.\n\n2 messages; 1 are read by 2 decoders or more.\n" in page
    assert page.endswith(f"| {MONITORING.id} | 1 | a | It is right. |\n")


def test_each_analysis_names_its_document() -> None:
    assert all("RFC" in analysis.why and len(analysis.why.split()) > 15 for analysis in analyses())
    page = REPORT.read_text(encoding="utf-8")
    assert [analysis.of for analysis in analyses() if f"| {analysis.of} |" not in page] == []


def test_the_reference_encodes_all_of_a_sample() -> None:
    assert [vector.id for vector in accepted.encoded(SAMPLE)] == [vector.id for vector in SAMPLE]
