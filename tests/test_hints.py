"""What a message says of `config.yaml` is right: each key that it names is one, each line to copy is valid there."""

import re

import pytest
import yaml

from rules.policy.models import Rules
from rules.policy.site import Site
from tests.rules.test_site import keys
from tests.test_house import _all_codes

SITE = {key.replace("[]", "") for key, _, _ in keys()}
FACTS = {
    "value": "LOMEESS: 'CA'",
    "expected": "货代仓/海外仓",
    "column": "货代仓/海外仓",
    "found": "店",
    "report": "采购单",
    "kind": "未完",
    "quoted": '"店"',
}
HINTS = [
    (code, lang, " ".join(code.parts(FACTS, lang)))
    for code in _all_codes().values()
    for lang in ("zh", "en")
    if re.search(r"config\.yaml|\b(site|rules)\.", " ".join((code.zh, code.todo_zh, code.en, code.todo_en)))
]
SNIPPETS = {
    "site.stores": lambda line: {"stores": yaml.safe_load(line)},
    "site.inbox": lambda line: {"inbox": yaml.safe_load(line)},
    "site.warehouses": lambda line: {"warehouses": yaml.safe_load(line)},
}


def test_there_are_messages_to_look_at():
    assert len({code.id for code, _, _ in HINTS}) > 15


@pytest.mark.parametrize(("code", "lang", "text"), HINTS, ids=lambda part: getattr(part, "id", None))
def test_every_key_that_a_message_names_is_one(code, lang, text):
    for section, key in re.findall(r"(?<!/)\b(site|rules)\.([a-z_]+(?:\.[a-z_]+)*)", text):
        if section == "site":
            assert key in SITE, text
        else:
            family, _, name = key.partition(".")
            assert family in Rules.model_fields, text
            assert not name or name in Rules.model_fields[family].annotation.model_fields, text


@pytest.mark.parametrize(("code", "lang", "text"), HINTS, ids=lambda part: getattr(part, "id", None))
def test_every_line_to_copy_is_valid_where_it_is_to_stand(code, lang, text):
    for line in re.findall(r"- \{.*?\}(?![^ ,;,。]*\})", text):
        (key,) = (key for key in SNIPPETS if key in text)
        Site(**SNIPPETS[key](line))
    for line in re.findall(r"\w+: \{.*?: .*?\}", text):
        key = re.search(r"site\.(\w+_aliases|statuses)|tabs", text)
        assert key, text
        parsed = yaml.safe_load(line)
        if key[1]:
            Site(**{key[1]: parsed})
        else:
            Site(workbooks=[{"name": "甲", "path": "a.xlsx", **parsed}])


def test_a_store_that_nobody_knows_gets_the_line_to_add():
    from sync.ingest.codes import I_UNKNOWN_STORE

    for lang in ("zh", "en"):
        text = I_UNKNOWN_STORE.text({"value": "LOMEESS"}, lang)
        assert "site.stores" in text
        assert "- {name: 'LOMEESS'}" in text
