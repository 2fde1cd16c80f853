"""Transcripts, findings and a policy in, redacted transcripts out."""
