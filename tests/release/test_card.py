"""The dataset card is what Hugging Face reads, whatever the steward calls the corpus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Withheld
from corpus.release import card, wording
from corpus.release.claims import About
from corpus.release.manifest import Manifest

ManifestOf = Callable[..., Manifest]


def front_matter(manifest: Manifest) -> dict[str, Any]:
    start, middle, _ = card.render(manifest).split("---\n", 2)
    assert start == ""
    found: dict[str, Any] = yaml.safe_load(middle)
    return found


def test_the_front_matter_names_tables_licence_language_and_size(manifest_of: ManifestOf) -> None:
    found = front_matter(manifest_of())
    assert found["license"] == "cc-by-4.0"
    assert found["size_categories"] == ["n<1K"]
    assert found["language"] == ["en"]
    assert found["tags"] == list(wording.KEYWORDS)
    paths = {c["config_name"]: c["data_files"][0]["path"] for c in found["configs"]}
    assert paths == {n: f"data/{n}/*.parquet" for n in ("transcripts", "turns", "redactions")}
    defaults = {config["config_name"]: config.get("default") for config in found["configs"]}
    assert defaults == {"transcripts": None, "turns": True, "redactions": None}


@pytest.mark.parametrize("licence", ["On request: ask us", "", "x: [", "no one's"])
def test_a_licence_unknown_to_the_hub_goes_by_its_name(
    licence: str, about: About, manifest_of: ManifestOf
) -> None:
    found = front_matter(manifest_of(about=replace(about, licence=licence)))
    assert (found["license"], found["license_name"]) == ("other", licence)


def test_a_licence_that_yaml_would_take_for_something_else_stays_a_string(
    about: About, manifest_of: ManifestOf
) -> None:
    assert front_matter(manifest_of(about=replace(about, licence="NO")))["license"] == "no"


@given(name=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_comes_back_from_the_front_matter(name: str) -> None:
    assert yaml.safe_load(f"pretty_name: {card.quoted(name)}\nlicense: ours\n") == {
        "pretty_name": name,
        "license": "ours",
    }


@pytest.mark.parametrize(
    "name",
    ['Interviews: "early" #1\nlicense: mine', "---\nlicense: mine\n---", "Bees 🐝\u2028\x85"],
)
def test_neither_name_nor_description_breaks_out_of_its_place(
    name: str, about: About, manifest_of: ManifestOf
) -> None:
    manifest = manifest_of(about=replace(about, name=name, description=name))
    found = front_matter(manifest)
    assert (found["pretty_name"], found["license"]) == (name, "cc-by-4.0")
    heading = next(line for line in card.render(manifest).split("\n") if line.startswith("# "))
    assert heading.endswith(" 1.0.0")


def test_html_in_name_and_description_is_shown_and_not_obeyed(
    about: About, manifest_of: ManifestOf
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    text = card.render(manifest_of(about=replace(about, name=hostile, description=hostile)))
    _, _, body = text.split("---\n", 2)
    assert "&lt;img" in body
    assert r"\<img" in body
    assert not body.replace(r"\<", "").count("<img")


@pytest.mark.parametrize(
    ("turns", "size"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (10**6 - 1, "100K<n<1M"), (10**6, "1M<n<10M")],
)
def test_the_size_category_counts_turns(turns: int, size: str, manifest_of: ManifestOf) -> None:
    manifest = manifest_of()
    manifest["counts"]["turns"] = turns
    assert front_matter(manifest)["size_categories"] == [size]


def test_the_card_tells_what_was_done_withheld_and_how_to_cite(manifest_of: ManifestOf) -> None:
    manifest = manifest_of()
    text = card.render(manifest)
    assert "| EMPLOYER | direct | pseudonym | 3 |\n| PERSON | direct | pseudonym | 3 |\n" in text
    assert "1 of 4 transcripts are not in it." in text
    assert f"| surface-survives | {wording.REASONS['surface-survives']} | 1 |" in text
    assert "3 findings were left standing" in text
    assert f"`{manifest['logical_digest']}`" in text
    assert "`corpus pin 1.0.0` prints it" in text
    assert "de-identified, not anonymous" in text
    assert "Tell whom you have the corpus from" in text
    assert "**Restricted.**" not in text


def test_a_version_that_was_written_again_says_so(manifest_of: ManifestOf) -> None:
    manifest = manifest_of()
    assert "eissued" not in card.render(manifest)
    manifest["reissue"], manifest["withdrawals"] = 2, ["work_0002"]
    text = card.render(manifest)
    assert "reissued 2 times" in text
    assert "Transcripts withdrawn from it: 1." in text
    assert text.index("reissued 2 times") < text.index("## What is in it")


def test_a_release_that_withholds_nothing_says_so(manifest_of: ManifestOf) -> None:
    assert "No transcript was withheld." in card.render(manifest_of(withheld=()))


def test_a_reason_without_a_meaning_is_counted_all_the_same(manifest_of: ManifestOf) -> None:
    odd = Withheld(transcript_id="work_0009", cohort="work", reason="full-moon", detail="")
    assert "| full-moon |  | 1 |" in card.render(manifest_of(withheld=(odd,)))


def test_a_restricted_release_says_so_before_anything_else(
    about: About, manifest_of: ManifestOf
) -> None:
    text = card.render(manifest_of(about=replace(about, access="restricted")))
    assert text.index("**Restricted.**") < text.index("## What is in it")


@pytest.mark.parametrize(
    ("description", "ends"),
    [
        ("So:\n```python\nx", "x\n```\n\n"),
        ("~~~~ x\n~~~\n```", "\n```\n~~~~\n\n"),
        ("   ```\nx\n   ````", "````\n\n3 trans"),
        ("```a`b", "```a`b\n\n3 trans"),
        ("```\nx\n``` no end", "no end\n```\n\n"),
        ("    ```", "```\n\n3 trans"),
    ],
)
def test_a_block_of_code_that_is_left_open_swallows_nothing(
    description: str, ends: str, manifest_of: Callable[..., Manifest], about: About
) -> None:
    text = card.render(manifest_of(about=replace(about, description=description)))
    assert ends in text
