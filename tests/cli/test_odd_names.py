"""Names in disguise, from files to the release: none of their forms gets through."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import corpus
from corpus.cli import main
from corpus.workspace import Workspace

NAME = "Zoë Hoffmann"
DISGUISED = {
    "zero-width": "Z\u200bo\u200dë Hoff\u2060mann",
    "soft hyphens": "Zo\u00adë Hoff\u00admann",
    "bidi": "\u202eZoë\u202c \u2066Hoffmann\u2069",
    "tags": "Zo\U000e0061ë Hoff\U000e0062mann",
    "NFD": unicodedata.normalize("NFD", NAME),
    "ligature": "Zoë Ho\ufb00mann",
    "wide": "Ｚｏë Ｈｏｆｆｍａｎｎ",
    "mathematical": "𝐙𝐨ë 𝐇𝐨𝐟𝐟𝐦𝐚𝐧𝐧",
    "circled": "Ⓩⓞë Ⓗⓞⓕⓕⓜⓐⓝⓝ",
    "homoglyphs": "Zоë Hоffmаnn",
    "entities": "Zo&euml; Hoff&#109;ann",
    "no-break": "Zoë\u00a0Hoffmann",
    "controls": "Zo\x01ë Hoff\x1fmann",
    "wrapped": "Zoë\nHoffmann",
    "parted": "Zoë Hoff-\nmann",
    "mojibake": "ZoÃ« Hoffmann",
}
MAIL = "zoe.hoffmann@kestrel-loom.org"
MAILS = [
    "zoe.hoffmann@\nkestrel-loom.org",
    "zoe.hoff\u200bmann@kestrel-loom.org",
    "ｚｏｅ．ｈｏｆｆｍａｎｎ＠ｋｅｓｔｒｅｌ-ｌｏｏｍ．ｏｒｇ",
    "zoe.hoffmann&#64;kestrel-loom.org",
    "zoe.ho\ufb00mann@kestrel-loom.org",
]


def _corpus(workspace: Workspace, *args: str | Path) -> Result:
    result = CliRunner().invoke(main, [*map(str, args), "--workspace", str(workspace.root)])
    assert result.exit_code == 0, result.stderr
    return result


def _released(workspace: Workspace) -> str:
    turns = corpus.load(workspace.root / "releases" / "1.0.0").to_pandas("turns")
    return "\n".join([*turns.speaker, *turns.text])


def _write(folder: Path, said: list[str]) -> Path:
    source = folder / "one.json"
    turns = [{"speaker": "Interviewer", "text": "Tell me."}]
    turns += [{"speaker": "P1", "text": text} for text in said]
    source.write_text(json.dumps([{"id": "work_0001", "turns": turns}]))
    return source


@pytest.mark.parametrize("found_by", ["roster", "rule", "repeat"])
def test_a_name_in_any_disguise_is_hidden(
    workspace: Workspace, tmp_path: Path, found_by: str
) -> None:
    said = [f"And then {form} laughed." for form in DISGUISED.values()]
    if found_by == "roster":
        row = f"transcript_id,label,text\n,PERSON,{NAME}\n"
        (workspace.root / "private" / "roster.csv").write_text(row)
    elif found_by == "rule":
        said = [f"Hello, my name is {form}." for form in DISGUISED.values() if "\n" not in form]
    else:
        said.append(f"Hello, my name is {NAME}.")
    _corpus(workspace, "run", _write(tmp_path, said), "--release", "1.0.0")
    text = _released(workspace)
    assert text.count("[PERSON_") == len(said), text
    for form in (*DISGUISED.values(), NAME, "Zoë", "Hoff", "mann", "Zo"):
        assert form.casefold() not in text.casefold()


def test_an_address_in_any_disguise_is_hidden(workspace: Workspace, tmp_path: Path) -> None:
    said = [f"Write to {form}, please." for form in [MAIL, *MAILS]]
    _corpus(workspace, "run", _write(tmp_path, said), "--release", "1.0.0")
    text = _released(workspace)
    assert text.count("[EMAIL_ADDRESS_") == len(said), text
    for part in (MAIL, *MAILS, "hoff", "kestrel", "loom"):
        assert part not in text


def test_a_label_with_and_without_odd_signs_is_one_speaker(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = tmp_path / "one.txt"
    labels = ["Zoë", "Zo\u200bë", "Zoe\u0308", "\u200eZoë", "Z\u043eë"]
    source.write_text("".join(f"Interviewer: So?\n\n{label}: Yes.\n\n" for label in labels))
    _corpus(workspace, "ingest", source)
    shown = json.loads(_corpus(workspace, "show", "work_0001", "--json").stdout)
    assert {turn["speaker"] for turn in shown["turns"]} == {"Interviewer", "Zoë"}
    assert len(shown["turns"]) == 2 * len(labels)


def test_a_new_export_with_other_odd_signs_keeps_its_id(
    workspace: Workspace, tmp_path: Path
) -> None:
    said = "Zoë: I repair looms, and I was at the fair with {}.\n\nInterviewer: Good.\n\n"
    for number, form in enumerate(
        ("Zoë Hoffmann", "Zo\u200bë Hoff\u00admann", "Zoe\u0308 Ho\ufb00mann")
    ):
        source = tmp_path / f"{number}.txt"
        source.write_text("\ufeff" * (number % 2) + said.format(form) * 2)
        facts = json.loads(_corpus(workspace, "ingest", source, "--json").stdout)
        (entry,) = facts["transcripts"]
        assert entry["transcript_id"] == "work_0001"
        assert entry["state"] == ("unchanged" if number else "new")


def test_an_id_is_read_without_what_nobody_sees(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "one.md"
    source.write_text("**Transcript ID:** work_05\u200b80\u200e\n\n---\n\nAI: So?\n\nUser: Yes.\n")
    facts = json.loads(_corpus(workspace, "ingest", source, "--json").stdout)
    assert [t["transcript_id"] for t in facts["transcripts"]] == ["work_0580"]


def test_ingest_says_what_was_made_plain(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "one.txt"
    source.write_text("I: So\u200b?\n\nP1: Zoe\u0308&amp;J\u043ee,\u00a0yes.\n")
    said = _corpus(workspace, "ingest", source).stdout
    for line in (
        "1 HTML entities decoded",
        "1 odd blanks and breaks made plain",
        "1 invisible characters dropped",
        "1 letters in pieces or in other clothes made plain",
        "1 foreign letters that pass for Latin ones replaced",
    ):
        assert line in said
