"""report.html: a release and how it came about, on one page that needs nothing else; pure."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from corpus.release import wording
from corpus.release.manifest import Manifest
from corpus.release.report import sections
from corpus.release.report.markup import element, page

NAME = "report.html"

_STYLE = Path(__file__).with_name("report.css")
_ALLOWED = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser may do for the page: show it."""


def render(manifest: Manifest, parent: Manifest | None = None) -> str:
    """Return the page; without a parent, it says nothing of changes."""
    parts = list(sections.of(manifest, parent))
    return page(
        element(
            "html",
            _head(manifest),
            element(
                "body",
                _header(manifest),
                element(
                    "nav",
                    element("ul", *(_link(name, heading) for name, heading, _ in parts)),
                    aria_label="On this page",
                ),
                element("main", *(_section(*part) for part in parts)),
            ),
            lang="en",
        )
    )


def _head(manifest: Manifest) -> Element:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_ALLOWED),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{wording.title(manifest)} {manifest['version']}"),
        element("style", _STYLE.read_text(encoding="utf-8")),
    )


def _header(manifest: Manifest) -> Element:
    counts = manifest["counts"]
    key_figures = {
        "transcripts": counts["transcripts"],
        "turns": counts["turns"],
        "words": counts["words"],
        "mentions redacted": counts["redactions"],
        "transcripts withheld": manifest["ingested"]["withheld"],
    }
    reissued = wording.reissued(manifest)
    is_open = manifest["ingested"]["access"] == "open"
    return element(
        "header",
        element("h1", element("bdi", wording.title(manifest)), f" {manifest['version']}"),
        element("p", manifest["description"], dir="auto", class_="description"),
        *([] if is_open else [element("p", element("strong", "Restricted. "), wording.RESTRICTED)]),
        *([element("p", element("strong", "Reissued. "), reissued)] if reissued else []),
        element("p", f"Licence: {manifest['licence']}"),
        element(
            "dl",
            *(
                element("div", element("dt", name), element("dd", n))
                for name, n in key_figures.items()
            ),
            class_="figures",
        ),
    )


def _link(name: str, heading: str) -> Element:
    return element("li", element("a", heading, href=f"#{name}"))


def _section(name: str, heading: str, content: list[Element]) -> Element:
    titled = element("h2", heading, id=f"{name}-heading")
    return element("section", titled, *content, id=name, aria_labelledby=f"{name}-heading")
