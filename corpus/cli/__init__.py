"""The command line: parse, call, print, exit code; one small module per command.

Commands are imported when they are called, so that `corpus --help` and the commit
hook start at once. Exit codes: 0 done, 1 findings or failed verification or inputs
skipped on request, 2 bad input, 3 the machine or the tool failed, 130 interrupted.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

from corpus import __version__
from corpus.cli import output
from corpus.errors import CorpusError, arose

COMMANDS = {
    "init": "Make a folder a workspace.",
    "run": "Do it all: ingest, detect, redact, release.",
    "ingest": "Read transcripts into the workspace.",
    "participants": "Say who agreed to what: consent, embargo, access.",
    "detect": "Search the transcripts for what identifies people.",
    "propagate": "Bring what one transcript confirms to the others.",
    "findings": "Export findings for review, import the verdicts.",
    "redact": "Apply decisions and policy.",
    "release": "Write a version of the corpus.",
    "status": "Say what stands where.",
    "list": "List the transcripts.",
    "show": "Show one transcript with its findings.",
    "backup": "Write the workspace to one file.",
    "restore": "Restore a backup.",
    "verify": "Check that a release is what it claims to be.",
    "pin": "Print the line that names a release for good.",
    "export": "Write a release as Markdown, JSON lines or CSV.",
    "withdraw": "Take a participant's transcript out of everything.",
    "diff": "Say what changed between two releases.",
    "recall": "Hide a mention that slipped through, in every release.",
    "check": "Look for unredacted details in files (commit hook).",
    "baseline": "Say what of the check's baseline is still found.",
    "guard": "Let clones know the workspace's interviews, without their text.",
    "rules": "List the rules, test their examples.",
    "evaluate": "Score the detector against gold.",
}


class Commands(click.Group):
    """Loads a command's module when the command is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"corpus.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run, and turn every exception into a message and an exit code."""
        extra["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        sys.exit(exit_code(lambda: super(Commands, self).main(args, **extra)))


def exit_code(call: Callable[[], object]) -> int:
    """Call, say on stderr what went wrong, and return the exit code."""
    try:
        result = call()
    except Exception as error:  # noqa: BLE001, a traceback could quote a transcript
        return _code_of(error)
    return result if isinstance(result, int) else 0


def _code_of(error: Exception) -> int:
    if isinstance(error, click.exceptions.Abort):
        return _fail("interrupted; what was finished is kept, run the same command to go on", 130)
    if isinstance(error, click.ClickException):
        said = io.StringIO()
        error.show(said)
        click.echo(output.visible(said.getvalue()), nl=False, err=True)
        return error.exit_code
    if isinstance(error, CorpusError):
        return _fail(str(error), error.exit_code)
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return _of_machine(error)


def _of_machine(error: Exception) -> int:
    if isinstance(error, OSError):
        return _fail(_os_problem(error), 3)
    return _unexpected(error)


def _fail(message: str, code: int) -> int:
    click.echo(f"corpus: {output.printable(message)}", err=True)
    return code


def _os_problem(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"{where}the disk is full - make room and run the same command again"
    problem = error.strerror or type(error).__name__
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return f"{where}{problem} - see to it that you may write there, then run this again"
    return f"{where}{problem}"


def _unexpected(error: Exception) -> int:
    if os.environ.get("CORPUS_DEBUG"):
        raise error
    if isinstance(error, MemoryError):
        return _fail("out of memory - close other programs, or use --workers 1; run it again", 3)
    return _fail(
        f"{arose(error)}; what was finished before is kept"
        " - please report it (CORPUS_DEBUG=1 shows the traceback, which may quote a transcript)",
        3,
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="corpus")
def main() -> None:
    """Turn raw interview transcripts into a de-identified, versioned Parquet corpus.

    \b
    Start:    corpus init study && cd study
    The job:  corpus run ~/interviews --release 1.0.0
    Look:     corpus show work_0001 --redacted
    """
