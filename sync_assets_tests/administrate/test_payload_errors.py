"""The errors of a payload, as Administrate words them."""

from sync_assets.administrate.payload_errors import errors_of_payload


def test_a_label_stands_before_the_message() -> None:
    errors = [{"label": "title", "message": "is taken", "value": "CA1"}, {"label": None, "message": "No such region"}]
    assert errors_of_payload({"errors": errors, "event": None}) == ["title: is taken", "No such region"]


def test_an_error_of_another_shape_is_not_lost() -> None:
    assert errors_of_payload({"errors": ["broken", {"code": 7}]}) == ["broken", "{'code': 7}"]


def test_a_payload_without_errors_has_none() -> None:
    for payload in ({}, {"errors": None}, {"errors": []}, {"errors": "none"}):
        assert errors_of_payload(payload) == []
