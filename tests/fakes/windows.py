"""Stand-ins for the modules of pywin32, enough for xlwings' COM server to be imported and called.

They do nothing that Windows does; a range is a `FakeRange` with the values of its cells.
"""

import asyncio  # noqa: F401 - loaded before the platform is called Windows
import ctypes
import datetime
import sys
import types

RANGE = "{00020846-0000-0000-C000-000000000046}"
MISSING = -2147352572
"""What pywin32 hands over for an argument that VBA left out."""


class FakeIid(str):
    """An interface's id."""


class FakeTypeAttr:
    iid = FakeIid(RANGE)


class FakeTypeInfo:
    def GetTypeAttr(self):  # noqa: N802 - COM's name
        return FakeTypeAttr


class FakeOle:
    def GetTypeInfo(self):  # noqa: N802 - COM's name
        return FakeTypeInfo()


class FakeRange:
    """A range of Excel at A1: `Value` as COM answers it, and what xlwings asks of its surroundings."""

    _oleobj_ = FakeOle()
    CLSID = RANGE
    Row = Column = 1
    Worksheet = types.SimpleNamespace(Parent=types.SimpleNamespace(Application=types.SimpleNamespace(Hwnd=1)))

    def __init__(self, value):
        self.Value = value
        rows = value if isinstance(value, tuple) else ((value,),)
        self.Rows, self.Columns = types.SimpleNamespace(Count=len(rows)), types.SimpleNamespace(Count=len(rows[0]))


class FakeDispatch:
    def __init__(self, *args, **options):
        pass


class FakeUtc(datetime.tzinfo):
    """win32timezone's UTC, which pywin32 wants on every moment."""

    def utcoffset(self, moment):
        return datetime.timedelta(0)

    def dst(self, moment):
        return datetime.timedelta(0)

    def tzname(self, moment):
        return "UTC"


class FakeZone:
    @staticmethod
    def utc():
        return FakeUtc()


class FakeComError(Exception):
    """pywintypes.com_error."""


class FakePolicy:
    """win32com.server.policy.DefaultPolicy."""


class FakeFunction:
    """A function of a library: does nothing, answers 0."""

    def __call__(self, *args):
        return 0


class FakeLibrary:
    """A library of Windows, or several: whatever is asked of it is a function that does nothing."""

    def __init__(self, *args):
        pass

    def __getattr__(self, name):
        found = FakeLibrary() if name.endswith("32") or name == "oleacc" else FakeFunction()
        setattr(self, name, found)
        return found


def _nothing(*args, **options):
    return None


def _module(name, **content):
    module = types.ModuleType(name)
    module.__dict__.update(content)
    sys.modules[name] = module
    return module


def _unwrap(obj):
    if not hasattr(obj, "obj"):
        raise TypeError("not one of the server's objects")
    return obj


def install():
    """Puts the stand-ins in place and says that this is Windows, for this whole process."""
    ctypes.windll, ctypes.oledll, ctypes.PyDLL = FakeLibrary(), FakeLibrary(), FakeLibrary
    sys.platform = "win32"
    _module("pywintypes", TimeType=datetime.datetime, IID=FakeIid, com_error=FakeComError, Time=_nothing)
    _module(
        "pythoncom",
        __file__="pythoncom",
        CoInitialize=_nothing,
        IID_IDispatch="IDispatch",
        IID_IEnumVARIANT="IEnumVARIANT",
        TypeIIDs={"IDispatch": FakeOle},
        Empty=None,
        com_error=FakeComError,
    )
    for name in ("win32api", "win32con", "win32gui", "win32event"):
        _module(name)
    _module("win32process", GetWindowThreadProcessId=lambda window: (0, window))
    _module("win32timezone", TimeZoneInfo=FakeZone)
    client = _module(
        "win32com.client",
        CDispatch=FakeDispatch,
        CoClassBaseClass=FakeDispatch,
        Dispatch=FakeDispatch,
        DispatchBaseClass=FakeDispatch,
        DispatchEx=FakeDispatch,
        gencache=types.SimpleNamespace(EnsureModule=_nothing),
    )
    wrapping = _module("win32com.server.util", wrap=lambda obj, iid=None: obj, unwrap=_unwrap)
    policy = _module("win32com.server.policy", DefaultPolicy=FakePolicy)
    dispatcher = _module("win32com.server.dispatcher")
    server = _module("win32com.server", util=wrapping, policy=policy, dispatcher=dispatcher, __path__=[])
    _module("win32com", client=client, server=server, __path__=[])
