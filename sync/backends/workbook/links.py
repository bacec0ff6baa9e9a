"""How the parts of a package are tied together: relationships and content types."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from rules.errors import Error
from sync.backends.workbook.archive import part_key
from sync.backends.workbook.codes import X_RELATION, X_TYPES

TYPES = "[Content_Types].xml"

_MAIN = ".main+xml"
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
    "http://schemas.microsoft.com/office/",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/"


@dataclass(frozen=True)
class Relation:
    """One relationship: the last word of its type, and the part it leads to ("" for an outside target).

    A type that no office format knows is kept whole, so that it is never taken for another.
    """

    id: str
    kind: str
    target: str


def relations_part(part: str) -> str:
    """Where the relationships of a part are kept.

    >>> relations_part("xl/workbook.xml"), relations_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations_of(tree: Element, part: str) -> list[Relation]:
    """The relationships in a relationships part that belongs to `part`; X-016 where two have one id."""
    answer: dict[str, Relation] = {}
    for item in tree:
        if item.tag != "Relationship":
            continue
        relation = Relation(item.get("Id", ""), _kind(item.get("Type", "")), _target(part, item))
        if relation.id in answer:
            raise Error(X_RELATION, found=f"{relations_part(part)}: Id {relation.id!r} × 2")
        answer[relation.id] = relation
    return list(answer.values())


def _kind(type_: str) -> str:
    return type_.rpartition("/")[2] if type_.startswith((*_OFFICE, _PACKAGE)) else type_


def _target(part: str, item: Element) -> str:
    """A target as a part name, percent signs and all; what it is compared with is its `part_key`.

    >>> _target("xl/workbook.xml", Element("Relationship", Target="..\\\\xl/worksheets/./My%20Sheet.xml"))
    'xl/worksheets/My%20Sheet.xml'
    """
    target = item.get("Target", "").replace("\\", "/")
    if item.get("TargetMode") == "External" or not target:
        return ""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


class Types:
    """What kind of content each part is declared to be."""

    def __init__(self, tree: Element) -> None:
        """Raises X-014 for another document, or one part declared to be two things."""
        if tree.tag != "Types":
            raise Error(X_TYPES, found=f"<{tree.tag}>")
        self._defaults = {
            item.get("Extension", "").lower(): item.get("ContentType", "") for item in _all(tree, "Default")
        }
        self._overrides: dict[str, str] = {}
        for item in _all(tree, "Override"):
            key, type_ = part_key(item.get("PartName", "")), item.get("ContentType", "")
            if self._overrides.setdefault(key, type_) != type_:
                raise Error(X_TYPES, found=item.get("PartName", ""))

    def of(self, part: str) -> str:
        """The content type of a part; empty when none is declared."""
        key = part_key(part)
        return self._overrides.get(key) or self._defaults.get(key.rpartition(".")[2], "")

    def workbooks(self) -> Iterator[str]:
        """The keys of the parts that are declared to be a workbook."""
        return (key for key, type_ in self._overrides.items() if is_workbook(type_))


def is_workbook(type_: str) -> bool:
    """Whether a content type is that of a workbook's main part, macros or not, template or not."""
    return type_.endswith(_MAIN) and (".sheet." in type_ or ".template." in type_ or ".addin." in type_)


def _all(tree: Element, tag: str) -> Iterator[Element]:
    return (item for item in tree if item.tag == tag)
