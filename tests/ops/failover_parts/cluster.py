"""Three PostgreSQL under Patroni, with etcd and HAProxy, on loopback ports, by the files of packaging/failover."""

import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
PACKAGED = REPOSITORY / "packaging" / "failover"
PROGRAMS = ["etcd", "patroni", "patronictl", "haproxy"]
SKIPPED = 77


def skip(reason):
    print(f"SKIPPED: {reason}", file=sys.stderr)
    sys.exit(SKIPPED)


def until(what, look, seconds):
    """Looks again until there is something, which it returns."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"FAILED: after {seconds} s still without {what}")


def get(url, timeout=2):
    """The status and the body of an answer; none where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None, ""


def children(pid):
    """A process and those that it has started."""
    found = [pid]
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                status = (folder / "status").read_text()
            except OSError:
                continue
            if f"\nPPid:\t{pid}\n" in status:
                found.append(int(folder.name))
    return found


class Node:
    """A machine with PostgreSQL and Patroni."""

    def __init__(self, cluster, number):
        self.cluster, self.name = cluster, f"pg{number}"
        self.postgres, self.api = cluster.port + 1 + number, cluster.port + 4 + number
        self.folder = cluster.work / self.name
        self.data = self.folder / "data"
        self.patroni = None
        cluster.own(self.folder)

    def configuration(self):
        text = (PACKAGED / "patroni.yml").read_text()
        for before, after in [
            ("name: pg1", f"name: {self.name}"),
            ("10.0.0.11:5432", f"127.0.0.1:{self.postgres}"),
            ("10.0.0.11:8008", f"127.0.0.1:{self.api}"),
            ("10.0.0.21:2379,10.0.0.22:2379,10.0.0.23:2379", f"127.0.0.1:{self.cluster.port}"),
            ("10.0.0.0/24", "127.0.0.1/32"),
            ("/var/lib/postgresql/15/liaison", str(self.data)),
            ("/usr/lib/postgresql/15/bin", str(self.cluster.programs)),
            ("/var/lib/postgresql/.pgpass-patroni", str(self.folder / "pgpass")),
            ("/run/postgresql", str(self.folder)),
        ]:
            assert before in text, f"packaging/failover/patroni.yml has no {before}"
            text = text.replace(before, after)
        # Processes are killed here, and never the machine, whose memory keeps what they have written.
        return text + "    fsync: \"off\"\n"

    def start(self):
        file = self.folder / "patroni.yml"
        file.write_text(self.configuration())
        self.patroni = self.cluster.start(f"patroni-{self.name}", "patroni", str(file))

    def role(self):
        """What Patroni says of this machine."""
        try:
            return json.loads(get(f"http://127.0.0.1:{self.api}/patroni")[1])
        except ValueError:
            return {}

    def is_leader(self):
        return get(f"http://127.0.0.1:{self.api}/primary")[0] == 200

    def is_streaming(self):
        role = self.role()
        return role.get("role") == "replica" and role.get("state") == "running" and self.name in self.cluster.streaming()

    def processes(self):
        """PostgreSQL's processes."""
        try:
            return children(int((self.data / "postmaster.pid").read_text().split()[0]))
        except (OSError, ValueError, IndexError):
            return []

    def signal(self, number, patroni=False):
        """Sends a signal to PostgreSQL's processes, the first one first, and before them to Patroni's."""
        if patroni and self.patroni.poll() is None:
            self.patroni.send_signal(number)
            if number == signal.SIGKILL:
                self.patroni.wait()
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def destroy(self):
        if self.patroni and self.patroni.poll() is None:
            self.patroni.kill()
            self.patroni.wait()
        if self.data.exists() and any(self.data.samefile(f"/proc/{pid}/cwd") for pid in self.processes()[:1] if
                                      os.path.exists(f"/proc/{pid}/cwd")):
            self.signal(signal.SIGKILL)


class Cluster:
    """All of it. Ports from `port` on: etcd's two, three of PostgreSQL, three of Patroni, HAProxy's."""

    def __init__(self, work, port):
        for program in PROGRAMS:
            if not shutil.which(program):
                skip(f"{program} is not installed")
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            skip("PostgreSQL is not installed")
        self.programs, self.work, self.port, self.started = found[-1], work, port, []
        # PostgreSQL refuses to run as root.
        self.account = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        work.chmod(0o755)
        self.nodes = [Node(self, number) for number in (1, 2, 3)]
        self.proxy = port + 8
        self.url = f"postgres://liaison:change-liaison@127.0.0.1:{self.proxy}/liaison"

    def own(self, folder):
        folder.mkdir(mode=0o700)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def start(self, name, *command):
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if self.account else {}
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        with open(self.work / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, env=environment, cwd=self.work, stdout=log, stderr=log, **user)
        self.started.append(process)
        return process

    def open(self):
        """Starts all, and makes the database."""
        self.own(self.work / "etcd")
        client, peer = (f"http://127.0.0.1:{self.port + number}" for number in (0, 1))
        self.start("etcd", "etcd", "--name=etcd", "--enable-v2=true", f"--data-dir={self.work}/etcd", f"--listen-client-urls={client}",
                   f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}",
                   f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=etcd={peer}")
        until("etcd", lambda: get(f"{client}/health")[0] == 200, 30)
        for node in self.nodes:
            node.start()
        until("a leader", self.leader, 60)
        until("two replicas", lambda: len(self.streaming()) == 2, 90)
        self.sql("CREATE ROLE liaison LOGIN PASSWORD 'change-liaison'")
        self.sql("CREATE DATABASE liaison OWNER liaison")
        text = (PACKAGED / "haproxy.cfg").read_text().replace(" port 8008", "")
        text = text.replace("127.0.0.1:5000", f"127.0.0.1:{self.proxy}")
        for node in self.nodes:
            text = re.sub(rf"{node.name} [\d.]+:5432", f"{node.name} 127.0.0.1:{node.postgres} port {node.api}", text)
        (self.work / "haproxy.cfg").write_text(text)
        self.start("haproxy", "haproxy", "-db", "-f", str(self.work / "haproxy.cfg"))
        # It counts all three as leaders until it has asked them.
        log = self.work / "haproxy.log"
        until("HAProxy's checks", lambda: log.read_text().count(" is DOWN") == 2, 20)

    def leader(self):
        return next((node for node in self.nodes if node.is_leader()), None)

    def streaming(self):
        """The names of the replicas that stream from the leader."""
        leader = self.leader()
        replication = leader.role().get("replication") or [] if leader else []
        return {each["application_name"] for each in replication if each["state"] == "streaming"}

    def synchronous(self):
        """The replica that has all acknowledged writes."""
        replication = self.leader().role().get("replication") or []
        return next((each["application_name"] for each in replication if each["sync_state"] == "sync"), None)

    def sql(self, text):
        """Runs a statement on the leader, and returns what it prints."""
        leader = self.leader()
        command = [self.programs / "psql", "--no-psqlrc", "-qtAX", "-v", "ON_ERROR_STOP=1", "-h", leader.folder,
                   "-p", str(leader.postgres), "-U", "postgres", "-c", text]
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if self.account else {}
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30, cwd="/", **user).stdout.strip()

    def switch_over(self, leader, candidate):
        command = ["patronictl", "-c", str(leader.folder / "patroni.yml"), "switchover", "--force",
                   "--leader", leader.name, "--candidate", candidate, "liaison"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=self.work)
        assert done.returncode == 0 and "Successfully" in done.stdout, done.stdout + done.stderr

    def close(self):
        for node in self.nodes:
            node.signal(signal.SIGCONT)
            node.destroy()
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
