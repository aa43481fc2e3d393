"""A code's whole life at the console: found by any text or by number, and no prize to be read off a list."""

import pytest

from app import codes, custody
from app.kit.transaction import transaction
from tests.builders.codes import an_active_batch
from tests.builders.console import staff_headers
from tests.builders.packs import CAP, minted_batches
from tests.builders.trace import MADE, a_day, outer

LIFE = "/api/console/life"


@pytest.fixture
def life(client, brand):
    headers = staff_headers(brand, "auditor")

    def ask(language="zh", **asked):
        response = client.get(LIFE, query_string=asked, headers=headers | {"Accept-Language": language})
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()

    return ask


def test_any_form_of_a_code_finds_the_same_life(brand, day, life):
    code = day.unit(brand.id)
    whole = life(text=code)
    link = f"https://x.example/01/{day.gtin}/21/{code}"
    for form in (code.lower(), "-".join((code[:8], code[8:])), f"HTTP://{brand.host.upper()}/S/{code}", link):
        assert life(text=form) == whole
    assert life(code_no=day.packed.units.lo) == whole
    assert (whole["code_no"], whole["state"], whole["level"]) == (str(day.packed.units.lo), "active", "unit")
    assert whole["batch"]["number"] == day.packed.units.number


def test_a_code_leads_to_the_pack_order_it_was_minted_for(brand, committed, day, life):
    assert (life(text=day.unit(brand.id))["pack"], life(text=day.unit(brand.id))["canary"]) == (None, False)
    with committed() as session:
        (ordered,) = minted_batches(session, CAP, count=24)
        pack = codes.batch_row(session, ordered.id).pack_id
    told = life(code_no=ordered.lo)["pack"]
    assert told["id"] == str(pack)
    assert ordered.number == f"{told['number']}-cap"


def test_a_code_is_named_as_the_standards_write_it(brand, committed, day, life):
    code, lot = day.unit(brand.id), day.packed.units.number
    names = life(text=code)["names"]
    assert names["digital_link"] == f"HTTP://{brand.host.upper()}/01/{day.gtin}/21/{code}"
    assert names["human_readable"] == f"(01){day.gtin}(11)261001(17)981001(10){lot}(21){code}"
    assert names["element_string"] == f"01{day.gtin}11261001" + f"1798100110{lot}\x1d21{code}"
    with committed() as session:
        odd = an_active_batch(session, sku=day.sku, count=2, number="2026/11/" + "L" * 30, made_on=None)
    assert "(10)" not in life(text=outer(brand.id, odd.lo))["names"]["human_readable"]


def test_a_life_holds_packs_and_steps_in_order(brand, day, life):
    whole = life(text=day.unit(brand.id, 47))
    case, pallet = whole["packs"]
    assert (case["level"], case["code"], pallet["level"]) == ("case", day.case(brand.id, 1), "pallet")
    said = [step["text"] for step in whole["steps"]]
    times = [step["at"] for step in whole["steps"]]
    assert times == sorted(times)
    for told in ("码已激活", f"装入 {day.case(brand.id, 1)}", "已作废: 召回"):
        assert told in said
    assert any(f"发货给经销商「{day.dealer.name}」, 单号 FH-1" in text for text in said)
    assert sum("已作废" in text for text in said) == 1


def test_the_life_of_a_case_shows_what_is_in_it_and_who_opened_it(brand, day, life):
    whole = life(text=day.case(brand.id))
    assert whole["contents"] == 24
    assert [child["code"] for child in whole["children"]] == [day.unit(brand.id, index) for index in range(24)]
    assert "门店「老王便利店」开箱" in [step["text"] for step in whole["steps"]]
    assert "Opened by shop “老王便利店”" in [step["text"] for step in life("en", text=day.case(brand.id))["steps"]]


def test_sightings_and_queries_are_told_with_their_place(brand, committed, day, life):
    with committed() as session:
        no = day.packed.units.lo
        codes.note_query(session, code_no=no, face=codes.Face.OUTER, device="d", at=MADE)
        seen = custody.Seen(no, "query", latitude_e6=31_230_000, longitude_e6=121_480_000)
        custody.note_sighting(session, seen, at=MADE)
        custody.note_sighting(session, custody.Seen(no, "query"), at=MADE)
    whole = life(text=day.unit(brand.id))
    said = [step["text"] for step in whole["steps"]]
    assert "被查询: 上海市 黄浦区" in said
    assert "被查询: 位置未知" in said
    assert [(one["face"], one["times"]) for one in whole["queries"]] == [("outer", 1)]


def test_numbers_lead_to_no_code_that_opens_a_prize(brand, committed, day, life):
    inner = codes.text_of(brand.id, day.packed.units.lo)
    assert life(code_no=day.packed.units.lo)["code"] != inner
    assert life(text=inner)["face"] == "inner"
    with committed() as session:
        alone = an_active_batch(session, count=24, has_inner=False)
        cases = an_active_batch(session, level="case", count=1)
        codes.pack(session, parents_batch_id=cases.id, children_batch_id=alone.id, per_parent=24, at=MADE)
    secret = codes.text_of(brand.id, alone.lo)
    assert life(code_no=alone.lo)["code"] is None
    assert life(text=secret)["code"] == secret
    held = life(code_no=cases.lo)
    assert {child["code"] for child in held["children"]} == {None}
    assert held["contents"] == 24


@pytest.mark.parametrize(
    "asked", [{}, {"text": "x", "code_no": "1"}, {"text": ""}, {"text": "x" * 501}, {"code_no": "a"}]
)
def test_a_question_names_one_code(client, brand, asked):
    response = client.get(LIFE, query_string=asked, headers=staff_headers(brand))
    assert response.status_code == 422


@pytest.mark.parametrize(
    "asked", [{"text": "0123456789ABCDEF"}, {"text": "https://x.example/"}, {"code_no": "999999"}]
)
def test_an_unknown_code_has_no_life(client, brand, day, asked):
    response = client.get(LIFE, query_string=asked, headers=staff_headers(brand))
    assert (response.status_code, response.get_json()["error"]["code"]) == (404, "codes.unknown")


def test_strangers_and_other_brands_stay_out(client, brand, other_brand, day):
    for headers in ({}, staff_headers(brand, None), staff_headers(other_brand)):
        assert client.get(LIFE, query_string={"text": day.unit(brand.id)}, headers=headers).status_code == 401
    with transaction(other_brand.id) as session:
        foreign = a_day(session)
    asked = {"text": foreign.unit(other_brand.id)}
    assert client.get(LIFE, query_string=asked, headers=staff_headers(brand)).status_code == 404
