"""Files that a line drops into a folder are imported once and put away, whatever happens to the worker."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.codes.jobs.inbox import take_in_file, watch_inbox
from app.codes.models import ImportRow, PackingRow
from app.kit import clock, files
from app.kit.transaction import transaction
from tests.builders.associations import in_order, line_batches, line_file, parents, texts
from tests.conftest import ROOT, TEST_KEY


@pytest.fixture
def inbox(app, brand, tmp_path):
    """The brand's folder."""
    app.config["MALU_INBOX"] = tmp_path
    folder = tmp_path / brand.host.removesuffix(".test")
    folder.mkdir()
    yield folder
    app.config["MALU_INBOX"] = None


@pytest.fixture
def made(committed):
    with committed() as session:
        return line_batches(session)


@pytest.fixture
def known(committed, made):
    with committed() as session:
        return texts(session, made)


def drop(folder, name, body, *, age=60):
    path = folder / name
    path.write_bytes(body)
    then = clock.now().timestamp() - age
    os.utime(path, (then, then))
    return path


def look(brand, worker):
    watch_inbox(brand_id=brand.id, at=clock.now())
    worker()


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def imports(brand):
    with transaction(brand.id) as session:
        return session.scalars(select(ImportRow).order_by(ImportRow.id)).all()


def test_a_clean_file_is_imported_and_put_under_done(brand, inbox, worker, committed, made, known):
    units, cases, _ = known
    drop(inbox, "一号线.csv", line_file(in_order(cases, units, 24), head="# line: 1"))
    look(brand, worker)
    assert names(inbox) == ["done/一号线.csv"]
    (row,) = imports(brand)
    assert (row.name, row.source, row.state, row.units, row.line) == ("一号线.csv", "folder", "done", 48, "1")
    with committed() as session:
        assert parents(session, [made.units.lo]) == [made.cases.lo]


def test_a_wrong_file_is_put_under_failed_with_its_errors_beside_it(brand, inbox, worker, known):
    units, cases, _ = known
    drop(inbox, "a.csv", line_file([(cases[0], units[0]), (cases[0], "X")]))
    look(brand, worker)
    assert names(inbox) == ["failed/a.csv", "failed/a.csv.errors.csv"]
    told = (inbox / "failed/a.csv.errors.csv").read_text(encoding="utf-8-sig").splitlines()
    assert told[1].startswith("3,")


def test_a_file_that_is_being_written_is_left_alone_until_it_is_said_to_be_whole(brand, inbox, worker, known):
    units, cases, _ = known
    body = line_file(in_order(cases, units, 24))
    drop(inbox, "fresh.csv", body, age=0)
    drop(inbox, "b.csv.part", body)
    drop(inbox, ".hidden.csv", body)
    (inbox / "link.csv").symlink_to(inbox / "b.csv.part")
    look(brand, worker)
    assert imports(brand) == []
    (inbox / "fresh.csv.done").touch()
    look(brand, worker)
    assert names(inbox) == [".hidden.csv", "b.csv.part", "done/fresh.csv", "link.csv"]


def test_the_same_bytes_under_another_name_import_nothing_and_are_put_away(brand, inbox, worker, known):
    units, cases, _ = known
    body = line_file(in_order(cases, units, 24))
    drop(inbox, "a.csv", body)
    drop(inbox, "b.csv", body)
    look(brand, worker)
    drop(inbox, "a.csv", body)
    look(brand, worker)
    assert [name.split("-")[0] for name in names(inbox)] == ["done/a", "done/a.csv", "done/b.csv"]
    assert len(imports(brand)) == 1
    assert len(list(files.path_of(brand.id, "associations/x").parent.iterdir())) == 1


def test_a_refused_file_that_is_dropped_again_is_checked_anew(brand, inbox, worker, committed, known):
    units, cases, _ = known
    with committed() as session:
        mislabel = text("UPDATE codes_batch SET level = 'unit' WHERE level = 'case' AND brand_id = :b")
        session.execute(mislabel, {"b": brand.id})
    body = line_file(in_order(cases, units, 24))
    drop(inbox, "a.csv", body)
    look(brand, worker)
    with committed() as session:
        session.execute(
            text("UPDATE codes_batch SET level = 'case' WHERE NOT has_inner AND level = 'unit' AND brand_id = :b"),
            {"b": brand.id},
        )
        session.execute(text("UPDATE kit_version SET version = version + 1 WHERE brand_id = :b"), {"b": brand.id})
    drop(inbox, "a.csv", body)
    look(brand, worker)
    assert [row.state for row in imports(brand)] == ["done"]
    assert "done/a.csv" in names(inbox)


def test_a_file_that_is_gone_and_an_inbox_that_is_not_there_do_no_harm(app, brand, inbox):
    take_in_file(brand_id=brand.id, name="gone.csv")
    app.config["MALU_INBOX"] = None
    watch_inbox(brand_id=brand.id, at=clock.now())
    take_in_file(brand_id=brand.id, name="gone.csv")
    app.config["MALU_INBOX"] = inbox.parent / "nowhere"
    watch_inbox(brand_id=brand.id, at=clock.now())


def test_another_brands_folder_is_another_brands(brand, other_brand, inbox, worker, known):
    units, cases, _ = known
    drop(inbox, "a.csv", line_file(in_order(cases, units, 24)))
    watch_inbox(brand_id=other_brand.id, at=clock.now())
    worker()
    assert names(inbox) == ["a.csv"]


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_half_done(
    brand, inbox, worker, committed, database_url, services, tmp_path
):
    with committed() as session:
        made = line_batches(session, units=480_000, cases=20_000)
        units, cases, _ = texts(session, made)
    drop(inbox, "big.csv", line_file(in_order(cases, units, 24)))
    watch_inbox(brand_id=brand.id, at=clock.now())
    env = os.environ | {
        "MALU_MODE": "test",
        "MALU_MASTER_KEY": TEST_KEY,
        "MALU_TOKEN_KEYS": f"test:{TEST_KEY}",
        "DATABASE_URL": database_url,
        "REDIS_URL": services.redis_url,
        "MALU_ANY_BROWSER": "1",
        "MALU_PUBLIC_SCHEME": "http",
        "MALU_FILES": str(files.path_of(brand.id, "a/b").parents[2]),
        "MALU_INBOX": str(inbox.parent),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    while not any(row.checked for row in imports(brand)):
        assert process.poll() is None, (tmp_path / "worker.log").read_text()
    process.send_signal(signal.SIGKILL)
    process.wait()
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(PackingRow)) == 0
        run_out = text("UPDATE kit_job SET run_at = :then WHERE brand_id = :brand")
        session.execute(run_out, {"then": clock.now() - timedelta(seconds=1), "brand": brand.id})
    worker()
    (row,) = imports(brand)
    assert (row.state, row.units, names(inbox)) == ("done", 480_000, ["done/big.csv"])
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(PackingRow)) == 1
        assert parents(session, [made.units.hi - 1]) == [made.cases.hi - 1]
