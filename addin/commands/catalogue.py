"""The buttons' commands by button; a host shows a button only when its command is here."""

from __future__ import annotations

from addin.commands import (
    check_sheet,
    conflicts,
    copy_picture,
    explain_cell,
    fetch_exports,
    fill_formula,
    formulas_to_values,
    function_guide,
    insert_function,
    letter_names,
    make_skus,
    preview_sync,
    report_problem,
    settings,
    shipment_notes,
    sku_collisions,
    sync_now,
    turnover,
    undo_sync,
)
from addin.commands.command import Command

COMMANDS: dict[str, Command] = {
    command.id: command
    for command in (
        check_sheet.COMMAND,
        sku_collisions.COMMAND,
        make_skus.COMMAND,
        fill_formula.COMMAND,
        turnover.COMMAND,
        shipment_notes.COMMAND,
        letter_names.COMMAND,
        formulas_to_values.TO_VALUES,
        formulas_to_values.TO_FORMULAS,
        copy_picture.COMMAND,
        fetch_exports.COMMAND,
        preview_sync.COMMAND,
        sync_now.COMMAND,
        conflicts.COMMAND,
        undo_sync.COMMAND,
        insert_function.COMMAND,
        explain_cell.COMMAND,
        function_guide.COMMAND,
        settings.COMMAND,
        report_problem.COMMAND,
    )
}
"""In the order of the buttons."""
