"""The buttons' commands by button; a host shows a button only when its command is here."""

from __future__ import annotations

from addin.commands import check_sheet, letter_names, make_skus, shipment_notes, sku_collisions
from addin.commands.command import Command

COMMANDS: dict[str, Command] = {
    command.id: command
    for command in (
        check_sheet.COMMAND,
        sku_collisions.COMMAND,
        make_skus.COMMAND,
        shipment_notes.COMMAND,
        letter_names.COMMAND,
    )
}
"""In the order of the buttons."""
