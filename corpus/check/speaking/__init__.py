"""Fates in, what is said of them out: text, JSON, SARIF, GitHub; pure.

Nothing here has any text of a file. Whatever a path holds, it stays on its line and is obeyed by
neither a terminal nor the log of a CI.
"""
