"""Cells of a table that no spreadsheet takes for a formula, and the way back; pure."""

from __future__ import annotations

import re

TURNS = ("transcript_id", "cohort", "turn", "role", "speaker", "text", "start_ms", "end_ms")
"""The header of a table of turns that is written so."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet computes; quotation marks before it, so that none is lost on the way back."""


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking the cell for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_written(cell: str) -> str:
    """Return the cell that `harmless` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
