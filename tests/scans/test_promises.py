"""What a campaign promises is published: for people on a page of its own, for machines as JSON."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import campaigns
from app.campaigns.rules import Conditions
from app.kit import clock
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
TERMS = Conditions(
    0,
    dealers=frozenset({5}),
    terminals=frozenset({6}),
    counties=frozenset({"310101", "999999"}),
    weekdays=frozenset({6, 7}),
    hours=(18, 24),
    persons="new",
    per_device_limit=3,
)
ENGLISH = {"Accept-Language": "en"}


def a_published_shelf(committed: Opener) -> Shelf:
    with committed() as session:
        return a_shelf(
            session,
            tiers=(("一等奖", 8_800, 2), ("<b>红包</b>", 88, 10)),
            conditions=lambda *_: TERMS,
            budgets=lambda _: [campaigns.NewBudget("all", "", 100_000, 5_000)],
            per_person_limit=3,
        )


def test_rules_odds_and_stock_are_read_without_a_code_or_a_sign_in(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    shelf = a_published_shelf(committed)
    page = client.get(f"/c/{shelf.campaign_id}")
    assert page.status_code == 200
    for told in ("¥88.00", "4.167%", "¥0.88", "20.83%", "每人最多领 3 次", "上海市黄浦区、999999", "周六、周日"):
        assert told in page.text, told
    for told in ("每天 18:00 至 24:00", "没有中过奖的新用户", "每部手机最多领 3 次", "奖留在码里"):
        assert told in page.text, told
    assert "<b>红包</b>" not in page.text
    commitment = campaigns.book(brand.id).campaigns[shelf.campaign_id].commitment
    assert commitment in page.text
    english = client.get(f"/c/{shelf.campaign_id}", headers=ENGLISH).text
    for told in ("Saturday, Sunday", "18:00 to 24:00", "At most 3 claims per phone"):
        assert told in english, told
    with committed() as session:
        campaigns.stop_campaign(session, shelf.campaign_id, at=clock.now())
    assert "活动已停止" in client.get(f"/c/{shelf.campaign_id}").text


def test_machines_read_the_same(client: FlaskClient, committed: Opener) -> None:
    shelf = a_published_shelf(committed)
    told = client.get(f"/api/consumer/campaigns/{shelf.campaign_id}").get_json()
    first = told["tiers"][0]
    assert (first["name"], first["kind"], first["amount_fen"], first["count"]) == ("一等奖", "cash", 8_800, 2)
    assert (told["codes"], len(told["conditions"])) == (48, 8)
    english = client.get(f"/api/consumer/campaigns/{shelf.campaign_id}", headers=ENGLISH).get_json()
    assert "Claims on Saturday, Sunday only" in english["conditions"]


def test_the_landing_page_shows_the_same_rules_and_leads_to_the_page(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    shelf = a_published_shelf(committed)
    page = client.get(f"/s/{shelf.code(brand.id)}").text
    assert f'href="/c/{shelf.campaign_id}"' in page
    assert "只在周六、周日领取" in page
    assert "4.167%" in page


def test_there_is_no_page_of_another_brands_campaign(
    other_brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    shelf = a_published_shelf(committed)
    elsewhere = {"Host": other_brand.host}
    for path in (f"/c/{shelf.campaign_id}", f"/api/consumer/campaigns/{shelf.campaign_id}"):
        answer = client.get(path, base_url=f"http://{other_brand.host}", headers=elsewhere)
        assert answer.status_code == 404
    assert client.get("/c/1").status_code == 404
