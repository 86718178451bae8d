"""Definitions of articles as an OVAL 5.10.1 document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from hotfixcheck.manifest.model import Manifest
from hotfixcheck.oval.articles import ArticleDefinition, article_definitions
from hotfixcheck.oval.logic import (
    Entity,
    Every,
    Expression,
    FileObject,
    Object,
    RegistryObject,
    Shared,
    Some,
    Test,
    Undecided,
    Without,
)
from hotfixcheck.oval.systems import SYSTEM_ROOT
from hotfixcheck.oval.xml import (
    DEFINITIONS,
    INDEPENDENT,
    WINDOWS,
    DefinitionKind,
    definition_id,
    numbered,
    object_id,
    root,
    text,
    written,
)
from hotfixcheck.targets.layout import KEPT_COPIES

_WINDOWS = f"{DEFINITIONS}{WINDOWS}"
_ROOT_VARIABLE = numbered("var", 1)
_KEPT_STATE = numbered("ste", 1)
# Design rule 13: folders of copies that no system runs, in a path as engines collect it.
_KEPT = rf"(?i)\\({'|'.join(re.escape(name) for name in sorted(KEPT_COPIES))}|\$[^\\]*|windows\.old[^\\]*)(\\|$)"


def definitions_of(manifests: Iterable[Manifest]) -> tuple[ArticleDefinition, ...]:
    """Those of all manifests, by article and platform."""
    found = (each for manifest in manifests for each in article_definitions(manifest))
    return tuple(sorted(found, key=lambda each: (each.manifest.number, each.platform)))


def tests_of(expression: Expression) -> list[Test | Undecided]:
    """Every test below `expression`, each once, in its order."""
    if isinstance(expression, Test | Undecided):
        return [expression]
    parts = (expression.part,) if isinstance(expression, Without | Shared) else expression.parts
    return list(dict.fromkeys(test for part in parts for test in tests_of(part)))


def definitions_xml(articles: Iterable[ArticleDefinition]) -> str:
    """The document; equal articles give equal bytes."""
    return _Writer().document(articles)


class _Writer:
    """Tests and states are numbered in the order in which the definitions ask for them."""

    def __init__(self) -> None:
        self._tests: dict[Test | Undecided, str] = {}
        self._states: dict[tuple[str, tuple[Entity, ...]], str] = {}
        self._shared: dict[Shared, str] = {}

    def document(self, articles: Iterable[ArticleDefinition]) -> str:
        element = root(DEFINITIONS, "oval_definitions")
        pairs = [each for article in articles for each in self._pair(article)]
        shared = [self._inventory(each, id_) for each, id_ in self._shared.items()]
        self._section(element, "definitions", shared + pairs)
        self._section(element, "tests", [self._test(test, id_) for test, id_ in self._tests.items()])
        objects = dict.fromkeys(test.object for test in self._tests if isinstance(test, Test))
        if any(isinstance(each, FileObject) for each in objects):
            objects.setdefault(SYSTEM_ROOT)
        self._section(element, "objects", [_object(each) for each in objects])
        states = [self._state(kind, entities, id_) for (kind, entities), id_ in self._states.items()]
        if SYSTEM_ROOT in objects:
            states.insert(0, _kept_state())
        self._section(element, "states", states)
        self._section(element, "variables", [_root_variable()] if SYSTEM_ROOT in objects else [])
        return written(element)

    @staticmethod
    def _section(element: ET.Element, name: str, children: list[ET.Element]) -> None:
        if children:
            ET.SubElement(element, _oval(name)).extend(children)

    # --- definitions -------------------------------------------------------------------------------------------------

    def _pair(self, article: ArticleDefinition) -> list[ET.Element]:
        number, name = article.manifest.number, article.manifest.article
        id_ = definition_id(number, article.platform, DefinitionKind.APPLICABLE)
        applicable = _definition(id_, "inventory", *_words(article, "applies to this system"))
        _describe(applicable, article)
        applicable.append(self._criteria(article.applicable))
        patch = definition_id(number, article.platform, DefinitionKind.MISSING)
        missing = _definition(patch, "patch", *_words(article, "should be installed"))
        _describe(missing, article)
        criteria = ET.SubElement(missing, _oval("criteria"), {"operator": "AND"})
        criteria.append(_extension(id_, f"{name} applies to this system"))
        criteria.append(self._part(article.missing))
        return [applicable, missing]

    def _inventory(self, found: Shared, id_: str) -> ET.Element:
        element = _definition(id_, "inventory", found.title, f"{found.title}.")
        element.append(self._criteria(found.part))
        return element

    def _criteria(self, expression: Expression, *, negated: bool = False) -> ET.Element:
        """A criteria element; a lone test stands in one too, as a definition needs."""
        if isinstance(expression, Without):
            return self._criteria(expression.part, negated=not negated)
        parts = expression.parts if isinstance(expression, Every | Some) else (expression,)
        operator = "OR" if isinstance(expression, Some) else "AND"
        element = ET.Element(_oval("criteria"), {"operator": operator} | _negation(negated))
        element.extend(self._part(part) for part in parts)
        return element

    def _part(self, part: Expression) -> ET.Element:
        negated = isinstance(part, Without)
        inner = part.part if isinstance(part, Without) else part
        if isinstance(inner, Shared):
            id_ = self._shared.setdefault(inner, numbered("def", len(self._shared) + 1))
            return _extension(id_, inner.title, negated=negated)
        if not isinstance(inner, Test | Undecided):
            return self._criteria(inner, negated=negated)
        id_ = self._tests.setdefault(inner, numbered("tst", len(self._tests) + 1))
        attributes = {"test_ref": id_, "comment": text(inner.comment)}
        return ET.Element(_oval("criterion"), attributes | _negation(negated))

    # --- tests and states --------------------------------------------------------------------------------------------

    def _test(self, test: Test | Undecided, id_: str) -> ET.Element:
        attributes = {"id": id_, "version": "1", "check": "at least one", "comment": text(test.comment)}
        if isinstance(test, Undecided):
            return ET.Element(f"{{{INDEPENDENT}}}unknown_test", attributes)
        kind = _kind(test.object)
        element = ET.Element(_win(f"{kind}_test"), attributes | {"check_existence": "at_least_one_exists"})
        ET.SubElement(element, _win("object"), {"object_ref": object_id(test.object)})
        if test.state:
            next_id = numbered("ste", len(self._states) + 2)  # the first is of the folders of kept copies
            state = self._states.setdefault((kind, test.state), next_id)
            ET.SubElement(element, _win("state"), {"state_ref": state})
        return element

    @staticmethod
    def _state(kind: str, entities: tuple[Entity, ...], id_: str) -> ET.Element:
        element = ET.Element(_win(f"{kind}_state"), {"id": id_, "version": "1"})
        for entity in entities:
            attributes = {"datatype": entity.datatype.value, "operation": entity.operation.value}
            if kind == "registry":  # a value of several strings
                attributes["entity_check"] = "at least one"
            ET.SubElement(element, _win(entity.name), attributes).text = text(entity.value)
        return element


def _definition(id_: str, class_: str, title: str, description: str) -> ET.Element:
    element = ET.Element(_oval("definition"), {"id": id_, "version": "1", "class": class_})
    metadata = ET.SubElement(element, _oval("metadata"))
    ET.SubElement(metadata, _oval("title")).text = text(title)
    ET.SubElement(metadata, _oval("affected"), {"family": "windows"})
    ET.SubElement(metadata, _oval("description")).text = text(description)
    return element


def _words(article: ArticleDefinition, what: str) -> tuple[str, str]:
    name = article.manifest.article
    title = f"{name} ({article.platform}) {what}: {article.manifest.title}"
    return title, f"The fix of {name} for {article.platform} {what}."


def _describe(definition: ET.Element, article: ArticleDefinition) -> None:
    """Products, each once as the schema wants it, and the article's number."""
    metadata = definition[0]
    for product in dict.fromkeys(article.manifest.applies_to):
        ET.SubElement(metadata[1], _oval("product")).text = text(product)
    metadata.insert(2, ET.Element(_oval("reference"), {"source": "MSKB", "ref_id": article.manifest.article}))


def _kind(found: Object) -> str:
    return found.part.value if isinstance(found, FileObject) else "registry"


def _object(found: Object) -> ET.Element:
    element = ET.Element(_win(f"{_kind(found)}_object"), {"id": object_id(found), "version": "1"})
    if isinstance(found, RegistryObject):
        ET.SubElement(element, _win("hive")).text = "HKEY_LOCAL_MACHINE"
        ET.SubElement(element, _win("key")).text = text(found.key)
        ET.SubElement(element, _win("name")).text = text(found.name)
        return element
    # Below the Windows folder, but for the folders of copies that it keeps.
    ET.SubElement(element, _win("behaviors"), {"max_depth": "-1", "recurse_direction": "down"})
    ET.SubElement(element, _win("path"), {"var_ref": _ROOT_VARIABLE, "var_check": "all"})
    ET.SubElement(element, _win("filename"), {"operation": "case insensitive equals"}).text = text(found.name)
    if found.part.value == "file":
        ET.SubElement(element, _oval("filter"), {"action": "exclude"}).text = _KEPT_STATE
    return element


def _kept_state() -> ET.Element:
    element = ET.Element(_win("file_state"), {"id": _KEPT_STATE, "version": "1"})
    ET.SubElement(element, _win("path"), {"operation": "pattern match"}).text = _KEPT
    return element


def _root_variable() -> ET.Element:
    attributes = {"id": _ROOT_VARIABLE, "version": "1", "datatype": "string", "comment": "the Windows folder"}
    element = ET.Element(_oval("local_variable"), attributes)
    ET.SubElement(element, _oval("object_component"), {"object_ref": object_id(SYSTEM_ROOT), "item_field": "value"})
    return element


def _extension(id_: str, comment: str, *, negated: bool = False) -> ET.Element:
    attributes = {"definition_ref": id_, "comment": text(comment)}
    return ET.Element(_oval("extend_definition"), attributes | _negation(negated))


def _negation(negated: bool) -> dict[str, str]:
    return {"negate": "true"} if negated else {}


def _oval(name: str) -> str:
    return f"{{{DEFINITIONS}}}{name}"


def _win(name: str) -> str:
    return f"{{{_WINDOWS}}}{name}"
