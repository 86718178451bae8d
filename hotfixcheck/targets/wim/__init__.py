"""WIM, ESD and split WIM, read here: names, and the wanted parts of wanted files, without unpacking an image."""
