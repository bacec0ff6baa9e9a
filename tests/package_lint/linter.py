"""Small rules of what programs refuse or repair in a workbook, each one function and a sentence.

They stand beside Microsoft's validator, which misses many of them (`make proof` shows who caught what). A file that
was made of another is compared with it: what the original had already is not its fault.
"""

from collections import Counter
from contextlib import closing

from tests.package_lint import of_packages, of_sheets, of_workbooks
from tests.package_lint.package import Finding, Package

RULES = [*of_packages.RULES, *of_workbooks.RULES, *of_sheets.RULES]


def lint(path, rules=None):
    """What is wrong with a workbook."""
    with closing(Package(path)) as package:
        return [Finding(rule.__name__, *found) for rule in rules or RULES for found in rule(package)]


def new_findings(before, after):
    """What is wrong with a file and was not with the one it was made of."""
    return list((Counter(lint(after)) - Counter(lint(before))).elements())
