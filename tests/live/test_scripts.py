"""The scripts lie in their form, fit their schema, and are held against clauses, checks and reasons."""

import json
from pathlib import Path

import pytest

from bmpconform.corpus.evidence import evidence
from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.live.coverage import REASONS, live_gaps, load_reasons, told_live
from bmpconform.live.scripts import (
    SCHEMA,
    lint_scripts,
    load_scripts,
    render_script_schema,
    script_files,
    select_scripts,
    write_scripts,
)
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.coverage import CheckedBy
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

FOLDER = vectors_folder()
REFRESH = "a type has changed: write render_script_schema() to that file in vectors/schema"


def test_nothing_is_wrong_with_the_scripts() -> None:
    assert lint_scripts() == []
    assert list(live_gaps(load_scripts())) == []


def test_the_schema_is_that_of_the_types() -> None:
    assert (FOLDER / "schema" / SCHEMA).read_text(encoding="utf-8") == render_script_schema(), REFRESH


@pytest.mark.parametrize("file", list(script_files(FOLDER)))
def test_the_scripts_fit_their_schema(file: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="no JSON Schema validator is installed")
    validator = jsonschema.Draft202012Validator(json.loads((FOLDER / "schema" / SCHEMA).read_bytes()))
    assert validator.is_valid(json.loads((FOLDER / file).read_bytes()))


def test_scripts_are_chosen_by_id_and_profile() -> None:
    scripts = load_scripts()
    newest = select_scripts(scripts, "live-router/*", PROFILES["bmp-2026"])
    oldest = select_scripts(scripts, "live-router/*", PROFILES["rfc7854"])
    assert {one.id for one in newest} - {one.id for one in oldest} == {
        "live-router/adj-rib-out",
        "live-router/changed-monitoring",
        "live-router/loc-rib",
    }


def test_reasons_follow_the_catalogue_in_one_sentence_each() -> None:
    ids = [reason.id for reason in load_reasons()]
    assert ids == [clause for clause in CLAUSES if clause in REASONS]
    assert all(reason.why[0].isupper() and reason.why.endswith(".") for reason in load_reasons())


def test_a_clause_that_shows_live_alone_is_told_with_its_check_or_with_why_there_is_none() -> None:
    told = {item.coverage.clause: item.coverage for item in told_live(evidence(PROFILES[DEFAULT_PROFILE], ()))}
    live = [one for one in told.values() if one.checked_by is CheckedBy.LIVE]
    assert all(bool(one.codes) is (one.reason is None) for one in live)
    assert told["RFC7854-3.2-2"].codes == ("sends-to-the-router",)
    assert told["RFC7854-3.2-9"].reason is not None
    assert told["RFC7854-4.1-2"].codes == ("version", "version-reserved")


def test_a_check_that_no_script_shows_is_a_gap() -> None:
    told = list(live_gaps(()))
    assert "No script shows RFC7854-3.3-2 to the one who plays the station." in told


def _folder(tmp_path: Path, **changes: object) -> Path:
    script = {
        "id": "live-x/one",
        "title": "One.",
        "role": "station",
        "profile": "rfc7854",
        "clauses": ["RFC7854-3.3-2"],
        "outcomes": [{"observation": "accepted", "label": "held", "level": "pass"}],
        "steps": [{"do": "connect"}],
    } | changes
    (tmp_path / "live").mkdir()
    text = json.dumps({"title": "Some.", "scripts": [script]})
    (tmp_path / "live" / "live-x.json").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"id": "live-y/one"}, "an id here is live-x/ and a name in kebab case."),
        ({"title": "One"}, "the title is a sentence, with its full stop."),
        ({"profile": "rfc1"}, "there is no profile rfc1."),
        ({"clauses": ["RFC1-1"]}, "there is no clause RFC1-1."),
        ({"clauses": ["RFC7854-4.5-4"]}, "no check for this role judges RFC7854-4.5-4."),
        ({"clauses": []}, "it names no clause."),
        ({"steps": [{"do": "connect"}, {"do": "close", "on": 1}]}, "step 1 is on a connection that was not made."),
        (
            {"steps": [{"do": "connect"}, {"do": "send", "fields": [["x", "0"]]}]},
            "step 1 has a field without a name or without octets in lower-case hex.",
        ),
        ({"steps": [{"do": "act", "act": {"act": "stop"}}]}, "no step makes a connection."),
    ],
)
def test_lint_tells_what_is_wrong(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    folder = _folder(tmp_path, **changes)
    assert write_scripts(folder) == ["live/live-x.json"]
    assert reason in [problem.reason for problem in lint_scripts(folder)]
    assert write_scripts(folder) == []


@pytest.mark.parametrize("changes", [{"role": "guest"}, {"steps": [{"do": "dance"}]}, {"surplus": 1}])
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(CorpusError, match=r"live-x\.json: cannot be read"):
        load_scripts(_folder(tmp_path, **changes))


def test_a_form_that_is_not_the_formatters_is_told(tmp_path: Path) -> None:
    assert "is not as the formatter writes it." in [problem.reason for problem in lint_scripts(_folder(tmp_path))]


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    file = folder / "live" / "live-x.json"
    (folder / "live" / "live-z.json").write_bytes(file.read_bytes())
    with pytest.raises(CorpusError, match="the id live-x/one is there twice"):
        load_scripts(folder)


def test_a_slow_script_says_how_long_it_takes() -> None:
    slow = {one.id: one.slow for one in load_scripts() if one.slow}
    assert slow == {"live-router/back-off": 480, "live-router/rate": 30}
