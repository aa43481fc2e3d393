"""Canaries: whoever scans one has the print file and not the goods, so it warns, pays nobody and goes nowhere."""

import random

import pytest
from sqlalchemy import select

from app import codes
from app.books.queries import prove
from app.codes.models import PackingRow
from app.codes.queries import canaries_of
from app.codes.rules.specs import Level
from tests.builders.associations import in_order, line_batches, line_file, parents, texts, upload
from tests.builders.channel import a_dealer, a_terminal, an_owner, bearer, someone_with
from tests.builders.codes import texts_of
from tests.builders.console import staff_headers
from tests.builders.packs import CAP, minted_batches
from tests.conftest import client_of

API, CONSUMER = "/api/console", "/api/consumer"
UNIT = Level("unit", "瓶盖", pair=True, security_code=True)
CASE = Level("case", "箱", ratio=24)


@pytest.fixture
def staff(brand):
    return staff_headers(brand)


@pytest.fixture
def printed(committed):
    """Two cases of an order, activated as far as they can be: units and cases."""
    with committed() as session:
        units, cases = minted_batches(session, UNIT, CASE, count=48, canaries=3)
        for batch in (units, cases):
            codes.activate(session, batch_id=batch.id, by=1, at=batch.created_at)
        return units, cases


def canary_texts(committed, brand, batch):
    with committed() as session:
        return [codes.text_of(brand.id, one.code_no) for one in canaries_of(session, batch.id)]


@pytest.fixture
def canary(committed, brand, printed):
    units, _ = printed
    return canary_texts(committed, brand, units)[0]


@pytest.fixture
def thief(committed):
    """Somebody with the file, signed in."""
    with committed() as session:
        return bearer(session, someone_with(session))


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def alarms(client, staff):
    return client.get(f"{API}/alarms", headers=staff).get_json()["items"]


def test_whoever_asks_for_the_prize_of_a_canary_gets_none_and_is_heard(
    client, committed, staff, printed, canary, thief
):
    """Once, however often: the alarm names the batch whose file went astray."""
    units, _ = printed
    for _ in range(2):
        assert refusal(client.post(f"{CONSUMER}/claims", json={"code": canary}, headers=thief)) == (
            409,
            "codes.inactive",
        )
    [alarm] = alarms(client, staff)
    assert (alarm["kind"], alarm["subject"]) == ("canary_scanned", f"batch:{units.id}")
    assert alarm["details"]["number"] == units.number
    assert client.get(f"{CONSUMER}/wallet", headers=thief).get_json()["balance_fen"] == 0
    assert client.get(f"{CONSUMER}/claims", headers=thief).get_json()["items"] == []
    with committed() as session:
        assert not any(prove(session).values())


def test_a_scanned_canary_looks_like_any_sleeping_code_and_tells_where_it_was(
    client, committed, brand, staff, printed, thief
):
    units, cases = printed
    [first, *_], [case, *_] = (canary_texts(committed, brand, batch) for batch in printed)
    with committed() as session:
        asleep = codes.printed(session, batch_id=minted_batches(session, CAP, count=24)[0].id)
        asleep = next(asleep).inner
    seen = [
        client.post(f"{CONSUMER}/scans", json={"code": code, "latitude": 31.209, "longitude": 121.478}).get_json()
        for code in (first, asleep)
    ]
    for told in seen:
        assert (told["state"], told["claim"], told["prize"], told["times"]) == ("inactive", "none", None, 1)
    client.post(f"{CONSUMER}/scans", json={"code": case}, headers=thief)
    raised = {alarm["subject"]: alarm["details"] for alarm in alarms(client, staff)}
    assert raised == {
        f"batch:{units.id}": {"number": units.number, "county": "310101"},
        f"batch:{cases.id}": {"number": cases.number, "county": None},
    }


def test_staff_are_told_by_text_and_by_number_that_a_code_is_a_canary_and_where_it_was_scanned(
    client, committed, brand, staff, printed, thief
):
    units, _ = printed
    code = canary_texts(committed, brand, units)[0]
    with committed() as session:
        number = canaries_of(session, units.id)[0].code_no
    seen = {"code": code, "latitude": 31.209, "longitude": 121.478}
    client.post(f"{CONSUMER}/scans", json=seen, headers=thief)

    by_number, by_text = (
        client.get(f"{API}/life", query_string=asked, headers=staff).get_json()
        for asked in ({"code_no": number}, {"text": code})
    )
    for life in (by_number, by_text):
        assert (life["code_no"], life["canary"], life["state"], life["level"]) == (
            str(number),
            True,
            "inactive",
            "unit",
        )
        assert life["batch"]["number"] == units.number
        assert units.number.startswith(life["pack"]["number"])
        told = [step["text"] for step in life["steps"]]
        assert told[0].startswith(f"哨兵码: 只在批次 {units.number} (码包 {life['pack']['number']})")
        assert told[-1] == "被查询: 上海市 黄浦区"
    assert [one["times"] for one in by_text["queries"]] == [1]

    story = client.get(f"{API}/codes/{code}/explanation", headers=staff).get_json()
    assert (story["level"], story["path"]) == ("unit", [{"level": "unit", "code_no": str(number), "holder": None}])
    told = [step["text"] for step in story["steps"]]
    assert told[0].startswith(f"哨兵码: 只在批次 {units.number}")
    assert told[1:] == ["首次查询; 至今共查询 1 次"]
    english = client.get(f"{API}/codes/{code}/explanation", headers=staff | {"Accept-Language": "en"}).get_json()
    assert english["steps"][0]["text"].startswith(f"A canary of batch {units.number}")


def test_nobody_but_staff_is_told_that_a_code_is_a_canary(client, committed, brand, printed, canary, thief):
    with committed() as session:
        owner = bearer(session, an_owner(session, a_terminal(session)))
    answers = [
        client.post(f"{CONSUMER}/scans", json={"code": canary}, headers=thief),
        client.get(f"/s/{canary}"),
        client.get(f"/t/{canary}"),
        client.get(f"/api/terminal/codes/{canary}/explanation", headers=owner),
        client.get(f"{API}/codes/{canary}/explanation", headers=thief),
        client.get(f"{API}/life", query_string={"text": canary}, headers=owner),
    ]
    for answer in answers:
        told = answer.get_data(as_text=True)
        assert "哨兵" not in told
        assert "canary" not in told.lower()
    assert [answer.status_code for answer in answers[3:]] == [404, 401, 401]


def test_a_second_canary_of_a_batch_is_an_alarm_of_its_own_and_another_brand_hears_nothing(
    app, client, committed, brand, other_brand, staff, printed
):
    units, _ = printed
    for code in canary_texts(committed, brand, units)[:2]:
        client.post(f"{CONSUMER}/scans", json={"code": code})
    assert [alarm["subject"] for alarm in alarms(client, staff)] == [f"batch:{units.id}"] * 2
    assert alarms(client_of(app, other_brand), staff_headers(other_brand)) == []


def test_a_canary_is_not_shipped_and_the_goods_beside_it_stay_where_they_are(
    client, committed, brand, staff, printed
):
    _, cases = printed
    with committed() as session:
        dealer, [good, *_] = a_dealer(session), texts_of(session, cases)
    body = {
        "dealer_id": str(dealer.id),
        "number": "FH-1",
        "codes": [good, canary_texts(committed, brand, cases)[0]],
    }
    for path, sent in (("shipments", body), ("custody/documents", body | {"kind": "shipped"})):
        answer = client.post(f"{API}/{path}", json=sent, headers=staff)
        assert refusal(answer) == (422, "custody.wrong_code")
        assert answer.get_json()["error"]["details"] == {"index": 1}
    assert client.get(f"{API}/custody/documents", headers=staff).get_json()["items"] == []


def test_a_shop_does_not_open_the_canary_of_a_case_and_is_heard(client, committed, brand, staff, printed):
    _, cases = printed
    with committed() as session:
        owner = bearer(session, an_owner(session, a_terminal(session)))
    [case, *_] = canary_texts(committed, brand, cases)
    assert refusal(client.post("/api/terminal/openings", json={"code": case}, headers=owner)) == (
        409,
        "codes.inactive",
    )
    assert [alarm["subject"] for alarm in alarms(client, staff)] == [f"batch:{cases.id}"]


def test_whoever_tries_the_digits_of_a_canary_is_heard(client, staff, printed, canary):
    units, _ = printed
    client.post(f"{CONSUMER}/codes/{canary}/security", json={"digits": "000000"})
    assert [alarm["subject"] for alarm in alarms(client, staff)] == [f"batch:{units.id}"]


def test_the_desk_does_not_offer_a_canary_to_be_shipped(client, committed, brand, staff, printed):
    _, cases = printed
    with committed() as session:
        good = texts_of(session, cases)[0]
    texts = (good, canary_texts(committed, brand, cases)[0])
    shown = [client.get(f"{API}/codes/{text}/goods", headers=staff).get_json()["held"] for text in texts]
    assert shown == [True, False]


def test_a_file_of_the_line_is_refused_with_the_lines_of_canaries(
    client, committed, brand, staff, worker, printed
):
    units, cases = printed
    with committed() as session:
        unit_texts, case_texts = texts_of(session, units), texts_of(session, cases)
    [unit, *_], [case, *_] = (canary_texts(committed, brand, batch) for batch in printed)
    pairs = in_order(case_texts, unit_texts, 24)
    pairs[4:4], pairs[9:9] = [(case_texts[0], unit)], [(case, unit_texts[47])]
    sent = upload(client, staff, line_file(pairs)).get_json()
    worker()
    shown = client.get(f"{API}/associations/{sent['id']}", headers=staff).get_json()
    assert (shown["state"], shown["wrong"]) == ("refused", 2)
    found = client.get(f"{API}/associations/{sent['id']}/errors", headers=staff).get_json()["items"]
    assert [(one["line"], one["code"]) for one in found] == [
        (6, "codes.unknown_child"),
        (11, "codes.unknown_parent"),
    ]
    with committed() as session:
        assert session.scalars(select(PackingRow.id)).all() == []


def test_hands_do_not_pack_a_canary(client, committed, brand, staff, printed):
    units, cases = printed
    with committed() as session:
        [unit, *_], [case, *_] = texts_of(session, units), texts_of(session, cases)
    [fake, *_], [fake_case, *_] = (canary_texts(committed, brand, batch) for batch in printed)
    asked = [
        ("put-in", {"parent": case, "children": [unit, fake]}, 2),
        ("put-in", {"parent": fake_case, "children": [unit]}, 0),
        ("take-out", {"children": [unit, fake]}, 1),
        ("replace", {"old": unit, "new": fake}, 1),
        ("unpack", {"parent": fake_case}, 0),
        ("close", {"parent": fake_case}, 0),
    ]
    for verb, body, index in asked:
        answer = client.post(f"{API}/packing/{verb}", json=body | {"reason": "补"}, headers=staff)
        assert refusal(answer) == (404, "codes.unknown")
        assert answer.get_json()["error"]["details"] == {"index": index}
    with committed() as session:
        assert session.scalars(select(PackingRow.id)).all() == []
        assert codes.check_invariants(session) == []


@pytest.mark.parametrize("kind", ["activate", "void", "freeze"])
def test_a_list_of_codes_names_the_line_of_a_canary(client, committed, brand, staff, kind):
    """The list is the factory's own file, where nothing tells a canary from its neighbours."""
    with committed() as session:
        fresh = minted_batches(session, CAP, count=24)[0]
        goods = texts_of(session, fresh)
    lines = [goods[0], canary_texts(committed, brand, fresh)[0], goods[1]]
    body = {"kind": kind, "texts": lines, "reason": "召回"}
    answer = client.post(f"{API}/plans", json=body, headers=staff)
    assert refusal(answer) == (422, "codes.list_refused")
    details = answer.get_json()["error"]["details"]
    assert [(one["line"], one["code"]) for one in details["errors"]] == [(2, "codes.unknown")]
    assert codes.read(brand.id, goods[0]).state == "inactive"


def test_contents_of_shuffled_cases_are_activated_and_nothing_else(client, committed, brand, staff, worker):
    """A line that keeps no order makes a map of a block; what it skipped is in no case."""
    with committed() as session:
        made = line_batches(session, units=1200, cases=50)
        units, cases, [pallet] = texts(session, made)
    places = random.Random(20261125).sample(range(1200), 1176)
    packed = [(cases[at % 49], units[place]) for at, place in enumerate(places)]
    upload(client, staff, line_file([*packed, *((pallet, case) for case in cases)]))
    worker()
    inside = {made.units.lo + place for at, place in enumerate(places) if at % 49 == 7}
    with committed() as session:
        assert session.scalars(select(PackingRow.lo).where(PackingRow.offsets.is_not(None))).all() != []
        case, whole, empty = (
            codes.states.with_contents(session, [(lo, lo + 1)])
            for lo in (made.cases.lo + 7, made.pallets.lo, made.cases.hi - 1)
        )
    assert {no for lo, hi in case for no in range(lo, hi)} == inside | {made.cases.lo + 7}
    assert {no for lo, hi in whole for no in range(lo, hi)} == {
        *(made.units.lo + place for place in places),
        *range(made.cases.lo, made.cases.hi),
        made.pallets.lo,
    }
    assert empty == [(made.cases.hi - 1, made.cases.hi)]

    body = {"kind": "activate", "texts": [cases[7]], "with_contents": True}
    assert client.post(f"{API}/plans", json=body, headers=staff).get_json()["count"] == 24 + 1
    active = [place for place, text in enumerate(units) if codes.read(brand.id, text).state == "active"]
    assert {made.units.lo + place for place in active} == inside
    with committed() as session:
        assert parents(session, sorted(inside)) == [made.cases.lo + 7] * 24
        assert codes.check_invariants(session) == []
