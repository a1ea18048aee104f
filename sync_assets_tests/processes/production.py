"""The processes of production, each started as its documentation says, and ended or killed by their ids."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx
import psutil
import yaml

from sync_assets_tests.support.waiting import eventually

BIN = Path(sys.executable).parent
DEPLOY = Path(__file__).parents[2] / "deploy"
HOST = "127.0.0.1"
PREFIX = "/dagster"
"""The path of the webserver, as in the compose file."""
WRITTEN = ("local", "uploads", "tmp")
"""The folders that the processes may write to."""
READ_ONLY = """set -e
mount --make-rprivate /
mount --bind "$0" "$0"
mount -o remount,bind,ro "$0"
for name in local uploads tmp; do mount --bind "$0/$name" "$0/$name"; mount -o remount,bind,rw "$0/$name"; done
mount -o remount,bind,ro /
exec "$@"
"""
"""A shell's commands that start a process whose files are read-only, as those of a container of the compose file."""


@cache
def may_mount() -> bool:
    """Tell whether this machine lets the tests give a process a file system of its own."""
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def settings_of_sandbox(process: subprocess.Popen[bytes], output: Path) -> dict[str, str]:
    """Return the settings that `sync-assets sandbox` prints once it serves."""

    def printed() -> dict[str, str]:
        assert process.poll() is None, output.read_text("utf-8")
        lines = [line.removeprefix("export ").split("=", 1) for line in output.read_text("utf-8").splitlines()]
        found = {line[0]: line[1] for line in lines if len(line) == 2}
        return found if "ADMINISTRATE_CLIENT_SECRET" in found else {}

    return eventually(printed, "the made-up tenant serves")


@dataclass
class Production:
    """A code server, a daemon and a webserver over one folder, one environment and one PostgreSQL."""

    folder: Path
    settings: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    code_port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """The root of the webserver."""
        return f"http://{HOST}:{self.port}{PREFIX}"

    @property
    def uploads(self) -> Path:
        """The drop folder."""
        return self.folder / "uploads"

    @property
    def home(self) -> Path:
        """Dagster's home."""
        return self.folder / "home"

    def prepare(self) -> None:
        """Write the files of deploy/ into Dagster's home, with shorter times and this machine's ports."""
        self.home.mkdir()
        for name in WRITTEN:
            (self.folder / name).mkdir()
        instance = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
        instance["storage"]["custom"]["config"]["sign_of_life_seconds"] = 1.0
        instance["run_launcher"]["config"]["silence_seconds"] = 6
        instance["run_monitoring"] |= {"poll_interval_seconds": 2, "free_slots_after_run_end_seconds": 2}
        instance["run_coordinator"]["config"] |= {"dequeue_interval_seconds": 1, "user_code_failure_retry_delay": 1}
        (self.home / "dagster.yaml").write_text(yaml.safe_dump(instance), "utf-8")
        workspace = yaml.safe_load((DEPLOY / "workspace.yaml").read_text("utf-8"))
        workspace["load_from"][0]["grpc_server"] |= {"host": HOST, "port": self.code_port}
        (self.home / "workspace.yaml").write_text(yaml.safe_dump(workspace), "utf-8")

    def command(self, name: str) -> list[str]:
        """Return the command of a process."""
        workspace = ["-w", str(self.home / "workspace.yaml")]
        served = ["-h", HOST, "-p", str(self.code_port), "-m", "sync_assets.definitions"]
        return {
            "code server": [str(BIN / "dagster"), "code-server", "start", *served],
            "daemon": [str(BIN / "dagster-daemon"), "run", *workspace],
            "webserver": [
                *(str(BIN / "sync-assets-webserver"), *workspace, "-h", HOST, "-p", str(self.port)),
                *("--path-prefix", PREFIX),
            ],
        }[name]

    def start(self, name: str) -> None:
        """Start a process; what it writes is kept in `<name>.log`."""
        self.running[name] = self.run(name, self.command(name))

    def run(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command in the environment of the processes; what it writes is kept in `<name>.log`."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("SYNC_", "ADMINISTRATE_"))}
        clean |= {"DAGSTER_HOME": str(self.home), "TMPDIR": str(self.folder / "tmp"), "PYTHONUNBUFFERED": "1"}
        if may_mount():
            command = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(self.folder), *command]
        with (self.folder / f"{name}.log").open("ab") as output:
            return subprocess.Popen(
                command,
                env={**clean, **self.settings},
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_all(self) -> None:
        """Start all three in the order of the compose file, each once the one before it answers."""
        self.start("code server")
        self.wait_for_code_server()
        self.start("webserver")
        self.start("daemon")
        self.wait_for_webserver()

    def wait_for_code_server(self) -> None:
        """Return when the code server takes connections."""

        def answers() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex((HOST, self.code_port)) == 0

        eventually(answers, "the code server answers")

    def wait_for_webserver(self) -> None:
        """Return when the webserver answers."""
        self.wait_for_address("webserver", self.url)

    def wait_for_address(self, name: str, url: str) -> None:
        """Return when a process that was started as a webserver answers at an address."""

        def answers() -> bool:
            assert self.running[name].poll() is None, (self.folder / f"{name}.log").read_text("utf-8")
            with suppress(httpx.HTTPError):
                return httpx.get(f"{url}/server_info", timeout=5).status_code == httpx.codes.OK
            return False

        eventually(answers, f"the {name} answers")

    def kill(self, name: str) -> None:
        """`kill -9` of a process and of all that it started, as when its container or its machine goes down."""
        process = self.running.pop(name)
        # The parent first: it must not notice the death of its children.
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            member.send_signal(signal.SIGSTOP)
        for member in family:
            member.kill()
        process.wait()
        psutil.wait_procs(family, timeout=10)

    def stop_all(self) -> None:
        """End them in order, as an engine does: told to stop first, and killed if that does not help."""
        for process in reversed(self.running.values()):
            process.terminate()
        for name in list(self.running):
            try:
                self.running[name].wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.running.clear()

    def logs(self) -> str:
        """Return the ends of what the processes wrote, for a failed test."""
        return "\n".join(f"== {log.name}\n{log.read_text('utf-8')[-3000:]}" for log in self.folder.glob("*.log"))
