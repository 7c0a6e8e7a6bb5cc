"""Writers that note what was acknowledged, subscribers that note what they were told, and watchers of /readyz."""

import collections
import http.client
import json
import os
import threading
import time
import uuid

from .sockets import Closed, Socket

CREATE = "mutation ($id: ID!, $name: String!) { createContact(id: $id, input: { name: $name }) { userErrors { message } } }"
UPDATE = """mutation ($id: ID!, $phone: String!) {
  updateContact(id: $id, input: { phone: $phone }) { userErrors { message } }
}"""
LOG = """mutation ($id: ID!, $contact: ID!) {
  createInteraction(id: $id, contactId: $contact, input: { type: CALL, subject: "Failover" }) { userErrors { message } }
}"""
CHANGES = "subscription ($after: String) { changes(after: $after) { cursor node { type subjectId } } }"
# Between two writes of a writer, so that this program is not what is measured.
PAUSE_SECONDS = 0.05
# Of those that resume from time to time.
CONNECTION_SECONDS = 2.5
REQUEST_SECONDS = 60

Attempt = collections.namedtuple("Attempt", "begun ended kind id contact outcome")


def new_id():
    """A UUIDv7."""
    bits = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return str(uuid.UUID(int=bits & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


class Client:
    """A connection for queries and mutations, made anew when it breaks."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS)

    def ask(self, query, **variables):
        """The status and the answer."""
        body = json.dumps({"query": query, "variables": variables})
        try:
            self.connection.request("POST", "/graphql", body, {"content-type": "application/json"})
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read())
        except BaseException:
            self.connection.close()
            raise


def outcome_of(client, query, variables):
    """None for a write that was acknowledged, and otherwise what came instead."""
    try:
        status, answer = client.ask(query, **variables)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"no answer: {type(error).__name__}"
    errors = answer.get("errors")
    if errors:
        return f"{status} {errors[0]['extensions']['code']}"
    (payload,) = answer["data"].values()
    return str(payload["userErrors"]) if payload["userErrors"] else None


class Load:
    """All that runs beside the failures."""

    def __init__(self, ports, writers, subscribers, after):
        self.ports, self.stopped = ports, threading.Event()
        self.attempts, self.subscribers = [], [Subscriber(self, number, after) for number in range(subscribers)]
        self.readiness = {port: [] for port in ports}
        runs = [(self.write, number) for number in range(writers)] + [(self.watch, port) for port in ports]
        self.threads = [threading.Thread(target=run, args=(argument,), daemon=True) for run, argument in runs]
        self.followers = [threading.Thread(target=each.run, daemon=True) for each in self.subscribers]
        for thread in self.threads + self.followers:
            thread.start()

    def write(self, number):
        client, contact = Client(self.ports[number % len(self.ports)]), None
        for step in range(1_000_000):
            kind = ("create", "update", "log")[step % 3] if contact else "create"
            new = new_id()
            if kind == "create":
                contact = new
                query, variables = CREATE, {"id": new, "name": f"Writer {number} {step}"}
            elif kind == "update":
                query, variables = UPDATE, {"id": contact, "phone": str(step)}
            else:
                query, variables = LOG, {"id": new, "contact": contact}
            begun = time.monotonic()
            outcome = outcome_of(client, query, variables)
            self.attempts.append(Attempt(begun, time.monotonic(), kind, new, contact, outcome))
            if outcome and kind == "create":
                contact = None
            if self.stopped.wait(PAUSE_SECONDS):
                return

    def watch(self, port):
        while not self.stopped.is_set():
            begun = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS)
            try:
                connection.request("GET", "/readyz")
                status = connection.getresponse().status
            except OSError as error:
                status = type(error).__name__
            connection.close()
            self.readiness[port].append((begun, time.monotonic(), status))
            self.stopped.wait(0.2)

    def acknowledged_since(self, moment):
        """The end of the first write that was acknowledged and had begun after a moment."""
        ends = [attempt.ended for attempt in self.attempts if attempt.begun > moment and not attempt.outcome]
        return min(ends, default=None)

    def stop_writing(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(REQUEST_SECONDS + 5)
            assert not thread.is_alive(), "a writer hangs"

    def stop_following(self):
        for each in self.subscribers:
            each.stop()
        for thread in self.followers:
            thread.join(10)


class Subscriber:
    """Follows the feed. Every other one goes to the next replica from time to time, and resumes by its cursor."""

    def __init__(self, load, number, after):
        self.load, self.number, self.after = load, number, after
        self.heard, self.connections, self.faults = [], 0, collections.Counter()
        self.socket, self.is_stopped = None, False

    def run(self):
        while not self.is_stopped:
            try:
                self.follow()
            except (Closed, OSError) as error:
                if not self.is_stopped and not (self.number % 2 and isinstance(error, TimeoutError)):
                    self.faults[f"{type(error).__name__} {error}"] += 1
                    time.sleep(0.2)

    def follow(self):
        port = self.load.ports[(self.number // 2 + self.connections) % len(self.load.ports)]
        self.connections += 1
        connected = time.monotonic()
        self.socket = Socket(port, CONNECTION_SECONDS) if self.number % 2 else Socket(port)
        try:
            self.socket.say({"id": "1", "type": "subscribe", "payload": {"query": CHANGES, "variables": {"after": self.after}}})
            while not self.is_stopped and not (self.number % 2 and time.monotonic() - connected > CONNECTION_SECONDS):
                message = self.socket.hear()
                if message["type"] != "next" or message["payload"].get("errors"):
                    raise Closed(json.dumps(message))
                change = message["payload"]["data"]["changes"]
                self.after = change["cursor"]
                self.heard.append((change["cursor"], change["node"]["type"], change["node"]["subjectId"]))
        finally:
            self.socket.close()

    def stop(self):
        self.is_stopped = True
        if self.socket:
            try:
                self.socket.socket.shutdown(2)
            except OSError:
                pass
