"""`qlc functions` from outside."""

import json

from addin.registry.catalogue import ENTRIES
from console.cli import main

KEYS = {"name", "rule", "args", "help_zh", "help_en", "example"}


def test_the_catalogue_as_json(capsys):
    assert main(["functions", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in told] == [entry.name for entry in ENTRIES]
    for item in told:
        assert set(item) == KEYS
        for arg in item["args"]:
            assert set(arg) == {"name", "type", "optional", "help"}
            assert isinstance(arg["optional"], bool)
            assert arg["help"]


def test_the_catalogue_for_people(capsys):
    assert main(["functions"]) == 0
    chinese = capsys.readouterr().out
    assert main(["functions", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    for entry in ENTRIES:
        assert entry.zh in chinese
        assert entry.en in english
        assert entry.example in chinese
