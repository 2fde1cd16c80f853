"""A workspace's releases searched for what the workspace hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from corpus import leaks, rules, settings
from corpus import propagate as spreading
from corpus.leaks import Leak
from corpus.release.read import Release
from corpus.workspace import Workspace

Sweep = Callable[[Release], tuple[Leak, ...]]


@contextmanager
def sweeper(workspace: Workspace) -> Iterator[Sweep]:
    """Yield what searches a verified release; it goes by what was found and decided until now.

    Raises:
        InputError: rules or policy do not hold.
    """
    lists = spreading.lists(rules.load(settings.rule_folders(workspace)))
    with workspace.registry() as registry:
        hidden = leaks.gather(registry, workspace.key, settings.policy(workspace), lists)
        yield partial(leaks.sweep, hidden)
