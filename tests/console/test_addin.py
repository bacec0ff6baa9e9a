"""`qlc addin` as people run it."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from tests import warm


def qlc(*words):
    return warm.qlc("addin", *words)


def test_build_answers_path_and_hash(tmp_path):
    (made,) = json.loads(qlc("build", "--host", "excel", "--out", str(tmp_path / "new"), "--json").stdout)
    content = Path(made["path"]).read_bytes()
    assert made["path"] == str(tmp_path / "new" / "quanliucheng.xlam")
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    assert made["bytes"] == len(content)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["quanliucheng.xlam"]
    said = qlc("build", "--out", str(tmp_path))
    assert made["sha256"] in said.stdout


def test_bundle_is_a_zip(tmp_path):
    (made,) = json.loads(qlc("bundle", "--windows", "--out", str(tmp_path), "--json").stdout)
    assert zipfile.ZipFile(made["path"]).testzip() is None


def test_libreoffice_follows_a_configuration(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("rules: {}")
    words = ("--config", str(config), "follow", "--host", "libreoffice", "--json")
    (step,) = json.loads(qlc(*words).stdout)
    assert json.loads(Path(step["path"]).read_text("utf-8"))["config"] == str(config)
    config.write_text("rules: [")
    assert json.loads(qlc(*words).stdout)["error"]["code"] == "P-002"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("build", "--host", "lotus"), "H-020"),
        (("bundle",), "H-021"),
        (("install",), "H-010"),
        (("uninstall",), "H-010"),
        (("follow",), "H-090"),
        (("follow", "--config", "config.yaml"), "H-010"),
        (("build", "--out", "/proc/nowhere"), "C-002"),
        ((), "C-001"),
    ],
)
def test_mistakes_are_coded(words, code):
    done = qlc(*words)
    assert done.returncode == 2
    assert done.stderr.startswith(code), done.stderr
    assert json.loads(qlc(*words, "--json").stdout)["error"]["code"] == code
