"""A scanned system as an OVAL 5.10.1 system characteristics document.

The items are what the inventory holds, under the objects of the definitions that are asked; an engine that analyses
does not look for files itself. The registry is shown as the system was identified, whatever it was identified from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast
from xml.etree import ElementTree as ET

from hotfixcheck.inventory import FileRecord, Inventory
from hotfixcheck.languages import is_foreign
from hotfixcheck.manifest.model import FilesFix, Manifest
from hotfixcheck.oval.articles import ArticleDefinition
from hotfixcheck.oval.definitions import tests_of
from hotfixcheck.oval.logic import Datatype, FileObject, FilePart, Object, RegistryObject, Test
from hotfixcheck.oval.registry import RegistryValue, registry_value
from hotfixcheck.oval.rows import NO_VERSION, filetime
from hotfixcheck.oval.xml import CHARACTERISTICS, WINDOWS, object_id, root, text, written
from hotfixcheck.readers.facts import FileKind
from hotfixcheck.verdicts.candidates import Candidate, Files, Owned
from hotfixcheck.verdicts.ownership import owned_by_windows
from hotfixcheck.verdicts.rules import version_of
from hotfixcheck.verdicts.wow64 import Copies

_WINDOWS = f"{CHARACTERISTICS}{WINDOWS}"


def characteristics_xml(inventory: Inventory, articles: Iterable[ArticleDefinition]) -> str:
    """The document of one system, with an item for all that the tests of `articles` ask for."""
    asked = dict.fromkeys(
        test.object
        for article in articles
        for test in tests_of(article.missing) + tests_of(article.applicable)
        if isinstance(test, Test)
    )
    manifests = {article.manifest.number: article.manifest for article in articles}
    return _Writer(inventory, manifests).document(asked)


class _Writer:
    def __init__(self, inventory: Inventory, manifests: dict[int, Manifest]) -> None:
        self._system = inventory.system
        self._files = Files(inventory)
        self._manifests = manifests
        self._items: dict[tuple[str, str], ET.Element] = {}
        self._copies: dict[tuple[int, int], Copies] = {}

    def document(self, asked: Iterable[Object]) -> str:
        element = root(CHARACTERISTICS, "oval_system_characteristics")
        self._system_info(element)
        objects = ET.Element(_oval("collected_objects"))
        for each in asked:
            items = self._registry(each) if isinstance(each, RegistryObject) else self._found(each)
            flag = "not collected" if items is None else "complete" if items else "does not exist"
            entry = ET.SubElement(objects, _oval("object"), {"id": object_id(each), "version": "1", "flag": flag})
            for item in items or ():
                ET.SubElement(entry, _oval("reference"), {"item_ref": item.attrib["id"]})
        if len(objects):
            element.append(objects)
        if self._items:
            ET.SubElement(element, _oval("system_data")).extend(self._items.values())
        return written(element)

    def _system_info(self, element: ET.Element) -> None:
        info = ET.SubElement(element, _oval("system_info"))
        for name, value in (
            ("os_name", self._system.product or "Windows"),
            ("os_version", str(self._system.build or "")),
            ("architecture", str(self._system.platform or "")),
            ("primary_host_name", ""),
        ):
            ET.SubElement(info, _oval(name)).text = text(value)
        ET.SubElement(info, _oval("interfaces"))

    def _item(self, kind: str, key: str, fill: Callable[[ET.Element], None]) -> ET.Element:
        """The item of this key, made once."""
        if (found := self._items.get((kind, key))) is None:
            found = ET.Element(_win(f"{kind}_item"), {"id": str(len(self._items) + 1), "status": "exists"})
            fill(found)
            self._items[kind, key] = found
        return found

    # --- the registry ------------------------------------------------------------------------------------------------

    def _registry(self, asked: RegistryObject) -> list[ET.Element] | None:
        """None where the fact is not known, an empty list where the value is not there."""
        value = registry_value(self._system, asked)
        if value is None or not value.values:
            return None if value is None else []
        return [self._item("registry", f"{asked.key}\\{asked.name}", lambda item: _fill(item, asked, value))]

    # --- files -------------------------------------------------------------------------------------------------------

    def _found(self, asked: FileObject) -> list[ET.Element] | None:
        """None where the target would not show such a file (it is a folder of hives, or was not scanned for it)."""
        fix = cast("FilesFix", self._manifests[asked.article].fixes[asked.table])
        row = fix.files[asked.row]
        copies = self._copies.setdefault((asked.article, asked.table), Copies(fix))
        candidates = self._files.candidates(row, copies, self._system, self._of_windows)
        if not candidates:
            return [] if self._files.would_show(row.name.lower()) else None
        if asked.part is FilePart.FILE:
            return [self._file(candidate, fix) for candidate in candidates]
        records = [candidate.record for candidate in candidates]
        return [self._header(record) for record in records if record.facts is None or record.facts.kind is FileKind.PE]

    def _of_windows(self, record: FileRecord) -> Owned:
        return owned_by_windows(record, self._files.layout)

    def _file(self, candidate: Candidate, table: FilesFix) -> ET.Element:
        """Without its size where that is no evidence (design rules 9 and 14)."""
        record = candidate.record
        langid = (record.facts.language if record.facts else None) or self._system.language
        counts = candidate.size_counts and not is_foreign(table.language, langid)
        return self._item("file", f"{record.path} {counts}", lambda item: _fill_file(item, record, counts))

    def _header(self, record: FileRecord) -> ET.Element:
        return self._item("peheader", record.path, lambda item: _fill_header(item, record))


def _fill(item: ET.Element, asked: RegistryObject, value: RegistryValue) -> None:
    _entity(item, "hive", "HKEY_LOCAL_MACHINE")
    _entity(item, "key", asked.key)
    _entity(item, "name", asked.name)
    _entity(item, "type", value.type)
    for each in value.values:
        _entity(item, "value", each, value.datatype)


def _fill_file(item: ET.Element, record: FileRecord, size_counts: bool) -> None:
    """What is not known is left out, and an engine takes it as unknown."""
    folder, _, name = record.path.rpartition("/")
    _entity(item, "path", folder.replace("/", "\\"))
    _entity(item, "filename", name)
    facts = record.facts
    if facts is None:
        return
    if size_counts:
        _entity(item, "size", str(facts.size), Datatype.INT)
    if facts.modified is not None:
        _entity(item, "m_time", str(filetime(facts.modified)), Datatype.INT)
    version, _ = version_of(facts)
    _entity(item, "version", str(version or NO_VERSION), Datatype.VERSION)
    _entity(item, "development_class", _development_class(facts.string_version or ""))


def _development_class(string: str) -> str:
    """`xpsp_sp2_qfe` of `5.1.2600.3119 (xpsp_sp2_qfe.070416-1259)`; empty where the string names no branch."""
    _, bracket, inside = string.partition("(")
    return inside.partition(".")[0].rstrip(")") if bracket else ""


def _fill_header(item: ET.Element, record: FileRecord) -> None:
    """A stamp that is a hash says no time: 0, which no linker of Windows writes as one."""
    facts = record.facts
    if facts is not None:
        stamp = 0 if facts.reproducible else facts.link_time or 0
        _entity(item, "time_date_stamp", str(stamp), Datatype.INT)


def _entity(item: ET.Element, name: str, value: str, datatype: Datatype = Datatype.STRING) -> ET.Element:
    attributes = {} if datatype is Datatype.STRING else {"datatype": datatype.value}
    element = ET.SubElement(item, _win(name), attributes)
    element.text = text(value)
    return element


def _oval(name: str) -> str:
    return f"{{{CHARACTERISTICS}}}{name}"


def _win(name: str) -> str:
    return f"{{{_WINDOWS}}}{name}"
