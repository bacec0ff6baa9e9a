import pytest

from tests.scenarios.office import Office, QuickOffice


@pytest.fixture
def office(tmp_path):
    """A one-workbook company in a temporary folder."""
    return Office(tmp_path)


@pytest.fixture
def quick(tmp_path):
    """The same, without a process for each command."""
    return QuickOffice(tmp_path)
