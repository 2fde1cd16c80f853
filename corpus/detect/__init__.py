"""Transcripts in, findings out."""
