"""The dataset card: README.md as Hugging Face reads it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from corpus.release import wording
from corpus.release.manifest import Manifest
from corpus.release.schema import TABLES, Table

NAME = "README.md"

_SIZES = (10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M")
_HUB_LICENCE = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_MARKS = re.compile(r"([\\`*_\[\]<>&#|~])")


def render(manifest: Manifest) -> str:
    """Return the card of a release."""
    version = manifest["version"]
    return f"""\
---
{_front_matter(manifest)}
---

# {_plain(wording.title(manifest))} {version}

{_described(manifest["description"])}{_summary(manifest)}
{_access(manifest)}{_reissued(manifest)}
## What is in it

Three tables, each one split (`train`), as Parquet. Everything is in English but what the
policy let pass.

{chr(10).join(map(_table, TABLES.values()))}
## How it was made

{_made(manifest)}

{_treatments(manifest["counts"]["treatments"])}
The originals are nowhere in this release. `report.html` shows these counts as charts.

## What was withheld

{_withheld(manifest)}
## Personal information and limits

{wording.DE_IDENTIFIED} {wording.CONDUCT}

{wording.ON_FINDING}

{wording.USES}

## Load

```python
import corpus  # pip install transcript-corpus

release = corpus.load("{version}")  # this folder; checks every file against its hash
turns = release.to_pandas("turns")
```

Without it, any reader of Parquet opens `data/turns/*.parquet`; `croissant.json` describes all
tables and columns to programs.

## Verify

`corpus verify {version}` reads and checks everything; `sha256sum -c SHA256SUMS` checks the
files without this tool. `manifest.json` says how the release was made and holds every count and
hash. The digest of its content, equal on every machine, is
`{manifest["logical_digest"]}`.

## Cite

> {_plain(wording.citation(manifest))}

The hash is that of the content, equal however the files were written. To name this release byte
for byte, add its pin, the version with the `digest` in `manifest.json`, which cannot stand in
this file, since it covers it: `corpus pin {version}` prints it, and `release.cite()` has it.

Licence: {_plain(" ".join(manifest["licence"].split()))}
"""


def _front_matter(manifest: Manifest) -> str:
    lines = [
        f"pretty_name: {quoted(manifest['name'])}",
        *_licence(manifest["licence"]),
        "language:",
        "- en",
        "annotations_creators:",
        "- machine-generated",
        "tags:",
        *(f"- {tag}" for tag in wording.KEYWORDS),
        "size_categories:",
        f"- {_size(manifest['counts']['turns'])}",
        "configs:",
    ]
    for name in TABLES:
        lines += [f"- config_name: {name}", "  data_files:", "  - split: train"]
        lines += [f"    path: data/{name}/*.parquet"]
        lines += ["  default: true"] if name == "turns" else []
    return "\n".join(lines)


def _licence(licence: str) -> list[str]:
    """The Hub knows lower-case SPDX identifiers; anything else goes by its name."""
    if _HUB_LICENCE.fullmatch(licence.lower()):
        return [f"license: {quoted(licence.lower())}"]
    return ["license: other", f"license_name: {quoted(licence)}"]


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "1M<n<10M")


def quoted(text: str) -> str:
    """Return the text as a YAML string on one line; what cannot be seen is escaped."""
    plain = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(plain)}"'


def _plain(text: str) -> str:
    """Return Markdown that reads as the text."""
    return _MARKS.sub(r"\\\1", text)


def _described(description: str) -> str:
    """A description may be Markdown; HTML in it is shown and not obeyed."""
    shown = description.strip().replace("&", "&amp;").replace("<", "&lt;")
    return f"{shown}{_closing(shown)}\n\n" if shown else ""


def _closing(text: str) -> str:
    """Return what ends a block of code that is left open, or it would go on to the card's end."""
    fence = ""
    for line in text.splitlines():
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not line[match.end() :].strip():
            fence = ""
    return f"\n{fence}" if fence else ""


def _summary(manifest: Manifest) -> str:
    counts = manifest["counts"]
    cohorts = ", ".join(f"{n:,} {c}" for c, n in sorted(counts["transcripts_by_cohort"].items()))
    return (
        f"{counts['transcripts']:,} transcripts ({cohorts}), {counts['turns']:,} turns,\n"
        f"{counts['words']:,} words, {counts['redactions']:,} mentions redacted."
    )


def _access(manifest: Manifest) -> str:
    if manifest["ingested"]["access"] == "open":
        return ""
    return f"\n**Restricted.** {wording.RESTRICTED}\n"


def _reissued(manifest: Manifest) -> str:
    said = wording.reissued(manifest)
    return f"\n**Reissued.** {said}\n" if said else ""


def _made(manifest: Manifest) -> str:
    made = manifest["made_with"]
    return (
        f"{wording.detection(manifest)} What was found was treated by the policy"
        f" {_plain(made['policy'])}{_thresholds(made['thresholds'])}, with {made['tool']}"
        f" {made['tool_version']}. {wording.standing(manifest)} {wording.reviewed(manifest)}"
    )


def _thresholds(name: str | None) -> str:
    return f" from the thresholds {_plain(name)} on" if name else ""


def _treatments(treatments: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    rows = [
        (label, mask, operator, f"{n:,}")
        for label, masks in sorted(treatments.items())
        for mask, operators in sorted(masks.items())
        for operator, n in sorted(operators.items())
    ]
    return _lines(("label", "mask", "what was done", "mentions"), rows) if rows else ""


def _withheld(manifest: Manifest) -> str:
    ingested = manifest["ingested"]
    reasons = ingested["withheld_by_reason"]
    if not reasons:
        return "No transcript was withheld.\n"
    rows = [(r, wording.REASONS.get(r, ""), f"{n:,}") for r, n in sorted(reasons.items())]
    head = f"{ingested['withheld']:,} of {ingested['transcripts']:,} transcripts are not in it.\n\n"
    return head + _lines(("reason", "meaning", "transcripts"), rows)


def _table(table: Table) -> str:
    rows = [(c.name, c.kind, c.about) for c in table.columns]
    return f"`{table.name}`: {table.about}.\n\n{_lines(('column', 'type', 'meaning'), rows)}"


def _lines(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
