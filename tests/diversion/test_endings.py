"""What follows from a case file holds from its day on, until a brand admin ends it; the dealer sees both."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app import diversion
from app.diversion.errors import AlreadyEnded
from app.diversion.models import ConsequenceRow, EndingRow
from app.diversion.rules import standing
from app.kit import clock
from app.kit.outbox import JobRow
from app.kit.transaction import transaction
from tests.builders.channel import staff_headers
from tests.builders.consequences import today, tomorrow
from tests.diversion.test_races import at_once

CONSOLE = "/api/console/diversion-cases"
DEALER = "/api/dealer/diversion-cases"
DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("starts_on", "ended", "today_on", "expected"),
    [
        (DAY, False, DAY - timedelta(days=1), "planned"),
        (DAY, False, DAY, "in_force"),
        (DAY, False, DAY + timedelta(days=400), "in_force"),
        (DAY, True, DAY, "ended"),
        (DAY, True, DAY - timedelta(days=1), "ended"),
    ],
)
def test_a_consequence_begins_on_its_day_and_holds_until_it_is_ended(starts_on, ended, today_on, expected, at):
    assert standing(starts_on, at if ended else None, today_on) == expected


@pytest.fixture
def upheld(client, story):
    """The file of the story, confirmed after an appeal, so that anything may follow."""
    for action, headers in (("notify", story.operator), ("answer", story.boss), ("uphold", story.operator)):
        _step(client, story, action, headers)
    _step(client, story, "appeal", story.boss)
    _step(client, story, "confirm", story.admin)
    return story


def _step(client, story, action, headers):
    if headers is story.boss:
        answer = client.post(f"{DEALER}/{story.file_id}/{action}", json={"words": "说明"}, headers=headers)
    else:
        body = {"action": action, "words": "核实"}
        answer = client.post(f"{CONSOLE}/{story.file_id}/decisions", json=body, headers=headers)
    assert answer.status_code == 200, answer.json


def follow(client, story, stage, starts_on=None) -> str:
    body = {"stage": stage, "starts_on": (starts_on or today()).isoformat(), "reason": "窜货属实"}
    made = client.post(f"{CONSOLE}/{story.file_id}/consequences", json=body, headers=story.admin)
    assert made.status_code == 201, made.json
    return made.json["id"]


def end(client, story, consequence_id, headers=None, *, file_id=None, **body):
    path = f"{CONSOLE}/{file_id or story.file_id}/consequences/{consequence_id}/endings"
    return client.post(
        path, json=body or {"reason": "整改完成"}, headers=story.admin if headers is None else headers
    )


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def shown_to(client, story, who) -> list[tuple[str, str, str | None]]:
    path, headers = (DEALER, story.boss) if who == "dealer" else (CONSOLE, story.auditor)
    file = client.get(f"{path}/{story.file_id}", headers=headers).json
    return [(one["stage"], one["standing"], one["end_reason"]) for one in file["consequences"]]


def test_dealer_and_staff_see_what_is_in_force_planned_and_ended(client, upheld):
    for stage in ("notice", "talk", "suspend_rebates"):
        follow(client, upheld, stage)
    stop = follow(client, upheld, "stop_supply", starts_on=tomorrow())
    ended = end(client, upheld, stop)
    assert (ended.status_code, ended.json["standing"], ended.json["end_reason"]) == (201, "ended", "整改完成")
    for who in ("dealer", "staff"):
        assert shown_to(client, upheld, who) == [
            ("notice", "in_force", None),
            ("talk", "in_force", None),
            ("suspend_rebates", "in_force", None),
            ("stop_supply", "ended", "整改完成"),
        ]


def test_an_ending_is_in_the_audit_log_and_tells_those_who_act(client, upheld, committed):
    made = follow(client, upheld, "suspend_rebates")
    end(client, upheld, made)
    with committed() as session:
        bound = {"b": session.info["brand_id"]}
        query = text("SELECT subject FROM identity_audit WHERE brand_id = :b AND action LIKE '%consequence_ended'")
        assert session.execute(query, bound).scalars().all() == [f"diversion:{upheld.file_id}"]
        jobs = session.scalars(select(JobRow).where(JobRow.cause.like("%consequence%")).order_by(JobRow.id)).all()
        assert [job.cause for job in jobs] == [
            f"commissions.suspend_dealer:consequence:{made}",
            f"custody.stop_supply:consequence:{made}",
            f"commissions.resume_dealer:consequence_ended:{made}",
            f"custody.resume_supply:consequence_ended:{made}",
        ]
        assert {job.args["dealer_id"] for job in jobs} == {upheld.east.id}


def test_a_consequence_ends_once_and_is_not_set_again(client, upheld):
    made = follow(client, upheld, "stop_supply")
    first, again = (end(client, upheld, made) for _ in range(2))
    assert refusal(again) == (409, "diversion.already_ended")
    assert again.json["error"]["details"]["ended_at"][:19] == first.json["ended_at"][:19]
    body = {"stage": "stop_supply", "starts_on": today().isoformat(), "reason": "再次窜货"}
    repeated = client.post(f"{CONSOLE}/{upheld.file_id}/consequences", json=body, headers=upheld.admin)
    assert refusal(repeated) == (409, "diversion.consequence_exists")
    assert "stop_supply" not in client.get(f"{CONSOLE}/{upheld.file_id}", headers=upheld.admin).json["stages"]


def test_only_a_brand_admin_ends_a_consequence(client, upheld, other_brand):
    made = follow(client, upheld, "notice")
    assert end(client, upheld, made, headers={}).status_code == 401
    assert end(client, upheld, made, headers=upheld.boss).status_code == 401
    for headers in (upheld.operator, upheld.auditor):
        assert refusal(end(client, upheld, made, headers=headers)) == (403, "identity.forbidden")
    with transaction(other_brand.id) as session:
        stranger = staff_headers(session, "brand_admin")
    path = f"{CONSOLE}/{upheld.file_id}/consequences/{made}/endings"
    body = {"reason": "整改完成"}
    foreign = client.post(path, json=body, headers=stranger, base_url=f"http://{other_brand.host}")
    assert refusal(foreign) == (404, "diversion.consequence_unknown")
    assert shown_to(client, upheld, "dealer") == [("notice", "in_force", None)]


def test_a_consequence_of_another_file_and_an_ending_without_a_reason_are_refused(client, upheld):
    made = follow(client, upheld, "notice")
    unknown = (404, "diversion.consequence_unknown")
    assert refusal(end(client, upheld, made, file_id=upheld.file_id + 1)) == unknown
    assert refusal(end(client, upheld, int(made) + 1)) == unknown
    for body in ({"reason": " "}, {"reason": ""}, {"reason": "好" * 501}, {"why": "整改"}):
        assert end(client, upheld, made, **body).status_code == 422


def test_of_many_endings_at_once_one_stands(app, client, upheld, committed):
    made = int(follow(client, upheld, "stop_supply"))

    def ending() -> str:
        try:
            with committed() as session:
                given = {"file_id": upheld.file_id, "consequence_id": made, "reason": "整改完成", "by": 1}
                diversion.end_consequence(session, **given, at=clock.now())
        except AlreadyEnded:
            return "refused"
        return "ended"

    assert at_once(app, *[ending] * 12) == ["ended", *["refused"] * 11]
    with committed() as session:
        assert len(session.scalars(select(EndingRow)).all()) == 1


def test_neither_a_consequence_nor_its_ending_is_ever_rewritten(client, upheld, committed):
    end(client, upheld, follow(client, upheld, "notice"))
    with committed() as session:
        assert len(session.scalars(select(ConsequenceRow)).all()) == 1
        for change in ("UPDATE diversion_ending SET reason = '无'", "DELETE FROM diversion_ending"):
            with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
                session.execute(text(f"{change} WHERE brand_id = :b"), {"b": session.info["brand_id"]})
