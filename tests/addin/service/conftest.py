"""One service that runs for every test that changes nothing about it."""

import pytest

from tests.addin.service.serving import serving


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """A real process with the shipped rules; each test hangs up its own clients."""
    with serving(tmp_path_factory.mktemp("service")) as running:
        yield running
