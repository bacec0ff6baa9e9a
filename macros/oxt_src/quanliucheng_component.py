"""What LibreOffice finds in the extension: the functions, the buttons, and the work at the start.

Nothing but adapters: whoever answers stands behind `quanliucheng_link`, which is asked at the first call.
"""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import uno
import unohelper
from cn.quanliucheng import XFunctions, XMacros
from com.sun.star.document import XDocumentEventListener
from com.sun.star.frame import XDispatch, XDispatchProvider
from com.sun.star.lang import XInitialization, XServiceInfo, XServiceName
from com.sun.star.task import XJob

FUNCTIONS = "cn.quanliucheng.Functions"
MACROS = "cn.quanliucheng.Macros"
BUTTONS = "cn.quanliucheng.Buttons"
START = "cn.quanliucheng.Start"
PROTOCOL = "cn.quanliucheng:"
ADD_IN = "com.sun.star.sheet.AddIn"
HANDLER = "com.sun.star.frame.ProtocolHandler"
JOB = "com.sun.star.task.Job"
MODULE = "QuanLiuCheng"
NEEDS_PRODUCT = "这个按钮要在本机装全流程 / this button needs the product on this computer"
EVENTS = ("OnLoadFinished", "OnLoad", "OnNew", "OnSave", "OnSaveAs", "OnSaveTo", "OnFocus")


def _link() -> Any:
    from quanliucheng_link import link

    return link()


def _folder(context: Any) -> Path:
    found = context.getByName("/singletons/com.sun.star.deployment.PackageInformationProvider")
    return Path(uno.fileUrlToSystemPath(found.getPackageLocation("cn.quanliucheng")))


def _names() -> list[str]:
    return list(json.loads(Path(__file__).with_name("functions.json").read_text("utf-8")))


class _Service(unohelper.Base, XServiceInfo):
    services: tuple[str, ...] = ()

    def getImplementationName(self) -> str:
        return self.services[-1] + ".Python"

    def supportsService(self, name: str) -> bool:
        return name in self.services

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return self.services


class Functions(_Service, XFunctions, XServiceName):
    """The functions by the name of their service; every answer is rows of cells."""

    services = (ADD_IN, FUNCTIONS)

    def __init__(self, context: Any) -> None:
        self.context = context

    def getServiceName(self) -> str:
        return FUNCTIONS


def _published(name: str) -> Any:
    def method(self: Functions, *given: Any) -> Any:
        value = _answer(name, given, True)
        return value if type(value) is tuple else ((value,),)

    return method


def _first_answer(name: str, given: tuple[Any, ...], by_service: bool) -> Any:
    """The first call connects; from the second on, `answer` is the product's own."""
    global _answer
    _answer = _link().answer
    return _answer(name, given, by_service)


_answer = _first_answer


class Macros(_Service, XMacros):
    """The same for the Basic functions behind the bare names: a cell, or rows."""

    services = (MACROS,)

    def __init__(self, context: Any) -> None:
        self.context = context


def _arity() -> Any:
    def method(self: Macros, name: str, *given: Any) -> Any:
        return _answer(name, given, False)

    return method


class Buttons(_Service, XDispatchProvider, XInitialization, XDispatch):
    """The toolbar and the menu: one address per button."""

    services = (HANDLER, BUTTONS)

    def __init__(self, context: Any) -> None:
        self.context = context
        self.frame: Any = None

    def initialize(self, given: tuple[Any, ...]) -> None:
        self.frame = given[0] if given else None

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:
        return self if url.Protocol == PROTOCOL else None

    def queryDispatches(self, requests: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.queryDispatch(item.FeatureURL, item.FrameName, item.SearchFlags) for item in requests)

    def dispatch(self, url: Any, given: tuple[Any, ...]) -> None:
        link = _link()
        if link.buttons is None:
            _say(
                self.frame, link.problem or "这个按钮要在本机装全流程 / this button needs the product on this computer"
            )
        else:
            link.buttons.press(self.context, self.frame, url.Path)

    def addStatusListener(self, listener: Any, url: Any) -> None:
        state = uno.createUnoStruct("com.sun.star.frame.FeatureStateEvent")
        state.Source, state.FeatureURL, state.IsEnabled = self, url, True
        listener.statusChanged(state)

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        pass


def _say(frame: Any, text: str) -> None:
    window = frame.getContainerWindow()
    kind = uno.Enum("com.sun.star.awt.MessageBoxType", "INFOBOX")
    window.getToolkit().createMessageBox(window, kind, 1, "全流程", text).execute()


class Start(_Service, XJob):
    """At the start: the Basic functions behind the bare names, and an eye on documents that are opened or saved."""

    services = (JOB, START)

    def __init__(self, context: Any) -> None:
        self.context = context

    def execute(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        write_macros(self.context, _folder(self.context))
        watch(self.context)
        return ()


_watcher: Any = None


def watch(context: Any) -> None:
    """Hears of every document of the program, once."""
    global _watcher
    if _watcher is None:
        _watcher = Watcher(context)
        context.getByName("/singletons/com.sun.star.frame.theGlobalEventBroadcaster").addDocumentEventListener(_watcher)


class Watcher(unohelper.Base, XDocumentEventListener):
    """Tells the product of documents."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def documentEventOccured(self, event: Any) -> None:
        try:
            self.tell(event.EventName, event.Source)
        except Exception:  # an exception that leaves a listener ends the program
            traceback.print_exc()

    def tell(self, event: str, document: Any) -> None:
        if event in EVENTS and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            documents = _link().documents
            if documents is not None:
                documents.heard(self.context, event, document)

    def disposing(self, source: Any) -> None:
        pass


def write_macros(context: Any, folder: Path) -> None:
    """Puts the wrappers into the program's own library, where bare names are looked up."""
    text = (folder / "functions.bas").read_text("utf-8")
    libraries = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.script.ApplicationScriptLibraryContainer", context
    )
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    libraries.loadLibrary("Standard")
    library = libraries.getByName("Standard")
    if library.hasByName(MODULE):
        if library.getByName(MODULE) == text:
            return
        library.removeByName(MODULE)
    library.insertByName(MODULE, text)
    libraries.storeLibraries()


for _name in _names():
    setattr(Functions, _name, _published(_name))
for _count in range(1, 9):
    setattr(Macros, f"call{_count}", _arity())

g_ImplementationHelper = unohelper.ImplementationHelper()
for _class in (Functions, Macros, Buttons, Start):
    g_ImplementationHelper.addImplementation(_class, _class.services[-1] + ".Python", _class.services)
