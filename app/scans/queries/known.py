"""What every process remembers of a brand to decide a claim without asking for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import campaigns, channel, codes, commissions, identity, risk
from app.kit import cache


@dataclass(frozen=True, slots=True)
class Parties:
    """Commission rules by id, the owner's person of every terminal that has one, whose rebates are suspended."""

    version: int
    rules: Mapping[int, commissions.Rule]
    owners: Mapping[int, int]
    suspended: Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class Known:
    """A code as read, its campaign, the parties, and whom risk watches; ``version`` is the oldest part's.

    The watch list has versions of its own: a flag a second late costs at most a second's claims.
    """

    read: codes.CodeRead
    campaign: campaigns.Campaign | None
    directory: channel.Directory
    parties: Parties
    version: int
    watch: risk.Watch


def _load(session: Session, brand_id: int) -> Parties:
    return Parties(
        version=cache.current_version(session, brand_id),
        rules=commissions.rules_by_id(session, brand_id),
        owners=identity.owners_of_terminals(session, brand_id),
        suspended=commissions.suspended_since(session, brand_id),
    )


_parties = cache.Versioned(_load)


def known(brand_id: int, text: str) -> Known | None:
    """All that memory holds about a scanned text; None for what the brand did not mint. No transaction."""
    read = codes.read(brand_id, text)
    if read is None:
        return None
    book, parties = campaigns.book(brand_id), _parties.get(brand_id)
    oldest = min(read.version, book.version, parties.version)
    return Known(read, book.find(read.code_no), channel.directory(brand_id), parties, oldest, risk.watch(brand_id))
