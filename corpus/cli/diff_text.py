"""What differs between two releases, as lines for a person: what is hidden no more first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import output
from corpus.release.wording import counted

if TYPE_CHECKING:
    from corpus.model import RedactedTurn, Redaction, Span
    from corpus.release.compare import TranscriptChange, TurnChange
    from corpus.release.diff import Diff
    from corpus.release.gaps import RedactionChange, Standing

    Found = tuple[str, Standing]
    """The transcript's ID, and what stands in it."""

_HOW = {
    "whole": "",
    "part": ", beside a placeholder",
    "unsure": ", other words differ there as well",
}
_EFFECTS = {
    "uncovered": "hidden no more",
    "covered": "hidden now",
    "added": "added",
    "removed": "removed",
    "otherwise": "changed",
}
_SHOWN = 3
_DIGITS = 19
"""Of a digest, its "sha256:" included."""


def show(diff: Diff, *, with_text: bool) -> None:
    """Print what differs, the changed turns as they were released with it where asked."""
    old, new = diff.before.version, diff.after.version
    _say(f"{old}@{diff.before.digest}")
    _say(f"  to {new}@{diff.after.digest}")
    if diff.before.name != diff.after.name:
        _say(f"note: two corpora, {diff.before.name} and {diff.after.name}")
    click.echo()
    shown = [(c.transcript_id, s) for c in diff.changed for s in c.uncovered]
    certain, perhaps = _apart(shown)
    _listed(f"HIDDEN IN {old}, STANDING IN {new}", certain, fg="red" if certain else None)
    if perhaps:
        _listed(f"hidden in {old}, perhaps standing in {new}", perhaps)
    certain, perhaps = _apart((c.transcript_id, s) for c in diff.changed for s in c.covered)
    _say(f"standing in {old}, hidden in {new}: {_places(certain)}")
    if perhaps:
        _say(f"perhaps standing in {old}, hidden in {new}: {_places(perhaps)}")
    click.echo()
    for lines in (_transcripts(diff), _causes(diff), _made_with(diff), _counts(diff)):
        for line in lines:
            _say(line)
        click.echo()
    for change in diff.changed:
        _changed(change, with_text=with_text)


def _say(line: str, fg: str | None = None) -> None:
    click.secho(output.printable(line), fg=fg, bold=fg is not None)


def _apart(found: Iterable[Found]) -> tuple[list[Found], list[Found]]:
    """Return the places that are seen to stand, and those that only may."""
    certain: list[Found] = []
    perhaps: list[Found] = []
    for transcript_id, standing in found:
        (certain if standing.is_certain else perhaps).append((transcript_id, standing))
    return certain, perhaps


def _listed(heading: str, found: Sequence[Found], fg: str | None = None) -> None:
    _say(f"{heading}: {_places(found)}", fg=fg)
    for transcript_id, standing in found:
        _say(f"  {transcript_id} {_standing(standing)}")


def _places(found: Sequence[Found]) -> str:
    transcripts = counted(len({transcript_id for transcript_id, _ in found}), "transcript")
    return f"{counted(len(found), 'place')} in {transcripts}" if found else "none"


def _standing(standing: Standing) -> str:
    now = [f"turn {p.turn} {_at(p)}" for p in standing.places]
    more = f" and {len(now) - _SHOWN:,} more" if len(now) > _SHOWN else ""
    hidden = standing.hidden
    was = f"turn {hidden.turn} {_at(hidden)} {hidden.label}{_by(hidden)}"
    return f"{was}: now {', '.join(now[:_SHOWN])}{more}{_HOW[standing.how]}"


def _at(place: Span | Redaction) -> str:
    return f"{place.field} {place.start}-{place.end}"


def _by(redaction: Redaction) -> str:
    return f" by {redaction.rule}" if redaction.rule else ""


def _transcripts(diff: Diff) -> Iterator[str]:
    counts = (len(diff.added), len(diff.removed), len(diff.changed), diff.equal)
    yield "transcripts: {:,} added, {:,} removed, {:,} changed, {:,} equal".format(*counts)
    for what, transcript_ids in (("added", diff.added), ("removed", diff.removed)):
        yield from (f"  {what} {transcript_id}" for transcript_id in transcript_ids)


def _causes(diff: Diff) -> Iterator[str]:
    """Say which rules, or whether the policy, made the difference, and how often."""
    if not diff.causes:
        yield "by rule: nothing"
        return
    width = max(map(len, diff.causes))
    yield f"{'by rule':<{width + 2}}" + "".join(f" {name:>14}" for name in _EFFECTS.values())
    for rule, counts in diff.causes.items():
        yield f"  {rule:<{width}}" + "".join(f" {counts[effect]:>14,}" for effect in _EFFECTS)


def _made_with(diff: Diff) -> Iterator[str]:
    equal = [key for key, (old, new) in diff.made_with.items() if old == new]
    yield f"made with: equal {', '.join(equal) or 'nothing'}"
    for key, (old, new) in diff.made_with.items():
        if old != new:
            yield f"  {key}: {_short(old)} to {_short(new)}"


def _short(value: Any) -> str:
    said = str(value)
    return said[:_DIGITS] if said.startswith("sha256:") else said


def _counts(diff: Diff) -> Iterator[str]:
    rows = [
        (name if group == "totals" else f"{group.replace('_', ' ')}: {name}", *pair)
        for group, counts in diff.counts.items()
        for name, pair in counts.items()
    ]
    width = max(len(name) for name, *_ in rows)
    yield f"{'counts':<{width + 2}} {'A':>11} {'B':>11}"
    for name, old, new in rows:
        yield f"  {name:<{width}} {old:>11,} {new:>11,} {f'{new - old:+,}' if new != old else ''}"


def _changed(change: TranscriptChange, *, with_text: bool) -> None:
    counts = {
        "findings kept": change.kept,
        "of them by a reviewer": change.kept_by_decision,
        "placeholders in the source": change.placeholders,
    }
    other = [
        f", {name} {old:,} to {new:,}"
        for name, (old, new) in counts.items()
        if old is not None and new is not None and old != new
    ]
    _say(f"{change.transcript_id}: {counted(len(change.turns), 'turn')} changed{''.join(other)}")
    for turn in change.turns:
        _say(f"  turn {_number(turn)}: {', '.join(turn.what)}{_words(turn)}")
        for redaction in change.redactions:
            if _is_in(turn, redaction):
                _say(f"    {_redaction(redaction)}")
        if with_text:
            _text("-", turn.before)
            _text("+", turn.after)


def _number(turn: TurnChange) -> str:
    numbers = [str(t.index) for t in (turn.before, turn.after) if t]
    return ", now ".join(dict.fromkeys(numbers))


def _words(turn: TurnChange) -> str:
    if not (turn.words_removed or turn.words_added):
        return ""
    return f" ({counted(turn.words_removed, 'word')} removed, {turn.words_added:,} added)"


def _is_in(turn: TurnChange, change: RedactionChange) -> bool:
    redaction, its = (change.after, turn.after) if change.after else (change.before, turn.before)
    return redaction is not None and its is not None and redaction.turn == its.index


def _redaction(change: RedactionChange) -> str:
    old, new = (
        f"{_at(r)} {r.label} {r.mask} {r.operator}{_by(r)}" if r else ""
        for r in (change.before, change.after)
    )
    policy = " by the policy" if "policy" in change.causes else ""
    return f"{' to '.join(filter(None, (old, new)))}: {', '.join(change.what)}{policy}"


def _text(sign: str, turn: RedactedTurn | None) -> None:
    if turn:
        _say(f"    {sign} {turn.speaker}: {turn.text}", fg="red" if sign == "-" else "green")
