"""What a workspace's settings lead to: roles, rules, detector, policy.

Without a workspace each gives what the package brings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from corpus import examples, rules
from corpus.detect import Detector
from corpus.errors import RuleError
from corpus.ingest import Roles
from corpus.redact import policy as policies
from corpus.redact.policy import Policy
from corpus.workspace import Workspace


def roles(workspace: Workspace | None) -> Roles:
    """Return which speaker labels mean which role; the usual ones without a workspace."""
    if workspace is None:
        return Roles.default()
    config = workspace.config
    return Roles.from_mapping(
        {
            "interviewer": config.interviewer,
            "participant": config.participant,
            "other": config.other,
        }
    )


def rule_folders(workspace: Workspace | None) -> tuple[Path, ...]:
    """Return the folders that rules come from: built-in first, then the steward's."""
    own = workspace.rules if workspace else None
    return (rules.builtin_folder(), *((own,) if own else ()))


def detector(workspace: Workspace | None) -> Detector:
    """Load the detector of a workspace; that of the package alone without one.

    Raises:
        RuleError: a rule, keep list or the roster does not hold, or a steward's rule does not
            keep to its own examples.
    """
    folders = rule_folders(workspace)
    if workspace is not None and workspace.rules is not None:
        failure = next(examples.failures(rules.load(folders).of_steward()), None)
        if failure is not None:
            raise RuleError(str(failure), path=workspace.rules, remedy="see `corpus rules test`")
    return maker(workspace)()


def maker(workspace: Workspace | None) -> Callable[[], Detector]:
    """Return what loads the detector in any process; the rules' examples are not tried."""
    folders = rule_folders(workspace)
    if workspace is None:
        return partial(Detector.load, folders)
    return partial(Detector.load, folders, workspace.roster, use_model=workspace.config.model)


def policy(workspace: Workspace | None) -> Policy:
    """Load the policy that the workspace names, with its thresholds; else the default one.

    Raises:
        PolicyError: there is none, or it does not hold.
    """
    own = (workspace.root,) if workspace else ()
    folders = (*own, *(folder / "policies" for folder in rule_folders(workspace)))
    if workspace is None:
        return policies.load("default", folders)
    return policies.load(workspace.config.policy, folders, workspace.config.thresholds)
