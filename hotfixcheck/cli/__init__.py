"""The command line: the only place that prints, shows progress, or sets an exit code."""
