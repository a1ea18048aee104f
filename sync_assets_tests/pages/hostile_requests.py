"""Requests of somebody who means harm, the same ones each time: the dice have a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.routing import Route

from sync_assets.pages.access import sign_in
from sync_assets.pages.page_list import PAGES
from sync_assets_tests.pages.hostile_values import CELLS, FILES, KEYS, NAMES, PLACES, QUERIES, TYPES

SEED = 20_260_513
NEEDS_NO_FIELD = ("/import", "/carry-on", "/sign-out", "/examination")
"""How paths end whose forms say all by being sent: with the token of their visitor they are no attack."""


@dataclass(frozen=True)
class Hostile:
    """A request, what it tries, and the cookie it comes with: its own, none, or what somebody made up."""

    what: str
    method: str
    path: str
    values: Mapping[str, Any] = field(default_factory=dict)
    cookie: str | None = None


@dataclass(frozen=True)
class Known:
    """What the attacker knows: an upload, a signed-in session with its token, and tokens of others."""

    key: str
    token: str
    cookie: str
    stolen: str
    former: str

    @property
    def gets(self) -> Sequence[str]:
        """The paths of all pages."""
        return [self._path(route) for route in _routes("GET")]

    @property
    def posts(self) -> Sequence[str]:
        """The paths of all forms."""
        return [self._path(route) for route in _routes("POST")]

    def _path(self, route: Route) -> str:
        run = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
        return route.path.replace("{key}", self.key).replace("{entity}", "locations").replace("{run_id}", run)


def hostile_requests(known: Known) -> Iterator[Hostile]:
    """Yield all of them, in an order of its own."""
    dice = random.Random(SEED)  # noqa: S311 - not for secrets
    found = [
        *_forged_tokens(known),
        *_other_sites(known),
        *_strangers(known),
        *_odd_paths(known),
        *_odd_queries(known, dice),
        *_odd_bodies(known, dice),
        *_odd_files(known),
        *_odd_fields(known),
    ]
    dice.shuffle(found)
    yield from found


def _routes(method: str) -> list[Route]:
    signing_out = [route for route in sign_in.ROUTES if route.path == "/sign-out"]
    return [route for route in (*PAGES, *signing_out) if isinstance(route, Route) and method in (route.methods or ())]


def _forged_tokens(known: Known) -> Iterator[Hostile]:
    tokens = ("", "0" * 64, known.stolen, known.former, known.token[:-1], known.token.upper(), "é\ud83d", "x" * 10_000)
    for path in known.posts:
        for token in tokens:
            body = f"token={quote(token, errors='replace')}".encode()
            head = {"Content-Type": "application/x-www-form-urlencoded"}
            yield Hostile("a forged token", "POST", path, {"content": body, "headers": head})


def _other_sites(known: Known) -> Iterator[Hostile]:
    heads = ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"})
    for number, path in enumerate(known.posts):
        values = {"data": {"token": known.token}, "headers": heads[number % len(heads)]}
        yield Hostile("another site", "POST", path, values)


def _strangers(known: Known) -> Iterator[Hostile]:
    proxy = {"X-Remote-User": "Grace", "X-Forwarded-User": "Grace", "X-Forwarded-For": "10.1.0.1"}
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Original-URL": "/static/x"}
    cookies = ("", known.cookie[:-3] + "abc", known.cookie.partition(".")[0], "e30.e30.e30", "x" * 3000, "=;,\t")
    for number, path in enumerate(known.gets):
        cookie = cookies[number % len(cookies)]
        head = {**proxy, **forwarded} if number % 2 else {"Forwarded": "for=10.1.0.1;host=evil.example"}
        yield Hostile("a stranger", "GET", path, {"headers": head}, cookie)
    for number, path in enumerate(known.posts):
        cookie = cookies[number % len(cookies)]
        yield Hostile("a stranger", "POST", path, {"data": {"token": known.token}, "headers": proxy}, cookie)
        yield Hostile("a stranger", ("PUT", "DELETE", "PATCH")[number % 3], path, {"headers": proxy}, cookie)


def _odd_paths(known: Known) -> Iterator[Hostile]:
    for odd in KEYS:
        for path in (f"/uploads/{odd}", f"/uploads/{odd}/file", f"/decided/{odd}", f"/discrepancies/{odd}"):
            yield Hostile("a key that nobody has", "GET", path)
        values = {"data": {"token": known.token}}
        yield Hostile("a key that nobody has", "POST", f"/uploads/{odd}/import", values)
        yield Hostile("a key that nobody has", "POST", f"/uploads/{odd}/withdraw", values)


def _odd_queries(known: Known, dice: random.Random) -> Iterator[Hostile]:
    for path in known.gets:
        for _ in range(4):
            words = "&".join(f"{dice.choice(QUERIES.names)}={dice.choice(QUERIES.values)}" for _ in range(4))
            yield Hostile("an odd query", "GET", f"{path}?{words}")


def _odd_bodies(known: Known, dice: random.Random) -> Iterator[Hostile]:
    paths = [path for path in known.posts if not path.endswith(NEEDS_NO_FIELD)]
    for number, kind in enumerate(TYPES):
        for path in (paths[number % len(paths)], "/upload", "/sign-in"):
            head = {"Content-Type": kind, "X-Form-Token": known.token}
            content = dice.randbytes(dice.randrange(2000))
            yield Hostile("a wrong type", "POST", path, {"content": content, "headers": head})
    whole = body_of({"token": known.token, "row": "tutorial:1", "event": "x", "do": "x"}, b"PK" + dice.randbytes(2000))
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(dice.randrange(1, 30)):
            place = dice.randrange(len(damaged))
            damaged[place : place + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
        head = {"Content-Type": "multipart/form-data; boundary=edge", "X-Form-Token": known.token}
        content = bytes(damaged[: dice.randrange(len(damaged))])
        yield Hostile("a damaged body", "POST", dice.choice(paths), {"content": content, "headers": head})


def _odd_files(known: Known) -> Iterator[Hostile]:
    data = {"token": known.token}
    for name in NAMES:
        yield Hostile("a path in a name", "POST", "/upload", {"data": data, "files": {"workbook": (name, b"PK no")}})
        yield Hostile("a path in a field", "POST", "/upload", {"data": data, "files": {name[:50]: ("a.xlsx", b"x")}})
    for content in FILES:
        yield Hostile("a hostile file", "POST", "/upload", {"data": data, "files": {"workbook": ("a.xlsx", content)}})


def _odd_fields(known: Known) -> Iterator[Hostile]:
    run = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    corrections = f"/uploads/{known.key}/corrections"
    for name, text in CELLS:
        data = {"token": known.token, name: text} | ({"same:0": "x"} if name == "cells:0" else {})
        yield Hostile("an odd cell", "POST", corrections, {"data": data})
    for place in PLACES:
        for action in ("link", "create_tutorial", "ignore"):
            data = {"token": known.token, "row": place, "do": action, "reason": "x", f"partner:{place}": place}
            yield Hostile("a row that is not there", "POST", "/discrepancies/locations/plan", {"data": data})
        data = {"token": known.token, "row": place, "do": "take_theirs", "event": place}
        yield Hostile("a difference that is not there", "POST", "/drift/plan", {"data": data})
        data = {"token": known.token, "event": place, "do": "cancel", "reason": place}
        yield Hostile("an event that is not there", "POST", "/events/plan", {"data": data})
    for path in ("/events/carry-out", "/drift/carry-out", "/discrepancies/locations/carry-out"):
        for data in ({"run": "x"}, {"run": run}, {"run": run, "do": "drop"}, {"run": [run] * 6000}):
            yield Hostile("a form that nobody made", "POST", path, {"data": {"token": known.token, **data}})


def body_of(fields: Mapping[str, str], content: bytes) -> bytes:
    """A multipart body with a file in it."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="workbook"; filename="a.xlsx"\r\n\r\n'
    return b"".join([*parts, head, content, b"\r\n--edge--\r\n"])
