"""corpus baseline: what the repository accepts, and whether it is still there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import options, output
from corpus.errors import InputError
from corpus.layers import needs

if TYPE_CHECKING:
    from corpus.check.baseline import Audited, Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Audit:
    path: Path
    baseline: Baseline
    entries: tuple[Audited, ...]

    @property
    def stale(self) -> int:
        return sum(entry.is_stale for entry in self.entries)

    @property
    def nameless(self) -> int:
        return sum(not audited.entry.has_reason for audited in self.entries)

    @property
    def unreadable(self) -> int:
        return sum(entry.found is None for entry in self.entries)


@click.group("baseline")
def command() -> None:
    """Look after the findings that the repository accepts; `corpus check` writes them."""


@command.command("audit")
@options.as_json
def audit(*, as_json: bool) -> int:
    """List what is accepted and what is stale.

    Exits with 1 where an entry accepts more than is found, or says no reason. Shows neither what
    was found nor the reasons.

    \b
    Example:
      corpus baseline audit
    """
    done = _audit()
    output.emit(_facts(done), lambda: _show(done), as_json=as_json)
    if done.unreadable:
        return 3
    return 1 if done.stale or done.nameless else 0


@command.command("prune")
@options.as_json
def prune(*, as_json: bool) -> int:
    """Take out of the baseline what is found no more.

    \b
    Example:
      corpus baseline prune
    """
    from corpus.check import baseline, baseline_file

    done = _audit()
    pruned = baseline.pruned(done.baseline, done.entries)
    if done.stale:
        baseline_file.save(done.path, pruned)
    facts = {"path": output.printable(str(done.path)), "pruned": done.stale}
    facts["entries"] = len(pruned.entries)
    line = f"{done.stale} entries were stale; {len(pruned.entries)} stay in {facts['path']}"
    output.emit(facts, lambda: click.echo(line), as_json=as_json)
    return 3 if done.unreadable else 0


def _audit() -> _Audit:
    with needs("check"):
        from corpus import check
        from corpus.check import baseline, baseline_file
        from corpus.check.setup import Setup

        setup = Setup.of(Path.cwd())
        top, path = setup.settings.top, setup.settings.root / setup.settings.baseline
        loaded = baseline_file.load(path, setup.key)
        if loaded is None:
            remedy = "write one: `corpus check --write-baseline --reason TEXT`"
            raise InputError("there is no baseline", path=path, remedy=remedy)
        names = sorted({entry.path for entry in loaded.entries})
        present = [top / name for name in names if (top / name).is_file()]
        fates = check.inspected(check.wanted(setup, present), setup, depth="deep")
        return _Audit(path=path, baseline=loaded, entries=baseline.audit(loaded, tuple(fates)))


def _facts(done: _Audit) -> dict[str, Any]:
    return {
        "path": output.printable(str(done.path)),
        "entries": [
            {
                "path": output.printable(audited.entry.path),
                "rule": audited.entry.rule,
                "label": audited.entry.label,
                "count": audited.entry.count,
                "found": audited.found,
                "has_reason": audited.entry.has_reason,
                "state": _state(audited),
            }
            for audited in done.entries
        ],
        "stale": done.stale,
        "without_reason": done.nameless,
        "unreadable": done.unreadable,
    }


def _state(audited: Audited) -> str:
    if not audited.exists:
        return "file is gone"
    if audited.found is None:
        return "unreadable"
    return "stale" if audited.is_stale else "found"


def _show(done: _Audit) -> None:
    columns = ("path", "rule", "label", "accepts", "found", "reason", "state")
    rows = [
        (
            output.printable(audited.entry.path),
            output.printable(audited.entry.rule),
            output.printable(audited.entry.label),
            audited.entry.count,
            "?" if audited.found is None else audited.found,
            "yes" if audited.entry.has_reason else "missing",
            _state(audited),
        )
        for audited in done.entries
    ]
    output.table(columns, rows)
    click.echo(
        f"{len(rows)} entries, {done.stale} stale, {done.nameless} without a reason", err=True
    )
    if done.stale:
        click.echo("take out what is stale: `corpus baseline prune`", err=True)
    elif done.nameless:
        click.echo(
            "say why: `corpus check --write-baseline --reason TEXT`, or in the file", err=True
        )
