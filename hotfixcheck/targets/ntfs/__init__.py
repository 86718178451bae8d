"""NTFS, read here: a stranger's disk must neither crash a library nor be believed where it is damaged."""
