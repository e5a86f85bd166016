"""The command line: every step of the pipeline, one command each."""

from core.cli.program import main

__all__ = ["main"]
