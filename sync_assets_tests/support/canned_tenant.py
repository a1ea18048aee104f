"""An endpoint that gives one and the same answer to everything, for answers that no schema would let a tenant give."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sync_assets.administrate.client import AdministrateClient, TenantAddress


@contextmanager
def answering(data: Any) -> Iterator[AdministrateClient]:
    """Serve `data` as the answer to every query, and yield a client of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            is_token = self.path == "/token"
            answer = {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"} if is_token else {"data": data}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            with AdministrateClient(TenantAddress(f"{url}/graphql", f"{url}/token", "id", "secret")) as client:
                yield client
        finally:
            server.shutdown()
            thread.join()
