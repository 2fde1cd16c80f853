"""What a release says of itself: contents, counts that add up, origin and hashes; pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, cast

from corpus import __version__
from corpus.consent import Access
from corpus.errors import ReleaseError
from corpus.model import Redacted, Redaction, Withheld
from corpus.release import digest, rows
from corpus.release.schema import FORMAT, TABLES, Table

NAME = "manifest.json"
WITHDRAWN = "withdrawn"
"""Why a transcript that a version once had is withheld from it now."""
_OUTSIDE_DIGEST = {"digest", "date"}


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
    """By label, over all transcripts that went in, withheld ones included."""
    bared: int = 0
    """How many places stand that the release before hides, since a steward wants it so."""


class Parent(TypedDict):
    """The release before."""

    version: str
    digest: str


class File(TypedDict):
    """A file of the release."""

    bytes: int
    sha256: str


class Contents(TypedDict):
    """What follows from the tables, so that anyone can recompute it."""

    logical_digest: str
    counts: dict[str, Any]
    transcripts: dict[str, dict[str, Any]]
    tables: dict[str, dict[str, Any]]


class Manifest(Contents):
    """The JSON document; docs/releases.md describes its keys."""

    format: int
    name: str
    version: str
    licence: str
    description: str
    digest: str
    date: str | None
    parent: Parent | None
    bared: int
    reissue: int
    withdrawals: list[str]
    made_with: dict[str, Any]
    ingested: dict[str, Any]
    files: dict[str, File]
    writer: dict[str, Any]


def build(
    version: str,
    about: About,
    contents: Contents,
    withheld: Sequence[Withheld],
    *,
    parent: Manifest | None,
    files: dict[str, File],
    writer: dict[str, Any],
    date: str | None,
) -> Manifest:
    """Return the manifest of a new version."""
    manifest: Manifest = {
        **contents,
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
    writer: dict[str, Any],
) -> Manifest:
    """Return the manifest of the same version without the transcripts that were withdrawn."""
    reasons = Counter(old["ingested"]["withheld_by_reason"]) + Counter({WITHDRAWN: len(withdrawn)})
    manifest: Manifest = {
        **old,
        **contents,
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
    manifest["digest"] = digest_of(manifest)
    return manifest


def _made_with(about: About) -> dict[str, Any]:
    return {
        "tool": "transcript-corpus",
        "tool_version": __version__,
        "rules": about.rules,
        "detector": about.detector,
        "model": about.model,
        "policy": about.policy,
        "policy_digest": about.policy_digest,
        "roster": about.roster,
    }


def _ingested(contents: Contents, withheld: Sequence[Withheld], about: About) -> dict[str, Any]:
    return {
        "transcripts": contents["counts"]["transcripts"] + len(withheld),
        "withheld": len(withheld),
        "withheld_by_reason": _counted(w.reason for w in withheld),
        "consent_required": about.consent_required,
        "access": about.access,
        "findings": sum(about.findings.values()),
        "findings_by_label": dict(about.findings),
    }


def contents(redacted: Sequence[Redacted]) -> Contents:
    """Return what the tables of these transcripts, in order of their IDs, amount to."""
    transcripts = {t.transcript_id: _transcript(t) for t in redacted}
    digests = (t["digest"] for t in transcripts.values())
    counts = _counts(redacted)
    return {
        "logical_digest": f"sha256:{digest.logical(digests)}",
        "counts": counts,
        "transcripts": transcripts,
        "tables": {name: _table(table, counts[name]) for name, table in TABLES.items()},
    }


def _transcript(t: Redacted) -> dict[str, Any]:
    return {
        "cohort": t.cohort,
        "digest": digest.of_transcript(t),
        "kept": t.kept,
        "redactions_by_label": _counted(r.label for r in t.redactions),
        "turns": len(t.turns),
        "words": rows.words(t),
    }


def _counts(redacted: Sequence[Redacted]) -> dict[str, Any]:
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
        "treatments": _treatments(done),
        "kept": sum(t.kept for t in redacted),
        "placeholders": sum(t.placeholders for t in redacted),
    }


def _treatments(done: Iterable[Redaction]) -> dict[str, dict[str, dict[str, int]]]:
    """How often each operator was used, by label and mask."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for (label, mask, operator), n in Counter((r.label, r.mask, r.operator) for r in done).items():
        found.setdefault(label, {}).setdefault(mask, {})[operator] = n
    return found


def _table(table: Table, rows_in_all: int) -> dict[str, Any]:
    columns = [
        {"name": c.name, "type": c.kind, "nullable": c.is_nullable, "about": c.about}
        for c in table.columns
    ]
    return {"about": table.about, "key": list(table.key), "columns": columns, "rows": rows_in_all}


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values))


def digest_of(manifest: Manifest) -> str:
    """Return the release digest: SHA-256 of the manifest without itself and the date."""
    digested = {k: v for k, v in manifest.items() if k not in _OUTSIDE_DIGEST}
    text = json.dumps(digested, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def render(manifest: Manifest) -> bytes:
    """Return the manifest as it stands in the file: sorted keys, UTF-8, LF."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def parse(data: bytes, path: Path) -> Manifest:
    """Return the manifest that `render` wrote.

    Raises:
        ReleaseError: it is damaged, or of a format that this version does not know.
    """
    document = _json(data, path)
    _check_format(document.get("format"), path)
    if document.keys() != Manifest.__required_keys__:
        raise damaged("its keys are not those of a manifest", path)
    manifest = cast("Manifest", document)
    if (found := digest_of(manifest)) != manifest["digest"]:
        raise damaged(differs("digest", manifest["digest"], found), path)
    if render(manifest) != data:
        raise damaged("it was edited after it was written", path)
    return manifest


def damaged(problem: str, path: Path, place: str = "") -> ReleaseError:
    """Return the error of a release that is not as it was written."""
    remedy = "download the release again, or restore it from a backup"
    return ReleaseError(problem, path=path, place=place, remedy=remedy)


def differs(what: str, expected: object, found: object) -> str:
    """Return the clause for a value that is not the one claimed."""
    return f"its {what} differs: expected {expected}, found {found}"


def _json(data: bytes, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise damaged("it is not a JSON object", path)
    return document


def _check_format(found: object, path: Path) -> None:
    if found != FORMAT:
        older = isinstance(found, int) and found < FORMAT
        raise ReleaseError(
            f"it has format {found!r}; this version of corpus reads format {FORMAT}",
            path=path,
            remedy="make the release anew, or install the version that made it"
            if older
            else "install a newer one with: pip install -U transcript-corpus",
        )
