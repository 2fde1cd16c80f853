"""What several views of a manifest say alike; pure."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.release.manifest import Manifest

KEYWORDS = ("interviews", "transcripts", "de-identified", "qualitative-research")

REASONS: Mapping[str, str] = {
    "no-consent": "its participant did not agree to a release, or it is not known",
    "embargo": "it may be released from a later day on",
    "access-restricted": "it is for restricted access only, and this release is open",
    "language-not-covered": "a longer passage is not in English, and nobody has said that"
    " they read it",
    "withdrawn": "its participant withdrew after this version was made",
    "surface-survives": "what is hidden in one of its places stands in another",
    "hidden-elsewhere": "what another transcript hides stands in it",
}
"""Why a transcript is withheld."""

DE_IDENTIFIED = (
    "The transcripts are de-identified, not anonymous: what was found to identify a participant,"
    " or another private person, was redacted. A mention may have been missed, and what somebody"
    " tells of their life and work may point to them without any name. Pseudonymised text can"
    " still be personal data."
)
RESTRICTED = (
    "Some of these transcripts were given for restricted access only: do not publish this release"
    " or pass it on."
)
CONDUCT = (
    "Do not try to find out who took part, and do not link this text with other data to do so."
)
USES = (
    "It was made to study what people say of their work and life, not to find out who said it nor"
    " to decide anything about a person. Those who spoke need not stand for others."
)
ON_FINDING = (
    "If something here gives a person away, do not repeat it anywhere. Tell whom you have the"
    " corpus from, with the version, the transcript's ID and the number of the turn; what was"
    " missed, or a whole participant, can be taken out of every version."
)


def counted(count: int, one: str, many: str = "") -> str:
    """Return how many there are of something: 1 place, 2 places."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def title(manifest: Manifest) -> str:
    """Return the corpus's name on one line."""
    return " ".join(manifest["name"].split())


def citation(manifest: Manifest) -> str:
    """Return what to write in a paper beside the pin, which no file can hold that it covers."""
    content = manifest["logical_digest"]
    return f"{title(manifest)}, version {manifest['version']} [data set]. Content {content}."


def reissued(manifest: Manifest) -> str:
    """Tell in a sentence or two whether the version was written again, or nothing if not."""
    times = manifest["reissue"]
    if not times:
        return ""
    return (
        f"This version was reissued {counted(times, 'time')} since it first appeared: a participant"
        " withdrew, or a mention that had slipped through was hidden. Transcripts withdrawn from"
        f" it: {len(manifest['withdrawals']):,}. Its earlier digests no longer count."
    )


def detection(manifest: Manifest) -> str:
    """Tell in a sentence what searched the transcripts."""
    made = manifest["made_with"]
    model = "with" if made["model"] else "without"
    roster = "a roster of known names" if made["roster"] else "no roster of known names"
    return f"Mentions were searched for by rules, {model} the embedded model, and with {roster}."


def reviewed(manifest: Manifest) -> str:
    """Tell in a sentence what people looked at, as far as it is known."""
    evidence = manifest["evidence"]
    if evidence is None:
        return "How much of it was reviewed is not known."
    verdicts = evidence["decided_by_verdict"]
    return (
        f"Findings that a reviewer decided on: {evidence['decided']:,} (to redact:"
        f" {verdicts['redact']:,}, to keep: {verdicts['keep']:,}), transcripts with such:"
        f" {evidence['transcripts_decided']:,}. Redacted without a review:"
        f" {evidence['hidden_undecided']:,}."
    )


def standing(manifest: Manifest) -> str:
    """Tell in a sentence what was found and not redacted."""
    kept = manifest["counts"]["kept"]
    return f"{kept:,} findings were left standing by a keep rule, a decision or the policy."
