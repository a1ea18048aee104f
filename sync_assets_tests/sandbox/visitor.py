"""A plain client of the stand-in tenant, so that what a test sees is what the server answered."""

from __future__ import annotations

from typing import Any

import httpx

from sync_assets.sandbox.server.server import Sandbox

# Making one takes longer than most tests of this folder.
TLS = httpx.create_ssl_context()


class Visitor:
    """Sends documents to a served tenant with a token of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(timeout=10, verify=TLS)
        self.token = self.ask_for_token().json().get("access_token", "none")

    def ask_for_token(self, **form: str) -> httpx.Response:
        known = {"client_id": self.sandbox.client_id, "client_secret": self.sandbox.client_secret}
        return self.http.post(self.sandbox.token_url, data={"grant_type": "client_credentials", **known, **form})

    def post(self, document: str, **variables: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.post(self.sandbox.api_url, json={"query": document, "variables": variables}, headers=headers)

    def data(self, document: str, **variables: Any) -> Any:
        answer = self.post(document, **variables).json()
        assert answer["errors"] == []
        return answer["data"]

    def errors(self, document: str, **variables: Any) -> list[str]:
        return [error["message"] for error in self.post(document, **variables).json()["errors"]]

    def mutate(self, group: str, field: str, selection: str, **arguments: Any) -> Any:
        """The payload of one mutation; an argument is written as `name__Type=value`."""
        declared = ", ".join(f"${name}: {kind}!" for name, kind in (each.split("__") for each in arguments))
        passed = ", ".join(f"{name}: ${name}" for name in (each.split("__")[0] for each in arguments))
        document = f"mutation({declared}) {{ {group} {{ {field}({passed}) {{ {selection} }} }} }}"
        variables = {each.split("__")[0]: value for each, value in arguments.items()}
        return self.data(document, **variables)[group][field]


def nodes(connection: dict[str, Any]) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]
