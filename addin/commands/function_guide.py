"""函数说明: opens the guide, one page on this computer with the numbers of the configuration in force."""

from __future__ import annotations

from addin.commands.command import ButtonReport, Command, Desk, Preview
from addin.commands.user_files import keep
from addin.guide.pages import as_page
from addin.registry.catalogue import ENTRIES
from rules.errors import Text

NAMES = {"zh": "函数说明.html", "en": "function-guide.html"}


def run(desk: Desk) -> Preview:
    """Writes the page in both languages and opens the Chinese one. Raises K-068."""
    pages = {lang: keep(as_page(desk.config.rules, lang).encode(), "guide", name) for lang, name in NAMES.items()}
    title = Text(f"{len(ENTRIES)} 个函数的说明:{pages['zh']}", f"the guide to {len(ENTRIES)} functions: {pages['en']}")
    return Preview(ButtonReport(title), open=str(pages["zh"]))


COMMAND = Command("function_guide", run)
