"""The way of a case file through the hands of brand and dealer, over HTTP."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text

from app.diversion.models import FileRow
from app.diversion.queries import check_invariants
from app.kit import clock, files
from app.kit.transaction import transaction
from tests.builders.channel import staff_headers
from tests.builders.diversion import FAR, judge, scans

CONSOLE = "/api/console/diversion-cases"
DEALER = "/api/dealer/diversion-cases"


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def decide(client, story, action, headers=None, words="已核对证据"):
    body = {"action": action, "words": words}
    return client.post(f"{CONSOLE}/{story.file_id}/decisions", json=body, headers=headers or story.operator)


def say(client, story, action, headers=None, words="这批货被二批商转卖, 附出库单"):
    path = f"{DEALER}/{story.file_id}/{action}"
    return client.post(path, json={"words": words}, headers=headers or story.boss)


def add_consequence(client, story, stage, headers=None):
    body = {"stage": stage, "starts_on": "2026-12-01", "reason": "窜货属实"}
    return client.post(f"{CONSOLE}/{story.file_id}/consequences", json=body, headers=headers or story.admin)


def a_picture(size=(60, 40), kind="JPEG", **save) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 40, 26)).save(made, kind, **save)
    return made.getvalue()


def add_photo(client, story, body=None, headers=None):
    path = f"{DEALER}/{story.file_id}/photos/files"
    data = a_picture() if body is None else body
    return client.post(path, data=data, content_type="image/jpeg", headers=headers or story.boss)


def test_scans_become_a_file_the_dealer_answers_and_the_brand_dismisses(client, story, committed):
    (listed,) = client.get(CONSOLE, headers=story.auditor).json["items"]
    assert (listed["id"], listed["state"], listed["scope"]) == (str(story.file_id), "suspected", "pallet")
    assert client.get(DEALER, headers=story.boss).json["items"] == []

    told = decide(client, story, "notify").json
    assert told["state"] == "notified"
    assert told["moves"] == ["uphold", "dismiss"]
    (mine,) = client.get(DEALER, headers=story.boss).json["items"]
    assert mine["state"] == "notified"
    assert "score" not in mine

    assert say(client, story, "answer").json["state"] == "answered"
    dismissed = decide(client, story, "dismiss", words="出库单证明货物被转卖").json
    assert (dismissed["state"], dismissed["verdict"], dismissed["moves"]) == ("dismissed", "dismissed", [])
    assert [(step["side"], step["action"]) for step in dismissed["steps"]] == [
        ("system", "open"),
        ("brand", "notify"),
        ("dealer", "answer"),
        ("brand", "dismiss"),
    ]
    with committed() as session:
        actions = session.execute(
            text("SELECT action FROM identity_audit WHERE brand_id = :b ORDER BY position"),
            {"b": session.info["brand_id"]},
        ).scalars()
        assert [action for action in actions if action.startswith("diversion")] == [
            "diversion.notify",
            "diversion.dismiss",
        ]
        assert check_invariants(session) == []


def test_an_upheld_file_can_be_appealed_and_only_then_costs_money(client, story, committed):
    decide(client, story, "notify")
    say(client, story, "answer")
    upheld = decide(client, story, "uphold").json
    assert (upheld["state"], upheld["stages"]) == ("upheld", ["notice", "talk"])
    assert refusal(add_consequence(client, story, "stop_supply")) == (409, "diversion.not_standing")
    assert say(client, story, "appeal").json["state"] == "appealed"
    assert refusal(add_consequence(client, story, "notice")) == (409, "diversion.not_standing")
    final = decide(client, story, "confirm", headers=story.admin).json
    assert (final["state"], final["verdict"]) == ("final", "upheld")

    made = add_consequence(client, story, "suspend_rebates")
    assert (made.status_code, made.json["stage"], made.json["starts_on"]) == (201, "suspend_rebates", "2026-12-01")
    assert refusal(add_consequence(client, story, "suspend_rebates")) == (409, "diversion.consequence_exists")
    shown = client.get(f"{DEALER}/{story.file_id}", headers=story.boss).json
    assert [row["stage"] for row in shown["consequences"]] == ["suspend_rebates"]
    with committed() as session:
        assert check_invariants(session) == []


def test_a_lifted_file_has_no_consequences(client, story):
    for action in ("notify", None, "uphold"):
        say(client, story, "answer") if action is None else decide(client, story, action)
    say(client, story, "appeal")
    assert decide(client, story, "lift", headers=story.admin).json["verdict"] == "dismissed"
    assert refusal(add_consequence(client, story, "notice")) == (409, "diversion.not_standing")


@pytest.mark.parametrize("action", ["confirm", "lift"])
def test_whoever_upheld_a_case_does_not_decide_its_appeal(client, story, action):
    decide(client, story, "notify")
    say(client, story, "answer")
    decide(client, story, "uphold")
    assert refusal(decide(client, story, action)) == (409, "diversion.wrong_state"), "nobody has appealed"
    say(client, story, "appeal")
    assert refusal(decide(client, story, action)) == (409, "diversion.same_person")
    shown = client.get(f"{CONSOLE}/{story.file_id}", headers=story.operator).json
    assert (shown["state"], [step["action"] for step in shown["steps"]][-1]) == ("appealed", "appeal")
    assert decide(client, story, action, headers=story.admin).json["state"] == "final"


def test_nothing_is_upheld_before_the_dealer_has_answered_or_let_the_time_pass(client, story, committed):
    decide(client, story, "notify")
    assert refusal(decide(client, story, "uphold")) == (409, "diversion.answer_awaited")
    with committed() as session:
        session.execute(
            text("UPDATE diversion_case SET answer_by = :at WHERE brand_id = :b"),
            {"at": clock.now() - timedelta(minutes=1), "b": session.info["brand_id"]},
        )
    assert decide(client, story, "uphold").json["state"] == "upheld"


def test_an_appeal_has_its_time(client, story, committed):
    decide(client, story, "notify")
    say(client, story, "answer")
    decide(client, story, "uphold")
    with committed() as session:
        session.execute(
            text("UPDATE diversion_case SET appeal_by = :at WHERE brand_id = :b"),
            {"at": clock.now() - timedelta(minutes=1), "b": session.info["brand_id"]},
        )
    assert refusal(say(client, story, "appeal")) == (409, "diversion.appeal_too_late")
    assert add_consequence(client, story, "stop_supply").status_code == 201


@pytest.mark.parametrize("action", ["uphold", "confirm", "lift"])
def test_a_step_out_of_order_is_refused_with_the_state(client, story, action):
    answer = decide(client, story, action)
    assert refusal(answer) == (409, "diversion.wrong_state")
    assert answer.json["error"]["details"] == {"state": "suspected"}


def test_a_dealer_answers_once(client, story):
    decide(client, story, "notify")
    assert say(client, story, "answer").status_code == 200
    assert refusal(say(client, story, "answer")) == (409, "diversion.wrong_state")


def test_a_single_scan_is_never_enough_for_a_consequence(client, story, brand):
    body = {"code": story.cases[2], "latitude": 30.2, "longitude": 120.05}
    assert client.post("/api/console/inspections", json=body, headers=story.operator).json["evidence"] is True
    files_ = client.get(CONSOLE, headers=story.operator).json["items"]
    (thin,) = [file for file in files_ if file["id"] != str(story.file_id)]
    assert thin["score"] == 40
    for action in ("notify", "uphold"):
        if action == "uphold":
            say_answer = client.post(f"{DEALER}/{thin['id']}/answer", json={"words": "已收到"}, headers=story.boss)
            assert say_answer.status_code == 200
        path = f"{CONSOLE}/{thin['id']}/decisions"
        assert (
            client.post(path, json={"action": action, "words": "核实"}, headers=story.operator).status_code == 200
        )
    body = {"stage": "notice", "starts_on": "2026-12-01", "reason": "窜货"}
    answer = client.post(f"{CONSOLE}/{thin['id']}/consequences", json=body, headers=story.admin)
    assert refusal(answer) == (409, "diversion.evidence_too_thin")


def test_the_dealer_sees_counts_by_county_and_day_and_nobody_behind_them(client, story):
    decide(client, story, "notify")
    answer = client.get(f"{DEALER}/{story.file_id}", headers=story.boss)
    pallet = next(piece for piece in answer.json["evidence"] if piece["kind"] == "pallet")
    assert (pallet["seen"], pallet["far"]) == (18, 14)
    assert pallet["counts"][0]["county"] == {"code": FAR, "name": "西湖区", "city": "杭州市"}
    assert sum(count["consumers"] for count in pallet["counts"] if count["far"]) == 14
    assert [step["number"] for step in answer.json["way"]] == ["FH-7"]
    words = answer.get_data(as_text=True)
    assert "device" not in words
    assert "person" not in words
    assert all(step["by"] is None for step in answer.json["steps"])


@pytest.mark.parametrize("who", ["rival", "salesman", "owner"])
def test_others_see_nothing_of_a_file(client, story, who):
    decide(client, story, "notify")
    headers = getattr(story, who)
    status = 404 if who == "rival" else 403
    assert client.get(f"{DEALER}/{story.file_id}", headers=headers).status_code == status
    assert say(client, story, "answer", headers=headers).status_code == status
    assert add_photo(client, story, headers=headers).status_code == status
    if who == "rival":
        assert client.get(DEALER, headers=headers).json["items"] == []


def test_a_file_nobody_was_told_of_is_unknown_to_its_dealer(client, story):
    assert refusal(client.get(f"{DEALER}/{story.file_id}", headers=story.boss)) == (404, "diversion.file_unknown")
    decide(client, story, "dismiss")
    assert refusal(client.get(f"{DEALER}/{story.file_id}", headers=story.boss)) == (404, "diversion.file_unknown")


def test_another_brands_staff_are_strangers(client, app, story, other_brand):
    with transaction(other_brand.id) as session:
        headers = staff_headers(session)
    assert client.get(CONSOLE, headers=headers).status_code == 401
    own = client.get(f"{CONSOLE}/{story.file_id}", headers=headers, base_url=f"http://{other_brand.host}")
    assert refusal(own) == (404, "diversion.file_unknown")


def test_an_auditor_reads_and_decides_nothing_and_only_an_admin_sets_consequences(client, story):
    assert client.get(f"{CONSOLE}/{story.file_id}", headers=story.auditor).status_code == 200
    assert decide(client, story, "notify", headers=story.auditor).status_code == 403
    assert add_consequence(client, story, "notice", headers=story.operator).status_code == 403


def test_photos_are_written_anew_without_the_place_they_were_taken_at(client, story, brand):
    decide(client, story, "notify")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 30.0)}
    made = add_photo(client, story, a_picture((3000, 1500), exif=exif))
    assert made.status_code == 201
    (listed,) = client.get(f"{DEALER}/{story.file_id}", headers=story.boss).json["photos"]
    for path, headers in (
        (f"/api/dealer/diversion-photos/{listed['id']}", story.boss),
        (f"/api/console/diversion-photos/{listed['id']}", story.operator),
    ):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        picture = Image.open(BytesIO(answer.data))
        assert (picture.size, dict(picture.getexif())) == ((1600, 800), {})
    assert client.get(f"/api/dealer/diversion-photos/{listed['id']}", headers=story.rival).status_code == 404
    folder = files.path_of(brand.id, "diversion/x").parent
    assert [path.name for path in folder.iterdir()] == [f"{listed['id']}.jpg"]


@pytest.mark.parametrize("body", [b"GIF89a not really", b"\xff\xd8\xff\xe0 broken", a_picture(kind="GIF")])
def test_what_is_no_photo_is_refused_and_leaves_no_file(client, story, brand, body):
    decide(client, story, "notify")
    assert refusal(add_photo(client, story, body)) == (422, "kit.not_a_photo")
    assert list(files.path_of(brand.id, "diversion/x").parent.iterdir()) == []


def test_there_are_nine_photos_at_most_and_none_after_the_answer(client, story, brand):
    decide(client, story, "notify")
    for _ in range(9):
        assert add_photo(client, story).status_code == 201
    assert refusal(add_photo(client, story)) == (409, "diversion.too_many_photos")
    assert len(list(files.path_of(brand.id, "diversion/x").parent.iterdir())) == 9
    say(client, story, "answer")
    assert refusal(add_photo(client, story)) == (409, "diversion.wrong_state")


def test_lists_are_filtered_by_state_and_dealer(client, story):
    def found(**query):
        return len(client.get(CONSOLE, query_string=query, headers=story.operator).json["items"])

    assert (found(state="suspected"), found(state="final")) == (1, 0)
    assert (found(dealer_id=story.east.id), found(dealer_id=story.west.id)) == (1, 0)
    assert client.get(CONSOLE, query_string={"state": "guilty"}, headers=story.operator).status_code == 422


def test_the_tolerance_is_a_setting_of_the_brand(client, story, brand, committed):
    path = "/api/console/diversion-policy"
    assert client.get(path, headers=story.auditor).json == {
        "noise_ppm": 80_000,
        "answer_days": 7,
        "appeal_days": 7,
    }
    chosen = {"noise_ppm": 400_000, "answer_days": 10, "appeal_days": 5}
    assert client.post(path, json=chosen, headers=story.operator).status_code == 403
    assert client.post(path, json=chosen, headers=story.admin).json == chosen
    assert client.post(path, json=chosen | {"noise_ppm": 500_000}, headers=story.admin).status_code == 422
    with committed() as session:
        scans(session, range(story.goods.units.lo + 24, story.goods.units.lo + 34), FAR)
    judge(brand.id)
    with committed() as session:
        assert len(session.scalars(select(FileRow)).all()) == 1


def test_the_map_has_counties_as_paths_with_goods_and_scans(client, story):
    shown = client.get("/api/console/diversion-map", headers=story.auditor).json
    by_code = {county["code"]: county for county in shown["counties"]}
    home, away = by_code["310101"], by_code[FAR]
    assert (home["name"], home["dealer"]["name"], home["held"]) == ("黄浦区", "黄浦经销", {"pallet": 2})
    assert (home["scans_own"], home["scans_far"], away["scans_own"], away["scans_far"]) == (4, 0, 0, 14)
    assert home["path"].startswith("M")
    assert home["path"].endswith("Z")
    assert by_code["310104"]["dealer"] is None, "neighbours are drawn for the eye"
    assert [(flow["dealer"]["name"], flow["county"]["code"], flow["scans"]) for flow in shown["flows"]] == [
        ("黄浦经销", FAR, 14)
    ]
