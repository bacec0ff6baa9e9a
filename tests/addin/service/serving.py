"""A real service in a process of its own, and a client that speaks plain HTTP."""

import contextlib
import http.client
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ORIGIN = "https://sheets.example"
CONFIG = f"rules: {{}}\nsite:\n  service:\n    origins: [{ORIGIN}]\n"


class Answer(NamedTuple):
    status: int
    document: Any
    headers: Any

    @property
    def code(self):
        return self.document["error"]["code"]


class Client:
    """One connection. `headers` replace or, as None, remove those that every request has."""

    def __init__(self, port, token, timeout=60):
        self.port, self.token = port, token
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method, path, body=None, **headers):
        sent = {"Host": f"127.0.0.1:{self.port}", "Authorization": f"Bearer {self.token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["Content-Length"] = str(len(body))
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.http.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            for item in value if isinstance(value, list) else [value]:
                if item is not None:
                    self.http.putheader(name, item)
        self.http.endheaders(body)
        response = self.http.getresponse()
        text = response.read()
        return Answer(response.status, json.loads(text) if text else None, response.headers)

    def results(self, calls, **more):
        answer = self.ask("POST", "/v1/batch", {"calls": [{"function": n, "args": a} for n, a in calls], **more})
        assert answer.status == 200, answer.document
        return answer.document["results"]


class Serving(NamedTuple):
    process: Any
    port: int
    token: str
    config: Path
    said: dict[str, Any]
    clients: list[Client]

    def client(self, **options):
        self.clients.append(Client(self.port, self.token, **options))
        return self.clients[-1]

    def hang_up(self):
        while self.clients:
            self.clients.pop().http.close()


QLC = "console.cli"


@contextlib.contextmanager
def serving(folder, config=CONFIG, program=QLC, files=None, words=(), **environment):
    """`qlc serve --port 0 --json` with a home of its own; stopped by SIGTERM, which must end it well.

    `files` is how many it may have open, `words` what else is said; without `config` the folder has one.
    """

    def limited():
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    file = folder / "config.yaml"
    if config is not None:
        file.write_text(config, "utf-8")
    home = {"XDG_CONFIG_HOME": str(folder / "home"), "HOME": str(folder / "home"), **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", program, "--config", str(file), "serve", "--port", "0", "--json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **home},
        preexec_fn=limited if files else None,
    )
    try:
        said = next((said for line in process.stdout if "url" in (said := json.loads(line))), None)
        assert said is not None, process.stderr.read()
        token = Path(said["token_file"]).read_text().strip() if said["token_file"] else ""
        running = Serving(process, int(said["url"].rpartition(":")[2]), token, file, said, [])
        yield running
        running.hang_up()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
