"""The dataset card: README.md as Hugging Face reads it; pure."""

from __future__ import annotations

import json
import re

from corpus.release.manifest import About, Contents
from corpus.release.schema import TABLES, Table

NAME = "README.md"

_SIZES = (10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M")
_HUB_LICENCE = re.compile(r"[a-z0-9][a-z0-9.+-]*")


def render(version: str, about: About, contents: Contents) -> str:
    """Return the card of a release."""
    return f"""\
---
{_front_matter(about, contents)}
---

# {about.name} {version}

{about.description}

{_summary(contents)}

The transcripts are de-identified: what was found to identify a participant, or another
private person, was redacted. Pseudonymised text can still be personal data. Do not try to
find out who took part.
{_access(about)}
## Tables

{chr(10).join(map(_table, TABLES.values()))}
## Load

```python
import corpus  # pip install transcript-corpus

release = corpus.load("{version}")  # this folder; checks every file against its hash
turns = release.to_pandas("turns")
```

Without it: `sha256sum -c SHA256SUMS` checks the files, and any reader of Parquet opens
`data/turns/*.parquet`.

## Origin

`manifest.json` says how the release was made and holds every count and hash. The digest of
its content, equal on every machine, is `{contents["logical_digest"]}`.
Licence: {about.licence}
"""


def _front_matter(about: About, contents: Contents) -> str:
    lines = [
        f"pretty_name: {_quoted(about.name)}",
        *_licence(about.licence),
        "size_categories:",
        f"- {_size(contents['counts']['turns'])}",
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
        return [f"license: {licence.lower()}"]
    return ["license: other", f"license_name: {_quoted(licence)}"]


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "1M<n<10M")


def _quoted(text: str) -> str:
    """A JSON string is a YAML string."""
    return json.dumps(text)


def _summary(contents: Contents) -> str:
    counts = contents["counts"]
    cohorts = ", ".join(f"{n:,} {c}" for c, n in sorted(counts["transcripts_by_cohort"].items()))
    return (
        f"{counts['transcripts']:,} transcripts ({cohorts}), {counts['turns']:,} turns,\n"
        f"{counts['words']:,} words, {counts['redactions']:,} mentions redacted."
    )


def _access(about: About) -> str:
    if about.access == "open":
        return ""
    return """
**Restricted.** Some of these transcripts were given for restricted access only: do not publish
this release or pass it on.
"""


def _table(table: Table) -> str:
    rows = "\n".join(f"| {c.name} | {c.kind} | {c.about} |" for c in table.columns)
    head = "| column | type | meaning |\n| --- | --- | --- |"
    return f"`{table.name}`: {table.about}.\n\n{head}\n{rows}\n"
