"""Case files with what belongs to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import custody, identity
from app.diversion.errors import ConsequenceUnknown, FileUnknown, PhotoUnknown
from app.diversion.models import (
    ConsequenceRow,
    EndingRow,
    EvidenceRow,
    FileRow,
    InspectionRow,
    PhotoRow,
    Policy,
    SignalRow,
    StepRow,
)
from app.diversion.rules import NOISE, SHOWN_TO_DEALER, Piece
from app.kit.paging import Page, page

MILLION = 1_000_000
ANSWER_DAYS = APPEAL_DAYS = 7
ScopeKey = tuple[int, str, int, date]  # dealer, scope, its number, first day of the period


def policy(session: Session) -> Policy:
    """The brand's tolerance; the defaults while it has chosen nothing."""
    chosen = session.scalar(select(Policy))
    return chosen or Policy(noise_ppm=round(NOISE * MILLION), answer_days=ANSWER_DAYS, appeal_days=APPEAL_DAYS)


def get_file(session: Session, file_id: int, *, lock: bool = False) -> FileRow:
    """Raises `FileUnknown`."""
    statement = select(FileRow).where(FileRow.id == file_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise FileUnknown
    return row


def get_own_file(session: Session, file_id: int, dealer_ids: Collection[int]) -> FileRow:
    """A file that its dealer has been notified of; raises `FileUnknown`, for a stranger too."""
    row = session.scalar(_own(dealer_ids).where(FileRow.id == file_id))
    if row is None:
        raise FileUnknown
    return row


def file_page(
    session: Session,
    *,
    state: str | None,
    dealer_id: int | None,
    cursor: str | None,
    limit: int,
) -> Page[FileRow]:
    statement = select(FileRow)
    if state is not None:
        statement = statement.where(FileRow.state == state)
    if dealer_id is not None:
        statement = statement.where(FileRow.dealer_id == dealer_id)
    return page(session, statement, FileRow.id, cursor=cursor, limit=limit)


def own_file_page(
    session: Session, dealer_ids: Collection[int], *, cursor: str | None, limit: int
) -> Page[FileRow]:
    return page(session, _own(dealer_ids), FileRow.id, cursor=cursor, limit=limit)


def _own(dealer_ids: Collection[int]) -> Select[FileRow]:
    """A notice that was withdrawn before it was sent is no business of the dealer's."""
    notified = FileRow.answer_by.is_not(None)
    return select(FileRow).where(FileRow.dealer_id.in_(dealer_ids), FileRow.state.in_(SHOWN_TO_DEALER), notified)


def signals_of_scope(session: Session, key: ScopeKey) -> Sequence[SignalRow]:
    """Every finding about a scope, in the order of its making."""
    dealer_id, scope, scope_no, period_on = key
    statement = select(SignalRow).where(
        SignalRow.dealer_id == dealer_id,
        SignalRow.scope == scope,
        SignalRow.scope_no == scope_no,
        SignalRow.period_on == period_on,
    )
    return session.scalars(statement.order_by(SignalRow.id)).all()


def evidence_of(session: Session, file_id: int) -> list[SignalRow]:
    """What a file rests on: of each lot the youngest finding, of each direct scan the scan."""
    statement = (
        select(SignalRow)
        .join(
            EvidenceRow,
            (EvidenceRow.brand_id == SignalRow.brand_id) & (EvidenceRow.signal_id == SignalRow.id),
        )
        .where(EvidenceRow.file_id == file_id)
        .order_by(SignalRow.id)
    )
    return youngest(session.scalars(statement).all())


def youngest(signals: Sequence[SignalRow]) -> list[SignalRow]:
    """The last word about each subject, in order."""
    latest = {(signal.kind, signal.subject): signal for signal in signals}
    return sorted(latest.values(), key=lambda signal: signal.id)


def pieces_of(signals: Sequence[SignalRow]) -> list[Piece]:
    """Findings as the rules weigh them."""
    return [
        Piece(row.kind, row.subject, row.seen, row.far, row.chance, row.concentration)  # type: ignore[arg-type]  # checked by the table
        for row in youngest(signals)
    ]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case file with everything that belongs to it; ``names`` are of the people who moved it.

    ``endings`` are of those consequences that hold no longer.
    """

    file: FileRow
    shipped: custody.Sent | None
    evidence: Sequence[SignalRow]
    steps: Sequence[StepRow]
    photos: Sequence[PhotoRow]
    consequences: Sequence[ConsequenceRow]
    endings: Mapping[int, EndingRow]
    names: Mapping[int, str]


def dossier(session: Session, file: FileRow) -> Dossier:
    steps = session.scalars(select(StepRow).where(StepRow.file_id == file.id).order_by(StepRow.id)).all()
    statement = select(ConsequenceRow).where(ConsequenceRow.file_id == file.id)
    consequences = session.scalars(statement.order_by(ConsequenceRow.id)).all()
    photos = select(PhotoRow).where(PhotoRow.kind == "case", PhotoRow.owner_id == file.id)
    return Dossier(
        file,
        shipments_of(session, [file]).get(file.id),
        evidence_of(session, file.id),
        steps,
        session.scalars(photos.order_by(PhotoRow.position)).all(),
        consequences,
        endings_of(session, consequences),
        {by: identity.person(session, by).nickname for by in {step.by for step in steps} if by is not None},
    )


def endings_of(session: Session, consequences: Sequence[ConsequenceRow]) -> dict[int, EndingRow]:
    """By consequence, how it ended; what still holds is missing."""
    statement = select(EndingRow).where(EndingRow.consequence_id.in_([row.id for row in consequences]))
    return {row.consequence_id: row for row in session.scalars(statement)}


def get_consequence(session: Session, file_id: int, consequence_id: int) -> ConsequenceRow:
    """A consequence of this file; raises `ConsequenceUnknown`."""
    statement = select(ConsequenceRow).where(
        ConsequenceRow.id == consequence_id, ConsequenceRow.file_id == file_id
    )
    row = session.scalar(statement)
    if row is None:
        raise ConsequenceUnknown
    return row


def shipments_of(session: Session, files: Sequence[FileRow]) -> dict[int, custody.Sent]:
    """By file, the shipment its goods came with; a week of a dealer has none."""
    wanted = {file.id: file.shipment_id for file in files if file.shipment_id is not None}
    shipped = custody.shipments_sent(session, set(wanted.values()))
    return {file_id: shipped[shipment_id] for file_id, shipment_id in wanted.items()}


def scopes_on_file(session: Session, dealer_id: int) -> set[tuple[str, int]]:
    """The pallets and shipments of a dealer that have a file of their own."""
    statement = select(FileRow.scope, FileRow.scope_no).where(FileRow.dealer_id == dealer_id)
    return {(scope, scope_no) for scope, scope_no in session.execute(statement)}


def upheld_by(session: Session, file_id: int) -> Sequence[int | None]:
    """Who upheld a file, by its recorded steps."""
    statement = select(StepRow.by).where(StepRow.file_id == file_id, StepRow.action == "uphold")
    return session.scalars(statement).all()


def get_photo(session: Session, photo_id: int) -> PhotoRow:
    """Raises `PhotoUnknown`."""
    row = session.scalar(select(PhotoRow).where(PhotoRow.id == photo_id))
    if row is None:
        raise PhotoUnknown
    return row


def get_inspection(session: Session, inspection_id: int, by: int) -> InspectionRow:
    """An inspection of the caller's own; raises `PhotoUnknown`, as it is asked for its photos only."""
    statement = select(InspectionRow).where(InspectionRow.id == inspection_id, InspectionRow.by == by)
    row = session.scalar(statement)
    if row is None:
        raise PhotoUnknown
    return row
