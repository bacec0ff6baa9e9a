"""An open document of a real LibreOffice passes the suites that every store and every host passes."""

from pathlib import Path

import pytest

from addin.hosts.libreoffice.settings import import_paths
from console.bench.office import office
from tests.office import need_session


def test_a_document_passes_the_suites():
    need_session()
    with office() as program:
        done = program.run(
            "tests.addin.hosts.libreoffice_contract",
            timeout=300,
            paths=list(import_paths()),
            root=str(Path(__file__).parents[3]),
        )
    if done["code"]:
        pytest.fail(done["said"])
    assert "passed" in done["said"]
