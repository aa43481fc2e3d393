"""A factory's day over HTTP: ordered, printed, packed, shipped, opened, paid, diverted, recalled and told."""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pyrage
import pytest
from jsonschema import Draft7Validator

from app.books.queries import prove
from app.kit import clock
from tests.builders.associations import line_file, upload
from tests.builders.catalog import a_gtin
from tests.builders.channel import bearer, someone_with
from tests.builders.console import staff_headers
from tests.builders.diversion import FAR, OWN, judge
from tests.builders.packs import opened
from tests.conftest import BrandClient
from tests.trace.conftest import FORMATS, SCHEMA

API = "/api/console"
UNITS, PER_CASE, PER_PALLET, CANARIES = 480, 24, 5, 3
CASES, PALLETS = UNITS // PER_CASE, UNITS // PER_CASE // PER_PALLET
REJECTED = range(17, UNITS, 48)  # a little over two of a hundred
GOOD = UNITS - len(REJECTED)
PRIZE, TERMINAL_FEN, DEALER_FEN = 88, 10, 5
LEVELS = [
    {"name": "unit", "title": "瓶盖", "pair": True, "security_code": True},
    {"name": "case", "title": "箱", "ratio": PER_CASE},
    {"name": "pallet", "title": "垛", "ratio": PER_PALLET},
]
HUANGPU, HANGZHOU = (31.209, 121.478), (30.166, 120.048)
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Dealer:
    """A dealer, its only shop, and the people of both."""

    id: str
    name: str
    shop: str
    boss: Headers
    owner: Headers


@dataclass(frozen=True, slots=True)
class Printed:
    """What the factory has read in its file of one level: the outer texts, and the inner ones of pairs."""

    batch: dict[str, Any]
    outer: list[str]
    inner: list[str]


@dataclass(frozen=True, slots=True)
class Goods:
    """The printed codes of all levels; cases and pallets as the line filled them, one after the other."""

    units: Printed
    cases: Printed
    pallets: Printed

    def unit(self, case: int, place: int = 0, *, face: str = "inner") -> str:
        """A good unit by its case and its place in it."""
        return getattr(self.units, face)[self.good[case * PER_CASE + place]]

    @property
    def good(self) -> list[int]:
        return [place for place in range(UNITS) if place not in REJECTED]


def letters_of(address: str) -> str:
    """The sixteen characters at the end of a printed address."""
    return address.rsplit("/", 1)[1]


class Day:
    """Everybody's telephone: one brand, its staff, and a client without cookies, so that devices differ."""

    def __init__(self, app, brand, worker, committed):
        self.brand, self.work, self.committed = brand, worker, committed
        self.client = BrandClient(app, app.response_class, use_cookies=False)
        self.client.host = brand.host
        self.operator, self.admin = staff_headers(brand), staff_headers(brand, "brand_admin")

    def post(self, path, body=None, *, by=None, expect=201):
        answer = self.client.post(path, json=body or {}, headers=by or self.operator)
        assert answer.status_code == expect, (path, answer.get_data(as_text=True))
        return answer.get_json()

    def get(self, path, *, by=None, **query):
        answer = self.client.get(path, query_string=query, headers=by or self.operator)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True))
        return answer.get_json()

    def signs_in(self, person_id: int) -> Headers:
        with self.committed() as session:
            return bearer(session, person_id)

    def somebody(self) -> int:
        with self.committed() as session:
            return someone_with(session)

    def consumer(self) -> Headers:
        """Somebody new, who has just signed in."""
        return self.signs_in(self.somebody())

    def refused(self, path, body, *, by=None):
        answer = self.client.post(path, json=body, headers=by or self.operator)
        return answer.status_code, answer.get_json()["error"]["code"]

    def scans(self, code, at=None, *, by=None):
        """What a consumer sees, who stands at a latitude and longitude."""
        place = {"latitude": at[0], "longitude": at[1]} if at else {}
        return self.post("/api/consumer/scans", {"code": code} | place, by=by or self.consumer(), expect=200)

    def claims(self, code, *, by=None):
        return self.post("/api/consumer/claims", {"code": code}, by=by or self.consumer(), expect=200)

    def story(self, code):
        """What staff read of a code: who was paid and why, by outcome."""
        steps = self.get(f"{API}/codes/{letters_of(code)}/explanation")["steps"]
        return [(step["outcome"], step["amount_fen"], step["text"]) for step in steps]


@pytest.fixture
def noon():
    """Business is done where it is noon: the day has eleven hours left, whenever the test runs."""
    west = clock.now().hour - 12
    clock.use_zone(ZoneInfo(f"Etc/GMT{west:+}"))
    yield
    clock.use_zone(clock.SHANGHAI)


@pytest.fixture
def day(noon, app, brand, worker, committed):
    return Day(app, brand, worker, committed)


def a_dealer_with_a_shop(day, name, county) -> Dealer:
    made = day.post(f"{API}/dealers", {"name": name, "counties": [county]})
    shop = {"dealer_id": made["id"], "name": f"{name}便利店", "county": county, "address": "人民路1号"}
    shop_id = day.post(f"{API}/terminals", shop | {"phone": "13900000001"})["id"]
    people = []
    for role, kind, scope in (("dealer", "dealer", made["id"]), ("owner", "terminal", shop_id)):
        person_id = day.somebody()
        given = {"person_id": str(person_id), "role": role, "scope_kind": kind, "scope_id": scope}
        day.post(f"{API}/roles", given)
        people.append(day.signs_in(person_id))
    return Dealer(made["id"], name, shop_id, *people)


def a_sku_is_registered(day) -> str:
    sku = {"gtin": a_gtin(), "name": "清泉饮用天然水", "spec": "500ml×24"}
    return day.post(f"{API}/products", {"name": "清泉", "skus": [sku]})["skus"][0]["id"]


def codes_are_ordered_and_agreed_to(day) -> list[dict[str, Any]]:
    """The batches of the order, from the lowest level up; nothing is minted before a second person agrees."""
    spec = day.post(f"{API}/specs", {"name": "三级赋码", "levels": LEVELS, "canaries": CANARIES})
    order = {"spec_id": spec["id"], "sku_id": a_sku_is_registered(day), "number": "D-1", "count": UNITS}
    pack = day.post(f"{API}/packs", order)
    day.work()
    assert day.get(f"{API}/packs/{pack['id']}")["batches"] == []
    review = f"{API}/packs/{pack['id']}/review"
    assert day.refused(review, {"approve": True}) == (409, "codes.own_request")
    day.post(review, {"approve": True}, by=day.admin, expect=200)
    day.work()
    minted = day.get(f"{API}/packs/{pack['id']}")
    assert minted["state"] == "minted"
    sizes = [(one["level"], one["hi"] - one["lo"]) for one in minted["batches"]]
    assert sizes == [("unit", UNITS), ("case", CASES), ("pallet", PALLETS)]
    return minted["batches"]


def a_file_reaches_the_factory(day, batch) -> Printed:
    """Fetched by its link, opened with the factory's key, and read without the lines of its canaries."""
    key = pyrage.x25519.Identity.generate()
    asked = {"recipient": str(key.to_public())}
    made = day.post(f"{API}/batches/{batch['id']}/deliveries", asked)
    day.work()
    with day.client.get(urlsplit(made["link"]).path + "/file") as file:
        assert file.status_code == 200
        stolen = pyrage.x25519.Identity.generate()
        with pytest.raises(pyrage.DecryptError):
            opened(file.data, stolen)
        manifest, lines = opened(file.data, key)
    rows = list(csv.DictReader(io.StringIO(lines.decode())))
    goods = batch["hi"] - batch["lo"]
    assert (manifest["count"], len(rows), manifest["batch"]) == (
        goods + CANARIES,
        goods + CANARIES,
        batch["number"],
    )
    told = day.get(f"{API}/batches/{batch['id']}/canaries", by=day.admin)["items"]
    canaries = {one["seq"] for one in told}
    kept = [row for row in rows if int(row["seq"]) not in canaries]
    assert len(kept) == goods
    return Printed(batch, [row["outer_url"] for row in kept], [row.get("inner_url", "") for row in kept])


def the_line_tells_what_it_packed(day, goods: Goods) -> None:
    """Rejected caps are skipped, so that every case but the last is full of good ones."""
    units = [(goods.cases.outer[at // PER_CASE], goods.units.outer[no]) for at, no in enumerate(goods.good)]
    cases = [(goods.pallets.outer[at // PER_PALLET], case) for at, case in enumerate(goods.cases.outer)]
    body = line_file([*units, *cases], head=f"# line: 一号线\n# per_parent: {PER_CASE}")
    sent = upload(day.client, day.operator, body)
    assert sent.status_code == 202
    day.work()
    shown = day.get(f"{API}/associations/{sent.get_json()['id']}")
    assert (shown["state"], shown["wrong"], shown["units"]) == ("done", 0, GOOD + CASES)
    assert shown["parents"] == CASES + PALLETS
    inside = {
        case: day.get(f"{API}/packing/history", code=goods.cases.outer[case])["children"] for case in (0, 19)
    }
    assert inside == {0: PER_CASE, 19: GOOD - 19 * PER_CASE}
    scrap = day.get(f"{API}/packing/history", code=goods.units.outer[REJECTED[0]])
    assert scrap["parents"] == []


def a_campaign_is_promised(day, goods: Goods) -> str:
    rule = {"name": "联动返利", "terminal_fen": TERMINAL_FEN, "dealer_fen": DEALER_FEN}
    rule_id = day.post(f"{API}/commission-rules", rule)["id"]
    tier = {"name": "畅饮红包", "amount_fen": PRIZE, "count": UNITS, "commission_rule_id": rule_id}
    now = clock.now()
    window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=60)).isoformat()}
    promise = {"name": "开盖有奖", "batch_id": goods.units.batch["id"], "tiers": [tier], **window}
    return day.post(f"{API}/campaigns", promise)["id"]


def what_was_packed_is_activated(day, goods: Goods, campaign_id: str) -> None:
    """By the pallets, with everything in them: what the line rejected is in none, and stays asleep."""
    assert day.scans(goods.unit(0, 9))["state"] == "inactive"
    asked = {"kind": "activate", "texts": goods.pallets.outer, "with_contents": True, "campaign_id": campaign_id}
    done = day.post(f"{API}/plans", asked)
    assert (done["state"], done["count"]) == ("done", GOOD + CASES + PALLETS)
    batch = day.get(f"{API}/batches/{goods.units.batch['id']}")
    assert (batch["state"], batch["activated"]) == ("partly_active", GOOD)
    again = day.refused(f"{API}/plans", asked | {"with_contents": False})
    assert again == (422, "codes.list_refused")


def a_pallet_is_shipped(day, dealer: Dealer, number: str, pallets: list[str]) -> None:
    """To a dealer, who finds everything there."""
    body = {"kind": "shipped", "number": number, "dealer_id": dealer.id, "codes": pallets}
    made = day.post(f"{API}/custody/documents", body)
    assert (made["receiver"]["name"], made["codes"]) == (dealer.name, len(pallets))
    receipt = f"/api/dealer/custody/documents/{made['id']}/receipt"
    got = day.post(receipt, {"number": f"R-{number}", "codes": pallets}, by=dealer.boss)
    assert (got["missing"]["count"], got["surplus"]["count"]) == (0, 0)


def a_shop_opens_a_case(day, dealer: Dealer, case: str, *, units: int) -> None:
    shown = day.post("/api/terminal/openings", {"code": case}, by=dealer.owner, expect=200)
    assert (shown["units"], shown["foreign"], shown["terminal"]["id"]) == (units, False, dealer.shop)


def a_case_goes_to_the_shop_that_opens_it(day, dealer: Dealer, stranger: Dealer, case: str) -> None:
    body = {"kind": "delivered", "number": "PH-1", "terminal_id": dealer.shop, "codes": [case]}
    elsewhere = body | {"terminal_id": stranger.shop}
    refused = day.refused("/api/dealer/custody/documents", elsewhere, by=stranger.boss)
    assert refused == (409, "custody.not_held")
    day.post("/api/dealer/custody/documents", body, by=dealer.boss)
    a_shop_opens_a_case(day, dealer, case, units=PER_CASE)
    taken = day.refused("/api/terminal/openings", {"code": case}, by=stranger.owner)
    assert taken == (409, "custody.already_opened")


def a_unit_of_an_opened_case_pays_three(day, dealer: Dealer, code: str, at) -> None:
    """The consumer, the shop that opened the case and the dealer who supplied it."""
    before = day.get("/api/consumer/wallet", by=dealer.owner)["balance_fen"]
    me = day.consumer()
    assert day.scans(code, at, by=me)["claim"] == "open"
    won = day.claims(code, by=me)
    assert (won["prize"]["amount_fen"], won["wallet_fen"]) == (PRIZE, PRIZE)
    assert won["shop"]["name"] == f"{dealer.name}便利店"
    assert day.get("/api/consumer/wallet", by=dealer.owner)["balance_fen"] == before + TERMINAL_FEN
    sale = day.get("/api/dealer/sales", by=dealer.boss)["items"][0]
    assert (sale["terminal_id"], sale["dealer_id"], sale["reason"]) == (dealer.shop, dealer.id, "opened_case")
    paid = [(outcome, fen) for outcome, fen, _ in day.story(code) if outcome != "info"]
    assert sorted(paid) == [("paid", DEALER_FEN), ("paid", TERMINAL_FEN), ("paid", PRIZE)]
    other = day.refused("/api/consumer/claims", {"code": code}, by=day.consumer())
    assert other == (409, "rewards.already_claimed")


def a_unit_of_a_closed_case_pays_one(day, dealer: Dealer, code: str) -> None:
    won = day.claims(code)
    assert (won["prize"]["amount_fen"], won["shop"]) == (PRIZE, None)
    sale = day.get("/api/dealer/sales", by=dealer.boss)["items"][0]
    assert (sale["terminal_id"], sale["reason"]) == (None, "holding_dealer")
    refused = [text for outcome, _, text in day.story(code) if outcome == "refused"]
    assert len(refused) == 2
    assert all("还没有门店扫码开箱" in text for text in refused)


def a_rejected_unit_pays_nobody(day, code: str) -> None:
    me = day.consumer()
    assert day.scans(code, by=me)["state"] == "inactive"
    assert day.refused("/api/consumer/claims", {"code": code}, by=me) == (409, "codes.inactive")
    assert day.get("/api/consumer/wallet", by=me)["balance_fen"] == 0
    assert "这件商品没有关联箱码" in [text for _, _, text in day.story(code)]


def a_rejected_unit_that_is_sold_after_all_is_the_house_dealers(day, code: str, campaign_id: str) -> None:
    """Activated by itself it pays its consumer, and neither shop nor dealer: it was in no case."""
    asked = {"kind": "activate", "texts": [code], "campaign_id": campaign_id}
    assert day.post(f"{API}/plans", asked)["count"] == 1
    won = day.claims(code)
    assert (won["prize"]["amount_fen"], won["shop"]) == (PRIZE, None)
    told = day.story(code)
    refused = [text for outcome, _, text in told if outcome == "refused"]
    assert len(refused) == 2
    assert all("没有关联箱码" in text for text in refused)
    assert any("归属品牌直营" in text for _, _, text in told)


def a_pallet_turns_up_far_away(day, goods: Goods, pallet: int) -> str:
    """One consumer a case: four of them, and all guests of a banquet, may be chance, the fifth is not."""
    cases = range(pallet * PER_PALLET, (pallet + 1) * PER_PALLET)
    for case in cases[:4]:
        day.scans(goods.unit(case), HANGZHOU)
    for place in range(1, 6):
        day.scans(goods.unit(cases[0], place), HANGZHOU)
    judge(day.brand.id)
    assert day.get(f"{API}/diversion-cases")["items"] == []
    day.scans(goods.unit(cases[4]), HANGZHOU)
    judge(day.brand.id)
    [file] = day.get(f"{API}/diversion-cases")["items"]
    return file["id"]


def a_shop_there_opens_a_case_of_it(day, shop_of: Dealer, goods: Goods, case: int) -> None:
    """Whose sale it was is plain, what it earns is held until the brand decides; and it is evidence."""
    shown = day.post("/api/terminal/openings", {"code": goods.cases.outer[case]}, by=shop_of.owner, expect=200)
    assert (shown["foreign"], shown["dealer"]["id"]) == (True, shop_of.id)
    before = day.get("/api/consumer/wallet", by=shop_of.owner)["balance_fen"]
    code = goods.unit(case, PER_CASE - 1)
    assert day.claims(code)["prize"]["amount_fen"] == PRIZE
    held = [fen for outcome, fen, _ in day.story(code) if outcome == "held" and fen is not None]
    assert sorted(held) == [DEALER_FEN, TERMINAL_FEN]
    assert day.get("/api/consumer/wallet", by=shop_of.owner)["balance_fen"] == before
    judge(day.brand.id)


def the_dealer_is_asked_and_the_brand_decides(day, dealer: Dealer, stranger: Dealer, file_id: str) -> None:
    path, mine = f"{API}/diversion-cases/{file_id}", f"/api/dealer/diversion-cases/{file_id}"
    file = day.get(path)
    assert (file["state"], file["scope"], file["dealer"]["id"]) == ("suspected", "pallet", dealer.id)
    [pallet] = [piece for piece in file["evidence"] if piece["kind"] == "pallet"]
    assert (pallet["seen"], pallet["far"]) == (10, 10)
    assert {one["county"]["code"] for one in pallet["counts"]} == {FAR}
    [opening] = [piece for piece in file["evidence"] if piece["kind"] == "opening"]
    assert opening["terminal"] == f"{stranger.name}便利店"
    notify = {"action": "notify", "words": "请说明这垛货的去向"}
    assert day.post(f"{path}/decisions", notify, expect=200)["state"] == "notified"
    assert day.client.get(mine, headers=stranger.boss).status_code == 404
    answer = {"words": "这批货被二批商转卖, 附出库单"}
    assert day.post(f"{mine}/answer", answer, by=dealer.boss, expect=200)["state"] == "answered"
    uphold = {"action": "uphold", "words": "出库单与码不符"}
    upheld = day.post(f"{path}/decisions", uphold, expect=200)
    assert (upheld["state"], upheld["verdict"]) == ("upheld", "upheld")
    assert [step["action"] for step in upheld["steps"]] == ["open", "notify", "answer", "uphold"]


def a_pallet_is_recalled(day, dealer: Dealer, goods: Goods, pallet: int) -> None:
    """With everything in it: frozen at once by one person, withdrawn when a second one has agreed."""
    case = pallet * PER_PALLET
    asked = {"texts": [goods.pallets.outer[pallet]], "with_contents": True, "reason": "召回"}
    units = GOOD - case * PER_CASE if pallet == PALLETS - 1 else PER_CASE * PER_PALLET
    frozen = day.post(f"{API}/plans", asked | {"kind": "freeze"})
    assert (frozen["state"], frozen["count"]) == ("done", units + PER_PALLET + 1)
    me = day.consumer()
    code = goods.unit(case + 1)
    assert day.refused("/api/consumer/claims", {"code": code}, by=me) == (409, "codes.frozen")

    request = day.post(f"{API}/plans", asked | {"kind": "void"})
    assert (request["state"], request["count"]) == ("requested", frozen["count"])
    review = f"{API}/plans/{request['id']}/review"
    assert day.refused(review, {"approve": True}) == (409, "codes.own_request")
    assert day.scans(code)["state"] == "frozen"
    assert day.post(review, {"approve": True}, by=day.admin, expect=200)["state"] == "done"
    assert day.scans(code, by=me)["state"] == "void"
    assert day.refused("/api/consumer/claims", {"code": code}, by=me) == (410, "codes.void")
    assert day.get("/api/consumer/wallet", by=me)["balance_fen"] == 0
    opening = day.refused("/api/terminal/openings", {"code": goods.cases.outer[case]}, by=dealer.owner)
    assert opening == (410, "codes.void")
    assert day.scans(goods.unit(case - 1))["state"] == "first"  # the last case of the pallet before


def the_day_is_told_to_other_systems(day, goods: Goods) -> None:
    """EPCIS 2.0, valid by GS1's own schema, by day, by batch and by shipment; a prize's code is in none."""
    schema = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FORMATS)
    told = {}
    for name, asked in {
        "day": {"day": clock.business_day(clock.now()).isoformat()},
        "batch": {"batch_id": goods.units.batch["id"]},
        "shipment": {"shipment": "FH-2"},
    }.items():
        answer = day.client.get(f"{API}/epcis", query_string=asked, headers=day.operator)
        document = json.loads(answer.data)
        assert [error.message for error in schema.iter_errors(document)] == [], name
        told[name] = document["epcisBody"]["eventList"]
    secret = {letters_of(url) for url in goods.units.inner}
    assert not [code for code in secret if code in json.dumps(told)]
    steps = Counter(event["bizStep"] for event in told["day"])
    assert {"commissioning", "packing", "shipping", "receiving", "decommissioning"} <= set(steps)
    children = [epc for event in told["day"] if event["bizStep"] == "packing" for epc in event["childEPCs"]]
    assert len(children) == len(set(children)) == GOOD + CASES
    sent = [epc for event in told["shipment"] for epc in event.get("childEPCs", [])]
    assert len(sent) == GOOD - 10 * PER_CASE + 10  # the units of ten cases, and these
    printed = {letters_of(url) for url in goods.units.outer}
    batch = [epc for event in told["batch"] for epc in event.get("childEPCs", [])]
    assert len(printed & {letters_of(epc) for epc in batch}) == GOOD


def the_books_are_right(day, *, claims: int, opened_cases: int) -> None:
    """Every package's invariants hold, and what was paid is what the consumers, shops and dealers were told."""
    day.work()
    seen = day.get(f"{API}/overview")
    assert (seen["claims"], seen["sales_today"]) == (claims, claims)
    assert seen["paid_fen"] == claims * PRIZE + opened_cases * (TERMINAL_FEN + DEALER_FEN)
    with day.committed() as session:
        assert {name: wrong for name, wrong in prove(session).items() if wrong} == {}


def test_a_factorys_day(day):
    day.post(f"{API}/dealers", {"name": "品牌直营", "house": True})
    east, west = a_dealer_with_a_shop(day, "黄浦经销", OWN), a_dealer_with_a_shop(day, "西湖经销", FAR)

    batches = codes_are_ordered_and_agreed_to(day)
    goods = Goods(*(a_file_reaches_the_factory(day, batch) for batch in batches))
    the_line_tells_what_it_packed(day, goods)
    campaign_id = a_campaign_is_promised(day, goods)
    what_was_packed_is_activated(day, goods, campaign_id)

    a_pallet_is_shipped(day, east, "FH-1", goods.pallets.outer[:2])
    a_pallet_is_shipped(day, west, "FH-2", goods.pallets.outer[2:])
    a_case_goes_to_the_shop_that_opens_it(day, east, west, goods.cases.outer[0])
    a_shop_opens_a_case(day, west, goods.cases.outer[10], units=PER_CASE)

    a_unit_of_an_opened_case_pays_three(day, east, goods.unit(0), HUANGPU)
    a_unit_of_an_opened_case_pays_three(day, east, goods.unit(0, PER_CASE - 1), HUANGPU)
    a_unit_of_an_opened_case_pays_three(day, west, goods.unit(10), HANGZHOU)
    a_unit_of_a_closed_case_pays_one(day, east, goods.unit(1))
    a_rejected_unit_pays_nobody(day, goods.units.inner[REJECTED[0]])
    a_rejected_unit_that_is_sold_after_all_is_the_house_dealers(day, goods.units.inner[REJECTED[1]], campaign_id)

    file_id = a_pallet_turns_up_far_away(day, goods, 1)
    a_shop_there_opens_a_case_of_it(day, west, goods, 2 * PER_PALLET - 1)
    the_dealer_is_asked_and_the_brand_decides(day, east, west, file_id)
    a_pallet_is_recalled(day, west, goods, 3)
    the_day_is_told_to_other_systems(day, goods)
    the_books_are_right(day, claims=6, opened_cases=3)
