"""What a consumer may read of a code's way, and what is never told."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app import codes
from app.kit import clock
from app.kit.database import database
from app.trace.rules.journey import Place, Stop, area, stops
from app.trace.rules.records import Record
from tests.builders.channel import a_dealer
from tests.builders.codes import an_active_batch
from tests.builders.custody import a_shipment
from tests.builders.trace import outer
from tests.conftest import client_of

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def page_of(client, code, language="zh"):
    response = client.get(f"/t/{code}", headers={"Accept-Language": language})
    return response, response.get_data(as_text=True)


def test_the_page_tells_product_batch_dates_and_the_way(client, brand, day):
    response, page = page_of(client, day.unit(brand.id))
    assert response.status_code == 200
    for told in ("清泉饮用天然水", day.sku.gtin, day.packed.units.number, "2026-10-01", "2098-10-01"):
        assert told in page
    said = re.findall(r"<time[^>]*>([^<]+)</time><b>([^<]+)</b>", page)
    assert [word for _, word in said if word != "赋码"] == ["出厂登记", "装箱", "品牌发货", "门店开箱上架"]
    assert {date for date, word in said if word != "赋码"} == {"2026-11-02"}
    assert f'href="/S/{day.unit(brand.id)}"' in page


def test_the_way_names_a_region_and_the_shop_that_opened_and_nobody_else(client, brand, day):
    _, page = page_of(client, day.unit(brand.id))
    assert page.count("黄浦区") == 2
    assert "老王便利店" in page
    for secret in (day.dealer.name, day.terminal.address, "FH-1", str(day.dealer.id), str(day.terminal.id)):
        assert secret not in page
    _, unopened = page_of(client, day.unit(brand.id, 24))
    assert "老王便利店" not in unopened


def test_the_page_speaks_english_too(client, brand, day):
    _, page = page_of(client, day.unit(brand.id), "en")
    assert "Shipped by the brand" in page
    assert "品牌发货" not in page


def test_the_landing_page_leads_there(client, brand, day):
    page = client.get(f"/S/{day.unit(brand.id)}").get_data(as_text=True)
    assert f'href="/t/{day.unit(brand.id)}"' in page


def test_a_withdrawn_code_is_gone_but_still_tells_its_way(client, brand, day):
    response, page = page_of(client, day.unit(brand.id, 47))
    assert (response.status_code, "此码已作废" in page, "品牌作废" in page) == (410, True, True)
    assert "召回" not in page


def test_frozen_and_inactive_codes_say_so(client, brand, committed):
    with committed() as session:
        batch = an_active_batch(session, count=2)
        codes.states.freeze(session, lo=batch.lo, hi=batch.lo + 1, reason="核查", by=1, at=clock.now())
    _, page = page_of(client, outer(brand.id, batch.lo))
    assert "此码暂停使用" in page
    assert "核查</" not in page


@pytest.mark.usefixtures("one_minute")
def test_an_unknown_code_costs_no_statement_and_counts_as_a_guess(app, client, brand, day):
    page_of(client, "0123456789ABCDEF")
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    was = app.config["MALU_GUESSES_PER_MINUTE"]
    app.config["MALU_GUESSES_PER_MINUTE"] = 2
    address = {"REMOTE_ADDR": "203.0.113.78"}
    try:
        answers = [client.get("/t/0123456789ABCDEF", environ_base=address) for _ in range(3)]
    finally:
        app.config["MALU_GUESSES_PER_MINUTE"] = was
        event.remove(database.engine, "before_cursor_execute", note)
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert "查无此码" in answers[0].get_data(as_text=True)
    assert said == []


def test_a_code_of_another_brand_is_unknown_here(app, client, brand, other_brand, day):
    assert client_of(app, other_brand).get(f"/t/{day.unit(brand.id)}").status_code == 404


def test_the_page_cannot_be_framed_or_kept(client, brand, day):
    response, _ = page_of(client, day.unit(brand.id))
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([], None),
        ([Place("黄浦区", "上海市")], "黄浦区"),
        ([Place("黄浦区", "上海市"), Place("徐汇区", "上海市")], "上海市"),
        ([Place("黄浦区", "上海市"), Place("昆山市", "苏州市")], None),
    ],
)
def test_a_dealers_area_is_told_by_one_name_or_not_at_all(places, said):
    assert area(places) == said


def test_a_dealer_of_many_cities_is_told_without_a_place(client, brand, committed):
    with committed() as session:
        batch = an_active_batch(session, count=1)
        dealer = a_dealer(session, name="跨区经销商", counties=["310101", "320583"])
        a_shipment(session, [batch.lo], dealer=dealer)
    _, page = page_of(client, outer(brand.id, batch.lo))
    assert "品牌发货" in page
    assert not any(word in page for word in ("跨区经销商", "黄浦区", "昆山市"))


KINDS = st.sampled_from(["minted", "activated", "packed", "shipped", "opened", "void", "received", "strange"])


@given(st.lists(st.tuples(st.sampled_from([7, 100]), KINDS, st.integers(1, 3)), max_size=8))
def test_no_journey_holds_a_name_that_is_not_a_shops(pieces):
    records = [
        (no, Record(index, kind, AT, no, no + 1, dealer_id=party, terminal_id=party if kind == "opened" else None))
        for index, (no, kind, party) in enumerate(pieces)
    ]
    told = stops(
        7,
        [(no, record.piece(0)) for no, record in records],
        dealers={1: "黄浦区", 2: None},
        shops={1: ("甲店", "黄浦区"), 2: ("乙店", None)},
    )
    assert len(set(told)) == len(told)
    for stop in told:
        assert isinstance(stop, Stop)
        assert stop.shop is None or stop.kind == "opened"
        assert stop.where in {None, "黄浦区"}
        assert stop.kind != "strange"
