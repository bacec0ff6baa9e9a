"""What docs/service.md and its Chinese twin say is what the service does."""

import json
import re
from pathlib import Path

import pytest

from addin.service import codes
from rules.errors import Code

DOCS = Path(__file__).parents[3] / "docs"
NAMES = ("service.md", "service.zh-CN.md")


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_run(service, name):
    text = (DOCS / name).read_text("utf-8")
    examples = re.findall(r"^`(\w+) (\S+)`\n```json\n(.*?)```", text, re.M | re.S)
    assert len(examples) == 2
    for method, path, body in examples:
        answer = service.client().ask(method, path, json.loads(body))
        assert answer.status == 200, answer.document
    service.hang_up()


def test_every_refusal_is_listed():
    served = {code.id: status for code, status in codes.STATUS.items()}
    for name in NAMES:
        text = (DOCS / name).read_text("utf-8")
        for code, status in served.items():
            line = next(line for line in text.splitlines() if line.startswith("|") and code in line)
            assert str(status) in line
    known = [value for value in vars(codes).values() if isinstance(value, Code)]
    at_start = {"V-013", "V-014", "V-015", "V-016", "V-017", "V-023"}
    in_the_log = {"V-031"}
    assert {code.id for code in known} == served.keys() | at_start | in_the_log
    for name in NAMES:
        assert all(code in (DOCS / name).read_text("utf-8") for code in in_the_log)
