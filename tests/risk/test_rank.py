"""WeChat's risk rank: asked by a job after signing in, never on a path that somebody waits on."""

import pytest
from sqlalchemy import select

from app.kit import clock
from app.kit.transaction import transaction
from app.risk.jobs import ask_rank
from app.risk.models import FlagRow, RankRow
from tests.builders.wechat import Registered, use_sandbox
from tests.sandbox.process import start_sandbox


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory):
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def wechat(running_sandbox, app, brand):
    use_sandbox(running_sandbox)
    running_sandbox.control("DELETE", "faults")
    return Registered(running_sandbox, brand)


def enter(wechat, client, rank):
    """Somebody of this rank signs in from the mini-program; their person's id."""
    user = wechat.sandbox.control("POST", "users", {"nickname": "来客", "risk": rank})["user"]
    code = wechat.sandbox.control("POST", "login", {"user": user, "app_id": wechat.mini})["js_code"]
    answer = client.post("/api/consumer/sessions/wechat", json={"app_id": wechat.mini, "js_code": code})
    assert answer.status_code == 200, answer.json
    return int(answer.json["person"]["id"])


def ranks(brand):
    with transaction(brand.id) as session:
        return {row.person_id: row.rank for row in session.scalars(select(RankRow))}


def test_signing_in_has_the_rank_asked_and_judged_by_the_worker(wechat, brand, client, worker):
    harmless, risky = enter(wechat, client, 1), enter(wechat, client, 4)
    assert ranks(brand) == {}
    worker()
    assert ranks(brand) == {harmless: 1, risky: 4}
    with transaction(brand.id) as session:
        (flag,) = session.scalars(select(FlagRow)).all()
    assert (flag.subject, flag.answer, flag.reasons[0]["signal"]) == (str(risky), "verify_first", "rank_4")


def test_the_rank_is_asked_once_a_week(wechat, brand, client, worker):
    enter(wechat, client, 0)
    worker()
    (person_id,) = ranks(brand)
    before = len(wechat.calls("getuserriskrank"))
    asked = {"person_id": person_id, "app_id": wechat.mini, "openid": "o", "address": "192.0.2.1"}
    ask_rank(brand_id=brand.id, at=clock.now(), **asked)
    assert len(wechat.calls("getuserriskrank")) == before


def test_somebody_who_left_hours_ago_has_no_rank_and_that_is_all(wechat, brand, client, worker):
    enter(wechat, client, 3)
    wechat.advance(3 * 3600)
    worker()
    assert ranks(brand) == {}


def test_a_busy_platform_is_asked_again(wechat, brand, client, worker):
    wechat.fault("errcode", errcode=-1, match="getuserriskrank")
    enter(wechat, client, 2)
    worker()
    assert ranks(brand) == {}
