"""What somebody finds in the launchpad, and what comes of config that cannot be used: a sentence."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from sqlalchemy import Engine

from sync_assets.definitions import build_defs
from sync_assets.errors import SyncError
from sync_assets.operations.imports.import_config import MOST_BASE64, UploadConfig, uploaded_file
from sync_assets_tests.operations.dagster_internals import launchpad_yaml

DEFS = build_defs()
FIELDS = {
    "upload_events": {
        *("path", "content_base64", "file_name"),
        *("dry_run", "all_or_nothing", "approve_instructors", "apply_changes", "change_published"),
        "mutations_per_request",
    },
    "resolve_discrepancies": {"decisions", "who", "dry_run"},
    "act_on_events": {
        *("action", "sitting", "uploads", "titles", "ids", "location", "template"),
        *("cancel_booked", "dry_run", "mutations_per_request", "who", "reason"),
    },
    "decide_drift": {"decisions", "dry_run", "mutations_per_request", "who"},
    "withdraw_planned_events": {"upload_keys", "titles", "who", "dry_run"},
}
OP = {
    "upload_events": "store_events_upload",
    "resolve_discrepancies": "carry_out_decisions",
    "act_on_events": "change_events",
    "decide_drift": "settle_differences",
    "withdraw_planned_events": "take_back_events",
}
NOT_FILLED_IN = {
    "upload_events": "Neither path nor content_base64",
    "resolve_discrepancies": "needs the id or the",
    "act_on_events": "Name a sitting, an upload, titles or ids",
    "decide_drift": "names no event",
    "withdraw_planned_events": "Name the titles of events or the keys of uploads",
}


def scaffolded(job: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(launchpad_yaml(DEFS.resolve_job_def(job)))["ops"][OP[job]]["config"]
    return found


def failure(result: dg.ExecuteInProcessResult, op: str) -> str:
    failed = result.failure_data_for_node(op)
    assert failed
    assert failed.user_failure_data, failed.error
    return str(failed.user_failure_data.description)


@pytest.mark.parametrize("job", FIELDS)
def test_the_launchpad_scaffolds_every_field_that_matters(job: str) -> None:
    assert set(scaffolded(job)) >= FIELDS[job]


def test_the_launchpad_scaffolds_a_decision_to_fill_in() -> None:
    (decision,) = scaffolded("resolve_discrepancies")["decisions"]
    assert set(decision) >= {"entity", "action", "record", "side", "link_to", "reason", "who"}


@pytest.mark.parametrize("job", FIELDS)
def test_the_description_holds_a_whole_example_that_the_job_takes(job: str) -> None:
    definition = DEFS.resolve_job_def(job)
    for description in (definition.description, definition.get_node_named(OP[job]).definition.description):
        example = re.search(r"```yaml\n(.*?)```", description or "", re.DOTALL)
        assert example, description
        assert dg.validate_run_config(definition, yaml.safe_load(example[1]))


@pytest.mark.parametrize("job", FIELDS)
def test_what_is_scaffolded_and_not_filled_in_is_refused_with_a_sentence(
    job: str, instance: dg.DagsterInstance, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNC_DATABASE_URL", database.url.render_as_string(hide_password=False))
    config = yaml.safe_load(launchpad_yaml(DEFS.resolve_job_def(job)))
    result = DEFS.resolve_job_def(job).execute_in_process(instance=instance, run_config=config, raise_on_error=False)
    said = failure(result, OP[job])
    assert NOT_FILLED_IN[job] in said


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Neither path nor content_base64 is set"),
        ({"path": "  "}, "Neither path nor content_base64 is set"),
        ({"path": "a.xlsx", "content_base64": "eA=="}, "Both path and content_base64 are set"),
        ({"path": "a\0.xlsx"}, "cannot be the path of a file"),
        ({"path": "x" * 5000}, "cannot be"),
        ({"path": "pipe.xlsx"}, "is not a file"),
        ({"path": "folder"}, "is not a file"),
        ({"path": "loop.xlsx"}, "is a link"),
        ({"path": "huge.xlsx"}, "at most"),
        ({"content_base64": "not base64!"}, "not base64"),
        ({"content_base64": "ЖЖЖЖ"}, "not base64"),
        ({"content_base64": "²²²²"}, "not base64"),
        ({"content_base64": "AAA"}, "not base64"),
        ({"content_base64": "A" * (MOST_BASE64 + 4)}, "more than"),
    ],
)
def test_an_upload_that_cannot_be_taken_is_refused_with_a_sentence(
    tmp_path: Path, values: dict[str, str], sentence: str
) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop.xlsx").symlink_to("loop.xlsx")
    with (tmp_path / "huge.xlsx").open("wb") as huge:
        huge.truncate(100 * 1024 * 1024)
    with pytest.raises(SyncError, match=sentence) as refused:
        uploaded_file(UploadConfig(**values), tmp_path)
    assert "\0" not in str(refused.value)


def test_line_breaks_in_base64_do_not_matter(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4
    given = base64.encodebytes(content).decode()
    assert "\n" in given
    for text in (given, given.replace("\n", "\r\n"), f"  {given}"):
        assert uploaded_file(UploadConfig(content_base64=text, file_name="a.xlsx"), tmp_path) == ("a.xlsx", content)


def test_a_decision_about_a_name_that_no_text_can_hold_is_refused_with_a_sentence(
    instance: dg.DagsterInstance, provided: Engine
) -> None:
    decision = {"entity": "locations", "action": "ignore", "side": "tutorial", "record": "a\0b", "reason": "\0closed"}
    result = DEFS.resolve_job_def("resolve_discrepancies").execute_in_process(
        instance=instance,
        run_config={"ops": {"carry_out_decisions": {"config": {"decisions": [decision], "dry_run": False}}}},
        raise_on_error=False,
    )
    assert "a b" in failure(result, "carry_out_decisions")


def test_an_import_without_a_partition_is_refused_with_a_sentence(
    instance: dg.DagsterInstance, provided: Engine
) -> None:
    result = DEFS.resolve_job_def("event_import").execute_in_process(instance=instance, raise_on_error=False)
    assert failure(result, "import_events").startswith("This run has no partition")
