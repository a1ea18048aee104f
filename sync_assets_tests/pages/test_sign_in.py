"""Who is let in, and who is not."""

from __future__ import annotations

import pytest

from sync_assets.cli.pages import serve_pages
from sync_assets.errors import SyncError
from sync_assets.pages.access.sign_in_attempts import MOST_WRONG
from sync_assets.settings import Settings, SettingsError
from sync_assets_tests.pages.served_pages import Person, person_at, served_pages, text_of


def test_a_stranger_is_asked_who_it_is_and_comes_back_to_the_page(stranger: Person) -> None:
    answer = stranger.get("/upload?x=1")
    assert answer.url.path == "/sign-in"
    assert 'name="next" value="/upload?x=1"' in answer.text


def test_the_password_lets_in_and_the_name_stands_on_the_page(person: Person) -> None:
    answer = person.get("/upload")
    assert answer.url.path == "/upload"
    assert "Ada Fernsby" in text_of(answer)


def test_a_wrong_password_lets_nobody_in(stranger: Person) -> None:
    answer = stranger.sign_in(password="wrong")
    assert answer.status_code == 403
    assert "The password is wrong." in text_of(answer)
    assert stranger.get("/upload").url.path == "/sign-in"


def test_a_name_is_needed(stranger: Person) -> None:
    assert stranger.sign_in(name=" \t").status_code == 422


def test_many_wrong_passwords_have_to_wait(stranger: Person) -> None:
    for _ in range(MOST_WRONG):
        assert stranger.sign_in(password="wrong").status_code == 403
    assert stranger.sign_in().status_code == 429


def test_signing_out_ends_the_session(person: Person) -> None:
    assert person.send("/sign-out").url.path == "/sign-in"
    assert person.get("/upload").url.path == "/sign-in"


def test_a_session_is_not_believed_when_the_password_has_changed(address: str, person: Person) -> None:
    with served_pages(Settings.read(), "another password") as other, person_at(other) as same:
        same.http.cookies = person.http.cookies
        assert same.get("/upload").url.path == "/sign-in"


@pytest.mark.parametrize(
    "target", ["//evil.example/x", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(stranger: Person, target: str) -> None:
    answer = stranger.http.post(
        "/sign-in",
        data={"name": "Ada", "password": "correct horse battery", "next": target},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/"


def test_the_header_of_a_trusted_proxy_names_the_person(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_PAGES_USER_HEADER", "X-Remote-User")
    with served_pages(Settings.read()) as address, person_at(address, headers={"X-Remote-User": "Grace"}) as person:
        assert "Grace" in text_of(person.get("/upload"))


def test_the_header_of_anybody_else_is_not_believed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_PAGES_USER_HEADER", "X-Remote-User")
    monkeypatch.setenv("SYNC_PAGES_TRUSTED_PROXIES", "10.1.0.0/16")
    with served_pages(Settings.read()) as address, person_at(address, headers={"X-Remote-User": "Grace"}) as person:
        assert person.get("/upload").url.path == "/sign-in"


def test_others_reach_the_pages_only_with_a_password(settings: Settings) -> None:
    with pytest.raises(SyncError, match="SYNC_PAGES_PASSWORD"):
        serve_pages("0.0.0.0", 0)  # noqa: S104 - it is what is refused


@pytest.mark.parametrize(
    ("name", "value"),
    [("SYNC_PAGES_PASSWORD", "short"), ("SYNC_PAGES_TRUSTED_PROXIES", "the proxy"), ("SYNC_DAGSTER_URL", "dagster")],
)
def test_settings_that_cannot_be_used_are_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.read()
    assert "short" not in str(refused.value)
