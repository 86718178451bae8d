"""The installed system: its hives, what they and the kernel say it is, and the fixes they say are installed."""
