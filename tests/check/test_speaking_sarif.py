"""SARIF: it validates, and tells where something is but neither what nor how long exactly."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given, settings

from corpus.check.speaking import sarif
from corpus.check.types import Fate
from tests.check import said
from tests.check.said import fate, place, whole

RULES = {"email": "An e-mail address.", "phone": "A phone number."}
OURS = json.loads((Path(__file__).parent / "sarif.schema.json").read_text("utf-8"))
OFFICIAL = os.environ.get("CORPUS_SARIF_SCHEMA", "")
"""Where the schema that OASIS publishes lies, for whoever has it: it may not be passed on."""


def _run(*fates: Fate) -> dict[str, Any]:
    log = json.loads(sarif.render(fates, RULES))
    jsonschema.Draft202012Validator(OURS).validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def _results(*fates: Fate) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = _run(*fates)["results"]
    return results


def test_a_result_has_rule_level_place_and_print() -> None:
    run = _run(fate(place(print=said.PRINT, level="warning")))
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "email"
    assert rule["shortDescription"] == {"text": RULES["email"]}
    assert result["level"] == "warning"
    assert result["message"] == {"text": "EMAIL_ADDRESS (17 to 32 characters)"}
    assert result["partialFingerprints"] == {"corpus/v1": said.PRINT}
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "notes.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 5},
            }
        }
    ]


@pytest.mark.parametrize(
    ("length", "told"),
    [(1, "1 to 4"), (4, "1 to 4"), (5, "5 to 8"), (64, "33 to 64"), (65, "over 64")],
)
def test_the_length_is_told_as_a_class(length: int, told: str) -> None:
    (result,) = _results(fate(place(length=length)))
    assert result["message"]["text"] == f"EMAIL_ADDRESS ({told} characters)"


def test_lines_of_a_part_are_not_taken_for_those_of_the_file() -> None:
    (result,) = _results(fate(place(inside="cell 3 [x] {0}")))
    (location,) = result["locations"]
    assert "region" not in location["physicalLocation"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "cell 3 [x] {0}"}]
    assert result["message"]["text"].endswith(r"in cell 3 \[x\] {{0}}, line 3, column 5")


@pytest.mark.parametrize("line", [0, 1])
def test_what_concerns_a_file_has_no_region(line: int) -> None:
    (result,) = _results(fate(whole(line=line, column=line)))
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert result["message"] == {"text": "TRANSCRIPT"}


def test_where_a_source_begins_is_told() -> None:
    (result,) = _results(fate(whole("unredacted-source", line=40, column=1)))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 40, "startColumn": 1}


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b/ü:1.md", "a%20b/%C3%BC%3A1.md"),
        ("50%.md", "50%25.md"),
        ("a\n\udcff", "a%0A%FF"),
        ("?x#y", "%3Fx%23y"),
        ("/srv/a b", "file:///srv/a%20b"),
    ],
)
def test_uris_are_encoded_byte_by_byte(name: str, uri: str) -> None:
    (result,) = _results(fate(place(path=name), name=name))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_without_a_key_prints_are_of_name_rule_and_number() -> None:
    def prints(*fates: Fate) -> list[str]:
        return [r["partialFingerprints"]["corpus/v1"] for r in _results(*fates)]

    here = prints(fate(place(), place(line=9)), fate(place(), name="b.md"))
    assert len(set(here)) == 3
    assert prints(fate(place(line=20), place(line=90)), fate(place(line=7), name="b.md")) == here


def test_two_of_the_same_have_prints_of_their_own() -> None:
    found = place(print=said.PRINT)
    prints = [r["partialFingerprints"]["corpus/v1"] for r in _results(fate(found, found))]
    assert prints == [said.PRINT, f"{said.PRINT}:2"]


def test_what_could_not_be_read_is_no_success() -> None:
    (well,) = _run(fate(place()))["invocations"]
    assert well == {"executionSuccessful": True, "toolExecutionNotifications": []}
    (ill,) = _run(replace(fate(treatment="unreadable"), why=("it is damaged",)))["invocations"]
    assert not ill["executionSuccessful"]
    (note,) = ill["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("error", "not checked: it is damaged")


def test_a_check_that_did_not_begin_is_a_whole_log() -> None:
    log = json.loads(sarif.failed("its [key] is not here"))
    jsonschema.Draft202012Validator(OURS).validate(log)
    (told,) = log["runs"][0]["invocations"]
    assert not told["executionSuccessful"]
    assert told["toolExecutionNotifications"][0]["message"]["text"] == r"its \[key\] is not here"


def test_results_are_cut_warnings_first_and_the_cut_is_told() -> None:
    warnings = [place(level="warning")] * 3
    run = _run(fate(*warnings, *[place()] * sarif.MOST))
    assert len(run["results"]) == sarif.MOST
    assert {result["level"] for result in run["results"]} == {"error"}
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "3 more findings are not listed"


def test_a_rule_of_the_steward_is_listed_only_where_it_found_something_and_not_described() -> None:
    rules = {"email": "addresses", "own-kettle": "", "own-lamp": ""}
    log = json.loads(sarif.render([fate(place(rule="own-lamp"))], rules))
    told = {r["id"]: r for r in log["runs"][0]["tool"]["driver"]["rules"]}
    assert "own-kettle" not in told
    assert told["own-lamp"]["fullDescription"]["text"] == "A personal detail."
    assert told["email"]["fullDescription"]["text"] == "addresses"


def test_nothing_found_is_a_whole_log() -> None:
    run = _run()
    assert run["results"] == []
    assert {"email", "phone", "unredacted-source"} <= {
        rule["id"] for rule in run["tool"]["driver"]["rules"]
    }


@given(said.fates())
@settings(max_examples=100)
def test_it_validates_whatever_files_are_called(fates: list[Fate]) -> None:
    written = sarif.render(fates, RULES)
    assert written.isascii()
    assert "##[" not in written
    log = json.loads(written)
    jsonschema.Draft202012Validator(OURS).validate(log)
    json.dumps(log, ensure_ascii=False).encode("utf-8")
    uris = [
        unquote_to_bytes(r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for r in log["runs"][0]["results"]
    ]
    levels = sorted((p.level == "warning", i) for i, (_, p) in enumerate(_flat(fates)))
    named = [_flat(fates)[i][0].name for _, i in levels]
    assert [uri.removeprefix(b"file:///").lstrip(b"/") for uri in uris] == [
        os.fsencode(name).lstrip(b"/") for name in named
    ]


def _flat(fates: list[Fate]) -> list[tuple[Fate, Any]]:
    return [(one, found) for one in fates for found in one.places]


@pytest.mark.skipif(not OFFICIAL, reason="CORPUS_SARIF_SCHEMA does not name the schema of OASIS")
@given(said.fates())
@settings(max_examples=25)
def test_it_validates_against_the_published_schema(fates: list[Fate]) -> None:
    validator = jsonschema.Draft7Validator(json.loads(Path(OFFICIAL).read_text("utf-8")))
    validator.validate(json.loads(sarif.render(fates, RULES)))
