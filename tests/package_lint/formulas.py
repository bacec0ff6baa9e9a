"""Is a text a formula? The tokens of openpyxl, and the order in which operands and operators may follow."""

import re
from functools import lru_cache

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

LONGEST = 8192
_TEXT_OR_ROW = re.compile(r"\"[^\"]*\"|'[^']*'|(?<=[A-Za-z])\d+")
_START, _OPERAND, _OPERATOR = range(3)


def fault(text):
    """What is wrong with a formula (without its `=`); None when it can be read."""
    if len(text) > LONGEST:
        return f"{len(text)} characters"
    # a formula filled down is looked at once
    return _fault(_TEXT_OR_ROW.sub(lambda found: found[0] if found[0][0] in "\"'" else "1", text))


@lru_cache(maxsize=4096)
def _fault(text):
    try:
        tokens = Tokenizer(f"={text}").items
    except (TokenizerError, IndexError) as error:
        return f"can't be split: {str(error)[:60]}"
    return _order(tokens)


def _order(tokens):
    """An operand must be followed by an operator, an operator by an operand; what is open must be closed."""
    last, opened, blank = _START, [], False
    for token in tokens:
        kind, sub = token.type, token.subtype
        if kind == Token.WSPACE:
            blank = True
            continue
        if kind == Token.OPERAND or sub == Token.OPEN:
            if last == _OPERAND and not blank and not token.value.startswith(":"):
                return f"no operator before {token.value[:20]}"
            last = _OPERAND if kind == Token.OPERAND else _START
            if sub == Token.OPEN:
                opened.append(kind)
        elif kind == Token.SEP:
            if last == _OPERATOR or (last == _START and (not opened or opened[-1] != Token.FUNC)):
                return f"nothing before {token.value}"
            last = _START
        elif sub == Token.CLOSE:
            if not opened:
                return "a bracket closes nothing"
            inside = opened.pop()
            if last == _OPERATOR or (last == _START and inside != Token.FUNC):
                return "nothing before a closing bracket"
            last = _OPERAND
        elif kind == Token.OP_PRE:
            last = _OPERATOR
        elif last != _OPERAND:
            return f"nothing before {token.value}"
        elif kind == Token.OP_IN:
            last = _OPERATOR
        blank = False
    if opened:
        return "a bracket is never closed"
    return None if last == _OPERAND else "it ends with an operator"
