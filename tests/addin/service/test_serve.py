"""`qlc serve` refuses to start unsafe, and serves the LAN with a certificate only."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from pathlib import Path

import pytest

from addin.service.security import own_token
from console.cli import main
from rules.errors import Error
from tests.addin.service.serving import serving

LAN = """rules: {}
site:
  service:
    host: 0.0.0.0
    names: [qlc.example]
    certificate: cert.pem
    key: key.pem
    users: [{name: 小王, token_env: QLC_TOKEN_WANG}]
"""


def test_the_token_is_made_once_and_must_stay_private(tmp_path):
    path = tmp_path / "home" / "service.token"
    token = own_token(path)
    assert own_token(path) == token
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(Error) as caught:
        own_token(path)
    assert caught.value.code.id == "V-015"
    path.unlink()
    path.symlink_to(tmp_path / "other")
    with pytest.raises(Error):
        own_token(path)
    path.unlink()
    path.write_text("short")
    path.chmod(0o600)
    with pytest.raises(Error):
        own_token(path)


def refused(tmp_path, monkeypatch, capsys, config, **environment):
    file = Path(tempfile.mkdtemp(dir=tmp_path)) / "config.yaml"  # of its own: what was good once would stay in force
    file.write_text(config, "utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    code = main(["--config", str(file), "serve", "--json"])
    return code, json.loads(capsys.readouterr().out)["error"]["code"]


def test_what_it_does_not_start_with(tmp_path, monkeypatch, capsys):
    bare = "rules: {}\nsite: {service: {host: 0.0.0.0}}\n"
    assert refused(tmp_path, monkeypatch, capsys, bare) == (2, "V-014")
    assert refused(tmp_path, monkeypatch, capsys, LAN) == (2, "V-016")
    token = {"QLC_TOKEN_WANG": "x" * 40}
    assert refused(tmp_path, monkeypatch, capsys, LAN, **token) == (2, "V-017")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = f"rules: {{}}\nsite: {{service: {{port: {taken.getsockname()[1]}}}}}\n"
        assert refused(tmp_path, monkeypatch, capsys, port) == (4, "V-013")
    (tmp_path / "config.yaml").write_text("rules: {}", "utf-8")
    assert main(["--config", str(tmp_path / "config.yaml"), "serve", "--port", "99999"]) == 2
    assert "V-013" in capsys.readouterr().err
    assert refused(tmp_path, monkeypatch, capsys, "rules: [") == (2, "P-002")


def test_a_request_under_way_is_answered_before_it_stops(tmp_path):
    body = json.dumps({"calls": [{"function": "LEADTIME", "args": ["车机", "快线"]}]}).encode()
    with serving(tmp_path) as service:
        head = f"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
            connection.sendall(head.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            service.process.send_signal(signal.SIGTERM)
            connection.sendall(body)
            answered = b""
            while piece := connection.recv(65536):
                answered += piece
        assert answered.startswith(b"HTTP/1.1 200")
        assert b'"value":71' in answered


def test_the_lan_is_served_with_tls_and_each_users_token(tmp_path):
    if shutil.which("openssl") is None:
        assert "CI" not in os.environ, "openssl is missing"
        pytest.skip("openssl, which makes a certificate, is not installed")
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=qlc.example", "-addext",
         "subjectAltName=DNS:qlc.example", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    token = "长".encode().hex() * 8
    with serving(tmp_path, LAN, QLC_TOKEN_WANG=token) as service:
        assert service.said["url"].startswith("https://0.0.0.0:")
        assert service.said["token_file"] is None
        assert token not in str(service.said)
        trust = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))

        def ask(*lines):
            plain = socket.create_connection(("127.0.0.1", service.port))
            with trust.wrap_socket(plain, server_hostname="qlc.example") as secure:
                secure.sendall("\r\n".join(["GET /v1/health HTTP/1.1", *lines, "Connection: close", "", ""]).encode())
                return secure.recv(65536).split()[1]

        good = f"Authorization: Bearer {token}"
        assert ask("Host: qlc.example", good) == b"200"
        assert ask("Host: qlc.example", good + "x") == b"401"
        assert ask("Host: other.example", good) == b"403"
