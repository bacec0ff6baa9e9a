"""Rules of the package: members, parts, relations, what is embedded."""

import posixpath
import re

import olefile
from oletools.olevba import VBA_Parser

from tests.package_lint.package import local, relations_of

_TYPES = {
    "worksheet": "worksheet+xml",
    "sharedStrings": "sharedStrings+xml",
    "styles": "styles+xml",
    "table": "table+xml",
    "comments": "comments+xml",
    "calcChain": "calcChain+xml",
    "vbaProject": "vbaProject",
}
_REFERENCES = re.compile(r"relationships\}(id|embed|link|pict|dm|lo|qs|cs)$")


def names_of_members(package):
    """No two members have one name, whatever their case."""
    seen = set()
    for name in package.members:
        if name.casefold() in seen:
            yield name, "two members of this name"
        seen.add(name.casefold())


def checksums(package):
    """Every member unpacks to what its checksum says."""
    try:
        damaged = package.damaged()
    except Exception as error:  # whatever a cut or strange member makes of the library
        damaged = str(error)
    if damaged:
        yield damaged, "damaged"


def well_formed(package):
    """Every XML part can be parsed."""
    for part in package.parts:
        if part.endswith((".xml", ".rels", ".vml")) and package.tree(part) is None and not part.endswith(".vml"):
            yield part, "no well-formed XML"


def content_types(package):
    """Every part has a type, every type that is named a part, none is named twice."""
    root = package.tree("[Content_Types].xml")
    if root is None:
        yield "[Content_Types].xml", "missing"
        return
    defaults, named = set(), set()
    for item in root:
        if local(item) == "Default":
            key = item.get("Extension", "").casefold()
            if key in defaults:
                yield f".{key}", "two types of an extension"
            defaults.add(key)
        elif local(item) == "Override":
            part = item.get("PartName", "").lstrip("/")
            if part.casefold() in named:
                yield part, "two types"
            named.add(part.casefold())
            if part not in package:
                yield part, "has a type and is not there"
    for part in package.parts:
        if part.casefold() not in named and part.rpartition(".")[2].casefold() not in defaults:
            yield part, "has no type"


def types_fit_relations(package):
    """A part that is related as a worksheet, as styles … has the type of one."""
    types = package.tree("[Content_Types].xml")
    named = {item.get("PartName", "").lstrip("/"): item.get("ContentType") for item in types or ()}
    defaults = {item.get("Extension", ""): item.get("ContentType") for item in types or () if item.get("Extension")}
    for part in package.parts:
        for link in package.relations(part):
            if link.external or link.kind not in _TYPES or link.target not in package:
                continue
            kind = named.get(link.target) or defaults.get(link.target.rpartition(".")[2], "")
            if not kind.endswith(_TYPES[link.kind]):
                yield link.target, f"related as {link.kind}, typed {kind}"


def relations(package):
    """Relations have ids of their own and end at parts that are there."""
    for part in ["", *package.parts]:
        ids = set()
        for link in package.relations(part):
            if link.id in ids:
                yield part or "package", f"two relations {link.id}"
            ids.add(link.id)
            if not link.external and link.target not in package and link.target != "NULL":
                yield part or "package", f"{link.id} ends at {link.target}, which is not there"
    for part in package.parts:
        if part.endswith(".rels") and part != "_rels/.rels":
            folder, name = posixpath.split(part)
            source = posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))
            if source not in package:
                yield part, "relations of a part that is not there"


def used_relations(package):
    """Every `r:id` in a part is one of its relations."""
    for part in package.parts:
        root = package.tree(part) if part.endswith(".xml") else None
        if root is None:
            continue
        ids = {link.id for link in package.relations(part)}
        for element in root.iter():
            for name, value in element.items():
                if value and value not in ids and _REFERENCES.search(name):
                    yield part, f"{local(element)} uses {value}, which {relations_of(part)} lacks"


def one_workbook(package):
    """The package leads to a workbook that has at least one tab to show."""
    if not package.workbook or package.tree(package.workbook) is None:
        yield "package", "no workbook"
    elif all(tab.get("state", "visible") != "visible" for tab in package.tabs):
        yield package.workbook, "no visible tab"


def ribbon(package):
    """The ids of a ribbon are unique, its labels at most 1,024 characters."""
    for part in package.parts:
        root = package.tree(part) if part.casefold().startswith("customui/") and part.endswith(".xml") else None
        seen = set()
        for element in root.iter() if root is not None else ():
            own = element.get("id")
            if own in seen:
                yield part, f"two controls {own}"
            seen |= {own} - {None}
            for word in ("label", "screentip", "supertip"):
                if len(element.get(word, "")) > 1024:
                    yield part, f"{word} of {own} is too long"


def macros(package):
    """A VBA project is a whole compound file, and the text of every module that it lists can be read."""
    for part in package.parts:
        if not part.casefold().endswith("vbaproject.bin"):
            continue
        data = package.read(part)
        try:
            with olefile.OleFileIO(data, raise_defects=olefile.DEFECT_INCORRECT) as file:
                streams = {"/".join(name): file.openstream(name).read() for name in file.listdir()}
            texts = {name: text for *_, name, text in VBA_Parser("vba.bin", data=data).extract_macros()}
        except Exception as error:  # whatever broken bytes make of the libraries
            yield part, f"can't be read: {type(error).__name__}"
            continue
        listed = set(
            re.findall(rb"^(?:Module|Document|Class|BaseClass)=([^/\r\n]+)", streams.get("PROJECT", b""), re.M)
        )
        readable = [name for name, text in texts.items() if text and "\0" not in text]
        if not listed or len(readable) < len(listed):
            yield part, f"{len(readable)} of {len(listed)} modules can be read"


RULES = [
    names_of_members,
    checksums,
    well_formed,
    content_types,
    types_fit_relations,
    relations,
    used_relations,
    one_workbook,
    ribbon,
    macros,
]
