"""What a code says of itself, by face, count and state; where it was asked about; what the brand may choose."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app import campaigns, codes, ledger
from app.books import prove
from app.codes.jobs.leaks import watch_leaks
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.channel import bearer, someone_with
from tests.builders.codes import STAFF, a_batch, an_active_batch, void
from tests.builders.console import staff_headers
from tests.builders.scans import a_shelf
from tests.conftest import client_of

SETTINGS, LEAKS = "/api/console/authenticity", "/api/console/leaks"
HUANGPU = {"latitude": 31.22, "longitude": 121.48}
XUHUI = {"latitude": 31.16, "longitude": 121.43}
INNER, OUTER = codes.Face.INNER, codes.Face.OUTER
house = codes.states.Settings()


def chosen(**changes):
    return {
        "inner": {"warn_after": 1, "exceeded_after": 5},
        "outer": {"warn_after": 20, "exceeded_after": 100},
        "claim_days": 180,
        "shows_place": True,
        "leak_devices": 3,
        "words": {},
    } | changes


def scan(app, brand, code, place=None, device=None, **headers):
    """A look from a phone of its own, unless a device is named."""
    phone = client_of(app, brand)
    if device:
        phone.set_cookie("malu_device", device, domain=brand.host)
    return phone.post("/api/consumer/scans", json={"code": code} | (place or {}), headers=headers).get_json()


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


@pytest.fixture
def pair(committed):
    """An active unit's two faces."""
    with committed() as session:
        batch = an_active_batch(session, count=2)
        return next(codes.printed(session, batch_id=batch.id))


@pytest.mark.parametrize(
    ("face", "times", "state"),
    [
        (INNER, 0, "first"),
        (INNER, 1, "first"),
        (INNER, 2, "suspect"),
        (INNER, 5, "suspect"),
        (INNER, 6, "exceeded"),
        (OUTER, 1, "first"),
        (OUTER, 2, "again"),
        (OUTER, 20, "again"),
        (OUTER, 21, "suspect"),
        (OUTER, 100, "suspect"),
        (OUTER, 101, "exceeded"),
    ],
)
def test_a_covered_code_asked_twice_is_suspect_and_an_open_one_is_not(face, times, state):
    assert codes.states.query_state(times, face, house) == state


@given(st.integers(0, 50), st.integers(1, 20), st.integers(0, 20), st.sampled_from([INNER, OUTER]))
def test_thresholds_are_the_last_count_that_is_still_good(times, warn_after, more, face):
    limits = codes.states.Thresholds(warn_after, warn_after + more)
    told = codes.states.query_state(times, face, codes.states.Settings(limits, limits))
    order = ["first", "again", "suspect", "exceeded"]
    assert (order.index(told) >= 3) == (times > max(limits.exceeded_after, 1))
    assert (order.index(told) >= 2) == (times > max(limits.warn_after, 1))


@pytest.mark.parametrize(("face", "states"), [("inner", ["first", "suspect"]), ("outer", ["first", "again"])])
def test_the_second_look_tells_time_and_city_of_the_first(app, brand, pair, face, states):
    code = getattr(pair, face)
    first, second = scan(app, brand, code, HUANGPU), scan(app, brand, code, XUHUI)
    assert [first["state"], second["state"]] == states
    assert (first["times"], first["first_place"], first["latest_at"]) == (1, "上海市黄浦区", None)
    assert (second["first_at"], second["first_place"]) == (first["first_at"], "上海市黄浦区")
    assert (second["latest_at"], second["latest_place"]) == (first["first_at"], "上海市黄浦区")
    third = scan(app, brand, code)
    assert (third["first_place"], third["latest_place"]) == ("上海市黄浦区", "上海市徐汇区")
    shown = client_of(app, brand).get(f"/api/consumer/codes/{code}").get_json()
    assert (shown["times"], shown["latest_place"]) == (3, None)


def test_a_place_that_no_region_holds_is_left_out(app, brand, committed, pair):
    told = scan(app, brand, pair.outer, {"latitude": 0.0, "longitude": 0.0})
    assert told["first_place"] is None
    with committed() as session:
        statement = text("SELECT county, latitude_e6 FROM custody_sighting WHERE brand_id = :b")
        assert session.execute(statement, {"b": brand.id}).all() == [(None, 0)]


def test_the_county_is_kept_with_the_sighting(app, brand, committed, pair):
    scan(app, brand, pair.outer, HUANGPU)
    with committed() as session:
        statement = text("SELECT county FROM custody_sighting WHERE brand_id = :b")
        assert session.execute(statement, {"b": brand.id}).scalar() == "310101"


def test_whoever_has_won_is_not_warned_of_their_own_looks(app, brand, committed, client):
    with committed() as session:
        shelf = a_shelf(session)
        mine = bearer(session, shelf.consumer_id)
        others = bearer(session, someone_with(session))
    code = shelf.code(brand.id)
    scan(app, brand, code)
    assert client.post("/api/consumer/claims", json={"code": code}, headers=mine).status_code == 200
    assert scan(app, brand, code, **mine)["state"] == "again"
    assert scan(app, brand, code, **others)["state"] == "suspect"


@pytest.mark.parametrize("state", ["inactive", "void", "frozen", "expired", "unknown"])
def test_every_other_state_says_itself_and_offers_nothing(app, brand, committed, at, state):
    with committed() as session:
        old = {"made_on": date(2020, 1, 1), "expires_on": date(2020, 1, 2)} if state == "expired" else {}
        batch = (a_batch if state == "inactive" else an_active_batch)(session, count=2, **old)
        code = next(codes.printed(session, batch_id=batch.id)).inner
        if state in {"void", "frozen"}:
            verb = void if state == "void" else codes.states.freeze
            verb(session, lo=batch.lo, hi=batch.hi, reason="质量检查", by=STAFF, at=at)
    told = scan(app, brand, "0123456789ABCDEF" if state == "unknown" else code)
    assert (told["state"], told["claim"]) == (state, "none")


def test_an_expired_code_pays_nobody_and_its_prize_goes_to_no_other(brand, committed, client):
    today = clock.business_day(clock.now())
    with committed() as session:
        shelf = a_shelf(session)
        mine = bearer(session, shelf.consumer_id)
        statement = text("UPDATE codes_batch SET expires_on = :day WHERE brand_id = :b AND id = :id")
        expired = today - timedelta(days=house.claim_days + 1)
        session.execute(statement, {"day": expired, "b": brand.id, "id": shelf.units.id})
    answer = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id)}, headers=mine)
    assert refusal(answer) == (410, "codes.expired")
    with committed() as session:
        claims = session.execute(text("SELECT count(*) FROM rewards_claim WHERE brand_id = :b"), {"b": brand.id})
        assert claims.scalar() == 0


def test_no_campaign_is_promised_beyond_the_days_its_codes_can_win(session, at):
    batch = a_batch(session, expires_on=date(2026, 12, 31))
    last = house.last_day(date(2026, 12, 31))
    _, end = clock.day_bounds(last)
    within = end - timedelta(seconds=1)
    new = campaigns.NewCampaign("活动", batch.id, at, end, None, None, (campaigns.NewTier("红包", 88, 1, None),))
    with pytest.raises(Exception, match="breaks_rules") as broken:
        campaigns.create_campaign(session, new, at=at)
    assert broken.value.details == {"rules": ["outlives_its_codes"]}
    allowed = campaigns.NewCampaign("活动", batch.id, at, within, None, None, new.tiers)
    assert campaigns.create_campaign(session, allowed, at=at).id


def test_a_brand_chooses_thresholds_words_and_whether_places_are_shown(app, brand, client, pair):
    words = {"suspect": {"zh_title": "当心, 第 {n} 次", "en_note": "Call us"}}
    wanted = chosen(inner={"warn_after": 2, "exceeded_after": 3}, shows_place=False, words=words)
    admin = staff_headers(brand, "brand_admin")
    assert client.get(SETTINGS, headers=admin).get_json() == chosen()
    assert client.post(SETTINGS, json=wanted, headers=admin).get_json() == wanted
    assert client.get(SETTINGS, headers=admin).get_json() == wanted
    told = [scan(app, brand, pair.inner, HUANGPU) for _ in range(4)]
    assert [one["state"] for one in told] == ["first", "again", "suspect", "exceeded"]
    assert {one["first_place"] for one in told} == {None}
    assert (told[2]["title"], told[2]["note"]) == ("当心, 第 {n} 次", None)
    english = client.post(
        "/api/consumer/scans", json={"code": pair.outer}, headers={"Accept-Language": "en"}
    ).get_json()
    assert (english["title"], english["note"]) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"inner": {"warn_after": 5, "exceeded_after": 4}},
        {"outer": {"warn_after": 0, "exceeded_after": 4}},
        {"claim_days": -1},
        {"leak_devices": 0},
        {"words": {"melting": {"zh_title": "x"}}},
        {"words": {"first": {"zh_title": "x" * 41}}},
        {"words": {"first": {"fr_title": "x"}}},
    ],
)
def test_settings_that_make_no_sense_are_refused(brand, client, wrong):
    answer = client.post(SETTINGS, json=chosen(**wrong), headers=staff_headers(brand, "brand_admin"))
    assert refusal(answer) == (422, "kit.invalid_input")


def test_the_days_to_claim_grow_and_never_shrink(brand, client):
    admin = staff_headers(brand, "brand_admin")
    assert client.post(SETTINGS, json=chosen(claim_days=200), headers=admin).status_code == 200
    assert refusal(client.post(SETTINGS, json=chosen(claim_days=199), headers=admin)) == (
        409,
        "codes.claim_days_shrink",
    )
    assert client.post(SETTINGS, json=chosen(claim_days=200), headers=admin).status_code == 200


def test_who_may_see_and_change_what_codes_say(brand, other_brand, client):
    assert client.get(SETTINGS).status_code == client.get(LEAKS).status_code == 401
    for headers in (staff_headers(brand, None), staff_headers(other_brand, "brand_admin")):
        assert client.get(SETTINGS, headers=headers).status_code in {401, 403}
        assert client.get(LEAKS, headers=headers).status_code in {401, 403}
    for role in ("auditor", "brand_operator"):
        headers = staff_headers(brand, role)
        assert (
            client.get(SETTINGS, headers=headers).status_code
            == client.get(LEAKS, headers=headers).status_code
            == 200
        )
        assert client.post(SETTINGS, json=chosen(), headers=headers).status_code == 403


def test_scans_of_inactive_codes_become_a_warning_once_enough_devices_made_them(app, brand, committed, client):
    with committed() as session:
        batch, quiet = a_batch(session, count=9), a_batch(session, count=2)
        leaked = [code.inner for code in codes.printed(session, batch_id=batch.id)]
        [other, _] = [code.inner for code in codes.printed(session, batch_id=quiet.id)]
    for device, code, place in (("a", 0, HUANGPU), ("a", 0, HUANGPU), ("b", 0, XUHUI), ("b", 1, None)):
        assert scan(app, brand, leaked[code], place, device=device)["state"] == "inactive"
    scan(app, brand, other, device="a")
    headers = staff_headers(brand)
    watch_leaks(brand_id=brand.id, at=clock.now())
    assert {leak["alarmed_at"] for leak in client.get(LEAKS, headers=headers).get_json()["items"]} == {None}
    scan(app, brand, leaked[2], device="c")
    watch_leaks(brand_id=brand.id, at=clock.now())
    [loud, silent] = sorted(
        client.get(LEAKS, headers=headers).get_json()["items"], key=lambda leak: -leak["codes"]
    )
    assert (loud["number"], loud["codes"], loud["scans"], loud["devices"]) == (batch.number, 3, 5, 3)
    assert (loud["places"], loud["exported"]) == (["上海市黄浦区", "上海市徐汇区"], False)
    assert loud["alarmed_at"] is not None
    assert (silent["number"], silent["alarmed_at"]) == (quiet.number, None)


def test_a_claim_of_an_inactive_code_is_refused_and_noted_without_any_scan(brand, committed, client):
    with committed() as session:
        batch = a_batch(session, count=2)
        code = next(codes.printed(session, batch_id=batch.id)).inner
        headers = bearer(session, someone_with(session))
    answer = client.post("/api/consumer/claims", json={"code": code}, headers=headers)
    assert refusal(answer) == (409, "codes.inactive")
    [leak] = client.get(LEAKS, headers=staff_headers(brand)).get_json()["items"]
    assert (leak["codes"], leak["scans"], leak["devices"]) == (1, 1, 1)


def test_a_flood_of_devices_on_one_code_grows_one_row_of_bounded_size(app, brand, committed):
    with committed() as session:
        batch = a_batch(session, count=1)
        code = next(codes.printed(session, batch_id=batch.id)).inner
    for _ in range(20):
        scan(app, brand, code)
    with transaction(brand.id) as session:
        statement = text("SELECT times, cardinality(devices) FROM codes_leak WHERE brand_id = :b")
        assert session.execute(statement, {"b": brand.id}).all() == [(20, 8)]


def test_leaks_are_forgotten_after_half_a_year(app, brand, committed):
    with committed() as session:
        batch = a_batch(session, count=1)
        code = next(codes.printed(session, batch_id=batch.id)).inner
    scan(app, brand, code)
    for days, left in ((180, 1), (182, 0)):
        watch_leaks(brand_id=brand.id, at=clock.now() + timedelta(days=days))
        with transaction(brand.id) as session:
            rows = session.execute(text("SELECT count(*) FROM codes_leak WHERE brand_id = :b"), {"b": brand.id})
            assert rows.scalar() == left


def test_a_recall_of_a_paid_code_takes_nothing_back_and_is_part_of_its_story(brand, committed, client):
    with committed() as session:
        shelf = a_shelf(session)
        mine = bearer(session, shelf.consumer_id)
    code, staff = shelf.code(brand.id), staff_headers(brand)
    assert client.post("/api/consumer/claims", json={"code": code}, headers=mine).status_code == 200
    recall = {"kind": "void", "texts": [shelf.case_code(brand.id)], "with_contents": True, "reason": "召回"}
    asked = client.post("/api/console/plans", json=recall, headers=staff).get_json()
    review = f"/api/console/plans/{asked['id']}/review"
    done = client.post(review, json={"approve": True}, headers=staff_headers(brand)).get_json()
    assert (done["state"], done["count"]) == ("done", 25)
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 88
        assert not any(prove(session).values())
    told = client.get(f"/api/console/codes/{code}/explanation", headers=staff).get_json()
    said = [step["text"] for step in told["steps"]]
    assert told["state"] == "void"
    assert "已作废: 召回" in said
    assert any(text_.startswith("消费者领奖") for text_ in said)
    again = client.post("/api/consumer/claims", json={"code": code}, headers=mine)
    assert (again.status_code, again.get_json()["repeated"]) == (200, True)
