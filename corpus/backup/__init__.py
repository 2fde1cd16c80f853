"""A workspace into one file, and back.

The file holds the raw transcripts, and where the key goes along, all there is to know.
"""

from __future__ import annotations

from corpus.backup.restoring import Restored, restore
from corpus.backup.saving import Saved, backup

__all__ = ["Restored", "Saved", "backup", "restore"]
