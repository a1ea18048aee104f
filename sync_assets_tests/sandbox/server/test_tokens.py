from __future__ import annotations

from sync_assets.sandbox.server.application import TenantOptions
from sync_assets.sandbox.server.server import serve
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor


def test_client_credentials_give_a_bearer_token_with_its_lifetime(visitor: Visitor) -> None:
    answer = visitor.ask_for_token().json()
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3600
    assert visitor.data("{ hello }") == {"hello": "Hello"}


def test_a_wrong_secret_is_refused(visitor: Visitor) -> None:
    refused = visitor.ask_for_token(client_secret="guess")
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})


def test_the_token_endpoint_takes_a_form_and_nothing_else(visitor: Visitor) -> None:
    assert visitor.http.post(visitor.sandbox.token_url, json={"grant_type": "client_credentials"}).status_code == 400


def test_an_unknown_token_is_401(visitor: Visitor) -> None:
    visitor.token = "guess"
    assert visitor.post("{ hello }").status_code == 401


def test_a_token_dies_with_its_lifetime() -> None:
    with serve(Tenant(), options=TenantOptions(token_seconds=0)) as sandbox:
        visitor = Visitor(sandbox)
        assert visitor.post("{ hello }").status_code == 401
        visitor.http.close()


def test_revoked_tokens_are_401_until_another_is_asked_for(visitor: Visitor) -> None:
    visitor.sandbox.revoke_tokens()
    assert visitor.post("{ hello }").status_code == 401
    visitor.token = visitor.ask_for_token().json()["access_token"]
    assert visitor.post("{ hello }").status_code == 200


def test_a_success_carries_an_empty_list_of_errors_unless_switched_off(visitor: Visitor) -> None:
    assert visitor.post("{ hello }").json() == {"data": {"hello": "Hello"}, "errors": []}
    with serve(Tenant(), options=TenantOptions(empty_errors=False)) as sandbox:
        other = Visitor(sandbox)
        assert other.post("{ hello }").json() == {"data": {"hello": "Hello"}}
        other.http.close()
