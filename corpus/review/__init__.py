"""Findings to a reviewer, verdicts back, decisions applied."""
