"""Secrets are in the environment of the processes and nowhere else, whatever succeeds or fails."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL

from sync_assets.embedded_postgres import embedded_url
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.sandbox.server.application import TenantOptions
from sync_assets.sandbox.server.faults import HttpStatus
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.settings import Settings, SettingsError
from sync_assets.tutorial.tables import create_tutorial_tables
from sync_assets_tests.support.command_line import COMMAND, run_process
from sync_assets_tests.support.database_server import plain
from sync_assets_tests.support.environment import clean_environment, environment_of

# Of letters and digits alone, so that no encoding hides them from the search.
CLIENT_SECRET, WRONG_SECRET, TOKEN = "clientsecretQ7x1", "wrongsecretQ7x2", "bearertokenQ7x3"
DATABASE_PASSWORD, STORAGE_PASSWORD = "databasepassQ7x4", "storagepassQ7x5"
ALERT_PASSWORD = "alertpassQ7x6"
SECRETS = (CLIENT_SECRET, WRONG_SECRET, TOKEN, DATABASE_PASSWORD, STORAGE_PASSWORD, ALERT_PASSWORD)
PATIENCE = 90.0


class ProcessList(threading.Thread):
    """Reads the command lines of all processes of this machine again and again, as `ps` would."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.leaks: set[str] = set()
        self.seen: set[str] = set()
        self._is_over = threading.Event()

    def run(self) -> None:
        while not self._is_over.wait(0.05):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    continue
                self.seen.add(line)
                self.leaks.update(f"{secret} in {line}" for secret in SECRETS if secret in line)

    def end(self) -> None:
        self._is_over.set()
        self.join()


class Echo(BaseHTTPRequestHandler):
    """A token endpoint that repeats in its refusal what it was sent."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        body = json.dumps({"error": "invalid_client", "error_description": f"not known: {sent}"}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def echo() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/token"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setattr("sync_assets.sandbox.server.tokens.secrets.token_urlsafe", lambda _: TOKEN)
    with serve(tenant_of(made_up_provider(60)), options=TenantOptions(client_secret=CLIENT_SECRET)) as sandbox:
        yield sandbox


@pytest.fixture
def databases(postgres_dir: Path) -> Iterator[tuple[URL, URL]]:
    """The provider's database and Dagster's, each with a role that has a password."""
    server = create_engine(embedded_url(postgres_dir, "postgres"), isolation_level="AUTOCOMMIT")
    mark = uuid4().hex[:8]
    urls = []
    for password in (DATABASE_PASSWORD, STORAGE_PASSWORD):
        name = f"secrets_{mark}_{len(urls)}"
        embedded_url(postgres_dir, name)
        with server.connect() as connection:
            connection.execute(text(f"create role {name} superuser login password '{password}'"))
        urls.append(server.url.set(database=name, username=name, password=password))
    yield urls[0], urls[1]
    with server.connect() as connection:
        for url in urls:
            connection.execute(text(f"drop database {url.database} with (force)"))
            connection.execute(text(f"drop role {url.database}"))
    server.dispose()


@pytest.fixture
def engines(databases: tuple[URL, URL]) -> Iterator[tuple[Engine, Engine]]:
    database, storage = (create_engine(url) for url in databases)
    yield database, storage
    database.dispose()
    storage.dispose()


@pytest.fixture
def environment(databases: tuple[URL, URL], served: Sandbox, tmp_path: Path) -> dict[str, str]:
    database, storage = databases
    return {
        **clean_environment(),
        **environment_of(served),
        "SYNC_DATABASE_URL": plain(database),
        "DAGSTER_PG_URL": plain(storage),
        "SYNC_LOCAL_DIR": str(tmp_path / "local"),
        # Nobody listens there, so that what is said of an alert that cannot be delivered is searched, too.
        "SYNC_ALERT_URLS": f"json://user:{ALERT_PASSWORD}@127.0.0.1:9/",
        "ADMINISTRATE_RETRY_SECONDS": "0.5",
        # So that what had no answer is looked for, and sent again, within one run.
        "ADMINISTRATE_QUIET_SECONDS": "1",
    }


def run(environment: Mapping[str, str], *arguments: str, status: int | None = 0) -> str:
    ended = run_process(environment, *arguments)
    said = ended.stdout + ended.stderr
    assert status is None or ended.returncode == status, said
    return said


def leaks(what: str, content: str) -> list[str]:
    return [f"{secret} in {what}" for secret in SECRETS if secret in content]


def leaks_of_database(engine: Engine) -> list[str]:
    """Every row of every table, as text."""
    found: list[str] = []
    schemas = [name for name in inspect(engine).get_schema_names() if name != "information_schema"]
    with engine.connect() as connection:
        for schema in schemas:
            for table in inspect(engine).get_table_names(schema=schema):
                for (row,) in connection.execute(text(f'select t::text from "{schema}"."{table}" t')):
                    found += leaks(f"{schema}.{table}", row or "")
    return found


def leaks_of_files(folders: Iterable[Path]) -> list[str]:
    return [
        leak
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for leak in leaks(str(path), path.read_bytes().decode("latin-1"))
    ]


def counted(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(f"select count(*) from {table}")) or 0)


@pytest.mark.slow
def test_no_secret_is_found_anywhere(
    environment: dict[str, str],
    engines: tuple[Engine, Engine],
    served: Sandbox,
    postgres_dir: Path,
    tmp_path: Path,
) -> None:
    engine, storage = engines
    provider = made_up_provider(60)
    with engine.begin() as connection:
        create_tutorial_tables(connection)
        fill_tutorial_tables(connection, provider)
    workbook = tmp_path / "events.xlsx"
    workbook.write_bytes(event_workbook(provider, events=6, sessions=20, faulty=1))
    processes = ProcessList()
    processes.start()
    outputs: dict[str, str] = {}

    outputs["migrate"] = run(environment, "migrate")
    outputs["sync"] = run(environment, "sync")
    served.faults.add(HttpStatus(status=500, mentions="createBlended", times=1))
    outputs["import"] = run(environment, "import", str(workbook), status=1)
    served.faults.clear()
    outputs["audit"] = run(environment, "audit", "--format", "json")
    assert "createBlended" in outputs["audit"] or "event.create" in outputs["audit"]

    nowhere = f"postgresql://user:{DATABASE_PASSWORD}@127.0.0.1:9/nothing"
    with serving_ui(environment) as log, echo() as token_url:
        failing: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
            "doctor": ({}, ("doctor",)),
            "doctor, wrong secret": (
                {"ADMINISTRATE_CLIENT_SECRET": WRONG_SECRET, "SYNC_ALERT_URLS": f"slack//{ALERT_PASSWORD}"},
                ("doctor",),
            ),
            "doctor, no database": ({"SYNC_DATABASE_URL": nowhere, "DAGSTER_PG_URL": nowhere}, ("doctor",)),
            "sync, wrong secret": ({"ADMINISTRATE_CLIENT_SECRET": WRONG_SECRET}, ("sync", "--only", "locations")),
            "sync, a secret that is repeated": (
                {"ADMINISTRATE_TOKEN_URL": token_url},
                ("sync", "--only", "venues"),
            ),
            "sync, no database": ({"SYNC_DATABASE_URL": nowhere}, ("sync", "--only", "locations")),
            "sync, no storage": ({"DAGSTER_PG_URL": nowhere}, ("sync", "--only", "locations")),
            "migrate, no database": ({"SYNC_DATABASE_URL": nowhere}, ("migrate",)),
            "import, wrong setting": ({"ADMINISTRATE_CONCURRENCY": "many"}, ("import", str(workbook))),
        }
        with ThreadPoolExecutor(3) as pool:
            futures = {
                name: pool.submit(run, {**environment, **values}, *arguments, status=None)
                for name, (values, arguments) in failing.items()
            }
            outputs.update({name: future.result() for name, future in futures.items()})
        _wait_for_ticks(storage)
    outputs["ui"] = log.read_text("utf-8")
    assert "The pages for those who schedule events are at http://127.0.0.1:" in outputs["ui"]

    processes.end()
    found = [leak for name, output in outputs.items() for leak in leaks(name, output)]
    found += leaks_of_database(engine) + leaks_of_database(storage)
    found += leaks_of_files([tmp_path])
    found += leaks("the log of the server", "".join(path.read_text() for path in postgres_dir.rglob("*log*.txt")))
    assert not found
    assert not processes.leaks
    assert any(" dagster " in line for line in processes.seen)
    assert all(outputs.values())
    assert counted(storage, "event_logs") > 100
    assert counted(storage, "runs") >= 4
    assert counted(engine, "adm.api_calls") >= 3


@pytest.mark.parametrize("password", ["x@{}", "x@y:{}", "x/y:{}", "{}@", "x@/{}", "[{}", "{}]x"])
@pytest.mark.parametrize("name", ["SYNC_DATABASE_URL", "DAGSTER_PG_URL"])
def test_a_password_that_breaks_its_url_is_not_in_the_sentence(
    password: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"postgresql://user:{password.format(DATABASE_PASSWORD)}@127.0.0.1:9/nothing")
    settings = Settings.read()
    try:
        url = settings.database_url or settings.dagster_storage_url
        # What drivers name in their errors.
        said = f"{url.host} {url.port} {url.database} {url.username}" if url else ""
    except SettingsError as error:
        said = str(error)
    assert DATABASE_PASSWORD not in said


@contextmanager
def serving_ui(environment: Mapping[str, str]) -> Iterator[Path]:
    """Dagster's UI and daemon, whose sensors tick; yields the file of what they print."""
    log = Path(environment["SYNC_LOCAL_DIR"]) / "printed.txt"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*COMMAND, "ui", "--port", "0", "--pages-port", "0"],
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield log
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=40)


def _wait_for_ticks(storage: Engine) -> None:
    """Wait until sensors have ticked and an alert could not be delivered."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with storage.connect() as connection:
            failed = connection.scalar(text("select count(*) from job_ticks where status = 'FAILURE'"))
            ticked = connection.scalar(text("select count(distinct selector_id) from job_ticks"))
        if failed and ticked and ticked >= 3:
            return
        time.sleep(0.5)
    raise AssertionError("the sensors did not tick, or no alert failed")
