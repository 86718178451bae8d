"""Update packages: the files in them, and the manifests that these files make without an article."""
