"""corpus show: one transcript with its findings, or as it will be released."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from rich.text import Text

    from corpus.model import (
        Field,
        Finding,
        Redacted,
        RedactedTurn,
        Span,
        Transcript,
        Turn,
        Withheld,
    )
    from corpus.workspace import Workspace

AnyTurn = TypeVar("AnyTurn", "Turn", "RedactedTurn")

STYLES = {"direct": "bold white on red", "quasi": "black on yellow", "none": "green"}
PROPOSED_STYLE = "red underline"


@click.command("show")
@click.argument("transcript_id")
@click.option("--redacted", is_flag=True, help="Show it as it will be released.")
@click.option("--why", is_flag=True, help="List every finding with its fate, rule and reason.")
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace, *, transcript_id: str, redacted: bool, why: bool, as_json: bool
) -> None:
    """Show the raw transcript with its findings in colour: red direct, yellow quasi, green kept.

    Underlined is what other transcripts hide and a reviewer has yet to decide on.

    \b
    Example:
      corpus show work_0580
      corpus show work_0580 --redacted
      corpus show work_0580 --why
    """
    from corpus import releasable, settings
    from corpus.redact import hidden
    from corpus.release import dates
    from corpus.review.decisions import decide

    with workspace.registry() as registry:
        transcript = registry.transcript(transcript_id)
        decisions = registry.decisions(transcript_id)
        decided = decide(transcript, registry.findings(transcript_id), decisions, workspace.key)
        outcome = next((r.outcome for r in registry.results(transcript_id)), None)
        stamp = next(e.stamp for e in registry.entries() if e.transcript_id == transcript_id)
        barred = releasable.gate(workspace, registry, dates.judged()).judge(transcript_id)
    if barred:
        click.echo(
            f"{transcript_id} is withheld from a release: {' '.join(barred).strip()}"
            " - see `corpus participants list`",
            err=True,
        )
    findings = sorted((*decided.findings, *decided.proposals), key=lambda f: f.span.position)
    if redacted:
        _show_outcome(transcript_id, outcome, stamp, as_json=as_json)
    elif why:
        going = {f.span for f in hidden(transcript, decided.findings, settings.policy(workspace))}
        rows = [{**_reason(transcript, f), "fate": _fate(f, going)} for f in findings]
        columns = ("turn", "label", "mask", "text", "fate", "score", "rule", "reason")
        output.emit(
            rows,
            lambda: output.table(columns, [[row[c] for c in columns] for row in rows]),
            as_json=as_json,
        )
    else:
        facts = {"transcript_id": transcript_id, "turns": _turns(transcript, findings)}
        output.emit(facts, lambda: show_raw(transcript, findings), as_json=as_json)


def _show_outcome(
    transcript_id: str, outcome: Redacted | Withheld | None, stamp: str, *, as_json: bool
) -> None:
    from corpus.errors import WorkspaceError
    from corpus.model import Redacted
    from corpus.redact import LANGUAGE_NOT_COVERED

    if outcome is None:
        raise WorkspaceError(
            f"{transcript_id} is not redacted yet", remedy="run `corpus detect` and `corpus redact`"
        )
    if not isinstance(outcome, Redacted):
        remedy = "see `corpus show --why`, then decide or add a rule"
        if outcome.reason == LANGUAGE_NOT_COVERED:
            remedy = (
                "read these turns, name in the roster what gives somebody away,"
                f' then write "{stamp}" into the list [redact] read in corpus.toml'
            )
        raise WorkspaceError(
            f"{transcript_id} is withheld: {outcome.reason} {outcome.detail}", remedy=remedy
        )
    output.emit(asdict(outcome), lambda: show_redacted(outcome), as_json=as_json)


def show_redacted(outcome: Redacted, *, only: Collection[int] | None = None) -> None:
    """Print a redacted transcript, or some turns of it, replacements in colour."""
    console = output.console()
    for turn in _chosen(outcome.turns, only):
        fields: dict[Field, Text] = {}
        for name, text in (("speaker", turn.speaker), ("text", turn.text)):
            spans = [
                (r.start, r.end, "cyan bold")
                for r in outcome.redactions
                if (r.turn, r.field) == (turn.index, name)
            ]
            fields["speaker" if name == "speaker" else "text"] = painted(text, spans)
        console.print(fields["speaker"] + ": " + fields["text"])
        console.print()


def show_raw(
    transcript: Transcript, findings: Sequence[Finding], *, only: Collection[int] | None = None
) -> None:
    """Print a raw transcript, or some turns of it, findings in colour."""
    console = output.console()
    for turn in _chosen(transcript.turns, only):
        parts = [
            painted(
                turn.of(name),
                [
                    (f.span.start, f.span.end, _style(f))
                    for f in findings
                    if (f.span.turn, f.span.field) == (turn.index, name)
                ],
            )
            for name in ("speaker", "text")
        ]
        console.print(parts[0] + ": " + parts[1])
        console.print()


def _style(finding: Finding) -> str:
    from corpus.review.decisions import PROPOSED

    return PROPOSED_STYLE if finding.recognizer == PROPOSED else STYLES[finding.mask]


def _chosen(turns: Sequence[AnyTurn], only: Collection[int] | None) -> list[AnyTurn]:
    return [turn for turn in turns if only is None or turn.index in only]


def painted(text: str, spans: list[tuple[int, int, str]]) -> Text:
    """Return the text with the (start, end, style) spans in colour."""
    from rich.text import Text

    result = Text(output.visible(text))
    for start, end, style in spans:
        before = len(output.visible(text[:start]))
        result.stylize(style, before, before + len(output.visible(text[start:end])))
    return result


def _reason(transcript: Transcript, finding: Finding) -> dict[str, Any]:
    return {
        "turn": finding.span.turn,
        "field": finding.span.field,
        "start": finding.span.start,
        "end": finding.span.end,
        "label": finding.label,
        "mask": finding.mask,
        "score": finding.score,
        "text": transcript.text_of(finding.span),
        "rule": finding.rule,
        "recognizer": finding.recognizer,
        "reason": finding.reason,
    }


def _fate(finding: Finding, going: Collection[Span]) -> str:
    """Return what becomes of a finding under the policy."""
    from corpus.review.decisions import PROPOSED

    if finding.recognizer == PROPOSED:
        return "waits for you"
    return "hidden" if finding.span in going else "stays"


def _turns(transcript: Transcript, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "turn": turn.index,
            "role": turn.role,
            "speaker": turn.speaker,
            "text": turn.text,
            "findings": [_reason(transcript, f) for f in findings if f.span.turn == turn.index],
        }
        for turn in transcript.turns
    ]
