"""The dataset card's front matter is what Hugging Face reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import yaml

from corpus.model import Redacted
from corpus.release import card, manifest
from corpus.release.manifest import About


def rendered(about: About, redacted: Sequence[Redacted], withheld: Sequence[Withheld] = ()) -> str:
    return card.render(manifest_of(about, redacted, withheld))


def front_matter(about: About, redacted: Sequence[Redacted]) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(rendered(about, redacted).split("---\n")[1])
    return found


def test_the_front_matter_names_tables_licence_and_size(
    about: About, redacted: tuple[Redacted, ...]
) -> None:
    found = front_matter(about, redacted)
    assert found["license"] == "cc-by-4.0"
    assert found["size_categories"] == ["n<1K"]
    defaults = {config["config_name"]: config.get("default") for config in found["configs"]}
    assert defaults == {"transcripts": None, "turns": True, "redactions": None}


def test_a_licence_unknown_to_the_hub_goes_by_its_name(
    about: About, redacted: tuple[Redacted, ...]
) -> None:
    found = front_matter(replace(about, licence="On request: ask us"), redacted)
    assert (found["license"], found["license_name"]) == ("other", "On request: ask us")


def test_a_name_cannot_break_the_front_matter(about: About, redacted: tuple[Redacted, ...]) -> None:
    name = 'Interviews: "early" #1\nlicense: mine'
    found = front_matter(replace(about, name=name), redacted)
    assert (found["pretty_name"], found["license"]) == (name, "cc-by-4.0")


@pytest.mark.parametrize(
    ("turns", "size"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (10**6 - 1, "100K<n<1M"), (10**6, "1M<n<10M")],
)
def test_the_size_category_counts_turns(
    turns: int, size: str, about: About, redacted: tuple[Redacted, ...]
) -> None:
    manifest = manifest_of(about, redacted)
    manifest["counts"]["turns"] = turns
    assert f"size_categories:\n- {size}\n" in card.render(manifest)
