"""The exit codes in words: one list for the man page and for docs/exit-codes.md, which a test compares."""

from __future__ import annotations

from hotfixcheck.cli.output import READER_GONE, Exit

INTERRUPTED = 130

EXITS = {
    int(Exit.OK): "nothing is missing",
    int(Exit.MISSING): "a fix is missing (with --fail-on indeterminate, also if one is indeterminate; what is waived,"
    " or was so in the baseline, does not count)",
    int(Exit.USAGE): "wrong usage: an option, or a file that cannot be written",
    int(Exit.UNUSABLE): "the target or the manifests could not be used; a scan of nothing is never 0",
    INTERRUPTED: "stopped by Ctrl-C",
    READER_GONE: "the reader of stdout has gone, as in a pipe to head",
}
