"""A mention that slipped through: hidden in every release that shows it, and from then on."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.errors import ReleaseError
from corpus.model import Redacted, RedactedTurn, Redaction
from corpus.redact import afterwards
from corpus.workspace import Workspace
from tests.cli.test_canary import stored
from tests.cli.test_withdraw import digests, take
from tests.conftest import without_model
from tests.studies import call, copied, ok

TEXT = "INT: Where?\n\nP1: At Zqloomqz, with ada.quill@kestrel.example. ZQLOOMQZ pays well.\n"
NOTICE = "recalled-work_0001.md"
ADDRESS = "ada.quill@kestrel.example"
RECALL = ("recall", "work_0001", "--text", "zqloomqz", "--label", "employer", "--yes")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with two releases that show what should be hidden."""
    folder = tmp_path_factory.mktemp("recall")
    workspace = without_model(folder / "study")
    take(workspace, folder, work_0001=TEXT, work_0002="INT: Where?\n\nP2: At bo@home.example.\n")
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "release", "1.0.1")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def said(workspace: Workspace, version: str) -> str:
    return corpus.load(workspace.releases / version)["work_0001"].turns[1].text


def test_it_is_hidden_in_every_release_and_in_those_to_come(study: Workspace) -> None:
    old = digests(study)
    printed = ok(study.root, *RECALL)
    assert "zqloomqz" not in printed.lower()
    for version in ("1.0.0", "1.0.1"):
        hidden = said(study, version)
        assert hidden == "At [EMPLOYER], with [EMAIL_ADDRESS_1]. [EMPLOYER] pays well."
        release = corpus.load(study.releases / version)
        release.verify()
        assert [
            (hidden[r.start : r.end], r.rule)
            for r in release["work_0001"].redactions
            if r.turn == 1
        ] == [("[EMPLOYER]", "recall"), ("[EMAIL_ADDRESS_1]", "email"), ("[EMPLOYER]", "recall")]
        assert release.manifest["made_with"]["thresholds"] == "high-recall"
        assert release.manifest["withdrawals"] == []
        with pytest.raises(ReleaseError, match="should have been hidden"):
            corpus.load(study.releases, version=f"{version}@{old[version]}")
    released = b"".join(stored(study.releases)).lower()
    assert b"zqloomqz pays" not in released
    ok(study.root, "release", "1.1.0")
    assert said(study, "1.1.0").startswith("At [EMPLOYER_1], with")
    ok(study.root, "verify", "--all")


def test_a_second_time_changes_nothing(study: Workspace) -> None:
    ok(study.root, *RECALL)
    now, notice = digests(study), (study.private / NOTICE).read_text()
    assert json.loads(ok(study.root, *RECALL, "--json"))["versions"] == []
    assert digests(study) == now
    assert (study.private / NOTICE).read_text() == notice


def test_a_second_mention_goes_into_the_same_notice(study: Workspace) -> None:
    first = digests(study)
    ok(study.root, *RECALL)
    second = digests(study)
    ok(study.root, *RECALL[:3], "pays", "--yes")
    notice = (study.private / NOTICE).read_text()
    now = digests(study)
    for version in ("1.0.0", "1.0.1"):
        for old in (first[version], second[version]):
            assert f"| {version} | `{old}` | `{now[version]}` |" in notice


@pytest.mark.parametrize(
    "text",
    [
        "ZQLOOMQZ",
        "zqlo\u0301omqz",
        "\uff3a\uff51\uff4c\uff4f\uff4f\uff4d\uff51\uff5a",
        "zqloo\u200bmqz",
    ],
    ids=["case", "in pieces", "wide", "zero-width"],
)
def test_it_is_found_however_it_is_written(study: Workspace, text: str) -> None:
    ok(study.root, *RECALL[:3], text, "--label", "employer", "--yes")
    assert "omqz" not in said(study, "1.0.1").lower()


def test_an_everyday_word_is_hidden_from_then_on(study: Workspace) -> None:
    ok(study.root, *RECALL[:3], "pays", "--yes")
    ok(study.root, "release", "1.1.0")
    assert said(study, "1.1.0").endswith("[PERSON_1] well.")
    ok(study.root, "verify", "--all")


@pytest.mark.parametrize("shown", ["generalise", "keep"])
def test_nothing_is_left_of_it_whatever_the_policy_does(
    workspace: Workspace, tmp_path: Path, shown: str
) -> None:
    (workspace.root / "ours.yaml").write_text(
        "why: a test\notherwise: placeholder\nthreshold: 0.5\nlabels:\n"
        f"  DATE: {{direct: generalise, quasi: {shown}, why: a test}}\n"
    )
    settings = workspace.root / "corpus.toml"
    settings.write_text(settings.read_text().replace('"default"', '"ours.yaml"'))
    take(workspace, tmp_path, work_0001="INT: When?\n\nP1: Back in 1987, I think.\n")
    ok(workspace.root, "release", "1.0.0")
    assert "1987" in said(workspace, "1.0.0")
    ok(workspace.root, *RECALL[:3], "1987", "--label", "date", "--yes")
    assert said(workspace, "1.0.0") == "Back in [DATE], I think."
    ok(workspace.root, "release", "1.1.0")
    assert said(workspace, "1.1.0") == "Back in [DATE], I think."


def judge(workspace: Workspace, text: str) -> None:
    """Let a reviewer keep a text."""
    path = workspace.root.parent / "findings.csv"
    ok(workspace.root, "findings", "export", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**r, "verdict": "keep" if r["text"] == text else ""} for r in rows)
    ok(workspace.root, "findings", "import", path)


def test_a_verdict_that_keeps_it_counts_no_longer(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, work_0001=TEXT, work_0002="INT: Where?\n\nP2: At bo@home.example.\n")
    ok(workspace.root, "detect")
    judge(workspace, ADDRESS)
    ok(workspace.root, "release", "1.0.0")
    assert ADDRESS in said(workspace, "1.0.0")
    printed = ok(workspace.root, *RECALL[:3], ADDRESS, "--label", "email_address", "--yes")
    assert "no longer count: 1" in printed
    ok(workspace.root, "release", "1.1.0")
    assert "[EMAIL_ADDRESS_1]" in said(workspace, "1.1.0")
    judge(workspace, ADDRESS)
    ok(workspace.root, "release", "1.1.1")
    assert "[EMAIL_ADDRESS_1]" in said(workspace, "1.1.1")


@pytest.mark.parametrize(
    ("roster", "encoding"),
    [
        ("Transcript_ID,LABEL,Text\n,PERSON,Bo Fell\n", "utf-8"),
        ("transcript_id;label;text\n;PERSON;Bo Fell\n", "utf-8"),
        ("transcript_id,label,text\n,PERSON,Bo F\u00e8ll\n", "latin-1"),
    ],
    ids=["header", "semicolons", "Latin-1"],
)
def test_the_roster_has_no_part_in_it(study: Workspace, roster: str, encoding: str) -> None:
    path = study.private / "roster.csv"
    path.write_text(roster, encoding=encoding)
    ok(study.root, *RECALL)
    assert path.read_text(encoding=encoding) == roster
    assert said(study, "1.0.0").startswith("At [EMPLOYER]")


def test_the_released_text_counts_once_the_source_was_edited(
    study: Workspace, tmp_path: Path
) -> None:
    edited = {
        "id": "work_0001",
        "text": "INT: Where?\n\nP1: At home, with ada.quill@kestrel.example.",
    }
    (tmp_path / "edited.jsonl").write_text(json.dumps(edited) + "\n")
    ok(study.root, "ingest", tmp_path / "edited.jsonl", "--replace")
    ok(study.root, *RECALL)
    assert "omqz" not in said(study, "1.0.1").lower()
    (tmp_path / "edited.jsonl").write_text(json.dumps({"id": "work_0001", "text": TEXT}) + "\n")
    ok(study.root, "ingest", tmp_path / "edited.jsonl", "--replace")
    ok(study.root, "release", "1.1.0")
    assert "omqz" not in said(study, "1.1.0").lower()


def test_what_a_placeholder_took_a_part_of_is_hidden_whole(
    workspace: Workspace, tmp_path: Path
) -> None:
    (workspace.private / "roster.csv").write_text("transcript_id,label,text\n,PERSON,Ada Zqbrook\n")
    text = "INT: Where?\n\nP1: At Ada Zqbrook Mills. INT says mills are old.\n"
    take(workspace, tmp_path, work_0001=text)
    ok(workspace.root, "release", "1.0.0")
    before = said(workspace, "1.0.0")
    assert "[PERSON_1] Mills" in before
    printed = ok(workspace.root, *RECALL[:3], "Zqbrook Mills", "--label", "employer", "--yes")
    assert "reissued: 1.0.0" in printed
    assert said(workspace, "1.0.0") == before.replace("Mills", "[EMPLOYER]")


def test_no_release_that_shows_it_is_said(study: Workspace) -> None:
    printed = ok(study.root, *RECALL[:3], "ada.quill@kestrel.example", "--yes")
    assert "no release shows it" in printed
    assert "reissued" not in printed
    assert not (study.private / NOTICE).exists()
    assert not (study.releases / "withdrawals.json").exists()


def test_longer_words_and_other_copies_are_named(workspace: Workspace, tmp_path: Path) -> None:
    settings = workspace.root / "corpus.toml"
    about = 'description = "Talks at Zqloomqz"'
    settings.write_text(settings.read_text().replace('description = ""', about))
    text = "INT: Where?\n\nP1: At Zqloomqz. The Zqloomqzers, in zqloom-qz or prezqloomqz.\n"
    take(workspace, tmp_path, work_0001=text)
    ok(workspace.root, "release", "1.0.0")
    shutil.copytree(workspace.releases / "1.0.0", workspace.releases / "1.0.0.bak")
    printed = ok(workspace.root, *RECALL)
    assert "inside longer words in 3 places" in printed
    assert "corpus.toml: name, description or licence quote it" in printed
    assert "releases/1.0.0: name, description or licence quote it" in printed
    assert "releases/1.0.0.bak: it may show the mention" in printed
    assert "zqloom" not in printed.lower()


def test_a_dry_run_changes_nothing(study: Workspace) -> None:
    before = b"".join(stored(study.root))
    facts = json.loads(ok(study.root, *RECALL[:-1], "--dry-run", "--json"))
    assert facts["places"] == 2
    assert [v["version"] for v in facts["versions"]] == ["1.0.0", "1.0.1"]
    assert b"".join(stored(study.root)) == before


def test_what_does_not_stand_there_is_refused_without_quoting_it(study: Workspace) -> None:
    result = call(study.root, "recall", "work_0001", "--text", "zqotherqz", "--yes")
    assert result.exit_code == 2
    assert "zqother" not in result.output


TURNS = st.lists(st.sampled_from(["Ada", "ada", "Bo", "[PERSON_1]", "and", "Adas"]), max_size=12)


@given(turns=st.lists(TURNS, min_size=1, max_size=3))
def test_placeholders_stay_where_they_are_said_to_be(turns: list[list[str]]) -> None:
    texts = [" ".join(words) for words in turns]
    redactions = tuple(
        Redaction(
            turn=n, field="text", start=at, end=at + 10,
            label="PERSON", mask="direct", operator="pseudonym",
        )
        for n, text in enumerate(texts)
        for at in range(len(text))
        if text.startswith("[PERSON_1]", at)
    )  # fmt: skip
    redacted = Redacted(
        transcript_id="work_0001",
        cohort="work",
        turns=tuple(
            RedactedTurn(index=n, speaker="P", role="other", text=t) for n, t in enumerate(texts)
        ),
        redactions=redactions,
    )
    hidden = afterwards.hide(redacted, "ada", "PERSON")
    assert [t.text.split() for t in hidden.turns] == [
        ["[PERSON]" if w.lower() == "ada" else w for w in words] for words in turns
    ]
    places = [hidden.turns[r.turn].text[r.start : r.end] for r in hidden.redactions]
    assert all(place in ("[PERSON]", "[PERSON_1]") for place in places)
    assert len(places) == sum(w.lower() == "ada" or w[0] == "[" for ws in turns for w in ws)
    assert not afterwards.standing(hidden, "Ada")
