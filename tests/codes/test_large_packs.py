"""Files of millions of lines: flat memory, and a worker that is killed in the middle leaves no trace."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from itertools import count

import pyrage
import pytest
from sqlalchemy import func, select, text

from app.codes.actions import file_name
from app.codes.models import BatchRow, ExportRow
from app.codes.queries import delivery_row
from app.kit import files
from app.kit.transaction import global_transaction
from tests.builders.packs import a_delivery, minted_batches, opened
from tests.conftest import ROOT, TEST_KEY

MEASURE = """
import resource, sys, tempfile, pyrage
from config.dev.bench_packs import task_of
from app.codes.actions import write_file
age = (str(pyrage.x25519.Identity.generate().to_public()), None)
task = task_of(int(sys.argv[1]), *(age if sys.argv[2] == "age" else (None, b"password")))
with tempfile.TemporaryFile() as target:
    write_file(task, target, lambda _: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
KILOBYTES_OF_NOISE = 24_000
PATIENCE_SECONDS = 60


def memory_of(lines, encryption):
    words = [sys.executable, "-c", MEASURE, str(lines), encryption]
    return int(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("encryption", ["age", "zip"])
def test_ten_times_the_lines_take_no_more_memory(encryption):
    assert memory_of(2_000_000, encryption) < memory_of(200_000, encryption) + KILOBYTES_OF_NOISE


def test_a_worker_killed_while_it_writes_leaves_one_batch_and_in_the_end_one_file(
    app, brand, committed, database_url, services, worker, tmp_path
):
    key = pyrage.x25519.Identity.generate()
    with committed() as session:
        [batch] = minted_batches(session, count=1_000_000)
        delivery = a_delivery(session, batch, recipient=str(key.to_public())).delivery
    path = files.path_of(brand.id, file_name(delivery))
    kill_while_writing(path, environment(database_url, services, path.parents[2]), tmp_path / "log")
    assert not path.exists()
    assert parts_of(path)
    with committed() as session:
        assert delivery_row(session, delivery.id).ready_at is None
    let_leases_end(brand)
    worker()
    assert parts_of(path) == []
    manifest, lines = opened(path.read_bytes(), key)
    assert (manifest["count"], manifest["sha256"]) == (1_000_003, hashlib.sha256(lines).hexdigest())
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(ExportRow)) == 1
        assert session.scalar(select(func.count()).select_from(BatchRow)) == 1


def parts_of(path):
    return list(path.parent.glob(f".{path.name}.*")) if path.parent.exists() else []


def kill_while_writing(path, env, log):
    """Start a real worker, wait until some of the file lies on the disk, and kill it as the kernel would."""
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)
    pause = threading.Event()
    for _ in count():
        if any(part.stat().st_size > 1_000_000 for part in parts_of(path)):
            break
        assert process.poll() is None, log.read_text()
        assert not path.exists(), "the file was written before anybody could look"
        pause.wait(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)


def environment(database_url, services, folder):
    return {
        **os.environ,
        "MALU_MODE": "development",
        "MALU_MASTER_KEY": TEST_KEY,
        "MALU_TOKEN_KEYS": f"test:{TEST_KEY}",
        "DATABASE_URL": database_url,
        "REDIS_URL": services.redis_url,
        "MALU_FILES": str(folder),
        "MALU_PUBLIC_SCHEME": "http",
    }


def let_leases_end(brand):
    """As if the twenty seconds had passed in which the dead worker's jobs are still its own."""
    with global_transaction() as session:
        statement = (
            "UPDATE kit_job SET run_at = now() - interval '1 second' WHERE brand_id = :brand AND attempts > 0"
        )
        session.execute(text(statement), {"brand": brand.id})
