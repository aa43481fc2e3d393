"""Findings: figures written down once, and the case files they open or add to."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app.diversion.models import EvidenceRow, FileRow, SignalRow, StepRow
from app.diversion.queries import ScopeKey, pieces_of, signals_of_scope
from app.diversion.rules import VERSION, Piece, Score, opens_a_file, score
from app.kit import clock
from app.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of evidence, the goods it is about, and what names it once."""

    cause: str
    dealer_id: int
    piece: Piece
    scope: str
    scope_no: int
    period_on: date
    shipment_id: int | None
    noise_ppm: int
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> ScopeKey:
        return self.dealer_id, self.scope, self.scope_no, self.period_on


def scope_of(pallet_no: int | None, shipment_id: int) -> tuple[str, int]:
    """What a file is about: the pallet where there is one, else the shipment."""
    return ("shipment", shipment_id) if pallet_no is None else ("pallet", pallet_no)


def month_of(at: datetime) -> date:
    """Evidence about goods is collected by the calendar month."""
    return clock.business_day(at).replace(day=1)


def write_down(session: Session, findings: Iterable[Finding], *, at: datetime) -> None:
    """Append the findings that are new, and bring the files they are about up to date, in the order of keys."""
    touched = {finding.key: finding for finding in findings if _insert(session, finding, at)}
    for key in sorted(touched):
        _bring_up_to_date(session, touched[key], at=at)


def _insert(session: Session, finding: Finding, at: datetime) -> bool:
    piece = finding.piece
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "cause": finding.cause,
        "kind": piece.kind,
        "dealer_id": finding.dealer_id,
        "subject": piece.subject,
        "scope": finding.scope,
        "scope_no": finding.scope_no,
        "period_on": finding.period_on,
        "seen": piece.seen,
        "far": piece.far,
        "noise_ppm": finding.noise_ppm,
        "chance": piece.chance,
        "concentration": piece.concentration,
        "facts": finding.facts,
        "rule_version": VERSION,
        "at": at,
    }
    statement = insert_or_skip(SignalRow).values(row).on_conflict_do_nothing().returning(SignalRow.id)
    return session.scalar(statement) is not None


def _bring_up_to_date(session: Session, finding: Finding, *, at: datetime) -> None:
    """Open the file if the evidence is enough; add to it while nobody has been told of it."""
    signals = signals_of_scope(session, finding.key)
    pieces = pieces_of(signals)
    if not opens_a_file(pieces):
        return
    weighed = score(pieces)
    _open(session, finding, weighed, at)
    file_id = _weigh_anew(session, finding, weighed)
    if file_id is None:
        return
    rows = [
        {
            "brand_id": session.info["brand_id"],
            "id": new_id(),
            "file_id": file_id,
            "signal_id": signal.id,
            "added_at": at,
        }
        for signal in signals
    ]
    session.execute(insert_or_skip(EvidenceRow).values(rows).on_conflict_do_nothing())


def _open(session: Session, finding: Finding, weighed: Score, at: datetime) -> None:
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "dealer_id": finding.dealer_id,
        "scope": finding.scope,
        "scope_no": finding.scope_no,
        "period_on": finding.period_on,
        "shipment_id": finding.shipment_id,
        "state": "suspected",
        "opened_at": at,
        **_weight(weighed),
    }
    statement = insert_or_skip(FileRow).values(row).on_conflict_do_nothing().returning(FileRow.id)
    file_id = session.scalar(statement)
    if file_id is not None:
        session.add(
            StepRow(file_id=file_id, action="open", state="suspected", side="system", by=None, words="", at=at)
        )
        session.flush()


def _weigh_anew(session: Session, finding: Finding, weighed: Score) -> int | None:
    """The id of the file, its row locked; None when its evidence is frozen."""
    statement = (
        update(FileRow)
        .where(
            FileRow.dealer_id == finding.dealer_id,
            FileRow.scope == finding.scope,
            FileRow.scope_no == finding.scope_no,
            FileRow.period_on == finding.period_on,
            FileRow.state == "suspected",
        )
        .values(**_weight(weighed))
        .returning(FileRow.id)
    )
    return session.scalar(statement)


def _weight(weighed: Score) -> dict[str, Any]:
    reasons = [asdict(reason) for reason in weighed.reasons]
    return {"score": weighed.points, "reasons": reasons, "rule_version": weighed.version}
