"""WIM files as targets: each image is a place of its own. Their reader is loaded only where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wim import MAGIC, PIPABLE

if TYPE_CHECKING:
    from hotfixcheck.targets.wim.container import Container
    from hotfixcheck.targets.wim.gathering import Gathering


class WimOpener:
    """A WIM or ESD, also in parts, also pipable."""

    @staticmethod
    def detect(_source: ByteSource, head: bytes) -> bool:
        return head[:8] in {MAGIC, PIPABLE}

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        from hotfixcheck.targets.wim.container import Container
        from hotfixcheck.targets.wim.gathering import Gathering

        container = Container(source, opening.beside)
        if container.images != len(container.metadata):
            said = f"the WIM is damaged: {container.images:,} images, and lists of files of {len(container.metadata):,}"
            raise OSError(said)
        gathering = Gathering(container, opening)
        images = (_image(container, gathering, number, opening) for number in range(1, container.images + 1))
        return Found("WIM", place, inside=tuple(images))


def _image(container: Container, gathering: Gathering, number: int, opening: Opening) -> Found:
    from hotfixcheck.targets.wim.tree import WimTree
    from hotfixcheck.targets.wim.verifying import DAMAGED, is_whole

    place = f"image {number}"
    name = container.names.get(number, "")
    try:
        resource, digest = container.metadata[number - 1]
        tree = WimTree(container, resource, gathering, opening.path)
        cut_short = "" if is_whole(container.open(resource), digest) else f"its list of files is {DAMAGED}"
    except OSError as error:
        return Found("image", place, problem=f"cannot be read: {error}")
    return Found(f"image {name}" if name else "image", place, tree, cut_short=cut_short)
