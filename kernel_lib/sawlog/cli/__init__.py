"""The command ``sawlog``: search log files from a shell.  Options are documented in ``docs/cli.md``."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from sawlog.cli.parser import UsageError, parse
from sawlog.errors import SawlogError

#: What a write to stdout fails with where its file has no room.
_UNWRITABLE = errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments behind the program's name; those of this process by default.

    Returns:
        The exit status: 0 something was found, 1 nothing was found, 2 an error, 130 interrupted.
    """
    _replace_closed_streams()
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
        except BrokenPipeError:
            raise
        except OSError as error:
            if error.errno not in _UNWRITABLE:
                raise
            commands.complain(f"the output cannot be written ({error.strerror}): send it to where there is room")
            _forget_stdout()
        return commands.FAILED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has what it wanted.
        _forget_stdout()
        return 0


def _forget_stdout() -> None:
    """Lets the interpreter flush stdout once more at its end: into nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace_closed_streams() -> None:
    """A caller that closed stdout or stderr, as ``>&-`` does, wants to see nothing of it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
