"""A mention that slipped through, hidden in every release and from then on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import config
from corpus.errors import WorkspaceError
from corpus.model import Label, Redacted, Span
from corpus.pipeline import notice, reissuing
from corpus.pipeline import parent as parents
from corpus.pipeline.affected import Affected, Cause, Reissued, affected
from corpus.pipeline.copies import copies
from corpus.pipeline.plan import Plan, plan
from corpus.redact import afterwards
from corpus.registry import Registry
from corpus.release.read import Release
from corpus.review.decisions import decide
from corpus.surfaces import Concordance, Coverage, key, unsourced
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What a recall did, or would do."""

    transcript_id: str
    places: int
    """Where the text stands in the transcript as the workspace has it."""
    plan: Plan
    versions: tuple[Reissued, ...]
    """What was done; nothing in a dry run."""
    longer: int
    """Places of the last release where it stands inside longer words, and goes on to stand."""
    overruled: int
    """Verdicts that keep it, and no longer count."""
    remains: tuple[str, ...]
    """What only the steward can do, one clause each."""
    notice: Path | None
    """A draft of what to tell those who hold a copy; None where nobody does."""


def recall(
    workspace: Workspace,
    transcript_id: str,
    text: str | None = None,
    *,
    label: Label = "PERSON",
    dry_run: bool = False,
) -> Recall:
    """Hide a text wherever it stands in a transcript, in every release that shows it.

    The workspace keeps it and hides it from then on, whatever rules and verdicts say. Killed at
    any moment, the same call goes on to the end.

    Args:
        workspace: where the transcript is.
        transcript_id: which one.
        text: what slipped through; any case of it counts. Without it, what was not finished.
        label: what it is.
        dry_run: change nothing.

    Raises:
        WorkspaceError: there is no such transcript, the text does not stand in it, or something
            else was not finished.
        ReleaseError: a release that may show it is damaged, all others are done; or one is a link,
            or not the one that was made here, and nothing is.
        MachineError: the disk is full, or another process works here.
    """
    with workspace.lock(), workspace.registry() as registry:
        transcript = registry.transcript(transcript_id)
        text, label = (key(text), label) if text is not None else _begun(registry, transcript_id)
        spans = tuple(Concordance(transcript).occurrences(text))
        hiding = {c.version: c.hidden for c in registry.carried().get(transcript_id, ())}
        partly = {(span.turn, span.field) for span in spans}

        def shows(release: Release) -> bool:
            return bool(afterwards.standing(release[transcript_id], text, partly))

        def shown(version: str) -> bool:
            covered = Coverage(transcript, (place.span for place in hiding[version]))
            return not all(covered.holds(span) for span in spans)

        def hide(redacted: Redacted) -> Redacted:
            mine = redacted.transcript_id == transcript_id
            return afterwards.hide(redacted, text, label, partly) if mine else redacted

        if not dry_run:
            parents.settle(workspace, registry, recalling=(transcript_id, text))
        cause = Cause(why="recall", transcript_id=transcript_id)
        found = affected(workspace, registry, cause, shows, shown)
        _refuse_absent(registry, transcript_id, text, spans, found)
        overruled = _overruled(workspace, registry, transcript_id, spans)
        planned = plan(workspace, found, cause)
        versions: tuple[Reissued, ...] = ()
        drafted = planned.notice
        if not dry_run:
            with registry.transaction():
                registry.begin_recall(transcript_id, text, label)
            versions = reissuing.take_back(workspace, registry, found, hide, cause)
            told = (
                "A mention was recalled",
                f"A mention in {transcript_id} of {workspace.config.name} should have been hidden.",
            )
            drafted = notice.draft(workspace, cause, told)
            found.refuse_damaged()
        spoilt = {d.version for d in found.damaged}
        sound = (r for v, r in found.there.items() if v not in spoilt)
        carriers = [r for r in sound if transcript_id in r]
        longer = afterwards.longer(carriers[-1][transcript_id], text) if carriers else 0
        remains = tuple(_remains(workspace, found, text, transcript_id))
        if not dry_run:
            with registry.transaction():
                reissuing.finish(registry, found)
                registry.finish_recall(transcript_id, text)
    return Recall(
        transcript_id=transcript_id,
        places=len(spans),
        plan=planned,
        versions=versions,
        longer=longer,
        overruled=overruled,
        remains=remains,
        notice=drafted,
    )


def _begun(registry: Registry, transcript_id: str) -> tuple[str, Label]:
    """Return text and label of the recall that was not finished."""
    for mention in registry.recalls(transcript_id):
        if not mention.is_done:
            return mention.text, mention.label
    raise WorkspaceError(
        f"no recall in {transcript_id} waits to be finished",
        remedy="say with --text what is to be hidden",
    )


def _refuse_absent(
    registry: Registry, transcript_id: str, text: str, spans: Sequence[Span], found: Affected
) -> None:
    is_known = any(mention.text == text for mention in registry.recalls(transcript_id))
    if not spans and not found.chosen and not is_known:
        raise WorkspaceError(
            f"the text does not stand in {transcript_id}, nor does any release show it there",
            remedy="write it as `corpus show` has it, in whole words",
        )


def _overruled(
    workspace: Workspace, registry: Registry, transcript_id: str, spans: Collection[Span]
) -> int:
    """Return how many verdicts keep what stands at the places."""
    decided = decide(
        registry.transcript(transcript_id),
        registry.findings(transcript_id),
        registry.decisions(transcript_id),
        workspace.key,
    )
    kept = [f.span for f in decided.findings if (f.recognizer, f.mask) == ("decision", "none")]
    return sum(any(span.overlaps(place) for place in spans) for span in kept)


def _remains(workspace: Workspace, found: Affected, text: str, transcript_id: str) -> Iterator[str]:
    """Yield what this program cannot hide, for the steward to see to."""
    about = workspace.config
    if _stands(text, about.name, about.description, about.licence):
        path = workspace.root / config.FILE_NAME
        yield f"{path}: name, description or licence quote it: word them anew"
    for version, release in found.there.items():
        said = release.manifest
        if _stands(text, said["name"], said["description"], said["licence"]):
            yield (
                f"{release.path}: name, description or licence quote it there, which no recall"
                f" changes: release anew, and take {version} out of circulation"
            )
    for path in copies(workspace, transcript_id, found.chosen):
        yield f"{path}: it may show the mention"


def _stands(text: str, *said: str) -> bool:
    transcript = unsourced("release_0000", (("", one) for one in said))
    return any(True for _ in Concordance(transcript).occurrences(text))
