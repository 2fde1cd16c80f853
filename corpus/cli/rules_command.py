"""corpus rules: list them, test their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace


@click.group("rules")
def command() -> None:
    """List the rules that are in force, or test their examples."""


@command.command("list")
@options.as_json
@options.with_any_workspace
def list_rules(workspace: Workspace | None, *, as_json: bool) -> None:
    """List every rule: the built-in ones, and those of --workspace.

    \b
    Example:
      corpus rules list --workspace .
    """
    from corpus import rules, settings

    loaded = rules.load(settings.rule_folders(workspace)).rules
    columns = ("id", "label", "mask", "score", "origin", "why")
    rows = [[str(getattr(rule, column)) for column in columns] for rule in loaded]
    facts = [dict(zip(columns, row, strict=True)) for row in rows]
    output.emit(facts, lambda: output.table(columns, rows), as_json=as_json)


@command.command("test")
@options.as_json
@options.with_any_workspace
def test_rules(workspace: Workspace | None, *, as_json: bool) -> int:
    """Run every rule's examples: what must match, and what must miss; exit 1 if one fails.

    \b
    Example:
      corpus rules test --workspace .
    """
    from corpus import examples, rules, settings

    loaded = rules.load(settings.rule_folders(workspace))
    failures = [str(failure) for failure in examples.failures(loaded)]

    def show() -> None:
        for failure in failures:
            click.echo(output.visible(failure))
        click.echo(f"{len(loaded.rules) + len(loaded.keep)} rules, {len(failures)} failures")

    output.emit({"rules": len(loaded.rules), "failures": failures}, show, as_json=as_json)
    return 1 if failures else 0
