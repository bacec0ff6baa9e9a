"""Run by a Python that has the grammar: parses each file named, prints its mistakes as JSON.

The tests' own Python lacks the grammar, and pytest reads every module here: so it is imported where it is used.
"""

import json
import sys
from pathlib import Path


class Mistakes:
    """What lexer and parser complain of, by line; the names are those that the grammar's library calls."""

    def __init__(self):
        self.said = []

    def syntaxError(self, recognizer, symbol, line, column, message, error):  # noqa: N802
        self.said.append(f"{line}:{column} {message[:100]}")

    def reportAmbiguity(self, *about):  # noqa: N802
        """No mistake."""

    reportAttemptingFullContext = reportContextSensitivity = reportAmbiguity  # noqa: N815


def mistakes(text):
    """The mistakes in a module."""
    from antlr4 import CommonTokenStream, InputStream
    from antlr4_vba.vbaLexer import vbaLexer
    from antlr4_vba.vbaParser import vbaParser

    heard = Mistakes()
    lexer = vbaLexer(InputStream(text))
    parser = vbaParser(CommonTokenStream(lexer))
    for part in (lexer, parser):
        part.removeErrorListeners()
        part.addErrorListener(heard)
    parser.startRule()
    return heard.said


if __name__ == "__main__":
    json.dump({name: mistakes(Path(name).read_text("ascii")) for name in sys.argv[1:]}, sys.stdout)
