"""A release says what it is, for papers and for notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import corpus
from corpus.errors import InputError
from corpus.release.claims import About
from corpus.release.read import Release


def test_a_citation_names_version_digest_and_licence(release: Release) -> None:
    assert release.cite() == (
        f"Invented interviews, version 1.0.0. {release.digest}. Licence: CC-BY-4.0"
    )
    assert release.cite("bibtex") == (
        "@misc{invented-interviews-1.0.0,\n"
        "  title = {{Invented interviews}},\n"
        "  version = {1.0.0},\n"
        f"  note = {{Data set, version 1.0.0, licence CC-BY-4.0, {release.digest}}},\n"
        "}\n"
    )


def test_a_date_is_cited_where_one_was_stated(made: Callable[..., Path], tmp_path: Path) -> None:
    release = corpus.load(made(tmp_path, date=dt.date(2031, 2, 3)))
    assert "version 1.0.0 (2031-02-03). sha256:" in release.cite()
    assert "  year = {2031},\n  date = {2031-02-03},\n" in release.cite("bibtex")


def test_a_name_breaks_no_bibtex(made: Callable[..., Path], tmp_path: Path, about: About) -> None:
    odd = replace(about, name="Talks & {tools} 100%\n\\input~_^", licence="a_b")
    said = corpus.load(made(tmp_path, about=odd)).cite("bibtex")
    assert r"{{Talks \& \{tools\} 100\% \textbackslash{}input\textasciitilde{}\_" in said
    assert r"licence a\_b," in said
    assert said.startswith("@misc{talks-tools-100-input-1.0.0,\n")


def test_another_style_is_refused_with_those_there_are(release: Release) -> None:
    with pytest.raises(InputError, match="no style 'apa' - use one of text, bibtex"):
        release.cite("apa")  # type: ignore[arg-type] # the point


def test_a_release_shows_what_it_is_and_no_transcript(release: Release) -> None:
    assert repr(release) == (
        f"<Release 'Invented interviews' 1.0.0@{release.digest[:19]}: 3 transcripts, 6 turns,"
        f" 33 words in {str(release.path)!r}>"
    )
    assert corpus.load(release.path.parent, f"1.0.0@{release.digest[:19]}") == release
