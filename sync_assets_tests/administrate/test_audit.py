"""Every mutation is told of twice, whatever comes of it, and no query is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sync_assets.administrate.audit import HIDDEN, MutationRecord, Result, mutations_of, without_secrets
from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import Document, parse_document
from sync_assets.administrate.errors import AdministrateError
from sync_assets.sandbox.server.faults import Down, Fault, HeldBack, Html, HttpStatus, NullData
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.support.environment import address_of

UPDATE = parse_document("""
    mutation Approve($id: ID!, $input: CourseTemplateUpdateInput!) {
      courseTemplate { update(courseTemplateId: $id, input: $input) {
        errors { label message value } courseTemplate { id title } } }
    }""")


@contextmanager
def observed(
    sandbox: Sandbox, observe: Callable[[MutationRecord], None], **values: Any
) -> Iterator[AdministrateClient]:
    with AdministrateClient(address_of(sandbox, **values), observe=observe) as client:
        yield client


def variables(tenant: Tenant, title: str = "Another title") -> dict[str, Any]:
    template = tenant.add_course_template("CA1")
    return {"id": template.id, "input": {"title": title}}


def test_a_mutation_is_told_of_before_it_is_sent_and_when_it_is_answered(sandbox: Sandbox, tenant: Tenant) -> None:
    calls: list[tuple[MutationRecord, int]] = []
    given = variables(tenant)

    def note(call: MutationRecord) -> None:
        calls.append((call, sandbox.requests.count_of("courseTemplate.update")))

    with observed(sandbox, note) as api:
        api.send(UPDATE, given)
    (before, sent_before), (after, sent_after) = calls
    assert (sent_before, sent_after) == (0, 1)
    assert before.id == after.id
    assert (before.result, after.result) == (Result.SENT, Result.DONE)
    assert after.mutations == {"courseTemplate.update": 1}
    assert after.variables == given
    assert after.answer is not None
    assert after.answer["courseTemplate"]["update"]["courseTemplate"]["title"] == "Another title"
    assert after.seconds
    assert after.said is None


def test_a_query_is_not_told_of(sandbox: Sandbox) -> None:
    calls: list[MutationRecord] = []
    with observed(sandbox, calls.append) as api:
        api.query(parse_document("query Hello { __typename }"))
    assert calls == []


FAULTS = [
    (HttpStatus(status=500), Result.UNKNOWN, "HTTP 500"),
    (HttpStatus(status=429), Result.NOT_DONE, "429"),
    (HttpStatus(status=413), Result.NOT_DONE, "413"),
    (Html(), Result.UNKNOWN, "no GraphQL answer"),
    (HeldBack(seconds=30), Result.UNKNOWN, "gave no answer"),
    (Down(mentions="Approve"), Result.UNKNOWN, "gave no answer"),
]


@pytest.mark.parametrize(("fault", "result", "said"), FAULTS)
def test_no_answer_is_told_of_with_what_went_wrong(
    sandbox: Sandbox, tenant: Tenant, fault: Fault, result: Result, said: str
) -> None:
    calls: list[MutationRecord] = []
    sandbox.faults.add(fault)
    timeout = 0.5 if isinstance(fault, HeldBack) else 30
    with observed(sandbox, calls.append, timeout=timeout) as api, pytest.raises(AdministrateError) as raised:
        api.send(UPDATE, variables(tenant))
    assert (calls[-1].result, calls[-1].said) == (result, str(raised.value))
    assert said in str(raised.value)
    assert calls[-1].answer is None


def test_a_tenant_that_is_not_there_has_done_nothing(sandbox: Sandbox, tenant: Tenant) -> None:
    calls: list[MutationRecord] = []
    with observed(sandbox, calls.append, token_url="http://127.0.0.1:9/token") as api, pytest.raises(AdministrateError):
        api.send(UPDATE, variables(tenant))
    assert calls[-1].result is Result.NOT_DONE
    assert "http://127.0.0.1:9/token" in str(calls[-1].said)


def test_errors_in_a_payload_and_of_the_request_are_told(sandbox: Sandbox, tenant: Tenant) -> None:
    calls: list[MutationRecord] = []
    given = {**variables(tenant), "id": "nobody"}
    with observed(sandbox, calls.append) as api:
        api.send(UPDATE, given)
        sandbox.faults.add(NullData(mentions="Approve"))
        api.send(UPDATE, given)
    assert [call.result for call in calls] == [Result.SENT, Result.ERRORS] * 2
    assert calls[1].said


def test_an_observer_that_fails_loses_no_answer(
    sandbox: Sandbox, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(call: MutationRecord) -> None:
        raise RuntimeError(f"no room for {call.variables}")

    with observed(sandbox, fail) as api:
        answer = api.send(UPDATE, variables(tenant, "A title that nobody else has"))
    assert answer.data["courseTemplate"]["update"]["errors"] == []
    assert "could not be recorded" in caplog.text
    assert "A title that nobody else has" not in caplog.text


def test_a_request_of_many_parts_counts_each_mutation() -> None:
    text = """mutation Many { a: event { payload: update { id } } b: event { update { id } }
        c: session { x: create { id } } }"""
    assert mutations_of(Document("Many", text, is_mutation=True)) == {"event.update": 2, "session.create": 1}


def test_what_has_the_name_of_a_secret_is_hidden_at_any_depth() -> None:
    given = {"input": [{"webPassword": "x", "name": "y", "api_key": None, "nested": {"Authorization": "Bearer z"}}]}
    assert without_secrets(given) == {
        "input": [{"webPassword": HIDDEN, "name": "y", "api_key": None, "nested": {"Authorization": HIDDEN}}]
    }
    assert given["input"][0]["webPassword"] == "x"
