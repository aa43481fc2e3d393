"""Who may invite, register, look and decide, by HTTP."""

import io
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, text

from app.channel.actions import token_of
from app.channel.models import Photo
from app.channel.queries import photos_of
from app.channel.rules import photo_name
from app.identity.actions import note_phone
from app.kit import clock, files
from app.kit.transaction import transaction
from tests.builders.channel import (
    a_dealer,
    a_photo_of,
    a_registration,
    a_terminal,
    an_invitation,
    an_owner,
    bearer,
    someone_with,
    staff_headers,
)

DECISION = {"accept": True}


@dataclass(frozen=True, slots=True)
class House:
    """A dealer with its people, a shop and a waiting registration; another dealer; staff."""

    dealer_id: int
    other_dealer_id: int
    terminal_id: int
    other_terminal_id: int
    registration_id: int
    photo_id: int
    staff: dict[str, str]
    auditor: dict[str, str]
    dealer: dict[str, str]
    salesman: dict[str, str]
    stranger: dict[str, str]
    owner: dict[str, str]
    clerk: dict[str, str]
    nobody: dict[str, str]
    nobody_id: int


@pytest.fixture
def house(committed, brand) -> House:
    with committed() as session:
        dealer, other = a_dealer(session, name="华东饮品"), a_dealer(session, name="华南饮品")
        terminal, foreign = a_terminal(session, dealer=dealer), a_terminal(session, dealer=other)
        waiting = a_registration(session, dealer=dealer, name="等待的店", phone="13800001234")
        photo_id = photos_of(session, waiting.id)[0].id
        nobody_id = someone_with(session)
        made = House(
            dealer.id,
            other.id,
            terminal.id,
            foreign.id,
            waiting.id,
            photo_id,
            staff=staff_headers(session),
            auditor=staff_headers(session, "auditor"),
            dealer=bearer(session, someone_with(session, ("dealer", dealer.id))),
            salesman=bearer(session, someone_with(session, ("salesman", dealer.id))),
            stranger=bearer(session, someone_with(session, ("dealer", other.id))),
            owner=bearer(session, an_owner(session, terminal)),
            clerk=bearer(session, an_owner(session, terminal, role="clerk")),
            nobody=bearer(session, nobody_id),
            nobody_id=nobody_id,
        )
    with files.writing(brand.id, photo_name(photo_id)) as file:
        file.write(b"\xff\xd8jpeg")
    return made


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def a_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    return out.getvalue()


def invite(client, headers, audience="dealer", **body):
    return client.post(f"/api/{audience}/invitations", json={"role": "owner"} | body, headers=headers)


def token_in(answer) -> str:
    return answer.json["url"].rpartition("/join/")[2]


def test_a_dealer_invites_and_a_shop_comes_in(client, house, brand):
    invited = invite(client, house.dealer)
    assert invited.status_code == 201
    assert invited.json["url"].startswith(f"http://{brand.host}/join/")
    shown = client.get(f"/api/dealer/invitations/{invited.json['id']}", headers=house.dealer).json
    assert shown == invited.json
    assert shown["qr"].startswith("data:image/svg+xml")
    token = token_in(invited)
    seen = client.get(f"/api/consumer/invitation?token={token}", headers=house.nobody).json
    assert (seen["dealer"]["name"], seen["registers"], seen["registration"]) == ("华东饮品", True, None)

    sent = client.post("/api/consumer/registration-photos/files?kind=front", data=a_jpeg(), headers=house.nobody)
    assert sent.status_code == 201
    shop = {
        "token": token,
        "name": "街角店",
        "address": "南京东路9号",
        "county": "310101",
        "phone": "138 0000 5555",
        "photos": [sent.json["id"]],
        "latitude": 31.2397,
        "longitude": 121.4998,
    }
    asked = client.post("/api/consumer/registrations", json=shop, headers=house.nobody)
    assert asked.status_code == 201, asked.json
    assert (asked.json["state"], asked.json["county_name"], asked.json["phone"]) == (
        "submitted",
        "黄浦区",
        "138****5555",
    )
    assert refusal(client.post("/api/consumer/registrations", json=shop, headers=house.nobody)) == (
        409,
        "channel.registration_open",
    )


def test_a_dealer_looks_at_the_shop_and_takes_it_in(client, house, brand):
    sent = client.post("/api/consumer/registration-photos/files?kind=front", data=a_jpeg(), headers=house.nobody)
    shop = {
        "token": token_in(invite(client, house.dealer)),
        "name": "街角店",
        "address": "南京东路9号",
        "county": "310101",
        "phone": "13800005555",
        "photos": [sent.json["id"]],
    }
    asked = client.post("/api/consumer/registrations", json=shop, headers=house.nobody)
    path = f"/api/dealer/registrations/{asked.json['id']}"
    detail = client.get(path, headers=house.dealer).json
    assert (detail["phone"], [photo["kind"] for photo in detail["photos"]]) == ("13800005555", ["front"])
    picture = client.get(f"{path}/photos/{sent.json['id']}", headers=house.dealer)
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    assert picture.headers["Cache-Control"] == "private, no-store"

    decided = client.post(f"{path}/decision", json=DECISION, headers=house.dealer)
    assert (decided.status_code, decided.json["state"]) == (200, "approved")
    mine = client.get("/api/consumer/registrations", headers=bearer_again(brand, house.nobody_id)).json["items"]
    assert [each["state"] for each in mine] == ["approved"]
    shops = client.get("/api/terminal/terminals", headers=bearer_again(brand, house.nobody_id)).json["items"]
    assert [shop["name"] for shop in shops] == ["街角店"]


def bearer_again(brand, person_id):
    with transaction(brand.id) as session:
        return bearer(session, person_id)


@pytest.mark.parametrize(
    ("who", "body", "expected"),
    [
        ("dealer", {"role": "dealer"}, (403, "channel.may_not_invite")),
        ("salesman", {"role": "salesman"}, (403, "channel.may_not_invite")),
        ("salesman", {"role": "clerk", "terminal_id": "{terminal_id}"}, (403, "channel.may_not_invite")),
        ("salesman", {"role": "owner", "terminal_id": "{terminal_id}"}, (403, "channel.may_not_invite")),
        ("dealer", {"role": "clerk", "terminal_id": "{other_terminal_id}"}, (404, "channel.unknown_terminal")),
        ("dealer", {"dealer_id": "{other_dealer_id}"}, (404, "channel.unknown_dealer")),
        ("dealer", {"role": "clerk"}, (422, "kit.invalid_input")),
        ("dealer", {"phone": "021-63210000"}, (422, "channel.phone_required")),
        ("dealer", {"max_uses": 501}, (422, "kit.invalid_input")),
        ("owner", {}, (403, "identity.forbidden")),
        ("nobody", {}, (403, "identity.forbidden")),
    ],
)
def test_nobody_invites_beyond_what_is_theirs(client, house, who, body, expected):
    filled = {
        key: getattr(house, value.strip("{}")) if isinstance(value, str) and "{" in value else value
        for key, value in body.items()
    }
    assert refusal(invite(client, getattr(house, who), **filled)) == expected


def test_people_see_and_revoke_only_invitations_they_might_have_made(client, house, committed):
    with committed() as session:
        boss = an_invitation(session, role="dealer", dealer=a_dealer(session))
        session.execute(
            text("UPDATE channel_invitation SET dealer_id = :d WHERE id = :i"),
            {"d": house.dealer_id, "i": boss.id},
        )
    clerk = invite(client, house.dealer, role="clerk", terminal_id=str(house.terminal_id)).json
    owner = invite(client, house.salesman).json

    def listed(headers, audience="dealer"):
        items = client.get(f"/api/{audience}/invitations?limit=100", headers=headers).json["items"]
        return {item["id"]: item["url"] for item in items}

    assert {clerk["id"], owner["id"]} < set(listed(house.dealer))
    assert str(boss.id) not in listed(house.dealer)
    assert clerk["id"] not in listed(house.salesman)
    assert owner["id"] in listed(house.salesman)
    assert listed(house.stranger) == {}
    assert str(boss.id) in listed(house.staff, "console")
    assert set(listed(house.auditor, "console").values()) == {None}
    for headers in (house.salesman, house.stranger):
        seen = client.get(f"/api/dealer/invitations/{clerk['id']}", headers=headers)
        assert refusal(seen) == (404, "channel.unknown_invitation")
        gone = client.delete(f"/api/dealer/invitations/{clerk['id']}", headers=headers)
        assert refusal(gone) == (404, "channel.unknown_invitation")
    assert client.delete(f"/api/dealer/invitations/{clerk['id']}", headers=house.dealer).status_code == 204
    again = client.delete(f"/api/console/invitations/{clerk['id']}", headers=house.staff)
    assert refusal(again) == (410, "channel.invitation_expired")


def test_an_owner_invites_a_clerk_and_a_clerk_invites_nobody(client, house, brand):
    invited = client.post("/api/terminal/invitations", json={}, headers=house.owner)
    assert invited.status_code == 201
    assert refusal(client.post("/api/terminal/invitations", json={}, headers=house.clerk)) == (
        403,
        "identity.forbidden",
    )
    other = client.post(
        "/api/terminal/invitations", json={"terminal_id": str(house.other_terminal_id)}, headers=house.owner
    )
    assert refusal(other) == (404, "channel.unknown_terminal")
    body = {"token": token_in(invited)}
    joined = client.post("/api/consumer/invitation-acceptances", json=body, headers=house.nobody)
    assert (joined.status_code, joined.json["role"]) == (201, "clerk")
    with transaction(brand.id) as session:
        late = bearer(session, someone_with(session))
    assert refusal(client.post("/api/consumer/invitation-acceptances", json=body, headers=late)) == (
        409,
        "channel.invitation_used_up",
    )


def test_an_invitation_to_register_is_not_accepted_and_the_other_way_round(client, house):
    owner = token_in(invite(client, house.dealer))
    answer = client.post("/api/consumer/invitation-acceptances", json={"token": owner}, headers=house.nobody)
    assert refusal(answer) == (404, "channel.unknown_terminal")
    clerk = token_in(invite(client, house.dealer, role="clerk", terminal_id=str(house.terminal_id)))
    shop = {"token": clerk, "name": "店", "address": "路1", "county": "310101", "photos": ["1"]}
    answer = client.post("/api/consumer/registrations", json=shop, headers=house.nobody)
    assert refusal(answer) == (404, "channel.unknown_invitation")


def test_invitations_that_wait_for_my_phone_are_found_without_a_link(client, house, committed):
    with committed() as session:
        terminal = a_terminal(session)
        an_invitation(session, terminal=terminal, phone="13800007777")
        an_invitation(session, terminal=terminal, phone="13800008888")
    assert client.get("/api/consumer/invitations", headers=house.nobody).json["items"] == []
    with committed() as session:
        note_phone(session, person_id=house.nobody_id, number="+8613800007777")
    (waiting,) = client.get("/api/consumer/invitations", headers=house.nobody).json["items"]
    body = {"token": waiting["token"]}
    assert client.post("/api/consumer/invitation-acceptances", json=body, headers=house.nobody).status_code == 201
    assert client.get("/api/consumer/invitations", headers=house.nobody).status_code == 401  # tokens died


def registration_paths(house) -> list[tuple[str, str]]:
    one = f"registrations/{house.registration_id}"
    return [("get", one), ("get", f"{one}/photos/{house.photo_id}"), ("post", f"{one}/decision")]


def test_a_registration_is_shown_to_its_dealer_and_to_nobody_elses(client, house, other_brand):
    with transaction(other_brand.id) as session:
        foreign = staff_headers(session)
    for verb, path in registration_paths(house):
        for headers in (house.stranger,):
            answer = getattr(client, verb)(f"/api/dealer/{path}", json=DECISION, headers=headers)
            assert refusal(answer) == (404, "channel.unknown_registration"), path
        assert getattr(client, verb)(f"/api/dealer/{path}", json=DECISION, headers=house.owner).status_code == 403
        assert getattr(client, verb)(f"/api/console/{path}", json=DECISION, headers=foreign).status_code == 401
        assert (
            getattr(client, verb)(f"/api/console/{path}", json=DECISION, headers=house.auditor).status_code == 403
        )
    assert client.get("/api/dealer/registrations", headers=house.stranger).json["items"] == []
    seen = client.get("/api/dealer/registrations?state=submitted", headers=house.salesman).json["items"]
    assert [each["id"] for each in seen] == [str(house.registration_id)]


def test_a_salesman_looks_and_does_not_decide(client, house):
    (_, one), (_, photo), (_, decision) = registration_paths(house)
    assert client.get(f"/api/dealer/{one}", headers=house.salesman).status_code == 200
    assert client.get(f"/api/dealer/{photo}", headers=house.salesman).status_code == 200
    answer = client.post(f"/api/dealer/{decision}", json=DECISION, headers=house.salesman)
    assert refusal(answer) == (403, "identity.forbidden")


def test_the_brand_refuses_with_a_reason_and_the_log_says_who(client, house, committed):
    path = f"/api/console/registrations/{house.registration_id}/decision"
    assert client.post(path, json={"accept": False}, headers=house.staff).status_code == 422
    answer = client.post(path, json={"accept": False, "note": "看不清门头"}, headers=house.staff)
    assert (answer.json["state"], answer.json["reason"]) == ("refused", "看不清门头")
    assert refusal(client.post(path, json=DECISION, headers=house.staff)) == (409, "channel.registration_decided")
    with committed() as session:
        logged = text("SELECT after->>'reason' FROM identity_audit WHERE action = 'channel.registration_refused'")
        assert session.execute(logged).scalars().all() == ["看不清门头"]


def test_a_dealer_learns_that_another_shop_is_alike_and_not_which(client, house, committed):
    with committed() as session:
        a_terminal(session, name="等待的店")
    path = f"registrations/{house.registration_id}"
    (seen,) = client.get(f"/api/dealer/{path}", headers=house.dealer).json["duplicates"]
    assert seen == {
        "kind": "terminal",
        "id": None,
        "name": None,
        "address": None,
        "dealer": None,
        "state": "active",
        "reasons": ["name"],
    }
    (shown,) = client.get(f"/api/console/{path}", headers=house.staff).json["duplicates"]
    assert shown["name"] == "等待的店"


def test_a_photo_is_its_senders_alone(client, house, committed, brand):
    with committed() as session:
        mine = a_photo_of(session, house.nobody_id)
    with files.writing(brand.id, photo_name(mine)) as file:
        file.write(b"\xff\xd8jpeg")
    path = f"/api/consumer/registration-photos/{mine}"
    assert client.get(path, headers=house.nobody).status_code == 200
    assert refusal(client.get(path, headers=house.owner)) == (404, "channel.unknown_photo")
    other = f"/api/console/registrations/{house.registration_id}/photos/{mine}"
    assert refusal(client.get(other, headers=house.staff)) == (404, "channel.unknown_photo")


@pytest.mark.parametrize(("body", "status"), [(b"", 422), (b"%PDF-1.4", 422), (b"x" * 5_000_001, 413)])
def test_what_is_no_photo_leaves_nothing(client, house, committed, body, status):
    with committed() as session:
        before = session.scalars(select(Photo.id)).all()
    answer = client.post("/api/consumer/registration-photos/files?kind=front", data=body, headers=house.nobody)
    assert answer.status_code == status
    with committed() as session:
        assert session.scalars(select(Photo.id)).all() == before


def test_a_place_names_its_county(client, house):
    found = client.get("/api/consumer/region?latitude=31.2397&longitude=121.4998", headers=house.nobody).json
    assert found == {"county": "310101", "name": "黄浦区", "city": "上海市"}
    sea = client.get("/api/consumer/region?latitude=0&longitude=0", headers=house.nobody).json
    assert sea == {"county": None, "name": None, "city": None}


def test_joining_is_slow_for_who_tries_again_and_again(client, house):
    body = {"token": "abc.def"}
    codes = [
        client.post("/api/consumer/invitation-acceptances", json=body, headers=house.nobody).status_code
        for _ in range(21)
    ]
    assert codes == [404] * 20 + [429]


def test_a_dealer_proposes_and_the_brand_decides(client, house):
    path = f"/api/dealer/terminals/{house.terminal_id}/changes"
    body = {"kind": "transfer", "to_dealer_id": str(house.other_dealer_id), "reason": "换片区"}
    foreign = f"/api/dealer/terminals/{house.other_terminal_id}/changes"
    assert refusal(client.post(foreign, json=body, headers=house.dealer)) == (404, "channel.unknown_terminal")
    assert client.post(path, json=body, headers=house.salesman).status_code == 403
    asked = client.post(path, json=body, headers=house.dealer)
    assert (asked.status_code, asked.json["state"]) == (201, "proposed")
    assert refusal(client.post(path, json=body, headers=house.dealer)) == (409, "channel.change_open")

    decide = f"/api/console/terminal-changes/{asked.json['id']}/decision"
    assert client.post(decide, json=DECISION, headers=house.auditor).status_code == 403
    done = client.post(decide, json=DECISION, headers=house.staff)
    assert (done.json["state"], done.json["to_dealer"]["name"]) == ("done", "华南饮品")
    mine = client.get("/api/dealer/terminals", headers=house.stranger).json["items"]
    assert str(house.terminal_id) in {shop["id"] for shop in mine}
    shown = client.get(f"/api/console/terminals/{house.terminal_id}", headers=house.staff).json
    assert [each["dealer"]["name"] for each in shown["suppliers"]] == ["华南饮品", "华东饮品"]
    assert {each["role"] for each in shown["people"]} == {"owner", "clerk"}
    listed = client.get("/api/dealer/terminal-changes", headers=house.dealer).json["items"]
    assert [each["id"] for each in listed] == [asked.json["id"]]


def test_the_brand_closes_and_edits_and_the_log_keeps_both_sides(client, house, committed):
    closing = {"kind": "close", "reason": "歇业"}
    path = f"/api/console/terminals/{house.terminal_id}"
    assert client.post(f"{path}/changes", json=closing, headers=house.staff).json["state"] == "done"
    assert client.get(f"{path}", headers=house.staff).json["terminal"]["state"] == "closed"
    edited = client.post(path, json={"name": "新名", "county": "310104"}, headers=house.staff)
    assert (edited.json["name"], edited.json["county"]) == ("新名", "310104")
    assert refusal(client.post("/api/console/terminals/1", json={"name": "新"}, headers=house.staff))[0] == 404
    dealer = f"/api/console/dealers/{house.dealer_id}"
    assert client.post(dealer, json={"counties": ["310105"]}, headers=house.staff).json["counties"] == ["310105"]
    closed = client.post(f"{dealer}/state", json={"state": "closed", "reason": "合同到期"}, headers=house.staff)
    assert closed.status_code == 204
    shown = client.get(dealer, headers=house.staff).json
    assert (shown["dealer"]["state"], [area["county"] for area in shown["areas"]]) == ("closed", ["310105"])
    with committed() as session:
        logged = text("SELECT before->>'name' FROM identity_audit WHERE action = 'channel.dealer_edited'")
        assert session.execute(logged).scalars().all() == ["华东饮品"]


def test_an_invitation_is_not_shown_after_its_time(client, house, committed):
    with committed() as session:
        late = an_invitation(session, at=clock.now() - timedelta(days=8))
        token = token_of(session.info["brand_id"], late.id)
    answer = client.get(f"/api/consumer/invitation?token={token}", headers=house.nobody)
    assert refusal(answer) == (410, "channel.invitation_expired")
