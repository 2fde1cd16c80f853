"""What a release claims, counted from what goes in; numbers that add up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus import __version__
from corpus.consent import Access
from corpus.model import Redacted, Redaction, Withheld
from corpus.release import digest, rows
from corpus.release.document import (
    ColumnEntry,
    Counts,
    Evidence,
    File,
    Ingested,
    MadeWith,
    TableEntry,
    TranscriptCounts,
    Writer,
)
from corpus.release.manifest import SCHEMA, Contents, Manifest, digest_of
from corpus.release.schema import FORMAT, Table, tables_of

WITHDRAWN = "withdrawn"
"""Why a transcript that a version once had is withheld from it now."""

UNKNOWN = "unknown"
"""The rule of a redaction that a release of format 2 has brought."""
_BY_PERSON = {"decision", "recall"}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What only the caller knows of a release; all of it is published."""

    name: str
    """The corpus's, as its users know it."""
    licence: str
    """Of the corpus; an SPDX identifier where it has one ("CC-BY-4.0")."""
    description: str
    """A paragraph for the dataset card."""
    rules: str
    """Digest of the rules."""
    detector: str
    """Digest of all that detection depends on."""
    model: str | None
    """Digest of the embedded model, None where it was switched off."""
    policy: str
    """Name of the policy."""
    policy_digest: str
    roster: bool
    """Whether a roster was used; what stands in it is never told."""
    consent_required: bool
    """Whether transcripts without consent for release were withheld."""
    access: Access
    """Whom the release is for."""
    findings: Mapping[str, int]
    """Those that may have to be hidden, by label, over all that went in, withheld ones included."""
    thresholds: str | None = None
    """Name of the set of thresholds, None where the policy says one for all itself."""
    bared: int = 0
    """How many places stand that the release before hides, since a steward wants it so."""


def build(
    version: str,
    about: About,
    contents: Contents,
    withheld: Sequence[Withheld],
    *,
    parent: Manifest | None,
    files: dict[str, File],
    writer: Writer,
    date: str | None,
) -> Manifest:
    """Return the manifest of a new version."""
    manifest: Manifest = {
        **contents,
        "schema": SCHEMA,
        "format": FORMAT,
        "name": about.name,
        "version": version,
        "licence": about.licence,
        "description": about.description,
        "digest": "",
        "date": date,
        "parent": {"version": parent["version"], "digest": parent["digest"]} if parent else None,
        "bared": about.bared,
        "reissue": 0,
        "withdrawals": [],
        "made_with": _made_with(about),
        "ingested": _ingested(contents, withheld, about),
        "files": files,
        "writer": writer,
    }
    manifest["digest"] = digest_of(manifest)
    return manifest


def reissued(
    old: Manifest,
    contents: Contents,
    withdrawn: Sequence[str],
    *,
    parent: Manifest | None,
    files: dict[str, File],
    writer: Writer,
) -> Manifest:
    """Return the manifest of the same version without the transcripts that were withdrawn.

    It has today's format, whatever the old one had, and no digest until all files are listed.
    """
    reasons = Counter(old["ingested"]["withheld_by_reason"]) + Counter({WITHDRAWN: len(withdrawn)})
    return {
        **old,
        **contents,
        "schema": SCHEMA,
        "format": FORMAT,
        "description": old.get("description", ""),
        "made_with": {**old["made_with"], "thresholds": old["made_with"].get("thresholds")},
        "bared": old.get("bared", 0),
        "digest": "",
        "parent": {"version": parent["version"], "digest": parent["digest"]}
        if parent
        else old["parent"],
        "reissue": old["reissue"] + 1,
        "withdrawals": sorted({*old["withdrawals"], *withdrawn}),
        "ingested": {
            **old["ingested"],
            "withheld": reasons.total(),
            "withheld_by_reason": dict(reasons),
        },
        "files": files,
        "writer": writer,
    }


def _made_with(about: About) -> MadeWith:
    return {
        "tool": "transcript-corpus",
        "tool_version": __version__,
        "rules": about.rules,
        "detector": about.detector,
        "model": about.model,
        "policy": about.policy,
        "policy_digest": about.policy_digest,
        "thresholds": about.thresholds,
        "roster": about.roster,
    }


def _ingested(contents: Contents, withheld: Sequence[Withheld], about: About) -> Ingested:
    return {
        "transcripts": contents["counts"]["transcripts"] + len(withheld),
        "withheld": len(withheld),
        "withheld_by_reason": _counted(w.reason for w in withheld),
        "consent_required": about.consent_required,
        "access": about.access,
        "findings": sum(about.findings.values()),
        "findings_by_label": dict(about.findings),
    }


def contents(redacted: Sequence[Redacted], form: int = FORMAT) -> Contents:
    """Return what the tables of these transcripts, in order of their IDs, amount to."""
    transcripts = {t.transcript_id: _transcript(t, form) for t in redacted}
    digests = (t["digest"] for t in transcripts.values())
    counts = _counts(redacted)
    in_table: Mapping[str, Any] = {**counts}
    return {
        "logical_digest": f"sha256:{digest.logical(digests)}",
        "counts": counts,
        "evidence": _evidence(redacted),
        "transcripts": transcripts,
        "tables": {name: _table(table, in_table[name]) for name, table in tables_of(form).items()},
    }


def _transcript(t: Redacted, form: int) -> TranscriptCounts:
    return {
        "cohort": t.cohort,
        "digest": digest.of_transcript(t, form),
        "kept": t.kept,
        "redactions_by_label": _counted(r.label for r in t.redactions),
        "turns": len(t.turns),
        "words": rows.words(t),
    }


def _counts(redacted: Sequence[Redacted]) -> Counts:
    done = [r for t in redacted for r in t.redactions]
    return {
        "transcripts": len(redacted),
        "transcripts_by_cohort": _counted(t.cohort for t in redacted),
        "turns": sum(len(t.turns) for t in redacted),
        "words": sum(map(rows.words, redacted)),
        "redactions": len(done),
        "redactions_by_label": _counted(r.label for r in done),
        "redactions_by_mask": _counted(r.mask for r in done),
        "redactions_by_operator": _counted(r.operator for r in done),
        "redactions_by_rule": _counted(r.rule or UNKNOWN for r in done),
        "treatments": _treatments(done),
        "kept": sum(t.kept for t in redacted),
        "placeholders": sum(t.placeholders for t in redacted),
    }


def _evidence(redacted: Sequence[Redacted]) -> Evidence | None:
    """Return what a person looked at; None where a transcript does not say it."""
    hid = [sum(r.rule in _BY_PERSON for r in t.redactions) for t in redacted]
    kept = [t.kept_by_decision for t in redacted if t.kept_by_decision is not None]
    if len(kept) < len(redacted):
        return None
    return {
        "decided": sum(hid) + sum(kept),
        "decided_by_verdict": {"redact": sum(hid), "keep": sum(kept)},
        "hidden_undecided": sum(len(t.redactions) for t in redacted) - sum(hid),
        "kept_undecided": sum(t.kept for t in redacted) - sum(kept),
        "transcripts_decided": sum(map(any, zip(hid, kept, strict=True))),
    }


def _treatments(done: Iterable[Redaction]) -> dict[str, dict[str, dict[str, int]]]:
    """How often each operator was used, by label and mask."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for (label, mask, operator), n in Counter((r.label, r.mask, r.operator) for r in done).items():
        found.setdefault(label, {}).setdefault(mask, {})[operator] = n
    return found


def _table(table: Table, rows_in_all: int) -> TableEntry:
    columns: list[ColumnEntry] = [
        {"name": c.name, "type": c.kind, "nullable": c.is_nullable, "about": c.about}
        for c in table.columns
    ]
    return {"about": table.about, "key": list(table.key), "columns": columns, "rows": rows_in_all}


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values))
