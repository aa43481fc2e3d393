"""Association files of a million lines."""

from pathlib import Path

import numpy as np

from app.codes.actions import complete_import, note_progress, refuse_import
from app.codes.models import ImportRow
from app.codes.queries import catalogue, closed_parents, facts_of, import_row, packing_levels, parents_now, text_of
from app.codes.rules.associations import Associations
from app.codes.rules.checking import MOST_LINES, Checker
from app.codes.rules.findings import Findings
from app.codes.rules.lines import LineReader, lines_at
from app.codes.rules.packing import NOWHERE
from app.kit import cache, clock, files
from app.kit.transaction import transaction

PROGRESS_LINES = 100_000


def check_import(*, brand_id: int, import_id: int) -> None:
    """Check an association file and store it whole, or say what is wrong with it; again does no harm."""
    with transaction(brand_id) as session:
        row = import_row(session, import_id)
        version, levels = cache.current_version(session, brand_id), packing_levels(session)
    if row.state != "waiting":
        return
    cache.forget(brand_id, unless=version)  # a batch may have been minted a moment ago
    checker = Checker(facts_of(catalogue(brand_id), levels))
    path = files.path_of(brand_id, row.file)
    with path.open("rb") as file:
        reader = LineReader(file)
        _take_all(row, reader, checker)
    most = reader.head.get("per_parent", "")
    given = checker.finish(per_parent=int(most) if most.isdecimal() else None)
    _find_packed(brand_id, given, checker.findings)
    if checker.findings.wrong:
        _refuse(row, path, checker)
        return
    with transaction(brand_id) as session:
        complete_import(session, import_id, given, lines=checker.lines, head=reader.head, at=clock.now())


def _take_all(row: ImportRow, reader: LineReader, checker: Checker) -> None:
    noted = 0
    for chunk in reader.chunks():
        checker.take(chunk)
        if checker.lines > MOST_LINES:
            return
        if checker.lines - noted >= PROGRESS_LINES:
            noted = checker.lines
            with transaction(row.brand_id) as session:
                note_progress(session, row.id, checked=noted)


def _find_packed(brand_id: int, given: Associations, findings: Findings) -> None:
    """Children that are in another parent, and closed parents; being in the same one already is no error."""
    for lo, hi, part in given.windows():
        _, wanted, place = part.expanded()
        with transaction(brand_id) as session:
            now = parents_now(session, lo, hi, part)
            closed = closed_parents(session, np.unique(wanted[now == NOWHERE]).tolist())
        shut = (now == NOWHERE) & np.isin(wanted, closed)
        findings.note("codes.parent_closed", np.unique(part.line[place[shut]]).tolist())
        taken = (now != NOWHERE) & (now != wanted)
        lines, first = np.unique(part.line[place[taken]], return_index=True)
        holders = now[taken][first].tolist()
        names = {number: text_of(brand_id, number) or str(number) for number in set(holders)}
        findings.note("codes.already_packed", lines.tolist(), map(names.__getitem__, holders))


def _refuse(row: ImportRow, path: Path, checker: Checker) -> None:
    findings = checker.findings.first()
    with path.open("rb") as file:
        texts = lines_at(file, {finding.line for finding in findings})
    with transaction(row.brand_id) as session:
        refuse_import(
            session,
            row.id,
            findings,
            texts=texts,
            lines=checker.lines,
            wrong=checker.findings.wrong,
            at=clock.now(),
        )
