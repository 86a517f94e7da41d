"""The command ``sawlog``: search log files from a shell.  Options are documented in ``docs/cli.md``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from sawlog.cli.parser import UsageError, parse
from sawlog.errors import SawlogError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments behind the program's name; those of this process by default.

    Returns:
        The exit status: 0 something was found, 1 nothing was found, 2 an error, 130 interrupted.
    """
    try:
        options = parse(sys.argv[1:] if argv is None else argv)
        # Imported late: --help must not wait for the engine.
        from sawlog.cli import commands

        try:
            status = commands.COMMANDS[options.command](options)
            sys.stdout.flush()
            return status
        except UsageError as error:
            commands.complain(f"{error} (see: sawlog {options.command} --help)")
        except (SawlogError, PermissionError, FileNotFoundError) as error:
            commands.complain(str(error))
        return commands.FAILED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has what it wanted.  The interpreter flushes stdout once more at its end: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
