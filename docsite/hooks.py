"""What mkdocs calls: the pages that are made from the code join those that lie in docs/."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from docsite.pages import pages


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds every generated page."""
    for path, content in pages().items():
        files.append(File.generated(config, path, content=content))
    return files
