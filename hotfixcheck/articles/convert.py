"""An article's facts as a manifest."""

from __future__ import annotations

from hotfixcheck.articles.article import Article
from hotfixcheck.manifest.model import Manifest


def to_manifest(article: Article) -> Manifest:
    """The manifest of `article`, which states a fix: a manifest without fixes would judge nothing.

    Raises ValueError for an article that states none.
    """
    if not article.fixes:
        raise ValueError(f"{article.number} states no fix, so there is nothing to check for")
    return Manifest(
        article=article.number,
        title=article.title,
        fixes=article.fixes,
        revised=article.revised,
        applies_to=article.applies_to,
        platforms=article.platforms,
        prerequisite=article.prerequisite,
        supersedes=article.supersedes,
    )
