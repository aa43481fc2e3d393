"""A shop moves to another dealer, closes or reopens: at once by the brand, or as a dealer proposed it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import identity
from app.channel.actions.places import keep_open, lock_terminal
from app.channel.errors import ChangeDecided, ChangeDoesNotFit, ChangeOpen, NameTaken
from app.channel.events import TerminalChangeDue
from app.channel.models import Change, FormerSupplier, Invitation, Terminal
from app.channel.queries import get_change
from app.kit import cache, outbox
from app.kit.ids import new_id

STARTS_FROM = {"transfer": "active", "close": "active", "reopen": "closed"}


def propose_change(
    session: Session,
    *,
    terminal: Terminal,
    kind: str,
    to_dealer_id: int | None = None,
    dismiss: bool = False,
    reason: str,
    effective_at: datetime,
    by: int,
    at: datetime,
) -> Change:
    """Ask for a transfer, a closing (``dismiss`` ends the roles, else they rest) or a reopening of a locked shop.

    Raises `ChangeDoesNotFit`, `UnknownDealer`, and `ChangeOpen` while another change of the shop is undecided.
    """
    _require_fit(session, terminal, kind, to_dealer_id)
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "terminal_id": terminal.id,
        "kind": kind,
        "from_dealer_id": terminal.dealer_id,
        "to_dealer_id": to_dealer_id,
        "dismiss": dismiss,
        "reason": reason,
        "state": "proposed",
        "effective_at": effective_at,
        "proposed_by": by,
        "proposed_at": at,
    }
    statement = insert_or_skip(Change).values(row).on_conflict_do_nothing().returning(Change)
    change: Change | None = session.scalar(statement)
    if change is None:
        raise ChangeOpen
    return change


def accept_change(session: Session, change: Change, *, by: int, at: datetime) -> Change:
    """Accept: done at once, or by a job when its time comes.

    Raises `ChangeDecided`, `ChangeDoesNotFit`, `UnknownDealer` and `NameTaken`.
    """
    accepted = _decide(session, change.id, "accepted", None, by=by, at=at)
    if accepted.effective_at <= at:
        return apply_change(session, change.id, at=at)
    due = TerminalChangeDue(cause=f"change:{change.id}", change_id=change.id)
    outbox.publish(session, due, at=accepted.effective_at)
    return accepted


def decline_change(session: Session, change_id: int, *, note: str, by: int, at: datetime) -> Change:
    """Turn down, or call off before its time. Raises `ChangeDecided`."""
    return _decide(session, change_id, "declined", note, by=by, at=at, also=("accepted",))


def apply_change(session: Session, change_id: int, *, at: datetime) -> Change:
    """Do what was accepted. Raises `ChangeDecided` unless it waits to be done, else as `accept_change`."""
    done = (
        update(Change)
        .where(Change.id == change_id, Change.state == "accepted")
        .values(state="done")
        .returning(Change)
    )
    change = session.scalar(done.execution_options(populate_existing=True))
    if change is None:
        raise ChangeDecided
    terminal = lock_terminal(session, change.terminal_id)
    _require_fit(session, terminal, change.kind, change.to_dealer_id)
    if change.kind == "transfer":
        _transfer(session, terminal, change, at=at)
    else:
        _open_or_close(session, terminal, change, at=at)
    cache.bump(session, session.info["brand_id"])
    return change


def fail_change(session: Session, change_id: int, *, note: str) -> None:
    """What was accepted cannot be done any more; somebody has to look."""
    waiting = update(Change).where(Change.id == change_id, Change.state == "accepted")
    session.execute(waiting.values(state="failed", note=note))


def _require_fit(session: Session, terminal: Terminal, kind: str, to_dealer_id: int | None) -> None:
    if terminal.state != STARTS_FROM[kind] or to_dealer_id == terminal.dealer_id:
        raise ChangeDoesNotFit(state=terminal.state)
    if kind != "close":
        keep_open(session, [to_dealer_id or terminal.dealer_id])


def _decide(
    session: Session,
    change_id: int,
    state: str,
    note: str | None,
    *,
    by: int,
    at: datetime,
    also: tuple[str, ...] = (),
) -> Change:
    get_change(session, change_id)
    waiting = update(Change).where(Change.id == change_id, Change.state.in_(("proposed", *also)))
    decided = waiting.values(state=state, note=note, decided_by=by, decided_at=at).returning(Change)
    change = session.scalar(decided.execution_options(populate_existing=True))
    if change is None:
        raise ChangeDecided
    return change


def _transfer(session: Session, terminal: Terminal, change: Change, *, at: datetime) -> None:
    """The old dealer becomes history; what it earned stays its own."""
    former = FormerSupplier(
        terminal_id=terminal.id,
        dealer_id=terminal.dealer_id,
        since=min(terminal.supplied_since or terminal.created_at, at),
        until=at,
    )
    session.add(former)
    terminal.dealer_id, terminal.supplied_since = change.to_dealer_id or terminal.dealer_id, at
    try:
        session.flush()
    except IntegrityError as error:
        raise NameTaken from error
    _withdraw_invitations(session, terminal.id, at=at)


def _open_or_close(session: Session, terminal: Terminal, change: Change, *, at: datetime) -> None:
    """A closed shop keeps its roles, which rest: nobody acts for it, and what it sold before is still paid."""
    terminal.state = "active" if change.kind == "reopen" else "closed"
    session.flush()
    if change.kind == "reopen":
        return
    _withdraw_invitations(session, terminal.id, at=at)
    if change.dismiss:
        for holder in identity.holders(session, scope_kind="terminal", scope_id=terminal.id):
            identity.end_role(
                session,
                person_id=holder.person_id,
                role=holder.role,
                scope_id=terminal.id,
                by=change.decided_by,
                at=at,
            )


def _withdraw_invitations(session: Session, terminal_id: int, *, at: datetime) -> None:
    open_ones = update(Invitation).where(Invitation.terminal_id == terminal_id, Invitation.revoked_at.is_(None))
    session.execute(open_ones.values(revoked_at=at))
