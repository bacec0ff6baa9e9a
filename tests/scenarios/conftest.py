import pytest

from tests.scenarios.office import Office


@pytest.fixture
def office(tmp_path):
    """A one-workbook company in a temporary folder."""
    return Office(tmp_path)
