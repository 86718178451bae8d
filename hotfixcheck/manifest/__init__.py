"""Manifests: the file tables and service packs that fix what an article describes, as YAML."""
