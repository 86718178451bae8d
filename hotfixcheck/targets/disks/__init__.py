"""Images of disks, one format a file, and their partition tables."""
