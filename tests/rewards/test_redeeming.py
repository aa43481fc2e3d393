"""核销: the phone shows, the shop looks and confirms, both see it at once; the shop is credited, exactly once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import identity, ledger
from app.books import prove
from app.kit import clock
from app.kit.clock import business_day, day_bounds
from app.kit.transaction import transaction
from app.rewards import jobs
from app.rewards.errors import AlreadyRedeemed, GrantExpired, LostRedemption, TerminalLimitReached
from app.rewards.models import Conflict, Presentation, Redemption
from app.rewards.queries import grant_row
from app.rewards.rules import Settings
from tests.builders.channel import a_dealer, a_terminal, an_owner, someone_with
from tests.builders.identity import in_threads
from tests.builders.prizes import Prizes, hand_over, prizes_of
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
LOOK, REDEEM = "/api/terminal/redemptions/look", "/api/terminal/redemptions"
OFFLINE, DAYS = "/api/terminal/redemptions/offline", "/api/terminal/redemption-days"


@pytest.fixture
def prizes(brand: TestBrand, client: FlaskClient) -> Prizes:
    return prizes_of(brand, client)


def face_of(prizes: Prizes, grant_id: int) -> dict:
    return prizes.client.get(f"/api/consumer/grants/{grant_id}/face", headers=prizes.consumer).get_json()


def code_of(answer: dict) -> str:
    return answer["error"]["code"]


def test_typed_digits_redeem_a_prize_and_both_sides_see_it_at_once(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    shown = prizes.show(grant_id)
    assert len(shown["digits"]) == 8
    assert shown["qr"].startswith("data:image/svg+xml")
    assert 0 < shown["seconds"] <= 30
    seen = prizes.look(f"{shown['digits'][:4]} {shown['digits'][4:]}")
    assert (seen["tier"], seen["goods"]["name"], seen["price_fen"]) == ("再来一瓶", "清泉气泡水", 0)
    assert (seen["goods_fen"], seen["service_fen"]) == (350, 50)
    status, done = prizes.confirm(seen["ticket"])
    assert (status, done["terminal"], done["repeated"]) == (200, prizes.shelf.terminal.name, False)
    told = face_of(prizes, grant_id)
    assert (told["state"], told["digits"], told["redemption"]["shop"]) == ("received", None, done["terminal"])
    with committed() as session:
        assert ledger.wallet_balance(session, prizes.shelf.owner_id) == 10 + 400
        budget = ledger.Account("budget", "campaign", prizes.shelf.campaign_id)
        assert ledger.balance(session, budget) == -(15 + 400)
        assert not any(prove(session).values())


def test_the_address_in_the_qr_code_redeems_too(prizes: Prizes) -> None:
    grant_id = prizes.win()
    seen = prizes.look(f"http://{prizes.brand.host}/terminal#/redeem/{prizes.signed(grant_id)}")
    assert prizes.confirm(seen["ticket"])[0] == 200


def test_the_shop_collects_the_yuan_of_a_one_yuan_deal(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    prizes = prizes_of(brand, client, "one_yuan")
    grant_id = prizes.win()
    seen = prizes.look(prizes.show(grant_id)["digits"])
    assert seen["price_fen"] == 100
    prizes.confirm(seen["ticket"])
    assert face_of(prizes, grant_id)["redemption"]["price_fen"] == 100
    (day,) = client.get(DAYS, headers=prizes.owner).get_json()["items"]
    assert (day["times"], day["collected_fen"], day["paid_fen"], day["restock_fen"]) == (1, 100, 300, 0)
    with committed() as session:
        assert not any(prove(session).values())


def test_what_the_phone_shows_is_made_without_a_write(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    first = prizes.show(grant_id)
    with committed() as session:
        (before,) = session.scalars(select(Presentation)).all()
    shown = {face_of(prizes, grant_id)["digits"] for _ in range(3)}
    assert first["digits"] in shown or len(shown) == 1
    with committed() as session:
        (after,) = session.scalars(select(Presentation)).all()
    assert (after.slot, after.until) == (before.slot, before.until)
    assert prizes.show(grant_id)["digits"] == face_of(prizes, grant_id)["digits"]


def test_two_prizes_of_a_person_show_different_digits(prizes: Prizes) -> None:
    digits = {prizes.show(prizes.win(index))["digits"] for index in range(5)}
    assert len(digits) == 5


@pytest.mark.parametrize("code", ["00000000", "abcdefgh", "x" * 80, "1.2.aaaaaaaaaaaaaaaa", "12345678901234"])
def test_a_code_that_no_phone_shows_is_refused(prizes: Prizes, code: str) -> None:
    prizes.show(prizes.win())
    assert code_of(prizes.look(code)) == "rewards.unknown_presentation"


def test_what_was_shown_a_while_ago_is_refused(prizes: Prizes) -> None:
    grant_id = prizes.win()
    old = prizes.signed(grant_id, clock.now() - timedelta(seconds=61))
    assert code_of(prizes.look(old)) == "rewards.unknown_presentation"


def test_a_ticket_is_good_for_one_shop_and_for_five_minutes(prizes: Prizes) -> None:
    ticket = prizes.look(prizes.signed(prizes.win()))["ticket"]
    status, answer = prizes.confirm(ticket, prizes.second)
    assert (status, code_of(answer)) == (404, "rewards.unknown_presentation")
    assert prizes.confirm(ticket[:-1] + ("a" if ticket[-1] != "a" else "b"))[0] == 404


def test_the_same_shop_again_gets_the_same_answer_and_no_second_credit(prizes: Prizes, committed: Opener) -> None:
    ticket = prizes.look(prizes.signed(prizes.win()))["ticket"]
    first, again = prizes.confirm(ticket)[1], prizes.confirm(ticket)[1]
    assert again == first | {"repeated": True}
    with committed() as session:
        assert ledger.wallet_balance(session, prizes.shelf.owner_id) == 410


def test_another_shop_is_told_who_has_redeemed_it_and_when(prizes: Prizes) -> None:
    grant_id = prizes.win()
    mine, theirs = (prizes.look(prizes.signed(grant_id), one)["ticket"] for one in (prizes.owner, prizes.second))
    prizes.confirm(mine)
    status, answer = prizes.confirm(theirs, prizes.second)
    assert (status, code_of(answer)) == (409, "rewards.already_redeemed")
    assert answer["error"]["details"]["shop"] == prizes.shelf.terminal.name
    assert code_of(prizes.look(prizes.signed(grant_id), prizes.second)) == "rewards.already_redeemed"


def test_of_sixteen_confirmations_at_two_shops_one_wins(app: Flask, prizes: Prizes, committed: Opener) -> None:
    grant_id, at = prizes.win(), clock.now()
    shops = (prizes.shelf.terminal, prizes.other)

    def confirm(number: int) -> tuple[int, bool] | None:
        while True:
            try:
                with transaction(prizes.brand.id) as session:
                    done = hand_over(session, grant_id, shops[number % 2], at=at)
            except LostRedemption:
                continue
            except AlreadyRedeemed:
                return None
            return done.redemption.terminal_id, done.repeated

    answers = in_threads(app, confirm)
    fresh = [answer for answer in answers if answer and not answer[1]]
    assert len(answers) == 16
    assert len(fresh) == 1
    assert {answer[0] for answer in answers if answer} == {fresh[0][0]}
    with committed() as session:
        (row,) = session.scalars(select(Redemption)).all()
        assert row.terminal_id == fresh[0][0]
        wallets = [ledger.wallet_balance(session, one) for one in (prizes.shelf.owner_id, prizes.other_owner)]
        assert sorted(wallets) in ([10, 400], [0, 410])
        assert not any(prove(session).values())


def test_a_shop_redeems_no_more_than_its_limit_of_a_day(prizes: Prizes, committed: Opener) -> None:
    limit, at = Settings(per_terminal_day=1), clock.now()
    first, second = prizes.win(0), prizes.win(1)
    with committed() as session:
        hand_over(session, first, prizes.shelf.terminal, at=at, settings=limit)
    with pytest.raises(TerminalLimitReached), committed() as session:
        hand_over(session, second, prizes.shelf.terminal, at=at, settings=limit)
    with committed() as session:
        assert grant_row(session, second).state == "won"
        hand_over(session, second, prizes.shelf.terminal, at=at + timedelta(days=1), settings=limit)
    with committed() as session:
        assert not any(prove(session).values())


def test_a_prize_is_refused_from_the_instant_on_at_which_it_ends(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    ends = day_bounds(business_day(clock.now()) + timedelta(days=30))[1]
    with pytest.raises(GrantExpired), committed() as session:
        hand_over(session, grant_id, prizes.shelf.terminal, at=ends)
    with committed() as session:
        hand_over(session, grant_id, prizes.shelf.terminal, at=ends - timedelta(seconds=30))


@pytest.mark.parametrize("kind", ["points", "goods"])
def test_points_and_goods_sent_home_are_not_for_shops(brand: TestBrand, client: FlaskClient, kind: str) -> None:
    prizes = prizes_of(brand, client, kind)
    grant_id = prizes.win()
    assert code_of(prizes.show(grant_id)) == "rewards.not_for_shops"
    assert code_of(prizes.look(prizes.signed(grant_id))) == "rewards.not_for_shops"


def test_a_shop_without_an_owner_redeems_nothing(prizes: Prizes, committed: Opener) -> None:
    with committed() as session:
        lonely = a_terminal(session, dealer=prizes.shelf.dealer)
        clerk = an_owner(session, lonely, role="clerk")
    headers = prizes.headers(clerk)
    grant_id = prizes.win()
    status, answer = prizes.confirm(prizes.look(prizes.signed(grant_id), headers)["ticket"], headers)
    assert (status, code_of(answer)) == (409, "rewards.no_owner")
    with committed() as session:
        assert grant_row(session, grant_id).state == "won"


def test_a_clerk_redeems_and_the_owner_is_credited(prizes: Prizes, committed: Opener) -> None:
    with committed() as session:
        clerk = someone_with(session, ("clerk", prizes.shelf.terminal.id))
    headers = prizes.headers(clerk)
    assert prizes.confirm(prizes.look(prizes.signed(prizes.win()), headers)["ticket"], headers)[0] == 200
    with committed() as session:
        assert ledger.wallet_balance(session, prizes.shelf.owner_id) == 410
        assert ledger.wallet_balance(session, clerk) == 0


def test_who_works_in_two_shops_says_which(prizes: Prizes, committed: Opener) -> None:
    with committed() as session:
        both = an_owner(session, prizes.shelf.terminal, prizes.other)
    body = {"code": prizes.signed(prizes.win())}
    headers = prizes.headers(both)
    unclear = prizes.client.post(LOOK, json=body, headers=headers).get_json()
    assert code_of(unclear) == "channel.terminal_not_chosen"
    chosen = prizes.client.post(LOOK, json=body | {"terminal_id": str(prizes.other.id)}, headers=headers)
    assert chosen.status_code == 200


@pytest.mark.parametrize("path", [LOOK, REDEEM, OFFLINE])
def test_a_consumer_redeems_nothing(prizes: Prizes, path: str) -> None:
    response = prizes.client.post(path, json={}, headers=prizes.consumer)
    assert (response.status_code, code_of(response.get_json())) == (403, "identity.forbidden")


def test_typing_has_a_limit(prizes: Prizes) -> None:
    answers = [prizes.look("11111111") for _ in range(7)]
    assert code_of(answers[5]) == "rewards.unknown_presentation"
    assert code_of(answers[6]) == "kit.too_many_requests"


# Without a network


def upload(prizes: Prizes, headers: dict, *codes: str) -> list[dict]:
    return prizes.client.post(OFFLINE, json={"codes": list(codes)}, headers=headers).get_json()["items"]


def test_what_a_shop_took_without_a_network_is_credited_when_it_tells(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    taken = prizes.signed(grant_id, clock.now() - timedelta(hours=3))
    (line,) = upload(prizes, prizes.owner, f"https://x.test/terminal#/redeem/{taken}")
    assert line["redemption"]["way"] == "offline"
    assert not line["redemption"]["repeated"]
    assert upload(prizes, prizes.owner, taken)[0]["redemption"]["repeated"]
    with committed() as session:
        assert ledger.wallet_balance(session, prizes.shelf.owner_id) == 410
        assert not any(prove(session).values())


def test_of_two_shops_without_a_network_the_first_to_tell_wins_and_the_second_is_told_and_noted(
    prizes: Prizes, committed: Opener
) -> None:
    grant_id = prizes.win()
    early, late = (prizes.signed(grant_id, clock.now() - timedelta(hours=hours)) for hours in (3, 2))
    assert upload(prizes, prizes.second, late)[0]["error"] is None
    (refused,) = upload(prizes, prizes.owner, early)
    assert refused["error"]["code"] == "rewards.already_redeemed"
    assert refused["error"]["details"]["shop"] == prizes.other.name
    upload(prizes, prizes.owner, early)
    with committed() as session:
        (row,) = session.scalars(select(Conflict)).all()
        assert (row.terminal_id, row.winner_terminal_id) == (prizes.shelf.terminal.id, prizes.other.id)
        assert not any(prove(session).values())
    listed = prizes.client.get("/api/console/redemption-conflicts", headers=prizes.staff()).get_json()["items"]
    assert [(one["shop"], one["winner"]) for one in listed] == [(prizes.shelf.terminal.name, prizes.other.name)]


def test_a_shop_that_tells_after_the_grace_is_refused(prizes: Prizes) -> None:
    taken = prizes.signed(prizes.win(), clock.now() - timedelta(hours=25))
    (line,) = upload(prizes, prizes.owner, taken)
    assert line["error"]["code"] == "rewards.too_late"


def test_a_forged_line_stops_no_other(prizes: Prizes) -> None:
    good = prizes.signed(prizes.win())
    forged, fine = upload(prizes, prizes.owner, good[:-2] + "aa", good)
    assert forged["error"]["code"] == "rewards.unknown_presentation"
    assert fine["error"] is None


def test_a_prize_shown_before_its_end_is_credited_within_the_grace(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    prizes = prizes_of(brand, client, lasts_days=1)
    grant_id = prizes.win()
    ends = day_bounds(business_day(clock.now()) + timedelta(days=1))[1]
    jobs.end_grants(brand_id=brand.id, at=ends + timedelta(hours=1))
    with committed() as session:
        done = hand_over(session, grant_id, prizes.other, at=ends - timedelta(minutes=1), way="offline")
    assert not done.repeated


# Restock credit


def test_restock_credit_becomes_what_the_brand_owes_the_dealer_once_the_shop_has_the_goods(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    prizes = prizes_of(brand, client, restock=True)
    for index in range(3):
        prizes.redeem(index)
    credit = ledger.Account("restock", "terminal", prizes.shelf.terminal.id)
    payable = ledger.Account("payable", "dealer", prizes.shelf.dealer.id)
    with committed() as session:
        assert ledger.balance(session, credit) == 3 * 350
        assert ledger.wallet_balance(session, prizes.shelf.owner_id) == 3 * (10 + 50)
    (day,) = client.get(DAYS, headers=prizes.owner).get_json()["items"]
    early = client.post(f"{DAYS}/{day['id']}/receive", headers=prizes.owner)
    assert (early.status_code, code_of(early.get_json())) == (409, "rewards.not_open")
    for _ in "ab":
        jobs.settle_days(brand_id=brand.id, at=clock.now() + timedelta(days=1))
    (owed,) = client.get("/api/console/redemption-days?state=owed", headers=prizes.staff()).get_json()["items"]
    assert (owed["restock_units"], owed["restock_fen"], owed["dealer"]) == (3, 1050, prizes.shelf.dealer.name)
    stranger = client.post(f"{DAYS}/{day['id']}/receive", headers=prizes.second)
    assert (stranger.status_code, code_of(stranger.get_json())) == (404, "rewards.unknown_day")
    settled = client.post(f"{DAYS}/{day['id']}/receive", headers=prizes.owner).get_json()
    assert settled["state"] == "settled"
    assert client.post(f"{DAYS}/{day['id']}/receive", headers=prizes.owner).status_code == 409
    with committed() as session:
        assert ledger.balance(session, credit) == 0
        assert ledger.balance(session, payable) == 3 * 5 + 1050
        assert not any(prove(session).values())


def test_a_dealer_sees_what_its_shops_gave_and_no_others(prizes: Prizes, committed: Opener) -> None:
    prizes.redeem()
    with committed() as session:
        mine = someone_with(session, ("dealer", prizes.shelf.dealer.id))
        other = someone_with(session, ("dealer", a_dealer(session).id))
    days = {
        one: prizes.client.get("/api/dealer/redemption-days", headers=prizes.headers(one)).get_json()["items"]
        for one in (mine, other)
    }
    assert [day["terminal"] for day in days[mine]] == [prizes.shelf.terminal.name]
    assert days[other] == []


def test_the_settlement_of_a_day_adds_up_for_dealer_and_brand(prizes: Prizes) -> None:
    prizes.redeem(0)
    prizes.redeem(1)
    told = prizes.client.get("/api/console/redemption-settlement", headers=prizes.staff()).get_json()
    assert (told["whole"]["times"], told["whole"]["paid_fen"], told["whole"]["shops"]) == (2, 800, 1)
    (dealer,) = told["dealers"]
    assert dealer == told["whole"] | {"dealer": prizes.shelf.dealer.name}


# Shops that refuse


def test_a_refusal_is_kept_and_answered_with_shops_that_do(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    path = f"/api/consumer/grants/{grant_id}/refusals"
    body = {"terminal_id": str(prizes.other.id), "reason": "no_stock", "words": "说没货"}
    answer = prizes.client.post(path, json=body, headers=prizes.consumer)
    assert answer.status_code == 201
    shops = answer.get_json()["items"]
    assert [shop["name"] for shop in shops] == [prizes.shelf.terminal.name]
    (listed,) = prizes.client.get("/api/console/refusals", headers=prizes.staff()).get_json()["items"]
    assert (listed["shop"], listed["reason"], listed["words"]) == (prizes.other.name, "说没有货", "说没货")
    told = prizes.client.get(f"/api/console/grants/{grant_id}", headers=prizes.staff()).get_json()
    assert told["facts"][-1]["text"] == f"顾客反映「{prizes.other.name}」不给兑: 说没有货"
    stranger = prizes.client.post(path, json=body, headers=prizes.stranger())
    assert stranger.status_code == 404
    with committed() as session:
        assert grant_row(session, grant_id).state == "won"


def test_shops_nearby_come_by_distance_and_only_members(prizes: Prizes, committed: Opener) -> None:
    with committed() as session:
        a_terminal(session, dealer=prizes.shelf.dealer, name="没有店主的店")
        session.execute(
            text(
                "UPDATE channel_terminal SET latitude_e6 = 31240000 + 1000 * (id % 7),"
                " longitude_e6 = 121490000 WHERE brand_id = :b"
            ),
            {"b": prizes.brand.id},
        )
    where = {"latitude": 31.24, "longitude": 121.49}
    found = prizes.client.get("/api/consumer/redeeming-shops", query_string=where, headers=prizes.consumer)
    shops = found.get_json()["items"]
    assert {shop["name"] for shop in shops} == {prizes.shelf.terminal.name, prizes.other.name}
    assert shops == sorted(shops, key=lambda shop: shop["metres"])
    assert shops[0]["map"].startswith("https://apis.map.qq.com/")


# Who reads what


def test_the_winner_reads_the_story_without_what_the_shop_earns(prizes: Prizes) -> None:
    grant_id = prizes.redeem()
    mine = prizes.client.get(f"/api/consumer/grants/{grant_id}", headers=prizes.consumer).get_json()
    texts = [fact["text"] for fact in mine["facts"]]
    assert texts[-1] == f"在门店「{prizes.shelf.terminal.name}」核销"
    assert not any("¥" in line for line in texts)


def test_the_shop_reads_why_it_was_credited_and_nobody_elses(prizes: Prizes) -> None:
    prizes.redeem()
    (row,) = prizes.client.get(REDEEM, headers=prizes.owner).get_json()["items"]
    told = prizes.client.get(f"{REDEEM}/{row['id']}", headers=prizes.owner).get_json()
    assert [(fact["amount_fen"], fact["outcome"]) for fact in told["facts"] if fact["amount_fen"]] == [
        (350, "paid"),
        (50, "paid"),
    ]
    assert prizes.client.get(REDEEM, headers=prizes.second).get_json()["items"] == []
    assert prizes.client.get(f"{REDEEM}/{row['id']}", headers=prizes.second).status_code == 404
    english = prizes.owner | {"Accept-Language": "en"}
    told = prizes.client.get(f"{REDEEM}/{row['id']}", headers=english).get_json()
    assert "¥3.50 for the goods: the owner's wallet" in [fact["text"] for fact in told["facts"]]


def test_staff_set_the_limits_and_leave_a_trace(prizes: Prizes, committed: Opener) -> None:
    path, new = "/api/console/redemption-settings", {"per_terminal_day": 5, "offline_hours": 2}
    assert prizes.client.put(path, json=new, headers=prizes.staff("auditor")).status_code == 403
    assert prizes.client.put(path, json=new, headers=prizes.staff()).get_json() == new
    assert prizes.client.get(path, headers=prizes.staff()).get_json() == new
    taken = prizes.signed(prizes.win(), clock.now() - timedelta(hours=3))
    assert upload(prizes, prizes.owner, taken)[0]["error"]["code"] == "rewards.too_late"


def test_staff_list_prizes_and_redemptions(prizes: Prizes) -> None:
    redeemed, waiting = prizes.redeem(0), prizes.win(1)
    staff = prizes.staff()
    grants = prizes.client.get("/api/console/grants?state=won", headers=staff).get_json()["items"]
    assert [int(one["id"]) for one in grants] == [waiting]
    assert grants[0]["code"] == prizes.shelf.code(prizes.brand.id, 1)
    (row,) = prizes.client.get("/api/console/redemptions", headers=staff).get_json()["items"]
    assert row["terminal"] == prizes.shelf.terminal.name
    assert prizes.client.get(f"/api/console/grants/{redeemed}", headers=staff).get_json()["state"] == "received"


def test_a_redemption_is_never_changed(prizes: Prizes, committed: Opener) -> None:
    prizes.redeem()
    with pytest.raises(Exception, match="append-only"), committed() as session:
        session.execute(
            text("UPDATE rewards_redemption SET goods_fen = 1 WHERE brand_id = :b"), {"b": prizes.brand.id}
        )


def test_a_prize_that_is_received_without_a_redemption_is_named(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    forge = text("UPDATE rewards_grant SET state = 'received', reason = 'redeemed' WHERE id = :id")
    with committed() as session:
        session.execute(forge, {"id": grant_id})
        assert f"grant {grant_id}: redeemed otherwise than it was promised" in prove(session)["rewards"]


def test_the_owner_of_longest_standing_is_credited(prizes: Prizes, committed: Opener) -> None:
    with committed() as session:
        an_owner(session, prizes.shelf.terminal)
        owners = identity.owners_of_terminals(session, prizes.brand.id, among=[prizes.shelf.terminal.id])
    assert list(owners) == [prizes.shelf.terminal.id]
