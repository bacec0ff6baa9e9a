"""The toolbar and the menu 全流程 of LibreOffice, and the work at the start of the program."""

from __future__ import annotations

from collections.abc import Sequence

from addin.registry.buttons import GROUPS, Button
from macros.oxt_xml import component_data, node, plain, prop

PROTOCOL = "cn.quanliucheng:"
CONTEXT = "com.sun.star.sheet.SpreadsheetDocument"
TITLE = ("全流程", "全流程")
TOOLBAR = "cn.quanliucheng.toolbar"
MENU = "cn.quanliucheng.menu"
_SEPARATOR = "private:separator"


def address(button: Button) -> str:
    """What a press dispatches.

    >>> from addin.registry.buttons import BUTTONS
    >>> address(BUTTONS[0])
    'cn.quanliucheng:check_sheet'
    """
    return PROTOCOL + button.id


def addons(buttons: Sequence[Button]) -> str:
    """Addons.xcu: one menu with a sub-menu per group, one docked toolbar with a line between groups."""
    menu = node(
        MENU,
        prop("Title", zh=TITLE[0], en=TITLE[1]) + plain("Context", CONTEXT) + node("Submenu", _menu(buttons)),
        replace=True,
    )
    return component_data(
        "Addons",
        node(
            "AddonUI",
            node("OfficeMenuBar", menu) + node("OfficeToolBar", node(TOOLBAR, _members(buttons), replace=True)),
        ),
    )


def _menu(buttons: Sequence[Button]) -> str:
    groups: list[str] = []
    for group in GROUPS:
        members = [button for button in buttons if button.group == group.id]
        if members:
            title = prop("Title", zh=group.label.zh, en=group.label.en)
            inside = title + node("Submenu", "".join(map(_button, _numbered(members), members)))
            groups.append(node(f"g{len(groups)}", inside, replace=True))
    return "".join(groups)


def _members(buttons: Sequence[Button]) -> str:
    """The toolbar's members, in the order of their names."""
    lines: list[str] = []
    for group in GROUPS:
        members = [button for button in buttons if button.group == group.id]
        if members and lines:
            lines.append(node(f"m{len(lines):02}", plain("URL", _SEPARATOR), replace=True))
        for button in members:
            lines.append(_button(f"m{len(lines):02}", button))
    return "".join(lines)


def _numbered(buttons: Sequence[Button]) -> list[str]:
    return [f"b{place:02}" for place in range(len(buttons))]


def _button(name: str, button: Button) -> str:
    return node(
        name,
        plain("URL", address(button))
        + prop("Title", zh=button.label.zh, en=button.label.en)
        + plain("Target", "_self")
        + plain("Context", CONTEXT),
        replace=True,
    )


def toolbar_state() -> str:
    """CalcWindowState.xcu: the toolbar's name, docked at the top and shown."""
    state = (
        prop("UIName", zh=TITLE[0], en=TITLE[1])
        + plain("Docked", "true", "xs:boolean")
        + plain("DockingArea", "0", "xs:int")
        + plain("DockPos", "0,2", "xs:string")
        + plain("Visible", "true", "xs:boolean")
    )
    name = f"private:resource/toolbar/addon_{TOOLBAR}"
    return component_data(
        "CalcWindowState", node("UIElements", node("States", node(name, state, replace=True)))
    ).replace("org.openoffice.Office", "org.openoffice.Office.UI")


def protocol(service: str) -> str:
    """ProtocolHandler.xcu: who answers a press."""
    inside = node(
        service,
        f'<prop oor:name="Protocols" oor:type="oor:string-list"><value>{PROTOCOL}*</value></prop>\n',
        replace=True,
    )
    return component_data("ProtocolHandler", node("HandlerSet", inside))


def start(service: str) -> str:
    """Jobs.xcu: what is run when the program starts."""
    job = node("QuanLiuCheng", plain("Service", service), replace=True)
    moment = node("QuanLiuCheng", "", replace=True)
    event = node("OnStartApp", node("JobList", moment), replace=True)
    return component_data("Jobs", node("Jobs", job) + node("Events", event))
