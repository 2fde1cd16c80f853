"""A mention that slipped through: hidden in every release that shows it, and from then on."""

from __future__ import annotations

import json
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


def test_a_release_that_would_show_it_again_is_stopped(study: Workspace) -> None:
    ok(study.root, *RECALL)
    (study.private / "roster.csv").unlink()
    result = call(study.root, "release", "1.1.0")
    assert result.exit_code == 2
    assert "places stand that 1.0.1 hides" in result.stderr


def test_a_second_time_changes_nothing(study: Workspace) -> None:
    ok(study.root, *RECALL)
    now, roster = digests(study), (study.private / "roster.csv").read_text()
    assert json.loads(ok(study.root, *RECALL, "--json"))["versions"] == []
    assert digests(study) == now
    assert (study.private / "roster.csv").read_text() == roster


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
