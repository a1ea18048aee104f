"""What can be made to go wrong with the stand-in tenant, in the process or over `PUT /faults`.

A fault lasts until it is cleared or has happened `times` times. It can be limited to requests whose document or
variables mention a text. The faults that answer in the tenant's stead exclude one another: the first that fits a
request is the one that happens, and the others stay for later requests.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Fault(BaseModel):
    """One thing that goes wrong, `times` times; without a limit until it is cleared."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str
    times: int | None = Field(default=None, ge=1)


class RequestFault(Fault):
    """A fault of whole requests; with `mentions`, of those whose document or variables contain the text."""

    answers: ClassVar[bool] = False
    mentions: str | None = None

    def fits(self, request: ReceivedRequest) -> bool:
        """Return whether it happens to this request."""
        return self.mentions is None or self.mentions in request.text


class Latency(RequestFault):
    """Every answer comes this much later."""

    kind: Literal["latency"] = "latency"
    seconds: float = Field(gt=0)


class ProxyGivesUp(RequestFault):
    """A proxy before the tenant waits this long, and then answers with a status while the work goes on.

    Without a status it closes the connection. With 0 seconds it never waits.
    """

    kind: Literal["proxy_gives_up"] = "proxy_gives_up"
    seconds: float = Field(ge=0)
    status: int | None = Field(default=504, ge=500, le=599)


class Down(RequestFault):
    """The connection is closed without an answer, at the token endpoint too."""

    kind: Literal["down"] = "down"
    answers = True


class Unauthorized(RequestFault):
    """401, however good the token."""

    kind: Literal["unauthorized"] = "unauthorized"
    answers = True


class Html(RequestFault):
    """A page for people instead of JSON, with status 200."""

    kind: Literal["html"] = "html"
    answers = True


class NullData(RequestFault):
    """`data: null` and no error."""

    kind: Literal["null_data"] = "null_data"
    answers = True


class HttpStatus(RequestFault):
    """An HTTP status instead of an answer, such as 429 (with `Retry-After` if given), 500 or 502; nothing is done.

    With 403 and `mentions` it is a firewall that dislikes a text.
    """

    kind: Literal["http_status"] = "http_status"
    answers = True
    status: int = Field(ge=400, le=599)
    retry_after: int | None = None


class TooComplex(RequestFault):
    """More mutation fields than these in one request are a top-level error, and none of them is done."""

    kind: Literal["too_complex"] = "too_complex"
    answers = True
    mutation_fields: int = Field(ge=1)

    def fits(self, request: ReceivedRequest) -> bool:
        """Return whether the request has too many."""
        return request.mutation_fields > self.mutation_fields and super().fits(request)


class TooLarge(RequestFault):
    """413 for a request body of more bytes than these."""

    kind: Literal["too_large"] = "too_large"
    answers = True
    body_bytes: int = Field(ge=1)

    def fits(self, request: ReceivedRequest) -> bool:
        """Return whether the request is larger."""
        return request.size > self.body_bytes and super().fits(request)


class TopLevelErrors(RequestFault):
    """An error beside the data, or in its place; with data the work is done, without it is not."""

    kind: Literal["top_level_errors"] = "top_level_errors"
    answers = True
    message: str = "Something went wrong on the server."
    with_data: bool = False


class HeldBack(RequestFault):
    """The work is done, and the answer held back until a client has lost its patience."""

    kind: Literal["held_back"] = "held_back"
    answers = True
    seconds: float = Field(gt=0)


class AnswerLost(RequestFault):
    """The work is done, and then the connection closed without an answer, or the status answered if one is given."""

    kind: Literal["answer_lost"] = "answer_lost"
    answers = True
    status: int | None = Field(default=None, ge=500, le=599)


class HalfDone(RequestFault):
    """The first half of a request's mutations is carried out, rounded down, and then the status is answered."""

    kind: Literal["half_done"] = "half_done"
    answers = True
    status: int = Field(default=500, ge=500, le=599)

    def fits(self, request: ReceivedRequest) -> bool:
        """Return whether the request has mutations."""
        return request.mutation_fields > 0 and super().fits(request)


class ListFault(RequestFault):
    """A fault of one root connection, named as in the schema."""

    connection: str

    def fits(self, request: ReceivedRequest) -> bool:
        """Return whether the request asks for that list."""
        return self.connection in request.root_fields and super().fits(request)


class ShortList(ListFault):
    """A fault that leaves records out; the count is that of the whole list, or of what is left."""

    truthful_count: bool = False


class EmptyList(ShortList):
    """The list comes back without a record."""

    kind: Literal["empty_list"] = "empty_list"


class HalvedList(ShortList):
    """The list comes back without its second half."""

    kind: Literal["halved_list"] = "halved_list"


class OtherTotal(ListFault):
    """The list tells a count that is this much greater. With `times` the count changes while the list is read."""

    kind: Literal["other_total"] = "other_total"
    by: int


class BrokenRecord(ListFault):
    """Every page with the record of this id is an error; the other pages are answered."""

    kind: Literal["broken_record"] = "broken_record"
    record_id: str


class PayloadError(Fault):
    """A FieldError for a mutation that is given this very value, such as an event's title or a record's id.

    `mutation` limits it to one, such as `event.createBlended`. With `work_done` the record is made or changed all the
    same and comes back beside the error.
    """

    kind: Literal["payload_error"] = "payload_error"
    value: str
    mutation: str | None = None
    message: str = "This could not be saved."
    work_done: bool = False

    def hits(self, mutation: str, arguments: Any) -> bool:
        """Return whether the mutation is given the value anywhere."""
        return self.mutation in (None, mutation) and self.value in _texts(arguments)


AnyFault = Annotated[
    Latency
    | Down
    | Unauthorized
    | Html
    | NullData
    | HttpStatus
    | TooComplex
    | TooLarge
    | TopLevelErrors
    | HeldBack
    | AnswerLost
    | ProxyGivesUp
    | HalfDone
    | EmptyList
    | HalvedList
    | OtherTotal
    | BrokenRecord
    | PayloadError,
    Field(discriminator="kind"),
]
FAULT_LIST: TypeAdapter[list[AnyFault]] = TypeAdapter(list[AnyFault])


class ReceivedRequest(BaseModel):
    """What of a request decides which faults it meets."""

    model_config = ConfigDict(frozen=True)
    text: str = ""
    root_fields: tuple[str, ...] = ()
    mutation_fields: int = 0
    size: int = 0


def _texts(value: Any) -> set[str]:
    match value:
        case str():
            return {value}
        case dict():
            return set().union(*(_texts(each) for each in value.values()))
        case list():
            return set().union(*(_texts(each) for each in value))
    return set()
