"""The story of one look at a code: counted, seen, and a leak when the code should be in nobody's hands."""

from datetime import datetime

from app import codes, custody, rewards
from app.kit.database import Scope
from app.scans.actions.deciding import Whence
from app.scans.actions.hold import note_forbidden
from app.scans.queries.known import Known
from app.scans.queries.verdict import look

FORBIDDEN = (codes.CodeState.INACTIVE, codes.CodeState.VOID)


def note_scan(
    session: Scope, found: Known, seen: custody.Seen, *, at: datetime
) -> tuple[codes.QueriedBefore, rewards.Claimed | None]:
    """Count a query and remember where it came from; the count, this one included, and who has claimed."""
    read = found.read
    queried = codes.note_query(
        session, code_no=read.code_no, face=read.face, device=seen.device, at=at, county=seen.county
    )
    custody.note_sighting(session, seen, at=at)
    if read.state == codes.CodeState.INACTIVE:
        codes.states.note_leak(session, read, device=seen.device, county=seen.county, at=at)
    if read.state in FORBIDDEN:
        whence = Whence(seen.device, seen.address_hash)
        note_forbidden(session, found, person_id=seen.person_id, whence=whence, at=at)
    _, claimed = look(session, found)
    return queried, claimed
