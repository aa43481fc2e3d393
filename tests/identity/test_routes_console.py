"""Staff: password and one-time code, lock-out, and the audit log they leave."""

from datetime import timedelta
from zlib import crc32

import pyotp
from sqlalchemy import select, update

from app import identity
from app.identity.actions import note_failure, pass_totp
from app.identity.commands import staff
from app.identity.models import StaffLoginRow
from app.identity.queries import staff_login
from app.kit import clock
from app.kit.errors import TooManyRequests
from app.kit.transaction import global_transaction, transaction
from tests.builders.identity import PASSWORD, TOTP_SECRET, a_member_of_staff
from tests.conftest import client_of

SESSIONS, ME, AUDIT = "/api/console/sessions", "/api/console/me", "/api/console/audit"
WRONG = (401, "identity.wrong_credentials")


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def code_now(steps=0):
    return pyotp.TOTP(TOTP_SECRET).at(clock.now(), counter_offset=steps)


def sign_in(client, own, email, *, password=PASSWORD, totp=None):
    asked = {"email": email, "password": password, "totp": totp or code_now()}
    somewhere = f"10.{crc32(repr(own).encode()) % 256}.0.{crc32(client.host.encode()) % 256}"
    return client.post(SESSIONS, json=asked, headers=own, environ_base={"REMOTE_ADDR": somewhere})


def test_staff_sign_in_with_password_and_code(client, own, brand, staff_email):
    response = sign_in(client, own, staff_email.upper())
    assert response.get_json() == {
        "staff": {"email": staff_email, "name": "管理员"},
        "brand": {"name": brand.name},
    }
    me = client.get(ME).get_json()
    assert [grant["role"] for grant in me["roles"]] == ["brand_admin"]
    assert client.get("/api/consumer/me").status_code == 401


def test_a_code_works_once_even_for_whoever_knows_the_password(app, client, own, brand, staff_email):
    code = code_now()
    assert sign_in(client, own, staff_email, totp=code).status_code == 200
    assert refusal(sign_in(client_of(app, brand), own, staff_email, totp=code)) == WRONG
    assert sign_in(client, own, staff_email, totp=code_now(1)).status_code == 200
    assert refusal(sign_in(client, own, staff_email, totp=code)) == WRONG


def test_every_wrong_sign_in_gets_the_same_answer(client, own, staff_email):
    wrong_code = f"{(int(code_now()) + 1) % 1_000_000:06}"
    answers = [
        sign_in(client, own, "nobody@example.test"),
        sign_in(client, own, staff_email, password="wrong horse battery"),
        sign_in(client, own, staff_email, totp=wrong_code),
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(401, answers[0].data)}
    assert refusal(answers[0]) == WRONG


def test_staff_of_another_brand_are_strangers_here(app, own, other_brand, staff_email):
    elsewhere = {"Origin": f"http://{other_brand.host}"}
    assert refusal(sign_in(client_of(app, other_brand), elsewhere, staff_email)) == WRONG


def test_one_login_may_serve_two_brands_as_two_persons(app, client, own, other_brand, staff_email):
    with transaction(other_brand.id) as session:
        _, made = a_member_of_staff(session, email=staff_email, role="auditor")
    assert made.totp_secret is None
    elsewhere, visitor = {"Origin": f"http://{other_brand.host}"}, client_of(app, other_brand)
    assert sign_in(client, own, staff_email, totp=code_now()).status_code == 200
    assert sign_in(visitor, elsewhere, staff_email, totp=code_now(1)).status_code == 200
    here, there = client.get(ME).get_json(), visitor.get(ME).get_json()
    assert here["person"]["id"] != there["person"]["id"]
    assert [grant["role"] for grant in there["roles"]] == ["auditor"]


def test_staff_who_lost_their_role_stay_outside(client, own, brand, staff_email):
    with transaction(brand.id) as session:
        person_id = staff_login(session, staff_email).person_id
        identity.end_role(
            session, person_id=person_id, role="brand_admin", scope_id=brand.id, by=None, at=clock.now()
        )
    assert refusal(sign_in(client, own, staff_email)) == WRONG


def test_a_sign_in_from_another_site_is_refused(client, staff_email):
    assert refusal(sign_in(client, {}, staff_email)) == (403, "kit.foreign_origin")
    evil = {"Origin": "https://evil.example"}
    assert refusal(sign_in(client, evil, staff_email)) == (403, "kit.foreign_origin")


def test_five_failures_lock_the_login_for_a_quarter_of_an_hour(session, at):
    email, _ = a_member_of_staff(session)
    login = staff_login(session, email)
    code = pyotp.TOTP(TOTP_SECRET).at(at)
    for _ in range(5):
        note_failure(session, login, at=at)
    assert not pass_totp(session, login, code, at=at)
    later = at + timedelta(minutes=15)
    assert pass_totp(session, login, pyotp.TOTP(TOTP_SECRET).at(later), at=later)
    session.expire_all()
    assert session.scalars(select(StaffLoginRow.failures).where(StaffLoginRow.id == login.id)).one() == 0


def test_failures_over_http_are_counted_and_lock(client, own, staff_email):
    for _ in range(5):
        assert refusal(sign_in(client, own, staff_email, password="wrong horse battery")) == WRONG
    assert refusal(sign_in(client, own, staff_email)) == WRONG
    with global_transaction() as session:
        unlock = update(StaffLoginRow).where(StaffLoginRow.email == staff_email)
        session.execute(unlock.values(locked_until=None))
    assert sign_in(client, own, staff_email).status_code == 200


def test_guessing_one_login_is_slowed_down(client, own, staff_email):
    for _ in range(10):
        sign_in(client, own, "someone@example.test")
    assert refusal(sign_in(client, own, "someone@example.test")) == (429, TooManyRequests.code)


def test_the_audit_log_tells_who_did_what(client, own, staff_email):
    sign_in(client, own, staff_email)
    entries = client.get(AUDIT).get_json()["items"]
    assert [entry["action"] for entry in entries] == [
        "identity.staff_signed_in",
        "identity.staff_created",
        "identity.role_granted",
    ]
    assert entries[0]["actor_id"] == client.get(ME).get_json()["person"]["id"]
    assert entries[1]["after"] == {"email": staff_email, "name": "管理员", "role": "brand_admin"}


def test_the_audit_log_is_read_page_by_page(client, own, staff_email):
    sign_in(client, own, staff_email)
    first = client.get(AUDIT, query_string={"limit": 2}).get_json()
    rest = client.get(AUDIT, query_string={"limit": 2, "cursor": first["next_cursor"]}).get_json()
    assert [entry["position"] for entry in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None


def test_the_console_is_closed_to_the_anonymous(client):
    for path in (ME, AUDIT):
        assert refusal(client.get(path)) == (401, "identity.sign_in_required")


def test_an_auditor_reads_the_log(client, brand):
    with transaction(brand.id) as session:
        _, made = a_member_of_staff(session, role="auditor")
        tokens = identity.open_session(session, person_id=made.person_id, audience="console", at=clock.now())
    assert client.get(AUDIT, headers={"Authorization": f"Bearer {tokens.access_token}"}).status_code == 200


def test_a_console_session_is_renewed_and_ended_by_cookie(client, own, staff_email):
    sign_in(client, own, staff_email)
    assert client.post("/api/session/refresh", json={}, headers=own).status_code == 200
    assert client.get(ME).status_code == 200
    assert client.delete("/api/session", headers=own).status_code == 204
    assert client.get(ME).status_code == 401


def test_the_command_makes_a_login_and_shows_the_secret_once(app, brand):
    asked = ["create", "--brand", str(brand.id), "--email", f"new@{brand.host}", "--name", "新人"]
    run = app.test_cli_runner().invoke
    first = run(staff, [*asked, "--password", PASSWORD])
    assert "otpauth://totp/" in first.output
    second = run(staff, [*asked, "--password", PASSWORD])
    assert "unchanged" in second.output
    weak = run(staff, [*asked, "--password", "short"])
    assert weak.exit_code == 1
    assert "12 to 128" in weak.output
