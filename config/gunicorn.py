"""gunicorn: threads for waiting, one process per core for Python; see DECISIONS.md for the measurements."""

import gc
import os
import shutil
from pathlib import Path
from typing import Any

GARBAGE_OBJECTS = 20_000

bind = os.environ.get("MALU_BIND", "127.0.0.1:8000").split(",")
workers = int(os.environ.get("MALU_WORKERS", os.cpu_count() or 1))
worker_class = "gthread"
threads = int(os.environ.get("MALU_POOL_SIZE", "4"))
timeout = 30
graceful_timeout = 10
keepalive = 15
max_requests = int(os.environ.get("MALU_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
limit_request_line = 4094
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a heartbeat file in memory
accesslog = None
errorlog = "-"


def on_starting(_server: Any) -> None:
    """Metrics of earlier processes would be counted twice."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)


def post_worker_init(_worker: Any) -> None:
    """What was loaded lives as long as the process: the collector need not visit it, nor come so often."""
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, 50, 50)


def child_exit(_server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess  # noqa: PLC0415  only where metrics are shared

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library has no hints here
