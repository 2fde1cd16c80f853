"""The 1,202 published interviews, where they lie beside the checkout."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from corpus.ingest import Roles, expand, read_file
from corpus.model import Draft

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "interviews"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the published interviews are not here")


def read(path: Path) -> dict[str | None, Draft]:
    roles = Roles.default()
    return {d.claimed_id: d for file in expand([str(path)]) for d in read_file(file, roles=roles)}


def test_markdown_and_tables_give_the_same_turns_that_alternate() -> None:
    markdown = read(DATA / "markdown")
    tables = (
        read(DATA / "creatives.csv") | read(DATA / "scientists.csv") | read(DATA / "workforce.csv")
    )
    assert len(markdown) == 1202
    assert markdown.keys() == tables.keys()
    for key, draft in markdown.items():
        ours = [(t.speaker, t.role, t.text) for t in draft.turns]
        assert ours == [(t.speaker, t.role, t.text) for t in tables[key].turns], key
        assert draft.turns[0].role == "interviewer", key
        assert all(a.role != b.role for a, b in pairwise(draft.turns)), key
