"""`qlc serve --sync`: two halves in one process, of which none outlives the other; and how tokens are made."""

import hashlib
import json
from threading import Event

import pytest
import yaml

from addin.hosts.live_policy import LivePolicy
from addin.service.security import User, hashed
from console.cli import main
from console.commands.serve import _serve_and_watch
from console.output import Output
from rules.errors import Busy, Error
from rules.policy.loader import load
from sync.daemon.daemon import Daemon
from sync.state.database import State
from sync.state.locks import SERVICE, holder

NEVER = {"quiet": ["00:00-12:00", "12:00-00:00"]}


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "config.yaml"
    site = {"schedule": NEVER, "workbooks": [{"name": "甲", "path": "甲.xlsx"}]}
    path.write_text(yaml.safe_dump({"rules": {}, "site": site}, allow_unicode=True), "utf-8")
    made = LivePolicy(path)
    made.config()
    return made


class Serving:
    """Stands in for the HTTP half: serves until it is stopped, or fails."""

    def __init__(self, failure=None):
        self.failure, self.stopped, self.said = failure, Event(), []

    def __call__(self, ready, close, leaving):
        ready(self.stopped.set)
        self.held = holder(self.folder / SERVICE)
        if self.failure:
            raise self.failure
        self.stopped.wait()
        leaving()
        close()

    def run(self, policy):
        self.folder = policy.path.parent / "state"
        closed = []
        try:
            _serve_and_watch(self, lambda: closed.append(1), lambda: self.said.append("ready"), policy, Output("zh"))
        finally:
            self.left = holder(self.folder / SERVICE)
        return closed


def test_told_to_stop_both_end(policy, capsys):
    serving = Serving()
    serving.stopped.set()
    assert serving.run(policy) == [1]
    assert serving.said == ["ready"]
    assert serving.held
    assert serving.left == ""
    assert capsys.readouterr().out.splitlines()[-1] == "服务停了。"


def test_a_service_that_fails_takes_the_rounds_with_it(policy):
    serving = Serving(RuntimeError("boom"))
    with pytest.raises(Error) as caught:
        serving.run(policy)
    assert caught.value.code.id == "V-023"
    assert "boom" in caught.value.message()
    assert serving.left == ""


def test_rounds_that_fail_take_the_service_with_them(policy, monkeypatch):
    def fails(_):
        raise RuntimeError("boom")

    monkeypatch.setattr(Daemon, "step", fails)
    serving = Serving()
    with pytest.raises(Error) as caught:
        serving.run(policy)
    assert serving.stopped.is_set()
    assert caught.value.code.id == "D-007"
    assert "boom" in caught.value.message()


def test_a_second_one_is_refused_before_it_says_that_it_serves(policy):
    serving = Serving()
    with State(policy.path.parent / "state") as state, state.service(), pytest.raises(Busy) as caught:
        serving.run(policy)
    assert caught.value.code.id == "D-001"
    assert serving.said == []


def refused(tmp_path, capsys, site):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"rules": {}, "site": site}), "utf-8")
    code = main(["--config", str(path), "serve", "--sync", "--port", "0", "--json"])
    return code, json.loads(capsys.readouterr().out)["error"]["code"]


def test_a_computer_whose_rounds_a_server_runs_is_none(tmp_path, capsys):
    server = {"server": {"url": "https://qlc.example:8765", "token_env": "QLC_TOKEN"}}
    assert refused(tmp_path, capsys, server) == (3, "C-015")
    assert not (tmp_path / "state").exists()


def test_a_token_is_shown_once_and_only_its_hash_is_configured(tmp_path, capsys):
    assert main(["serve", "--new-token", "小王", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert hashlib.sha256(made["token"].encode()).hexdigest() == made["token_sha256"]
    assert len(made["token"]) >= 32
    assert main(["serve", "--new-token", "小王"]) == 0
    *_, line = capsys.readouterr().out.splitlines()
    path = tmp_path / "config.yaml"
    path.write_text(f"rules: {{}}\nsite:\n  service:\n    users:\n    {line}\n", "utf-8")
    (user,) = load(path).site.service.users
    assert (user.name, user.role, len(user.token_sha256)) == ("小王", "operator", 64)


@pytest.mark.parametrize(
    ("role", "may"), [("operator", ["operator"]), ("lead", ["operator", "lead"]), ("it", ["operator", "lead", "it"])]
)
def test_a_role_may_what_those_before_it_may(role, may):
    user = User("小王", role, hashed("x"))
    for wanted in ("operator", "lead", "it"):
        if wanted in may:
            user.need(wanted)
            continue
        with pytest.raises(Error) as caught:
            user.need(wanted)
        assert (caught.value.code.id, caught.value.exit_code) == ("V-018", 3)


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://qlc.example:8765", True),
        ("http://127.0.0.1:8765", True),
        ("http://localhost", True),
        ("http://qlc.example:8765", False),
        ("http://127.0.0.1.evil.example", False),
        ("https://qlc.example/path", False),
        ("https://me@qlc.example", False),
    ],
)
def test_a_token_is_sent_to_no_server_that_others_can_listen_to(tmp_path, url, taken):
    path = tmp_path / "config.yaml"
    site = {"server": {"url": url, "token_env": "QLC_TOKEN"}}
    path.write_text(yaml.safe_dump({"rules": {}, "site": site}), "utf-8")
    if taken:
        assert load(path).site.server.url == url
        return
    with pytest.raises(Error) as caught:
        load(path)
    assert caught.value.code.id == "P-003"


@pytest.mark.parametrize(
    "user",
    [{"name": "a"}, {"name": "a", "token_env": "A", "token_sha256": "0" * 64}, {"name": "a", "token_sha256": "0"},
     {"name": "a", "token_env": "A", "role": "boss"}],
)  # fmt: skip
def test_a_user_has_one_token_and_a_known_role(tmp_path, user):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"rules": {}, "site": {"service": {"users": [user]}}}), "utf-8")
    with pytest.raises(Error) as caught:
        load(path)
    assert caught.value.code.id == "P-003"
