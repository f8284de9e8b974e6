"""The command line: `chengnuo …`."""

from chengnuo.doors.cli.main import main

__all__ = ["main"]
