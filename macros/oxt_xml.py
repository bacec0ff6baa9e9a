"""The configuration files of an extension (``.xcu``): nodes and texts in two languages."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'


def component_data(name: str, inside: str) -> str:
    """A whole file: changes to one component of the configuration."""
    package = ' oor:package="org.openoffice.Office"'
    return f'{_HEAD}<oor:component-data {_SPACES} oor:name="{name}"{package}>\n{inside}</oor:component-data>\n'


def node(name: str, inside: str, *, replace: bool = False) -> str:
    """A node with what it holds; `replace` for members of a set."""
    way = ' oor:op="replace"' if replace else ""
    return f"<node oor:name={quoteattr(name)}{way}>\n{inside}</node>\n"


def prop(name: str, *, zh: str, en: str) -> str:
    """A text in both languages; English serves every other one."""
    return (
        f"<prop oor:name={quoteattr(name)}>"
        f'<value xml:lang="en-US">{escape(en)}</value><value xml:lang="zh-CN">{escape(zh)}</value></prop>\n'
    )


def plain(name: str, value: str, kind: str = "xs:string") -> str:
    """A value without a language."""
    return f"<prop oor:name={quoteattr(name)} oor:type={quoteattr(kind)}><value>{escape(value)}</value></prop>\n"
