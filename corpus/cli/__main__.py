"""`python -m corpus.cli` is `corpus`."""

from corpus.cli import main

main(prog_name="corpus")
