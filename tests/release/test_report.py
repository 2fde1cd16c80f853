"""report.html shows the counts of the manifest, needs nothing else, and obeys nobody's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.model import Redacted
from corpus.release import report, wording
from corpus.release.claims import About
from corpus.release.manifest import Manifest

ManifestOf = Callable[..., Manifest]
VOID = {"meta"}


class Page(HTMLParser):
    """The elements of a page, checked to be nested, and the cells of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.text = ""
        self._open: list[str] = []
        self._rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs)["aria-label"] or "", [])
        if tag == "tr":
            self._rows.append([])
        if tag in {"td", "th"}:
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "tr":
            self._rows[-1][:] = map(str.strip, self._rows[-1])

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        if self._open and {"td", "th"} & set(self._open):
            self._rows[-1][-1] += data

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)


def shown(manifest: Manifest, parent: Manifest | None = None) -> Page:
    return Page(report.render(manifest, parent))


def test_each_chart_is_a_table_of_the_manifests_counts(manifest_of: ManifestOf) -> None:
    tables = shown(manifest_of()).tables
    assert tables["Findings by label"] == [
        ["label", "number"],
        ["EMPLOYER", "4"],
        ["PERSON", "4"],
        ["LOCATION", "1"],
    ]
    assert tables["Mentions by label and operator"][1:] == [["EMPLOYER", "3"], ["PERSON", "3"]]
    assert tables["Mentions redacted, by label and cohort"] == [
        ["label", "all", "science", "work"],
        ["EMPLOYER", "3", "1", "2"],
        ["PERSON", "3", "1", "2"],
    ]
    assert tables["Words by cohort"] == [["cohort", "number"], ["work", "22"], ["science", "11"]]
    assert tables["Each cohort in numbers"][1:] == [
        ["science", "1", "2", "2", "181.8"],
        ["work", "2", "4", "4", "181.8"],
    ]
    reason = f"surface-survives{wording.REASONS['surface-survives']}"
    assert tables["Transcripts withheld, by reason"] == [["reason", "number"], [reason, "1"]]


def test_label_operator_and_mask_are_told_together(
    manifest_of: ManifestOf, redacted: tuple[Redacted, ...]
) -> None:
    first, second = redacted[0].redactions
    changed = replace(first, mask="quasi", operator="placeholder", label="EMPLOYER")
    tables = shown(
        manifest_of(redacted=[replace(redacted[0], redactions=(changed, second))])
    ).tables
    assert tables["Mentions by label and operator"] == [
        ["label", "all", "placeholder", "pseudonym"],
        ["EMPLOYER", "2", "1", "1"],
    ]
    assert tables["Mentions by label and mask"] == [
        ["label", "all", "direct", "quasi"],
        ["EMPLOYER", "2", "1", "1"],
    ]


def test_bars_are_as_long_as_their_numbers(manifest_of: ManifestOf) -> None:
    manifest = manifest_of()
    manifest["ingested"]["findings_by_label"] = {"AGE": 50, "DATE": 200, "URL": 0, "PERSON": 10**9}
    text = report.render(manifest)
    chart = text[text.index("Findings by label") : text.index("</figure>")]
    widths = re.findall(r'class="s0" x="0\.00%" y="0\.00%" width="([0-9.]+)%"', chart)
    assert widths == ["100.00", "0.40", "0.40"]


def test_changes_since_the_parent_are_counted(
    manifest_of: ManifestOf, redacted: tuple[Redacted, ...], about: About
) -> None:
    fewer = replace(redacted[1], redactions=redacted[1].redactions[:1])
    parent = manifest_of("0.9.0", redacted=[fewer, redacted[2]], about=replace(about, rules="old"))
    now = manifest_of(redacted=redacted[:2], about=replace(about, bared=2))
    page = shown(now, parent)
    assert "Since version 0.9.0" in page.text
    assert "came in: 1; that are no longer there: 1; that changed: 1." in page.text
    assert "that stand now, since the steward wants it so: 2." in page.text
    assert "Not the same as then: the rules." in page.text
    assert page.tables["Totals"][1:3] == [
        ["transcripts", "2", "2", "0"],
        ["turns", "4", "4", "0"],
    ]
    assert page.tables["Mentions redacted, by label"] == [
        ["label", "0.9.0", "1.0.0", "change"],
        ["EMPLOYER", "1", "2", "+1"],
        ["PERSON", "2", "2", "0"],
    ]


def test_without_a_parent_nothing_is_said_of_changes(manifest_of: ManifestOf) -> None:
    page = shown(manifest_of())
    assert "Since version" not in page.text
    assert "Totals" not in page.tables


def test_a_release_of_nothing_but_small_talk_has_a_page(
    manifest_of: ManifestOf, redacted: tuple[Redacted, ...], about: About
) -> None:
    quiet = replace(redacted[0], redactions=(), turns=())
    manifest = manifest_of(redacted=[quiet], withheld=(), about=replace(about, findings={}))
    page = shown(manifest, manifest)
    assert "0 of the 1 transcripts" in page.text
    assert "It was made with the same tool, rules, model and policy." in page.text
    assert set(page.tables) == {"Words by cohort", "Each cohort in numbers"}
    assert "All totals are those of " in page.text


def test_it_names_no_transcript_and_quotes_none(manifest_of: ManifestOf) -> None:
    text = report.render(manifest_of(), manifest_of("0.9.0"))
    assert not re.search(r"(work|science)_\d", text)
    assert "farmer" not in text
    assert "Where do you work" not in text


def test_it_needs_nothing_from_elsewhere_and_runs_nothing(manifest_of: ManifestOf) -> None:
    text = report.render(manifest_of(), manifest_of("0.9.0"))
    page = Page(text)
    assert {tag for tag, _ in page.elements}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "base", "form", "font"}
    )
    links = [a["href"] or "" for a in page.all("a")]
    assert all(link == "manifest.json" or link.startswith("#") for link in links)
    assert not re.search(r"https?:|//|@import|url\(", text.replace("<!DOCTYPE", ""))
    policies = [m["content"] for m in page.all("meta") if m.get("http-equiv")]
    assert policies == [
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    ]
    assert not any(name.startswith("on") for _, given in page.elements for name in given)


def test_its_links_lead_to_its_sections_and_every_section_has_its_heading(
    manifest_of: ManifestOf,
) -> None:
    page = shown(manifest_of(), manifest_of("0.9.0"))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    anchors = {(a["href"] or "").removeprefix("#") for a in page.all("a")} - {"manifest.json"}
    sections = list(page.all("section"))
    assert anchors == {s["id"] for s in sections}
    assert {s["aria-labelledby"] for s in sections} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels == [1] + [2] * len(sections)


def test_what_is_wide_scrolls_by_keyboard_and_has_a_name(manifest_of: ManifestOf) -> None:
    page = shown(manifest_of())
    regions = [a for a in page.all("div") if a.get("class") == "wide"]
    assert [r["aria-label"] for r in regions] == list(page.tables)
    assert {(r["role"], r["tabindex"]) for r in regions} == {("region", "0")}
    assert all(a["aria-hidden"] == "true" for a in page.all("svg"))
    assert {a["scope"] for a in page.all("th")} == {"col", "row"}


HOSTILE = "</style></title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"


def test_every_word_of_the_steward_is_shown_as_it_is(
    about: About, manifest_of: ManifestOf, redacted: tuple[Redacted, ...]
) -> None:
    texts = ("name", "description", "licence", "policy", "rules", "model")
    said: dict[str, Any] = {**dict.fromkeys(texts, HOSTILE), "findings": {HOSTILE: 1}}
    manifest = manifest_of(
        about=replace(about, **said),
        redacted=[replace(redacted[0], cohort=HOSTILE)],
    )
    page = shown(manifest, manifest_of("0.9.0"))
    assert not list(page.all("script"))
    assert not list(page.all("img"))
    assert page.text.count(HOSTILE) >= 8
    plain = shown(manifest_of(), manifest_of("0.9.0"))
    assert len(list(page.all("section"))) == len(list(plain.all("section")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(name=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_and_description_leave_the_page_whole(
    name: str, about: About, manifest_of: ManifestOf
) -> None:
    manifest = manifest_of(about=replace(about, name=name, description=name))
    page = shown(manifest)
    assert len(page.elements) == len(shown(manifest_of()).elements)
    assert all(c.isprintable() or c in "\n\t" for c in report.render(manifest))


def test_the_style_reads_on_paper_phones_and_in_the_dark(manifest_of: ManifestOf) -> None:
    text = report.render(manifest_of())
    for query in ("print", "(prefers-color-scheme: dark)", "(max-width: 44rem)"):
        assert f"@media {query}" in text


LIGHT, DARK = "#ffffff", "#14171a"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_text_and_bars_stand_out_from_the_page(number: int) -> None:
    """Text by 4.5 and pictures by 3, as WCAG 2 has it: light, dark and print."""
    style = (Path(report.__file__).parent / "report.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[number]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    for ground in ("page", "shade"):
        for ink in ("ink", "soft", "link"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        for bar in range(6):
            assert contrast(colours[f"s{bar}"], colours[ground]) >= 3, (bar, ground)


def test_what_is_too_wide_for_a_phone_stacks_with_the_name_of_each_number(
    manifest_of: ManifestOf,
) -> None:
    page = shown(manifest_of())
    stacked = {t["aria-label"] for t in page.all("table") if t.get("class") == "stacks"}
    assert stacked == {"Each cohort in numbers"}
    names = {td["data-label"] for td in page.all("td")}
    assert {"mentions redacted", "per thousand words", "number"} <= names


def test_a_version_that_was_written_again_says_so(manifest_of: ManifestOf) -> None:
    manifest = manifest_of()
    assert "Reissued." not in shown(manifest).text
    manifest["reissue"] = 1
    assert "Reissued. This version was reissued 1 time since" in shown(manifest).text
