"""A server of the test's own, and requests to it."""

import asyncio
import atexit
import json
import os
import pathlib
import signal
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).parents[3]
BINARY = os.environ.get("LIAISON_BIN", str(ROOT / "target/debug/liaison"))


class Server:
    """A server on a port; `arguments` are those of `serve`."""

    def __init__(self, port, folder, *arguments):
        self.url = f"http://127.0.0.1:{port}/graphql"
        self.command = [BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--log-format", "json", *arguments]
        self.environment = {**os.environ, "DATABASE_URL": f"sqlite://{folder}/liaison.db", "LIAISON_MAIL_DIR": f"{folder}/mail", "RUST_LOG": "info"}
        self.process = None
        # Whatever goes wrong, no server is left behind.
        atexit.register(lambda: self.process and self.process.kill())

    def start(self):
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for line in self.process.stderr:
            if '"address"' in line:
                return
        raise AssertionError("the server has not started")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.process.stderr.close()


def post(url, query, **variables):
    """The data of an answer without errors."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        answered = json.load(answer)
    assert "errors" not in answered, answered["errors"]
    return answered["data"]


def end_of_feed(url):
    """The cursor at which the feed ends now."""
    return post(url, "{ changes(first: 0) { pageInfo { endCursor } } }")["changes"]["pageInfo"]["endCursor"]


async def create(url, *names):
    """Creates a contact of each name; their ids."""
    query = "mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }"
    created = [await asyncio.to_thread(post, url, query, name=name) for name in names]
    return [data["createContact"]["contact"]["id"] for data in created]
