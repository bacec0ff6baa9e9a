"""The buttons' commands by button; a host shows a button only when its command is here."""

from __future__ import annotations

from addin.commands.command import Command

COMMANDS: dict[str, Command] = {}
