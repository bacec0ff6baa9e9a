import shutil

import pytest

from console.demo.build import BOOK, make, second_week
from console.demo.rounds import run_round
from sync.tab.adopt import Adoption
from tests.package_lint.linter import lint
from tests.scenarios.office import Office, QuickOffice, agreed


@pytest.fixture
def office(tmp_path):
    """A one-workbook company in a temporary folder; what its processes wrote is linted in the end."""
    office = Office(tmp_path)
    yield office
    assert not office.book.exists() or lint(office.book) == []


@pytest.fixture
def quick(tmp_path):
    """The same, without a process for each command."""
    return QuickOffice(tmp_path)


@pytest.fixture(scope="session")
def second(tmp_path_factory):
    """The demo company after its second week, and what was agreed on before that."""
    folder = tmp_path_factory.mktemp("company") / "demo"
    company = make(folder, 20, 3)
    run_round(folder / "config.yaml", Adoption())
    then = agreed(folder)
    second_week(folder, company)
    run_round(folder / "config.yaml")
    return folder, then


@pytest.fixture
def demo(second, tmp_path):
    """A copy of that company as an office; `agreed_first` is what was agreed on before its second week."""
    office = QuickOffice.__new__(QuickOffice)
    office.folder = shutil.copytree(second[0], tmp_path / "demo")
    office.book, office.agreed_first = office.folder / BOOK, second[1]
    return office
