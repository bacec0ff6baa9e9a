"""`site:`: what its page and the commented example say is what the models are; stores are known by every spelling."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from console.site_health import names
from rules.policy.loader import load, packaged_path
from rules.policy.site import Site, Store

DOCS = Path(__file__).parents[2] / "docs"
WORDS = {
    "site.md": {"text": "text", "path": "path", "whole": "whole number", "number": "number", "list": "list",
                "mapping": "mapping", "required": "required"},
    "site.zh-CN.md": {"text": "文字", "path": "路径", "whole": "整数", "number": "数字", "list": "列表",
                      "mapping": "键值", "required": "必填"},
}  # fmt: skip
NAMES = tuple(WORDS)


def keys(model=Site, above=""):
    """Every key below a model: its path, its kind, its default; ``[]`` for the items of a list."""
    for name, field in model.model_fields.items():
        name = field.alias or name
        kind, items = shape(field.annotation)
        default = None if field.is_required() else field.default
        yield f"{above}{name}", kind, "required" if field.is_required() else shown(default)
        if items is not None:
            yield from keys(items, f"{above}{name}{'[]' if kind == 'list' else ''}.")


def shape(annotation):
    """The kind of a value, and the model of what stands below it, if any."""
    parts = [part for part in get_args(annotation) if part not in (type(None), Ellipsis)]
    origin = get_origin(annotation)
    if origin is Literal:
        return "text", None
    if origin is tuple:
        return "list", parts[0] if issubclass(parts[0], BaseModel) else None
    if origin in (dict, Mapping):
        return "mapping", None
    if origin is not None:  # a value or None
        return shape(parts[0])
    if issubclass(annotation, BaseModel):
        return "mapping", annotation
    kinds = {str: "text", Path: "path", int: "whole", float: "number"}
    return next(kinds[parent] for parent in annotation.__mro__ if parent in kinds), None


def shown(default: Any) -> str:
    empty = default is None or default in ("", (), {}) or isinstance(default, BaseModel)
    return "—" if empty else f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def rows(name):
    text = (DOCS / name).read_text("utf-8")
    found = [re.split(r"(?<!\\) \| ", line.strip("| \n")) for line in text.splitlines() if re.match(r"\| `", line)]
    return {cells[0].strip("`"): (cells[1], cells[2], cells[3]) for cells in found}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_lists_every_key_with_its_type_and_default(name):
    words = WORDS[name]
    expected = {key: (words[kind], words.get(default, default)) for key, kind, default in keys()}
    found = {key: (kind, default) for key, (kind, default, _) in rows(name).items()}
    assert found == expected
    assert all(said for _, _, said in rows(name).values())


def example():
    """The example of the shipped configuration, uncommented as its head says."""
    text = packaged_path().read_text("utf-8")
    head, mark, below = text.partition("\nsite:\n")
    assert mark
    lines = [re.sub(r"^(\s*)# ", r"\1", line, count=1) for line in below.splitlines()]
    return head, "site:\n" + "\n".join(lines) + "\n"


def test_the_commented_example_is_valid_and_shows_every_key(tmp_path):
    head, site = example()
    path = tmp_path / "config.yaml"
    path.write_text(f"{head}\n{site}", "utf-8")
    config = load(path)
    assert names(config).state == "ok"
    written = set(paths(yaml.safe_load(site)["site"]))
    assert {key for key, _, _ in keys()} - written == set()
    defaults = {
        key: default for key, _, default in keys() if key.split(".")[0] in ("timezone", "state", "backups", "guards")
    }
    said = dict(values(yaml.safe_load(site)["site"]))
    assert {key: f"`{said[key]}`" for key, default in defaults.items() if default != "—"} == {
        key: default for key, default in defaults.items() if default != "—"
    }


def paths(node, above=""):
    if isinstance(node, dict):
        for name, item in node.items():
            yield f"{above}{name}"
            yield from paths(item, f"{above}{name}.")
    elif isinstance(node, list):
        for item in node:
            yield from paths(item, f"{above.rstrip('.')}[].")


def values(node, above=""):
    for name, item in node.items():
        yield f"{above}{name}", item
        if isinstance(item, dict):
            yield from values(item, f"{above}{name}.")


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_the_page_are_valid(tmp_path, name):
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL)
    assert len(blocks) > 4
    for block in blocks:
        path = tmp_path / "config.yaml"
        path.write_text(block, "utf-8")
        assert names(load(path)).state == "ok"
    below = example()[1].partition("\n  ## ")[0]
    said = [line for line in below.splitlines() if not re.match(r"\s*#", line)]
    assert blocks[0].splitlines() == said, "the page's first example is the shipped one"


def test_a_line_is_uncommented_alone(tmp_path):
    """Whoever wants only a state folder deletes one mark."""
    path = tmp_path / "config.yaml"
    path.write_text(packaged_path().read_text("utf-8").replace("  # state: state", "  state: elsewhere"), "utf-8")
    assert load(path).site.state_folder == Path("elsewhere")


def site(*stores):
    return Site(stores=[Store(name=name, aliases=aliases) for name, *aliases in stores])


def test_a_store_is_known_by_its_name_and_aliases_whatever_their_blanks_and_case():
    found = site(("LOMEESS-CA", "加拿大 店", "Lomeess Ca"), ("LOMEESS-MX",))
    for written in ("LOMEESS-CA", "lomeess-ca ", "加拿大店", " lomeessca"):
        assert found.store_name(written) == "LOMEESS-CA"
    assert found.store_name("lomeess-mx") == "LOMEESS-MX"
    assert found.store_name("LOMEESS") is None


def test_an_alias_of_several_stores_names_none_and_a_name_goes_before_an_alias():
    found = site(("甲", "店", "乙"), ("乙", "店", "丙店"), ("丙", "丙店", "丙店"))
    assert found.store_name("店") is None
    assert found.store_name("乙") == "乙"
    assert found.store_name("丙店") is None
    assert found.shared_aliases == {"店": ("甲", "乙"), "丙店": ("乙", "丙")}


def test_two_workbooks_of_one_name_are_refused():
    with pytest.raises(ValidationError, match="甲 写了两次"):
        Site(workbooks=[{"name": "甲", "path": "a.xlsx"}, {"name": "甲", "path": "b.xlsx"}])
