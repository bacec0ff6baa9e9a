"""A VBA project ([MS-OVBA]) from the text of its modules: what Excel keeps as `vbaProject.bin`.

The source alone is stored: the version in `_VBA_PROJECT` tells the host that nothing is compiled yet.
Texts are ASCII, since the project's code page would not hold Chinese on every computer.
"""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from macros.vba.compound_file import compound_file
from macros.vba.compression import compress

CODE_PAGE = 1252
LONGEST_LINE = 1023
"""Characters in a line of source that the editor takes."""


class Kind(StrEnum):
    """What a module belongs to."""

    PROCEDURES = "bas"
    CLASS = "cls"
    WORKBOOK = "workbook"
    SHEET = "sheet"


_BASES = {
    Kind.WORKBOOK: "0{00020819-0000-0000-C000-000000000046}",
    Kind.SHEET: "0{00020820-0000-0000-C000-000000000046}",
    Kind.CLASS: "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
}
_REFERENCES = (
    ("stdole", "*\\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\\Windows\\System32\\stdole2.tlb#OLE Automation"),
    (
        "Office",
        "*\\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
        "C:\\Program Files\\Common Files\\Microsoft Shared\\OFFICE16\\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
"""Excel finds them by their ids, wherever they lie; its own library and VBA's need no mention."""
_EDITOR = "{3832D640-CF90-11CF-8E43-00A0C911005A}"


@dataclass(frozen=True)
class Module:
    """One module; `body` is its source without the attributes that its kind brings along."""

    name: str
    kind: Kind
    body: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,30}", self.name):
            raise ValueError(f"not a module's name: {self.name}")
        for number, line in enumerate(self.body.splitlines(), 1):
            if not line.isascii() or len(line) > LONGEST_LINE:
                raise ValueError(f"{self.name}, line {number}: not ASCII, or too long")

    @property
    def source(self) -> str:
        """The whole text as a host stores it: attributes first, lines ended by CR LF."""
        lines = [f'Attribute VB_Name = "{self.name}"']
        if self.kind is not Kind.PROCEDURES:
            document = self.kind is not Kind.CLASS
            lines += [
                f'Attribute VB_Base = "{_BASES[self.kind]}"',
                "Attribute VB_GlobalNameSpace = False",
                "Attribute VB_Creatable = False",
                f"Attribute VB_PredeclaredId = {document}",
                f"Attribute VB_Exposed = {document}",
                "Attribute VB_TemplateDerived = False",
                f"Attribute VB_Customizable = {document}",
            ]
        return "\r\n".join([*lines, *self.body.splitlines()]) + "\r\n"


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The compound file of a project, the workbook's and sheets' modules among `modules`.

    Equal modules give equal bytes. Raises ValueError for two modules of one name.
    """
    if len({module.name.upper() for module in modules}) < len(modules):
        raise ValueError("two modules of one name")
    streams = {module.name: compress(module.source.encode("ascii")) for module in modules}
    return compound_file(
        {
            "PROJECT": _project(name, modules).encode("ascii"),
            "PROJECTwm": _names(modules),
            "VBA": {**streams, "_VBA_PROJECT": _NOT_COMPILED, "dir": compress(_dir(name, modules))},
        }
    )


_NOT_COMPILED = struct.pack("<HHBH", 0x61CC, 0xFFFF, 0, 0)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HI", kind, len(content)) + content


def _twice(kind: int, second: int, text: str) -> bytes:
    """A text in the code page, and again in UTF-16."""
    return _record(kind, text.encode("ascii")) + _record(second, text.encode("utf-16-le"))


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """The `dir` stream: facts of the project, its references, its modules."""
    word, half = struct.Struct("<I").pack, struct.Struct("<H").pack
    parts = [
        _record(0x01, word(1)),
        _record(0x02, word(0x0409)),
        _record(0x14, word(0x0409)),
        _record(0x03, half(CODE_PAGE)),
        _record(0x04, name.encode("ascii")),
        _twice(0x05, 0x40, ""),
        _record(0x06, b"") + _record(0x3D, b""),
        _record(0x07, word(0)),
        _record(0x08, word(0)),
        struct.pack("<HIIH", 0x09, 4, 1, 0),
        _twice(0x0C, 0x3C, ""),
    ]
    for title, library in _REFERENCES:
        path = library.encode("ascii")
        parts += [_twice(0x16, 0x3E, title), _record(0x0D, word(len(path)) + path + bytes(6))]
    parts += [_record(0x0F, half(len(modules))), _record(0x13, half(0xFFFF))]
    for module in modules:
        parts += [
            _twice(0x19, 0x47, module.name),
            _twice(0x1A, 0x32, module.name),
            _twice(0x1C, 0x48, ""),
            _record(0x31, word(0)),
            _record(0x1E, word(0)),
            _record(0x2C, half(0xFFFF)),
            _record(0x21 if module.kind is Kind.PROCEDURES else 0x22, b""),
            _record(0x2B, b""),
        ]
    return b"".join([*parts, _record(0x10, b"")])


def _names(modules: Sequence[Module]) -> bytes:
    """The `PROJECTwm` stream: each name in the code page and in UTF-16."""
    both = (module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0" for module in modules)
    return b"".join(both) + b"\0\0"


def _project(name: str, modules: Sequence[Module]) -> str:
    """The `PROJECT` stream: the project's parts and its protection, which is none."""
    identity = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"quanliucheng/{name}")).upper() + "}"
    words = {
        Kind.PROCEDURES: "Module={}",
        Kind.CLASS: "Class={}",
        Kind.WORKBOOK: "Document={}/&H00000000",
        Kind.SHEET: "Document={}/&H00000000",
    }
    return "\r\n".join(
        [
            f'ID="{identity}"',
            *(words[module.kind].format(module.name) for module in modules),
            f'Name="{name}"',
            'HelpContextID="0"',
            'VersionCompatible32="393222000"',
            f'CMG="{_veiled(bytes(4), identity, 0x10)}"',
            f'DPB="{_veiled(bytes(1), identity, 0x20)}"',
            f'GC="{_veiled(bytes([255]), identity, 0x30)}"',
            "",
            "[Host Extender Info]",
            f"&H00000001={_EDITOR};VBE;&H00000000",
            "",
            "[Workspace]",
            *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
            "",
        ]
    )


def _veiled(data: bytes, identity: str, seed: int) -> str:
    """The format's obfuscation of a field ([MS-OVBA] 2.4.3.2), with a fixed seed."""
    key = sum(identity.encode("ascii")) & 0xFF
    veiled = bytearray((seed, seed ^ 2, seed ^ key))
    plain = key
    for byte in bytes((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        veiled.append(byte ^ (veiled[-2] + plain & 0xFF))
        plain = byte
    return veiled.hex().upper()
