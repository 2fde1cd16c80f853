"""What a workspace hides is found wherever a release shows it, and nothing else is."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus import pipeline, verdicts
from corpus import workspace as workspaces
from corpus.leaks import Leak
from corpus.model import Redacted, RedactedTurn
from corpus.pipeline.sweeping import sweeper
from corpus.release.claims import About
from corpus.release.read import Release, load
from corpus.release.sums import described
from corpus.release.write import write
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.damage import claim, manifest_of
from tests.studies import call, ok

ROSTER = """\
transcript_id,label,text
work_0001,PERSON,Tjeerd Quist
work_0001,PERSON,Quillan
work_0001,EMPLOYER,Kestrel Weaving
work_0001,ID_NUMBER,QX-204417
work_0001,USERNAME,@quist_t
work_0001,PERSON,Rose Will
"""
TALKS = {
    "work_0001": "I am Tjeerd Quist, Quillan, of Kestrel Weaving: QX-204417, @quist_t, Rose Will. "
    "We sing: Quillan.",
    "work_0002": "We all rose; will you? A quillan is a bird, and a kestrel weaving by is another.",
}
SECRETS = ("tjeerd", "quist", "quillan", "kestrel weaving", "204417")
ABOUT = About(
    name="Talks",
    licence="CC0-1.0",
    description="Invented talks.",
    rules="",
    detector="",
    model=None,
    policy="default",
    policy_digest="",
    roster=True,
    consent_required=False,
    access="open",
    findings={},
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two transcripts and a release of them."""
    workspace = without_model(tmp_path_factory.mktemp("leaks") / "study")
    lines = [
        json.dumps({"id": id_, "text": f"Interviewer: And?\n\nParticipant: {text}"})
        for id_, text in TALKS.items()
    ]
    (workspace.root / "talks.jsonl").write_text("\n".join(lines))
    (workspace.private / "roster.csv").write_text(ROSTER)
    pipeline.ingest(workspace, [str(workspace.root / "talks.jsonl")])
    pipeline.release(workspace, "1.0.0", workers=1)
    return workspace.root


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Workspace:
    return workspaces.open_at(shutil.copytree(finished, tmp_path / "study"))


def swept(study: Workspace, folder: Path) -> tuple[Leak, ...]:
    release = load(folder)
    release.verify()
    with sweeper(study) as sweep:
        return sweep(release)


def outcomes(study: Workspace) -> dict[str, Redacted]:
    return {t.transcript_id: t for t in load(study.releases / "1.0.0")}


def said(redacted: Redacted, text: str, speaker: str = "A") -> Redacted:
    """Return the transcript with one more turn."""
    index = len(redacted.turns)
    turn = RedactedTurn(index=index, role="other", speaker=speaker, text=text)
    return replace(redacted, turns=(*redacted.turns, turn))


def forged(study: Workspace, version: str = "1.1.0", **changes: Any) -> Path:
    """Write a release that never went through redaction."""
    given = {"redacted": outcomes(study).values(), "withheld": (), "about": ABOUT, **changes}
    return write(study.releases, version, **given)


def test_a_release_shows_nothing_though_words_of_names_stand_in_it(study: Workspace) -> None:
    texts = [turn.text for t in outcomes(study).values() for turn in t.turns]
    assert any("quillan is a bird" in text for text in texts)
    assert swept(study, study.releases / "1.0.0") == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("so TJEERD  QUIST said", "PERSON"),
        ("tjeerd\nquist", "PERSON"),
        ("(Tjéerd Quist's)", "PERSON"),
        ("number qx-204417", "ID_NUMBER"),
        ("write to @quist_t", "USERNAME"),
        ("Rose Will knows", "PERSON"),
    ],
)
def test_what_means_the_same_everywhere_is_found_in_any_transcript(
    text: str, label: str, study: Workspace
) -> None:
    found = outcomes(study)
    leaky = said(found["work_0002"], text)
    folder = forged(study, redacted=[found["work_0001"], leaky])
    (leak,) = swept(study, folder)
    assert (leak.file, leak.label) == ("data/turns", label)
    assert leak.place.startswith("work_0002, turn 2, text ")


@pytest.mark.parametrize("text", ["Quillan", "KESTREL weaving"])
def test_a_word_that_may_mean_another_is_found_where_it_was_hidden(
    text: str, study: Workspace
) -> None:
    found = outcomes(study)
    here = forged(study, redacted=[said(found["work_0001"], text), found["work_0002"]])
    there = forged(study, "1.2.0", redacted=[found["work_0001"], said(found["work_0002"], text)])
    assert [leak.place for leak in swept(study, here)] == [f"work_0001, turn 2, text 0-{len(text)}"]
    assert swept(study, there) == ()


def test_speakers_are_looked_at_too(study: Workspace) -> None:
    leaky = said(outcomes(study)["work_0002"], "Yes.", speaker="Tjeerd Quist")
    (leak,) = swept(study, forged(study, redacted=[leaky]))
    assert leak == Leak("data/turns", "work_0002, turn 2, speaker 0-12", "PERSON")


def test_a_name_of_the_corpus_is_found_in_card_manifest_and_footers(study: Workspace) -> None:
    folder = forged(study, about=replace(ABOUT, name="Tjéerd Quist talks"))
    found = {(leak.file, leak.place.split()[0]) for leak in swept(study, folder)}
    assert found >= {
        ("README.md", "line"),
        ("manifest.json", "line"),
        *((f"data/{t}/part-00000.parquet", "footer") for t in ("turns", "transcripts")),
    }


@pytest.mark.parametrize(
    ("text", "labels"),
    [("Tjeerd\nQuist", ["PERSON"]), ("Rose Will", ["PERSON"]), ("The rose will, Quillan", [])],
)
def test_a_description_is_read_across_its_lines(
    text: str, labels: list[str], study: Workspace
) -> None:
    folder = forged(study, about=replace(ABOUT, description=f"By {text}, 2024."))
    assert [leak.label for leak in swept(study, folder) if leak.file == "README.md"] == labels


@pytest.mark.parametrize("name", ["tjeerd-quist.txt", "TjeerdQuist.md", "data/tjeerd_quist.html"])
def test_a_name_of_a_file_is_found_and_not_repeated(name: str, study: Workspace) -> None:
    folder = forged(study)
    manifest = manifest_of(folder)
    shutil.copy(folder / "README.md", folder / name)
    manifest["files"][name] = manifest["files"]["README.md"]
    claim(folder, manifest)
    with sweeper(study) as sweep:
        leaks = sweep(Release(path=folder, manifest=load(folder).manifest))
    assert ("file names", "PERSON") in [(leak.file, leak.label) for leak in leaks]
    assert all(secret not in str(leak).casefold() for leak in leaks for secret in SECRETS)


def test_everyday_words_may_stand_where_they_are_something_else(study: Workspace) -> None:
    talk = {"id": "work_0003", "text": "Interviewer: And?\n\nParticipant: We met at Rose Will."}
    (study.root / "more.jsonl").write_text(json.dumps(talk))
    pipeline.ingest(study, [str(study.root / "more.jsonl")])
    (study.private / "roster.csv").write_text(f"{ROSTER}work_0003,LOCATION,Rose Will\n")
    (study.root / "ours.yaml").write_text(
        "why: ours\notherwise: placeholder\nthreshold: 0.3\n"
        "labels:\n  LOCATION: {quasi: keep, why: for a test}\n"
    )
    config = (study.root / "corpus.toml").read_text()
    ours = str(study.root / "ours.yaml")
    (study.root / "corpus.toml").write_text(config.replace('"default"', f'"{ours}"'))
    again = workspaces.open_at(study.root)
    pipeline.release(again, "1.1.0", workers=1)
    shown = load(study.releases / "1.1.0")["work_0003"]
    assert shown.turns[1].text == "We met at Rose Will."
    assert swept(again, study.releases / "1.1.0") == ()
    (leak,) = swept(again, forged(again, "2.0.0", redacted=[said(shown, "So Rose Will")]))
    assert leak.place.startswith("work_0003, turn 2")


def test_a_cohort_is_looked_at(study: Workspace) -> None:
    leaky = replace(outcomes(study)["work_0002"], cohort="tjeerdquist")
    leaks = swept(study, forged(study, redacted=[leaky]))
    assert Leak("data", "column cohort", "PERSON") in leaks


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"<p>\nTjeerd <b>Quist</b></p>", 2),
        (b'{\n\n"a": "Tje\\u0065rd\\nQuist"}', 3),
        (b"Tj&eacute;erd Quist", 1),
        (b"\xff\xfe Tjeerd Quist", 1),
    ],
)
def test_a_file_is_read_as_programs_show_it(content: bytes, line: int, study: Workspace) -> None:
    folder = forged(study)
    (folder / "report.html").write_bytes(content)
    manifest = manifest_of(folder)
    manifest["files"]["report.html"] = described(content)
    claim(folder, manifest)
    (leak,) = swept(study, folder)
    assert leak == Leak("report.html", f"line {line}", "PERSON")


def decide(study: Workspace, verdict: Mapping[str, str]) -> None:
    """Decide on the last finding of each text."""
    path = study.private / "findings.csv"
    verdicts.export(study, path)
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    last = {row["text"]: row for row in rows}
    for text, decision in verdict.items():
        last[text]["verdict"] = decision
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    ok(study.root, "findings", "import", path)


def test_what_a_reviewer_keeps_may_stand_and_no_more_often(study: Workspace) -> None:
    decide(study, {"Quillan": "keep"})
    pipeline.release(study, "2.0.0", workers=1)
    kept = {t.transcript_id: t for t in load(study.releases / "2.0.0")}
    first, second = kept["work_0001"].turns
    assert second.text.count("Quillan") == 1
    assert swept(study, study.releases / "2.0.0") == ()
    twice = replace(
        kept["work_0001"], turns=(first, replace(second, text=f"{second.text} Quillan"))
    )
    leaks = swept(study, forged(study, redacted=[twice, kept["work_0002"]]))
    assert {leak.label for leak in leaks} == {"PERSON"}


def test_a_version_of_before_a_decision_is_found_out(study: Workspace) -> None:
    decide(study, {"QX-204417": "keep"})
    pipeline.release(study, "2.0.0", workers=1)
    decide(study, {"QX-204417": "redact"})
    pipeline.release(study, "3.0.0", workers=1)
    result = call(study.root, "verify", "--all", "--json")
    assert result.exit_code == 1
    facts = json.loads(result.stdout)
    assert {r["version"]: r["verified"] for r in facts["releases"]} == {
        "1.0.0": True,
        "2.0.0": False,
        "3.0.0": True,
    }
    (problem,) = facts["releases"][1]["problems"]
    assert problem["problem"] == "it shows what the workspace hides as ID_NUMBER"
    assert problem["place"].startswith("work_0001, turn 1, text ")
    assert all(secret not in result.output.casefold() for secret in SECRETS)


def test_a_transcript_that_is_no_longer_here_is_looked_at_for_what_others_hide(
    study: Workspace,
) -> None:
    gone = replace(outcomes(study)["work_0002"], transcript_id="work_0099")
    assert swept(study, forged(study, redacted=[gone])) == ()
    (leak,) = swept(study, forged(study, "1.2.0", redacted=[said(gone, "Tjeerd Quist")]))
    assert leak.place == "work_0099, turn 2, text 0-12"
