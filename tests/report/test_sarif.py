"""The SARIF log fits the official schema, says what the findings say, and obeys no text that it shows.

Why against the schema of OASIS and not one of ours: sites that read the log were written against that.
"""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft4Validator

import raw
from bmpconform.capture.streams import read_streams
from bmpconform.check import Options, check
from bmpconform.cli import run
from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.events import SCHEMA, Event, Excerpt, FindingLine, Found, Header, Problem, Repeated
from bmpconform.report.sarif import LEVELS, ROOT, artifact_uri, fingerprint, render_sarif
from bmpconform.rules.rule import RULES
from bmpconform.spec.catalogue import CLAUSES, Level
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import replace
from packets import SYN, Tcp, pcap

SCHEMA_FILE = Path(__file__).with_name("sarif-schema-2.1.0.json")
SCHEMA_OF_LOGS = json.loads(SCHEMA_FILE.read_bytes())
VALIDATOR = Draft4Validator(SCHEMA_OF_LOGS)
GOOD = raw.initiation(raw.MANDATORY_TLVS)
BROKEN = (
    raw.initiation(raw.SYS_NAME)
    + raw.peer_up(raw.tlv(1, b"a"), raw.tlv(3, b""), raw.tlv(5))
    + raw.message(7, b"x", version=2)
    + raw.statistics(raw.tlv(0, raw.u32(1)), count=2) * 3
    + raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\0"))
    + raw.termination()[:-1]
)
FINDING = FindingLine(
    "file",
    0,
    3,
    20,
    2,
    "RFC7854-4.3-3",
    (),
    "document",
    "sys-descr-missing",
    "fail",
    "tlvs[1].value",
    None,
    1,
    "It is.",
)
# What the links and placeholders of a message are made of, as SARIF 2.1.0 has them in section 3.11.
LINK = re.compile(r"\]\(")
PLACEHOLDER = re.compile(r"(?<!\{)(\{\{)*\{(?!\{)")
PAGE = re.compile(r"https://www\.rfc-editor\.org/rfc/rfc\d{4}\.html(#section-\d+(\.\d+)*)?")
URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+")

Json = dict[str, Any]


def rendered(events: Iterable[Event]) -> bytes:
    """Return the log as it is written."""
    return b"".join(line + b"\n" for line in render_sarif(events))


def log_of(events: Iterable[Event]) -> Json:
    """Return the one run of the log, which is valid."""
    log = json.loads(rendered(events))
    VALIDATOR.validate(log)
    assert log["$schema"] == SCHEMA_OF_LOGS["id"]
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def checked(*inputs: tuple[str, bytes]) -> Json:
    """Return the run for streams of octets."""
    return log_of(check([(name, [octets]) for name, octets in inputs], Options()))


def found(**changes: object) -> Found:
    """Return an event with a finding."""
    return Found(replace(FINDING, **changes), Excerpt(0, b""))


def result_of(**changes: object) -> Json:
    """Return the one result for a finding."""
    (result,) = log_of([found(**changes)])["results"]
    assert isinstance(result, dict)
    return result


def rule_of(**changes: object) -> Json:
    """Return the rule that the log has for a finding."""
    (rule,) = log_of([found(**changes)])["tool"]["driver"]["rules"]
    assert isinstance(rule, dict)
    return rule


def text_of(**changes: object) -> str:
    """Return the message for a finding."""
    text = result_of(**changes)["message"]["text"]
    assert isinstance(text, str)
    return text


def location_of(result: Json) -> Json:
    """Return the physical location of a result."""
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert isinstance(physical, dict)
    return physical


def test_the_schema_is_the_official_one_octet_for_octet() -> None:
    digest = sha256(SCHEMA_FILE.read_bytes()).hexdigest()
    assert digest in SCHEMA_FILE.with_suffix(".NOTICE.md").read_text(encoding="utf-8")
    Draft4Validator.check_schema(SCHEMA_OF_LOGS)
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


@pytest.mark.parametrize("profile", PROFILES)
def test_logs_of_recorded_and_broken_streams_fit_the_schema(profile: str) -> None:
    streams = [("broken", BROKEN), *((capture.file, read_capture(capture)) for capture in load_captures().captures)]
    for name, octets in streams:
        log_of(check([(name, [octets])], Options(PROFILES[profile])))


def test_all_of_a_finding_is_in_its_result() -> None:
    header = Header(SCHEMA, "1.2.3", "bmp-2026", {"trailing-nul": "fail"})
    run_of = log_of([header, found()])
    assert run_of["results"] == [
        {
            "ruleId": "sys-descr-missing",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "It is. Stream 0, message 3, offset 20 (2 octets), tlvs[1].value."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "file", "uriBaseId": ROOT, "index": 0},
                        "region": {"startLine": 1, "byteOffset": 20, "byteLength": 2},
                    }
                }
            ],
            "partialFingerprints": {
                "bmpconform/v1": fingerprint(FINDING),
                "primaryLocationLineHash": fingerprint(FINDING),
            },
            "properties": {
                "stream": 0,
                "stream_name": None,
                "message": 3,
                "offset": 20,
                "length": 2,
                "clause": "RFC7854-4.3-3",
                "also": [],
                "authority": "document",
                "path": "tlvs[1].value",
                "packet": None,
                "count": 1,
            },
        }
    ]
    assert run_of["properties"] == {"profile": "bmp-2026", "policy": {"trailing-nul": "fail"}}


def test_results_are_the_findings_in_their_order() -> None:
    events = list(check([("one", [BROKEN]), ("two", [BROKEN])], Options()))
    findings = [event.finding for event in events if isinstance(event, Found)]
    run_of = log_of(events)
    rules = run_of["tool"]["driver"]["rules"]
    assert [result["ruleId"] for result in run_of["results"]] == [finding.code for finding in findings]
    assert [rules[result["ruleIndex"]]["id"] for result in run_of["results"]] == [finding.code for finding in findings]
    assert [location_of(result)["artifactLocation"]["uri"] for result in run_of["results"]] == [
        finding.source for finding in findings
    ]
    assert len({rule["id"] for rule in rules}) == len(rules)


@pytest.mark.parametrize("level, expected", [("fail", "error"), ("warn", "warning"), ("info", "note")])
def test_levels_are_those_of_sarif(level: str, expected: str) -> None:
    assert result_of(level=level)["level"] == expected


def test_every_level_has_one_of_sarif() -> None:
    assert set(LEVELS) == {level.value for level in Level}
    assert set(LEVELS.values()) == set(SCHEMA_OF_LOGS["definitions"]["result"]["properties"]["level"]["enum"])


def test_a_rule_tells_its_clause_and_where_to_read_it() -> None:
    page = "https://www.rfc-editor.org/rfc/rfc7854.html#section-4.3"
    assert rule_of(also=("RFC9736-3.1-2",)) == {
        "id": "sys-descr-missing",
        "name": "SysDescrMissing",
        "shortDescription": {"text": "RFC7854-4.3-3: sysDescr (type 1) is present."},
        "fullDescription": {"text": "RFC 7854 section 4.3: sysDescr (type 1) is present."},
        "help": {
            "text": "RFC 7854 section 4.3: sysDescr (type 1) is present. The same is stated by RFC9736-3.1-2. "
            f"See {page}"
        },
        "helpUri": page,
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "clause": "RFC7854-4.3-3",
            "also": ["RFC9736-3.1-2"],
            "authority": "document",
            "document": "RFC7854",
            "section": "4.3",
            "tags": ["RFC7854"],
        },
    }


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_makes_a_rule_that_a_site_takes(clause: str) -> None:
    rule = rule_of(clause=clause)
    # GitHub cuts or refuses what is longer.
    assert len(rule["shortDescription"]["text"]) <= 1024
    assert len(rule["fullDescription"]["text"]) <= 1024
    if CLAUSES[clause].document == "HOUSE":
        assert "helpUri" not in rule
    else:
        assert PAGE.fullmatch(rule["helpUri"])


def test_a_rule_of_the_house_says_so() -> None:
    rule = rule_of(clause="HOUSE-nul", authority="house")
    assert "no document demands it" in rule["fullDescription"]["text"]
    assert rule["properties"]["authority"] == "house"
    assert "helpUri" not in rule


def test_a_finding_without_a_clause_is_about_the_recording() -> None:
    rule = rule_of(clause=None, code="capture-cut", level="info")
    assert rule["shortDescription"] == rule["fullDescription"]
    assert "recording" in rule["help"]["text"]
    assert rule["defaultConfiguration"] == {"level": "note"}
    assert rule["properties"]["document"] is None


def test_no_name_is_the_code_over_again() -> None:
    for code in {rule.code for rule in RULES}:
        name = rule_of(code=code).get("name")
        assert name is None or (name.isalnum() and name.lower() != code)


def test_what_is_absent_is_a_place_between_octets() -> None:
    assert location_of(result_of(length=0))["region"] == {"startLine": 1, "byteOffset": 20, "byteLength": 0}


def test_no_octets_of_a_file_are_claimed_where_there_is_no_such_file() -> None:
    name = "192.0.2.1:20 > 192.0.2.2:1790"
    (result,) = log_of([replace(found(), stream_name=name)])["results"]
    assert location_of(result)["region"] == {"startLine": 1}
    assert result["properties"]["stream_name"] == name
    assert location_of(result_of(packet=7))["region"] == {"startLine": 1}


def test_a_finding_about_a_stream_as_a_whole_has_no_octets() -> None:
    assert location_of(result_of(message=None, length=0))["region"] == {"startLine": 1}


def test_octets_that_are_no_message_have_a_place() -> None:
    region = location_of(result_of(message=None, path=""))["region"]
    assert region == {"startLine": 1, "byteOffset": 20, "byteLength": 2}


def test_regions_lie_in_a_raw_file() -> None:
    for result in checked(("file", BROKEN))["results"]:
        region = location_of(result)["region"]
        assert region.get("byteOffset", 0) + region.get("byteLength", 0) <= len(BROKEN)


def test_a_capture_tells_packets_and_claims_no_octets_of_its_file() -> None:
    frames = [Tcp(0, flags=SYN).frame(), Tcp(1, raw.initiation(raw.SYS_NAME)).frame()]
    events = list(read_streams(BytesIO(pcap(frames)), 1790))
    results = log_of(check([("file.pcap", events)], Options()))["results"]
    assert {result["ruleId"] for result in results} >= {"sys-descr-missing"}
    for result in results:
        assert location_of(result)["region"] == {"startLine": 1}
    packets = [result["properties"]["packet"] for result in results if result["ruleId"] == "sys-descr-missing"]
    assert packets == [2]
    assert "message 0, packet 2, offset 6" in results[0]["message"]["text"]


def test_a_repeated_breach_is_one_result_with_its_count() -> None:
    assert "It is. Seen 9 times on this peer; this is the first. Stream 0," in text_of(count=9)
    assert result_of(count=9)["properties"]["count"] == 9


def test_repeats_that_are_known_at_the_end_are_told_by_fingerprint() -> None:
    header = Header(SCHEMA, "1.2.3", "bmp-2026", {})
    run_of = log_of([header, found(), Repeated(replace(FINDING, count=9))])
    (result,) = run_of["results"]
    assert run_of["properties"]["repeats"] == {result["partialFingerprints"]["bmpconform/v1"]: 9}


@pytest.mark.parametrize(
    "hostile",
    ["[click](http://192.0.2.1/)", "a\\](b)", "{0}", "{{0}}", "}{", "\x1b[31m", "\u202egnp.exe", "a\nb", "\x9b", "<b>"],
)
def test_what_a_text_holds_is_shown_and_never_obeyed(hostile: str) -> None:
    problem = Problem(hostile, hostile)
    run_of = log_of([found(text=hostile, path=hostile), problem])
    texts = [run_of["results"][0]["message"]["text"]]
    texts += [told["message"]["text"] for told in run_of["invocations"][0]["toolExecutionNotifications"]]
    for text in texts:
        assert text.isprintable()
        assert not LINK.search(text)
        assert not PLACEHOLDER.search(text)


def test_braces_and_brackets_stay_readable() -> None:
    assert text_of(text="{0}: tlvs[1] [a](b).").startswith("{{0}}: tlvs[1] [a] (b). ")


@pytest.mark.parametrize(
    "source, uri",
    [
        ("router.bmp", "router.bmp"),
        ("./captures//router.bmp", "captures/router.bmp"),
        ("../router.bmp", "../router.bmp"),
        ("a b.bmp", "a%20b.bmp"),
        ("100%.bmp", "100%25.bmp"),
        ("a?b#c.bmp", "a%3Fb%23c.bmp"),
        ("r\u00f6uter.bmp", "r%C3%B6uter.bmp"),
        ("a\nb\x1b", "a%0Ab%1B"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//192.0.2.1/share", "file:///192.0.2.1/share"),
        ("/captures/a b.bmp", "file:///captures/a%20b.bmp"),
        ("-", "-"),
        ("tcp:192.0.2.1:11019", "tcp%3A192.0.2.1%3A11019"),
        ("listen:[2001:db8::1]:1790", "listen%3A%5B2001%3Adb8%3A%3A1%5D%3A1790"),
        ("\udcff", "%5Cudcff"),
    ],
)
def test_a_name_becomes_a_uri_reference(source: str, uri: str) -> None:
    assert artifact_uri(source) == uri
    assert urlsplit(uri).scheme in {"", "file"}
    assert urlsplit(uri).netloc == ""
    assert URI_REFERENCE.fullmatch(uri.removeprefix("file:"))


def test_a_relative_uri_has_a_base_and_an_absolute_one_none() -> None:
    assert location_of(result_of(source="a"))["artifactLocation"] == {"uri": "a", "uriBaseId": ROOT, "index": 0}
    assert location_of(result_of(source="/a"))["artifactLocation"] == {"uri": "file:///a", "index": 0}


def test_every_input_is_an_artifact_with_what_was_read_of_it() -> None:
    run_of = checked(("good", GOOD), ("broken", BROKEN))
    by_uri = {artifact["location"]["uri"]: artifact for artifact in run_of["artifacts"]}
    assert by_uri.keys() == {"good", "broken"}
    assert by_uri["good"]["properties"]["octets"] == len(GOOD)
    assert by_uri["broken"]["properties"]["octets"] == len(BROKEN)
    for number, artifact in enumerate(run_of["artifacts"]):
        assert artifact["location"]["index"] == number
        assert artifact["roles"] == ["analysisTarget"]
    for result in run_of["results"]:
        location = location_of(result)["artifactLocation"]
        assert run_of["artifacts"][location["index"]]["location"] == location
    assert run_of["properties"]["summary"]["octets"] == len(GOOD) + len(BROKEN)


def test_standard_input_is_told_as_such() -> None:
    run_of = checked(("-", BROKEN))
    (artifact,) = run_of["artifacts"]
    assert artifact["roles"] == ["analysisTarget", "standardStream"]
    assert run_of["invocations"][0]["stdin"] == artifact["location"]


def test_nothing_found_is_a_log_without_results() -> None:
    run_of = checked(("good", GOOD))
    assert run_of["results"] == []
    assert run_of["tool"]["driver"]["rules"] == []
    assert run_of["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_no_events_are_a_log() -> None:
    assert log_of([])["results"] == []


def test_a_problem_is_an_error_of_the_run() -> None:
    run_of = checked(("junk", b"\xff" * 90), ("broken", BROKEN))
    (invocation,) = run_of["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["level"] == "error"
    assert told["message"] == {"text": "junk: holds no BMP message of version 3."}
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "junk"
    assert len(run_of["results"]) > 1


@pytest.mark.parametrize(
    "version, semantic", [("1.2.3", "1.2.3"), ("0.10.0", "0.10.0"), ("0+not.installed", None), ("1.2.3rc1", None)]
)
def test_a_version_is_semantic_only_where_it_is(version: str, semantic: str | None) -> None:
    driver = log_of([Header(SCHEMA, version, "bmp-2026", {})])["tool"]["driver"]
    assert (driver["name"], driver["version"], driver.get("semanticVersion")) == ("bmpconform", version, semantic)


def test_the_same_events_give_the_same_octets() -> None:
    inputs = [("one", [BROKEN]), ("two", [BROKEN]), ("junk", [b"\xff"])]
    assert rendered(check(inputs, Options())) == rendered(check(inputs, Options()))


def test_a_result_is_written_when_its_finding_comes() -> None:
    asked: list[int] = []

    def events() -> Iterator[Event]:
        for number in range(3):
            asked.append(number)
            yield found(offset=number)

    lines = render_sarif(events())
    next(lines)
    assert asked == []
    next(lines)
    assert asked == [0]
    assert len(list(lines)) == 3


def test_fingerprints_tell_findings_apart() -> None:
    for capture in load_captures().captures:
        results = checked((capture.file, read_capture(capture)), ("broken", BROKEN))["results"]
        prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
        assert len(set(prints)) == len(prints)


@pytest.mark.parametrize(
    "change",
    [
        {"source": "other"},
        {"stream": 1},
        {"message": 4},
        {"message": None},
        {"clause": "RFC7854-4.3-4"},
        {"code": "other"},
        {"path": "tlvs[2].value"},
    ],
)
def test_what_makes_another_finding_makes_another_fingerprint(change: dict[str, object]) -> None:
    assert fingerprint(replace(FINDING, **change)) != fingerprint(FINDING)


@pytest.mark.parametrize(
    "change",
    [{"source": "./file"}, {"offset": 21}, {"length": 3}, {"text": "Other words."}, {"level": "info"}, {"count": 2}],
)
def test_what_is_the_same_finding_keeps_its_fingerprint(change: dict[str, object]) -> None:
    assert fingerprint(replace(FINDING, **change)) == fingerprint(FINDING)


def test_octets_that_are_no_message_are_told_apart_by_their_offset() -> None:
    lost = replace(FINDING, message=None)
    assert fingerprint(replace(lost, offset=21)) != fingerprint(lost)


def test_the_fingerprint_is_that_of_former_versions() -> None:
    # Sites would close every alert and open it anew.
    assert fingerprint(FINDING) == "c001910563e8c3812c49dd5106d765da"


def test_the_command_writes_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a [b](c){0}#%.bmp"
    Path(name).write_bytes(BROKEN)
    assert run(["check", "--format", "sarif", name, "missing"]) == 2
    first = capsys.readouterr()
    log = json.loads(first.out)
    VALIDATOR.validate(log)
    assert str(tmp_path) not in first.out
    assert unquote(log["runs"][0]["artifacts"][0]["location"]["uri"]) == name
    assert first.err == "bmpconform: missing: there is no such file.\n"
    assert run(["check", "--format", "sarif", name, "missing"]) == 2
    assert capsys.readouterr().out == first.out
