"""Association files: registered by their hash, checked outside of transactions, stored in one or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import identity
from app.codes.actions.packing import associate
from app.codes.actions.windows import lock_packing
from app.codes.errors import ImportNotRefused
from app.codes.events import ImportRequested
from app.codes.models import ImportErrorRow, ImportRow, PackingEventRow
from app.codes.queries import import_of_file, import_row
from app.codes.rules.associations import Associations
from app.codes.rules.findings import Finding
from app.kit import outbox
from app.kit.ids import new_id
from app.kit.uploads import Received

LONGEST_TEXT = 200


def register_import(
    session: Session,
    received: Received,
    *,
    name: str,
    source: str,
    head: Mapping[str, str | None],
    dry_run: bool,
    by: int | None,
    at: datetime,
) -> tuple[ImportRow, bool]:
    """Note a file that was received, and ask for its check; False when these bytes are known already.

    ``head`` may name factory, line and lot; ``source`` is console, open or folder.
    """
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "name": name,
        "file": received.name,
        "sha256": received.sha256,
        "size": received.size,
        "dry_run": dry_run,
        "source": source,
        "state": "waiting",
        "created_by": by,
        "created_at": at,
        **{field: head.get(field) for field in ("factory", "line", "lot")},
        **dict.fromkeys(("attempts", "lines", "checked", "units", "parents", "wrong"), 0),
    }
    once = insert_or_skip(ImportRow).values(row).on_conflict_do_nothing().returning(ImportRow.id)
    made = session.scalar(once)
    known = import_of_file(session, received.sha256, dry_run=dry_run)
    if known is None:
        raise LookupError("an import is either new or known")
    if made is not None:
        _request(session, known, at)
    return known, made is not None


def retry_import(session: Session, import_id: int, *, at: datetime) -> ImportRow:
    """Check a refused file again, after what it complained of was put right; raises `ImportNotRefused`."""
    row = import_row(session, import_id)
    again = update(ImportRow).where(ImportRow.id == import_id, ImportRow.state == "refused")
    again = again.values(state="waiting", attempts=ImportRow.attempts + 1, checked=0, wrong=0, finished_at=None)
    if session.execute(again.returning(ImportRow.id)).first() is None:
        raise ImportNotRefused(state=row.state)
    session.execute(delete(ImportErrorRow).where(ImportErrorRow.import_id == import_id))
    session.refresh(row)
    _request(session, row, at)
    return row


def _request(session: Session, row: ImportRow, at: datetime) -> None:
    event = ImportRequested(cause=f"import:{row.id}:{row.attempts}", import_id=row.id)
    outbox.publish(session, event, at=at)


def note_progress(session: Session, import_id: int, *, checked: int) -> None:
    """How far a check is; says nothing any more once another worker has finished it."""
    waiting = update(ImportRow).where(ImportRow.id == import_id, ImportRow.state == "waiting")
    session.execute(waiting.values(checked=checked))


def complete_import(
    session: Session,
    import_id: int,
    given: Associations,
    *,
    lines: int,
    head: Mapping[str, str],
    at: datetime,
) -> bool:
    """Store everything that a checked file says, or of a dry run only that all is well; False when it was done.

    Raises what `associate` does when somebody packed a child meanwhile: the check is then made again.
    """
    row = import_row(session, import_id)
    counted = {"units": given.units, "parents": len(np.unique(given.parent))}
    facts = {name: getattr(row, name) or head.get(name) for name in ("factory", "line", "lot")}
    done = {"state": "done", "lines": lines, "checked": lines, "finished_at": at}
    if not _finish(session, import_id, done | counted | facts):
        return False
    if not row.dry_run:
        lock_packing(session)
        associate(session, given, again=True, at=at)
        session.add(_event(row, given, at))
        session.flush()
    after = {"name": row.name, "sha256": row.sha256, "dry_run": row.dry_run, **counted}
    _audit(session, row, "codes.import", after, at)
    return True


def _event(row: ImportRow, given: Associations, at: datetime) -> PackingEventRow:
    lo, hi = int(given.lo.min()), int(given.hi.max())
    return PackingEventRow(
        kind="imported", lo=lo, hi=hi, import_id=row.id, reason=row.name, by=row.created_by, at=at
    )


def refuse_import(
    session: Session,
    import_id: int,
    findings: Sequence[Finding],
    *,
    texts: Mapping[int, str],
    lines: int,
    wrong: int,
    at: datetime,
) -> bool:
    """Keep the first errors of a file and how many there are; False when the import is finished already."""
    row = import_row(session, import_id)
    done = {"state": "refused", "lines": lines, "checked": lines, "wrong": wrong, "finished_at": at}
    if not _finish(session, import_id, done):
        return False
    rows = [
        {
            "brand_id": session.info["brand_id"],
            "id": new_id(),
            "import_id": import_id,
            "line": finding.line,
            "text": texts.get(finding.line, "")[:LONGEST_TEXT],
            "code": finding.code,
            **dict(zip(("message", "message_en"), finding.words(), strict=True)),
        }
        for finding in findings
    ]
    session.execute(insert(ImportErrorRow), rows)
    _audit(session, row, "codes.import_refused", {"name": row.name, "wrong": wrong}, at)
    return True


def _finish(session: Session, import_id: int, values: Mapping[str, object]) -> bool:
    """Of two workers that checked the same file one wins here, and the other has stored nothing."""
    open_one = update(ImportRow).where(ImportRow.id == import_id, ImportRow.state == "waiting")
    return session.execute(open_one.values(**values).returning(ImportRow.id)).first() is not None


def _audit(session: Session, row: ImportRow, action: str, after: dict[str, object], at: datetime) -> None:
    subject = f"import:{row.id}"
    identity.record(session, actor=row.created_by, action=action, subject=subject, before=None, after=after, at=at)
