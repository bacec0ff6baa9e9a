"""How one function of the catalogue is written as a native formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from addin.native.expression import E
from addin.native.tab import Form
from rules.errors import Text


@dataclass(frozen=True)
class Native:
    """A function's formula over its tab.

    `body` takes the tab and one expression per argument and answers the formula, or one per answer
    column. `pairs` are range arguments of two columns. `outside` names what only the add-in answers: there the formula is an error, never wrong.
    """

    name: str
    body: Callable[..., E | list[E]]
    forms: tuple[Form, ...] = (Form.PLAIN,)
    titles: tuple[str, ...] = ()
    outside: Text | None = None
    pairs: tuple[str, ...] = ()
