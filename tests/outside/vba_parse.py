"""Run by a Python that has the grammar: parses each file named, prints its mistakes as JSON. Not imported by any test."""

import json
import sys
from pathlib import Path

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4_vba.vbaLexer import vbaLexer
from antlr4_vba.vbaParser import vbaParser


class Mistakes(ErrorListener):
    """What lexer and parser complain of, by line."""

    def __init__(self):
        super().__init__()
        self.said = []

    def syntaxError(self, recognizer, symbol, line, column, message, error):  # noqa: N802 - antlr's name
        self.said.append(f"{line}:{column} {message[:100]}")


def mistakes(text):
    """The mistakes in a module."""
    heard = Mistakes()
    lexer = vbaLexer(InputStream(text))
    parser = vbaParser(CommonTokenStream(lexer))
    for part in (lexer, parser):
        part.removeErrorListeners()
        part.addErrorListener(heard)
    parser.startRule()
    return heard.said


json.dump({name: mistakes(Path(name).read_text("ascii")) for name in sys.argv[1:]}, sys.stdout)
