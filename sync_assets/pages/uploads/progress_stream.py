"""The progress of an import while it happens, as server-sent events: one per event that has come further.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sync_assets.bridge.planned_tables import EventState
from sync_assets.database import use_bridge
from sync_assets.errors import SyncError
from sync_assets.event_import.upload_list import UploadState, find_upload
from sync_assets.event_import.upload_progress import events_on_their_way
from sync_assets.pages.dagster_webserver import RunState
from sync_assets.pages.services import Services
from sync_assets.pages.uploads.upload_details import state_of_run
from sync_assets.pages.uploads.upload_words import event_link, standing_of_event

PAUSE: Final = 0.7
"""Seconds between two looks at the tables, so that what is shown lags behind by less than two."""
LOOKS_PER_RUN_STATE: Final = 4
QUICK_ANSWER: Final = 0.3
"""Seconds that Dagster's answer is waited for. A later one is shown when it is there: meanwhile the tables count."""
LONGEST: Final = 3600.0
"""Seconds after which a stream ends; the page opens another."""
MOST_STREAMS: Final = 40
_open_streams = 0


@dataclass(frozen=True, slots=True)
class Look:
    """How far an import is: its events as HTML by id, how many are done and how many there are."""

    rows: Mapping[int, str]
    done: int
    has_ended: bool
    run_id: str | None


async def follow(request: Request) -> Response:
    """Stream what is new of an import until it has ended."""
    services: Services = request.app.state.services
    key = request.path_params["key"]
    # The first look says whether there is such an upload, while an error can still be a page.
    first = await run_in_threadpool(look, services, key)
    if _open_streams >= MOST_STREAMS:
        return PlainTextResponse("Too many people follow imports. Load the page again later.", 503)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_messages(request, services, key, first), media_type="text/event-stream", headers=headers)


async def _messages(request: Request, services: Services, key: str, first: Look) -> AsyncIterator[str]:
    global _open_streams
    _open_streams += 1
    asking: asyncio.Future[RunState] | None = None
    try:
        sent: dict[int, str] = {}
        run, now, looks = RunState.UNKNOWN, first, 0
        for looks in range(int(LONGEST / PAUSE)):
            if asking is None and looks % LOOKS_PER_RUN_STATE == 0 and not now.has_ended:
                asking = asyncio.ensure_future(_run_state(services, now.run_id))
                await asyncio.wait({asking}, timeout=QUICK_ANSWER)
            if asking is not None and asking.done():
                run, asking = asking.result(), None
            new = {id_: row for id_, row in now.rows.items() if sent.get(id_) != row}
            sent |= new
            counts = {"done": now.done, "all": len(now.rows), "run": run.value}
            yield _message("progress", {**counts, "rows": [{"id": id_, "html": row} for id_, row in new.items()]})
            if now.has_ended or run is RunState.FAILED:
                yield _message("ended", {})
                return
            await asyncio.sleep(PAUSE)
            if await request.is_disconnected():
                return
            try:
                now = await services.looks.look(key, lambda: look(services, key))
            except SyncError:
                # The database is away for a moment. The page shows what it has.
                continue
    finally:
        _open_streams -= 1
        if asking is not None:
            asking.cancel()


async def _run_state(services: Services, run_id: str | None) -> RunState:
    return await services.looks.look(("run", run_id), lambda: state_of_run(services, run_id))


def _message(kind: str, content: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(content)}\n\n"


def look(services: Services, key: str) -> Look:
    """Return how far an import is. Raises UnknownUpload and BridgeError."""
    with use_bridge(services.engine) as connection:
        upload = find_upload(connection, key)
        events = events_on_their_way(connection, key)
    template = services.templates.get_template("uploads/event_row.html")
    rows = {}
    for event in events:
        link = event_link(services.settings.administrate_event_url, event.external_id)
        rows[event.id] = template.render(event=event, standing=standing_of_event(event), link=link)
    done = sum(event.state is EventState.AGREED for event in events)
    return Look(rows, done, upload.state in (UploadState.NEW, UploadState.ENDED), upload.run_id)


ROUTES: Final = [Route("/uploads/{key}/progress", follow, methods=["GET"])]
