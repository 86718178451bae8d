"""WIM, ESD and split WIM, read here: names, and the wanted parts of wanted files, without unpacking an image."""

MAGIC = b"MSWIM\0\0\0"
PIPABLE = b"WLPWM\0\0\0"
"""What such a file begins with; the second kind is made to be read from a pipe."""
