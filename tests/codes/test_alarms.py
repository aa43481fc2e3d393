"""Alarms are written once per cause, listed while open, and acknowledged by the first person who looks."""

import pytest

from app import codes
from app.codes.actions import raise_alarm
from tests.builders.console import staff_headers

ALARMS = "/api/console/alarms"


@pytest.fixture
def staff(brand):
    return staff_headers(brand)


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def an_alarm(committed, at, cause="leak:1"):
    with committed() as session:
        return raise_alarm(
            session, kind="canary_scanned", cause=cause, subject="batch:1", details={"times": 1}, at=at
        )


def listed(client, headers, **query):
    return client.get(ALARMS, query_string=query, headers=headers).get_json()["items"]


def test_the_same_cause_is_written_once(client, committed, staff, at):
    assert an_alarm(committed, at)
    assert not an_alarm(committed, at)
    assert an_alarm(committed, at, cause="leak:2")
    assert len(listed(client, staff)) == 2


def test_an_acknowledged_alarm_leaves_the_open_list_and_keeps_its_first_reader(
    client, committed, brand, staff, at
):
    an_alarm(committed, at)
    [alarm] = listed(client, staff)
    assert (alarm["kind"], alarm["subject"], alarm["details"]) == ("canary_scanned", "batch:1", {"times": 1})
    first = client.post(f"{ALARMS}/{alarm['id']}/acknowledgement", headers=staff).get_json()
    again = client.post(f"{ALARMS}/{alarm['id']}/acknowledgement", headers=staff_headers(brand)).get_json()
    assert first["acknowledged_at"] is not None
    assert again["acknowledged_by"] == first["acknowledged_by"]
    assert listed(client, staff) == []
    assert len(listed(client, staff, only_open="false")) == 1


def test_an_acknowledged_cause_raises_nothing_again(client, committed, staff, at):
    an_alarm(committed, at)
    [alarm] = listed(client, staff)
    client.post(f"{ALARMS}/{alarm['id']}/acknowledgement", headers=staff)
    assert not an_alarm(committed, at)
    assert listed(client, staff) == []


def test_an_unknown_alarm_and_another_brands_are_refused(client, committed, other_brand, staff, app, at):
    an_alarm(committed, at)
    [alarm] = listed(client, staff)
    assert refusal(client.post(f"{ALARMS}/5/acknowledgement", headers=staff)) == (404, "codes.unknown_alarm")
    theirs = staff_headers(other_brand)
    answer = client.post(
        f"{ALARMS}/{alarm['id']}/acknowledgement", headers=theirs, base_url=f"http://{other_brand.host}"
    )
    assert refusal(answer) == (404, "codes.unknown_alarm")
    assert client.get(ALARMS, headers=theirs, base_url=f"http://{other_brand.host}").get_json()["items"] == []


def test_alarms_are_for_staff_and_auditors_only_read(client, committed, brand, at):
    an_alarm(committed, at)
    assert refusal(client.get(ALARMS)) == (401, "identity.sign_in_required")
    auditor = staff_headers(brand, "auditor")
    [alarm] = listed(client, auditor)
    assert client.post(f"{ALARMS}/{alarm['id']}/acknowledgement", headers=auditor).status_code == 403
    assert client.get(ALARMS, headers=staff_headers(brand, None)).status_code in {401, 403}


def test_alarms_break_no_invariant(committed, at):
    an_alarm(committed, at)
    with committed() as session:
        assert codes.check_invariants(session) == []
