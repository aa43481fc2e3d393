"""A consumer with nothing but WeChat's camera: from a label with WeChat's code to money in the wallet."""

from datetime import datetime
from urllib.parse import unquote

import pytest

from app import campaigns, codes, commissions
from app.codes.jobs.markets import check_market_codes
from app.codes.rules import print_url
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.campaigns import a_campaign
from tests.builders.channel import a_dealer
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers

COUNT = 10_000


@pytest.fixture
def ready(wechat, brand, client, worker):
    """A batch whose labels carry WeChat's codes, made, fetched and activated on both sides."""
    with transaction(brand.id) as session:
        a_dealer(session, name="品牌直营", house=True)
        batch = a_batch(session, count=COUNT, has_inner=False)
        rule = commissions.add_rule(session, name="联动返利", terminal_fen=10, dealer_fen=5, at=clock.now())
        campaign = a_campaign(session, batch, tiers=(("畅饮红包", 88, COUNT),), rule_id=rule.id)
        campaigns.activate(session, batch_id=batch.id, campaign_id=campaign.id, by=1, at=clock.now())
    staff = staff_headers(brand)
    asked = client.post("/api/console/market-codes", json={"batch_id": str(batch.id)}, headers=staff).get_json()
    worker()
    wechat.advance(61)
    check_market_codes(brand_id=brand.id, at=clock.now())
    worker()
    path = f"/api/console/market-codes/{asked['id']}"
    client.post(f"{path}/activations", json={"activity_name": "夏日畅饮"}, headers=staff)
    worker()
    return client.get(path, headers=staff).get_json(), batch


def test_a_scanned_label_is_paid_once_by_the_ordinary_steps(wechat, brand, client, ready):
    application, batch = ready
    afang = wechat.phone(client).sign_in()
    opened = afang.scan(wechat.printed(application["application_id"], 4_321))
    assert opened["opens"] == {"app_id": wechat.mini, "path": "pages/scan/index"}

    code = afang.post("code-tickets", opened["query"]).get_json()["code"]
    assert code == codes.text_of(brand.id, batch.lo + 4_321)
    assert afang.get(f"codes/{code}")["state"] == "first"
    assert afang.post("scans", {"code": code}).get_json()["claim"] == "open"
    won = afang.post("claims", {"code": code}).get_json()
    assert (won["prize"]["amount_fen"], won["wallet_fen"]) == (88, 88)
    assert afang.get("wallet")["balance_fen"] == 88

    dawei = wechat.phone(client, nickname="大伟").sign_in()
    again = dawei.post("code-tickets", dawei.scan(wechat.printed(application["application_id"], 4_321))["query"])
    assert again.get_json()["code"] == code
    assert dawei.get(f"codes/{code}")["claim"] == "others"
    assert dawei.post("claims", {"code": code}).status_code == 409


def test_a_plain_link_opens_the_mini_program_and_is_paid_too(wechat, brand, client):
    with transaction(brand.id) as session:
        a_dealer(session, name="品牌直营", house=True)
        batch = a_batch(session, count=24)
        campaign = a_campaign(session, batch, tiers=(("畅饮红包", 88, 24),))
        campaigns.activate(session, batch_id=batch.id, campaign_id=campaign.id, by=1, at=clock.now())
    admin = staff_headers(brand, "brand_admin")
    told = client.get("/api/console/link-rules", headers=admin).get_json()
    rule = told["rules"][0]
    client.post("/api/console/host-files", json={"name": "wx1.txt", "content": "a1b2"}, headers=admin)
    assert client.get(f"{rule['folder']}wx1.txt").get_data(as_text=True) == "a1b2"
    saved = {"app_id": told["app_id"], "prefix": rule["prefix"], "path": rule["page"]}
    wechat.sandbox.control("POST", "link-rules", saved)

    text = codes.text_of(brand.id, batch.lo)
    afang = wechat.phone(client).sign_in()
    opened = afang.scan(print_url(f"http://{brand.host}", text))
    assert opened["opens"]["path"] == "pages/scan/index"
    assert unquote(opened["query"]["q"]).endswith(f"/S/{text}")
    read = afang.post("links", opened["query"]).get_json()
    assert read["code"] == text
    assert datetime.fromisoformat(read["scanned_at"]).timestamp() == opened["query"]["scancode_time"]
    assert afang.post("claims", {"code": read["code"]}).get_json()["wallet_fen"] == 88
