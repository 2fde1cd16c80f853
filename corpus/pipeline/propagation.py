"""A workspace's findings brought up to date with one another."""

from __future__ import annotations

from corpus import propagate as spreading
from corpus import rules, settings
from corpus.propagate import Means, Propagated
from corpus.renewal import Progress, silent
from corpus.workspace import Workspace


def propagate(workspace: Workspace, *, progress: Progress = silent) -> Propagated:
    """Bring what one transcript confirms to the others, taken over or proposed.

    Costs nothing where findings, decisions and policy are as they were. `detect` and `redact`
    do it by themselves.

    Raises:
        InputError: rules, roster or policy do not hold, or a transcript was not searched yet.
        MachineError: the disk is full, or another process works here.
    """
    means = Means(
        detector=settings.detector(workspace),
        policy=settings.policy(workspace),
        lists=spreading.lists(rules.load(settings.rule_folders(workspace))),
        key=workspace.key,
    )
    with workspace.lock(), workspace.registry() as registry:
        return spreading.propagate(registry, means, progress)
