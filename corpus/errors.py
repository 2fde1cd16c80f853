"""What can go wrong, as one tree; the CLI turns it into messages and exit codes.

CorpusError                 the root; never raised itself
├── InputError              exit 2: the user can mend it
│   ├── SourceError         a transcript file that cannot be read as one
│   ├── RuleError           a rule, keep list or roster that does not hold
│   ├── PolicyError         a policy that does not say what to do
│   ├── DecisionError       a decision file that does not fit the findings
│   ├── ParticipantError    a participants table that does not hold
│   ├── ConfigError         corpus.toml
│   ├── BackupError         a backup that is damaged, or not for this workspace
│   └── WorkspaceError      no workspace here, or one that this version cannot use
├── ReleaseError            exit 1 from `verify`, else 2: a release that is not what it claims
├── DetectorError           exit 3: a recognizer could not do its work (never "nothing found")
├── GuardError              exit 3: a guard file whose key is not here, or is another
├── LayerError              exit 3: an optional layer of the package is not installed
└── MachineError            exit 3: disk full, lock held, file unreadable

Messages say where, what, and what to do next. They never quote a transcript.
"""

from pathlib import Path

RESTORE = "restore it from a backup: `corpus restore FILE --replace`"
"""What to do where a workspace has lost something."""


def arose(error: BaseException) -> str:
    """Name an error and where it arose: what it says itself may quote a transcript."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else ""
    return f"unexpected {type(error).__name__}{where}"


class CorpusError(Exception):
    """Root of every error this package raises on purpose."""

    exit_code = 3


class InputError(CorpusError):
    """Something the user handed over does not hold; nothing was written.

    Args:
        problem: what is wrong, in one clause, without text from a transcript.
        path: the file, where there is one.
        place: where in it ("line 12", "row 3, column text", "rule us-phone: match").
        remedy: what to do next, in one clause.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        path: Path | str | None = None,
        place: str = "",
        remedy: str = "",
    ) -> None:
        self.problem = problem
        self.path = path
        self.place = place
        self.remedy = remedy
        where = ", ".join(str(part) for part in (path, place) if part)
        message = f"{where}: {problem}" if where else problem
        super().__init__(f"{message} - {remedy}" if remedy else message)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process."""
        return (_rebuild, (type(self), self.problem, self.path, self.place, self.remedy))


def _rebuild(
    kind: type[InputError], problem: str, path: Path | str | None, place: str, remedy: str
) -> InputError:
    return kind(problem, path=path, place=place, remedy=remedy)


class SourceError(InputError):
    """A source file that cannot be read as transcripts."""


class RuleError(InputError):
    """A rule, keep list, engine setting or roster that does not hold."""


class PolicyError(InputError):
    """A policy that does not say what to do."""


class DecisionError(InputError):
    """A decision file that does not fit the findings."""


class ParticipantError(InputError):
    """A participants table that does not hold; its problem has a line for each row at fault."""


class ConfigError(InputError):
    """A corpus.toml that does not hold."""


class WorkspaceError(InputError):
    """No workspace here, or one that this version cannot use."""


class BackupError(InputError):
    """A backup that is damaged, or not for this workspace."""


class ReleaseError(InputError):
    """A release that is not what it claims to be, or cannot be made as asked."""


class DetectorError(CorpusError):
    """A recognizer could not do its work; the run stops, nothing passes as clean."""


class GuardError(CorpusError):
    """A guard file whose key is not here, or is another; nothing passes as clean."""


class LayerError(CorpusError):
    """An optional layer of the package is not installed."""


class MachineError(CorpusError):
    """The machine could not do the work: disk full, lock held, file unreadable."""
