"""Reads interview files: one reader per format in, drafts of transcripts out."""

from corpus.ingest.formats import FORMATS, bare, read_file
from corpus.ingest.paths import expand
from corpus.ingest.speakers.roles import Roles

__all__ = ["FORMATS", "Roles", "bare", "expand", "read_file"]
