"""插入函数: finds a function by Chinese words and writes its call into the active cell, arguments by the headers."""

from __future__ import annotations

import re
from typing import Any

from addin.commands.cell_calls import cell_calls
from addin.commands.command import Ask, ButtonReport, Command, Desk, Plan, Preview, Question, ShownChange
from addin.commands.fill_formula import answers_dates
from addin.commands.filling import shown as as_shown
from addin.commands.tables import K_NO_HEADER, TabTable, read_table
from addin.functions.evaluate import evaluate
from addin.functions.formula import LONGEST, too_much
from addin.functions.literals import literal
from addin.functions.result import Result
from addin.registry.entry import Arg, Entry, Shape
from addin.registry.headers import titles_of
from addin.registry.search import search
from rules.errors import Code, Error, Text
from sheets_schema.cells import parse_number
from sheets_schema.formula_tokens import one_area
from sheets_schema.grid.address import cell_name, parse_cell
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import UNSET, ArrayFormula, CellEdit, DatedFormula, Formula

K_NO_MATCH = Code(
    "K-066",
    "没有找到和“{found}”有关的函数",
    "no function about “{found}”",
    "换个词,例如 备货周期、截止、SKU、周转,或拼音首字母 bhzq",
    "use another word, such as 备货周期, 截止, SKU, 周转, or initials like bhzq",
)
K_NO_ROOM = Code(
    "K-067",
    "答案要占 {expected},其中 {found} 已有内容",
    "the answer takes {expected}, and {found} is not empty",
    "选一个右边和下面都空着的格子",
    "choose a cell with room to the right and below",
)

WORDS = Text("要算什么(中文词、拼音首字母或函数名)", "what to compute (words, pinyin initials or a name)")


def run(desk: Desk) -> Preview:
    """Asks for words, then which function, then the arguments that no header gives; plans one formula.

    Raises:
        Error: K-066 no function fits the words, K-067 its answer has no room, F-601 too long for a cell.
    """
    if "words" not in desk.answers:
        return Preview(ButtonReport(Text("插入函数", "insert a function")), questions=(Question("words", WORDS),))
    words = str(desk.answers["words"] or "")
    found = search(words)
    if not found:
        raise Error(K_NO_MATCH, found=words)
    entry = next((entry for entry in found if entry.name == desk.answers.get("function")), None)
    if entry is None:
        choices = tuple(
            (item.name, Text(f"{item.alias_zh} {item.name}:{item.zh}", f"{item.name}: {item.en}")) for item in found
        )
        which = Question("function", Text("哪个函数", "which function"), Ask.CHOICE, choices, found[0].name)
        return Preview(ButtonReport(Text(f"{len(found)} 个函数", f"{len(found)} functions")), questions=(which,))
    grid = desk.store.read(desk.selection.tab)
    given = {arg.name: _by_header(desk, entry, arg) for arg in entry.args}
    asked = [
        arg
        for arg in entry.args
        if given[arg.name] is None and not arg.optional and _name(entry, arg) not in desk.answers
    ]
    if asked:
        title = Text(f"{entry.signature}:{entry.zh}", f"{entry.signature}: {entry.en}")
        return Preview(ButtonReport(title), questions=tuple(_ask(entry, arg) for arg in asked))
    written = [given[arg.name] or _written(desk.answers.get(_name(entry, arg))) for arg in entry.args]
    while written and not written[-1]:
        written.pop()
    text = f"{entry.name}({','.join(written)})"
    if len(text) > LONGEST:
        raise too_much(len(text), "个字符", "characters", LONGEST)
    return _plan(desk, grid, entry, text)


def _name(entry: Entry, arg: Arg) -> str:
    return f"{entry.name}.{arg.name}"


def _ask(entry: Entry, arg: Arg) -> Question:
    label = Text(f"{arg.name}:{arg.zh}(写值或格子,如 A2)", f"{arg.name}: {arg.en} (a value, or a cell such as A2)")
    return Question(_name(entry, arg), label)


def _by_header(desk: Desk, entry: Entry, arg: Arg) -> str | None:
    """The cell of this row under a header that stands for the argument; None without one."""
    table, row = _table(desk), desk.selection.top
    if table is None or row <= table.header_row:
        return None
    try:
        column = table.titled(titles_of(entry, arg))
    except Error:  # a doubled title: asked for
        return None
    return None if column is None or column == desk.selection.left else cell_name(row, column)


def _table(desk: Desk) -> TabTable | None:
    try:
        return read_table(desk)
    except Error as error:
        if error.code is K_NO_HEADER:
            return None
        raise


def _written(answer: Any) -> str:
    """An argument as a person gave it: a reference or a number as it is, anything else as text."""
    text = str(answer if answer is not None else "").strip()
    if not text or _is_cells(text) or (text.startswith("{") and text.endswith("}")):
        return text
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return text
    number = parse_number(text)
    return literal(text if number is None or not re.fullmatch(r"[-+\d.,%]+", text) else number)


def _is_cells(text: str) -> bool:
    """Whether a text is a reference to cells: ``14:30`` is a time rather than rows, ``FBA:US`` a text."""
    found = one_area(text)
    return found is not None and all(map(parse_cell, found[1].split(":")))


def _plan(desk: Desk, grid: Grid, entry: Entry, text: str) -> Preview:
    tab, row, column = desk.selection.tab, desk.selection.top, desk.selection.left
    result = _answered(desk, text)
    formula = _formula(desk, grid, entry, text, result)
    before = grid.formulas.get((row, column))
    value = grid.value(row, column)
    edit = CellEdit(tab, row, column, formula, UNSET if before is not None else value)
    change = ShownChange(
        edit.name, value if before is None else f"={before}", as_shown(formula), Text(entry.zh, entry.en)
    )
    details = []
    if before is not None or value is not None:
        details.append(Text("这一格原来有内容,确认后会被换掉", "the cell is not empty: its content would be replaced"))
    if result is not None:
        told = result.as_json()
        shown = told["error"] or told["value"]
        details.append(Text(f"现在的答案:{shown}", f"its answer now: {shown}"))
        if result.fault is not None:
            details.append(Text(result.fault.message("zh"), result.fault.message("en")))
    title = Text(f"{edit.name} 写入 ={text}", f"{edit.name}: ={text}")
    return Preview(ButtonReport(title, (change,), details=tuple(details)), Plan(desk.store.version(), (edit,)))


def _answered(desk: Desk, text: str) -> Result | None:
    """What the formula answers now; None where it reads what can't be seen from here."""
    selection = desk.selection
    calls = cell_calls(desk, selection.tab, selection.top, selection.left, text)
    if len(calls) != 1 or calls[0].why is not None:
        return None
    return evaluate(calls[0].formula, desk.config.rules, desk.today, desk.config.site.zone)


def _formula(desk: Desk, grid: Grid, entry: Entry, text: str, result: Result | None) -> Formula:
    """A formula for one cell, or for as many as its answer takes. Raises K-067."""
    if entry.shape is not Shape.SPILL:
        dated = answers_dates(entry, desk.config.rules)
        return DatedFormula(text, dated) if dated else Formula(text)
    rows = result.value if result is not None and isinstance(result.value, list) else None
    height, width = (len(rows), len(rows[0])) if rows else (1, entry.width or 1)
    top, left = desk.selection.top, desk.selection.left
    ref = f"{cell_name(top, left)}:{cell_name(top + height - 1, left + width - 1)}"
    for row in range(top, top + height):
        for column in range(left, left + width):
            is_full = grid.value(row, column) is not None or (row, column) in grid.formulas
            if is_full and (row, column) != (top, left):
                raise Error(K_NO_ROOM, tab=grid.name, found=cell_name(row, column), expected=ref)
    return ArrayFormula(text, ref)


COMMAND = Command("insert_function", run)
