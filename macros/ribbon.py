"""The ribbon tab 全流程 as Office reads it (`customUI14.xml`), from the table of buttons."""

from __future__ import annotations

from collections.abc import Collection
from xml.sax.saxutils import quoteattr

from addin.registry.buttons import BUTTONS, GROUPS, Button

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
VISIBLE = "NeedsPython"
"""The macro that says whether buttons are shown whose work is in Python."""
TAB_ID, TAB_LABEL = "qlc_tab", "全流程"


def shown(ready: Collection[str]) -> tuple[Button, ...]:
    """The buttons whose commands work in a host, in the order of the ribbon.

    Raises ValueError for an id that no button has.
    """
    if strange := set(ready) - {button.id for button in BUTTONS}:
        raise ValueError(f"no such button: {sorted(strange)}")
    order = [group.id for group in GROUPS]
    chosen = [button for button in BUTTONS if button.id in ready]
    return tuple(sorted(chosen, key=lambda button: order.index(button.group)))


def callback(button: Button) -> str:
    """The macro that a button calls."""
    return f"Press_{button.id}"


def ribbon_xml(ready: Collection[str], native: Collection[str]) -> str:
    """The part of the package that Excel draws the tab from; groups without a button are left out.

    Buttons that are not `native` need a Python on the computer: without it they are hidden.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f"<customUI xmlns={quoteattr(NAMESPACE)}>",
        "<ribbon><tabs>",
        f"<tab id={quoteattr(TAB_ID)} label={quoteattr(TAB_LABEL)}>",
    ]
    buttons = shown(ready)
    for group in GROUPS:
        members = [button for button in buttons if button.group == group.id]
        if members:
            lines.append(f"<group id={quoteattr(f'qlc_group_{group.id}')} label={quoteattr(group.label.zh)}>")
            lines += [_element(button, button.id in native) for button in members]
            lines.append("</group>")
    return "\n".join([*lines, "</tab>", "</tabs></ribbon>", "</customUI>", ""])


def _element(button: Button, native: bool) -> str:
    words = {
        "id": f"qlc_{button.id}",
        "label": button.label.zh,
        "screentip": button.label.zh,
        "supertip": f"{button.tip.zh}\n{button.label.en}: {button.tip.en}",
        "imageMso": button.icon,
        "size": "large" if button.large else "normal",
        "onAction": callback(button),
    }
    if not native:
        words["getVisible"] = VISIBLE
    return f"<button {' '.join(f'{name}={_attribute(text)}' for name, text in words.items())}/>"


def _attribute(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;"})
