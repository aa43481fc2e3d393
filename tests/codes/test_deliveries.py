"""A file for a factory: made once, opened by one key, fetched three times in a week, and every time on record."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyrage
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, InternalError

from app import codes
from app.codes import errors
from app.codes.actions import (
    Caller,
    file_name,
    look_at_link,
    note_lines,
    prepare_file,
    reveal_password,
    revoke_delivery,
    take_file,
    write_file,
)
from app.codes.jobs.packs import clear_files, make_file, watch_packs
from app.codes.models import AlarmRow, BatchRow, DeliveryRow, DownloadRow, ExportRow
from app.codes.queries import canaries_of, delivery_row
from app.kit import files
from tests.builders.codes import a_batch
from tests.builders.packs import CAP, CASE, REQUESTER, a_delivery, minted_batches, opened

KEY = pyrage.x25519.Identity.generate()
RECIPIENT = str(KEY.to_public())
CALLER = Caller("203.0.113.9", "abc", "curl/8")


def made(committed, brand, *levels, **spec):
    """A batch whose file lies ready, its delivery and the link's token."""
    with committed() as session:
        [batch, *_] = minted_batches(session, *levels, **spec)
        ordered = a_delivery(session, batch, recipient=RECIPIENT if spec.get("encryption") != "zip" else None)
    make_file(brand_id=brand.id, delivery_id=ordered.delivery.id)
    with committed() as session:
        return batch, delivery_row(session, ordered.delivery.id), ordered.token


def bytes_of(brand, delivery):
    return files.path_of(brand.id, file_name(delivery)).read_bytes()


def test_the_factory_reads_goods_and_canaries_and_cannot_tell_them_apart(committed, brand):
    batch, delivery, _ = made(committed, brand, count=240, canaries=3)
    manifest, lines = opened(bytes_of(brand, delivery), KEY)
    heading, *rows = [line.split(",") for line in lines.decode().splitlines()]
    assert heading == manifest["columns"] == ["seq", "outer_url", "inner_url", "security_code"]
    assert (manifest["count"], manifest["first"], manifest["last"]) == (243, "00000001", "00000243")
    assert (manifest["batch"], manifest["level"]) == (batch.number, "cap")
    assert manifest["sha256"] == hashlib.sha256(lines).hexdigest()
    assert "canar" not in str(manifest)
    reads = [codes.read(brand.id, inner[-16:]) for _, _, inner, _ in rows]
    with committed() as session:
        canaries = canaries_of(session, batch.id)
    assert [seq for seq, read in enumerate(reads, 1) if read.canary] == [canary.seq for canary in canaries]
    assert {read.code_no for read in reads if not read.canary} == set(range(batch.lo, batch.hi))
    assert {(read.state, read.batch.id) for read in reads} == {("inactive", batch.id)}


def test_a_zip_opens_with_the_password_that_is_told_once(committed, brand, at):
    _, delivery, _ = made(committed, brand, encryption="zip", file_format="txt", canaries=0)
    with committed() as session:
        password = reveal_password(session, delivery_id=delivery.id, by=REQUESTER, at=at)
    manifest, lines = opened(bytes_of(brand, delivery), password)
    assert (manifest["file"], manifest["columns"]) == ("codes.txt", ["outer_url", "inner_url", "security_code"])
    assert len(lines.splitlines()) == manifest["count"] == 240
    with pytest.raises(RuntimeError, match="password"):
        opened(bytes_of(brand, delivery), "wrong")
    with pytest.raises(errors.PasswordGone), committed() as session:
        reveal_password(session, delivery_id=delivery.id, by=REQUESTER, at=at)


def test_a_password_is_told_to_one_of_many_who_ask_at_once(app, committed, brand, at):
    _, delivery, _ = made(committed, brand, encryption="zip")

    def ask(_):
        with app.app_context(), committed() as session:
            try:
                return reveal_password(session, delivery_id=delivery.id, by=REQUESTER, at=at)
            except errors.PasswordGone:
                return None

    with ThreadPoolExecutor(8) as pool:
        assert len([told for told in pool.map(ask, range(16)) if told]) == 1


def test_an_age_file_has_no_password_and_opens_for_no_other_key(committed, brand, at):
    _, delivery, _ = made(committed, brand)
    with pytest.raises(errors.PasswordGone), committed() as session:
        reveal_password(session, delivery_id=delivery.id, by=REQUESTER, at=at)
    data = bytes_of(brand, delivery)
    assert b"HTTP" not in data
    with pytest.raises(pyrage.DecryptError):
        opened(data, pyrage.x25519.Identity.generate())


@pytest.mark.parametrize("recipient", [None, "", "age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"])
def test_a_recipient_that_is_no_age_key_is_refused(session, recipient):
    [batch] = minted_batches(session)
    with pytest.raises(errors.InvalidRecipient):
        a_delivery(session, batch, recipient=recipient)


def test_a_batch_that_nobody_agreed_to_does_not_leave(session):
    with pytest.raises(errors.NotOrdered):
        a_delivery(session, session.get(BatchRow, (session.info["brand_id"], a_batch(session).id)))


def test_a_new_delivery_makes_the_same_lines_again(committed, brand):
    batch, delivery, _ = made(committed, brand)
    with committed() as session:
        again = a_delivery(session, batch, recipient=RECIPIENT).delivery
    make_file(brand_id=brand.id, delivery_id=again.id)
    assert opened(bytes_of(brand, again), KEY) == opened(bytes_of(brand, delivery), KEY)


def test_a_file_is_made_once_and_logged_once_however_often_the_job_runs(committed, brand):
    batch, delivery, _ = made(committed, brand)
    before = bytes_of(brand, delivery)
    make_file(brand_id=brand.id, delivery_id=delivery.id)
    assert bytes_of(brand, delivery) == before
    with committed() as session:
        [export] = session.scalars(select(ExportRow))
        assert (export.batch_id, export.count, export.recipient) == (batch.id, 243, RECIPIENT)
        assert export.sha256 == delivery.manifest["sha256"]
        assert session.get(BatchRow, (brand.id, batch.id)).exported_at == delivery.ready_at


def test_what_a_killed_job_left_is_swept_away_by_the_next(committed, brand):
    with committed() as session:
        [batch] = minted_batches(session)
        delivery = a_delivery(session, batch, recipient=RECIPIENT).delivery
    path = files.path_of(brand.id, file_name(delivery))
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.with_name(f".{path.name}.0123456789abcdef")
    torn.write_bytes(b"half a file")
    make_file(brand_id=brand.id, delivery_id=delivery.id)
    assert not torn.exists()
    assert [found.name for found in path.parent.iterdir() if str(delivery.id) in found.name] == [path.name]


def test_a_file_whose_link_was_revoked_meanwhile_is_dropped(committed, brand, at):
    with committed() as session:
        [batch] = minted_batches(session)
        delivery = a_delivery(session, batch, recipient=RECIPIENT).delivery
        task = prepare_file(session, delivery_id=delivery.id, scheme="http")
        assert note_lines(session, delivery_id=delivery.id, lines_done=10)
    with committed() as session:
        assert delivery_row(session, delivery.id).lines_done == 10
        revoke_delivery(session, delivery_id=delivery.id, by=REQUESTER, at=at)
        assert not note_lines(session, delivery_id=delivery.id, lines_done=20)
        assert prepare_file(session, delivery_id=delivery.id, scheme="http") is None
        with pytest.raises(errors.LinkOver):
            revoke_delivery(session, delivery_id=delivery.id, by=REQUESTER, at=at)
    make_file(brand_id=brand.id, delivery_id=delivery.id)
    assert not files.path_of(brand.id, file_name(delivery)).exists()
    assert task is not None


@pytest.mark.parametrize("encryption", ["age", "zip"])
def test_writing_stops_with_the_very_error_that_stopped_it(committed, brand, tmp_path, encryption):
    class Enough(Exception):
        pass

    def stop(_lines_done):
        raise Enough

    with committed() as session:
        [batch] = minted_batches(session, encryption=encryption)
        recipient = RECIPIENT if encryption == "age" else None
        delivery = a_delivery(session, batch, recipient=recipient).delivery
        task = prepare_file(session, delivery_id=delivery.id, scheme="http")
    with pytest.raises(Enough), (tmp_path / "file").open("w+b") as target:
        write_file(task, target, stop)


def test_a_link_works_three_times_and_each_time_is_on_record(committed, brand, at):
    _, _, token = made(committed, brand)
    for number in (1, 2, 3):
        with committed() as session:
            assert take_file(session, token=token, caller=CALLER, at=at).downloads == number
    with pytest.raises(errors.LinkOver) as refused, committed() as session:
        take_file(session, token=token, caller=CALLER, at=at)
    assert refused.value.details == {"reason": "used_up"}
    with committed() as session:
        rows = session.scalars(select(DownloadRow).order_by(DownloadRow.number)).all()
        assert [(row.number, row.address, row.user_agent) for row in rows] == [
            (number, "203.0.113.9", "curl/8") for number in (1, 2, 3)
        ]
    with pytest.raises((InternalError, DBAPIError)), committed() as session:
        session.delete(session.scalar(select(DownloadRow)))


def test_many_who_ask_at_once_get_three_files_together(app, committed, brand, at):
    _, _, token = made(committed, brand)

    def ask(_):
        with app.app_context(), committed() as session:
            try:
                take_file(session, token=token, caller=CALLER, at=at)
            except errors.LinkOver:
                return 0
            return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(24))) == 3
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(DownloadRow)) == 3


def test_looking_at_a_link_counts_nothing(committed, brand, at):
    _, _, token = made(committed, brand)
    with committed() as session:
        for _ in range(5):
            assert look_at_link(session, token=token, at=at).downloads == 0


def test_a_link_ends_after_a_week_or_when_it_is_revoked_and_says_why(committed, brand, at):
    _, delivery, token = made(committed, brand)
    with committed() as session:
        take_file(session, token=token, caller=CALLER, at=delivery.created_at + timedelta(days=7, seconds=-1))
    with pytest.raises(errors.LinkOver) as late, committed() as session:
        take_file(session, token=token, caller=CALLER, at=delivery.created_at + timedelta(days=7))
    with committed() as session:
        revoke_delivery(session, delivery_id=delivery.id, by=REQUESTER, at=at)
    with pytest.raises(errors.LinkOver) as revoked, committed() as session:
        take_file(session, token=token, caller=CALLER, at=at)
    assert [late.value.details["reason"], revoked.value.details["reason"]] == ["expired", "revoked"]


def test_a_link_to_nothing_and_one_to_an_unfinished_file_are_refused(committed, at):
    with pytest.raises(errors.UnknownLink), committed() as session:
        take_file(session, token="nonsense", caller=CALLER, at=at)
    with committed() as session:
        [batch] = minted_batches(session)
        token = a_delivery(session, batch, recipient=RECIPIENT, at=at).token
    with pytest.raises(errors.NotReady), committed() as session:
        take_file(session, token=token, caller=CALLER, at=at)


def test_the_token_is_kept_nowhere(committed, brand):
    _, delivery, token = made(committed, brand)
    assert delivery.token_hash == hashlib.sha256(token.encode()).digest()
    assert token not in str(vars(delivery))


def test_files_of_links_that_are_over_leave_the_disk_and_the_others_stay(committed, brand, at):
    _, revoked, _ = made(committed, brand)
    _, kept, _ = made(committed, brand)
    with committed() as session:
        revoke_delivery(session, delivery_id=revoked.id, by=REQUESTER, at=at)
    clear_files(brand_id=brand.id, at=at)
    assert not files.path_of(brand.id, file_name(revoked)).exists()
    assert bytes_of(brand, kept)
    clear_files(brand_id=brand.id, at=kept.expires_at)
    assert not files.path_of(brand.id, file_name(kept)).exists()
    with committed() as session:
        removed = session.scalars(select(DeliveryRow.removed_at).order_by(DeliveryRow.id)).all()
        assert removed == [at, kept.expires_at]


def alarms(committed):
    with committed() as session:
        rows = session.scalars(select(AlarmRow).order_by(AlarmRow.id))
        return [(row.kind, row.details["level"], row.details["hours"]) for row in rows]


def test_packs_that_nobody_fetches_or_activates_in_time_raise_one_alarm_each(committed, brand, at):
    _, _, token = made(committed, brand, CAP, CASE, download_hours=48, activate_hours=72, at=at)
    watch_packs(brand_id=brand.id, at=at + timedelta(hours=47, minutes=59))
    assert alarms(committed) == []
    with committed() as session:
        take_file(session, token=token, caller=CALLER, at=at + timedelta(hours=2))
    for _ in range(2):
        watch_packs(brand_id=brand.id, at=at + timedelta(hours=48))
    assert alarms(committed) == [("pack_not_downloaded", "case", 48)]
    for _ in range(2):
        watch_packs(brand_id=brand.id, at=at + timedelta(hours=74))
    assert alarms(committed)[1:] == [("pack_not_activated", "cap", 72)]


def test_no_alarm_is_raised_where_no_hours_are_set_or_the_codes_are_active(committed, brand, at):
    batch, _, token = made(committed, brand, download_hours=None, activate_hours=1, at=at)
    made(committed, brand, download_hours=None, activate_hours=None, at=at)
    with committed() as session:
        take_file(session, token=token, caller=CALLER, at=at)
        codes.activate(session, batch_id=batch.id, by=1, at=at)
    watch_packs(brand_id=brand.id, at=at + timedelta(days=30))
    assert alarms(committed) == []


def test_a_file_is_made_in_the_lane_of_long_jobs(committed, brand, worker):
    with committed() as session:
        [batch] = minted_batches(session)
        delivery = a_delivery(session, batch, recipient=RECIPIENT).delivery
    worker()
    with committed() as session:
        row = delivery_row(session, delivery.id)
        assert (row.lines_done, row.size) == (243, len(bytes_of(brand, delivery)))


def test_two_workers_on_one_delivery_end_with_one_whole_file(app, committed, brand):
    with committed() as session:
        [batch] = minted_batches(session, count=200_000)
        delivery = a_delivery(session, batch, recipient=RECIPIENT).delivery
    barrier, errors_seen = threading.Barrier(2), []

    def work():
        with app.app_context():
            barrier.wait()
            try:
                make_file(brand_id=brand.id, delivery_id=delivery.id)
            except FileNotFoundError as error:  # the other swept its unfinished file away; the worker tries again
                errors_seen.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors_seen) < 2
    manifest, lines = opened(bytes_of(brand, delivery), KEY)
    assert hashlib.sha256(lines).hexdigest() == manifest["sha256"]
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(ExportRow)) == 1
