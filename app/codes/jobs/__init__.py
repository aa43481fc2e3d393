"""Long work on codes, and what comes round."""

from app.codes.jobs.imports import check_import
from app.codes.jobs.inbox import take_in_file, watch_inbox

__all__ = ["check_import", "take_in_file", "watch_inbox"]
