"""Every consequence between packages, in one table: which jobs follow which event, and what comes round."""

from datetime import timedelta

from app import attribution, diversion, identity, payouts
from app.attribution.jobs import count_sale
from app.books.jobs import prove_books, tidy
from app.campaigns.jobs import join_tallies
from app.diversion.jobs import judge_sightings
from app.identity.jobs import forget_sessions
from app.kit.outbox import Job
from app.kit.schedule import Recurring
from app.ledger.jobs import join_wallets, roll_up
from app.payouts.jobs import check_open, send_transfer

REACTIONS: dict[type, tuple[Job, ...]] = {
    attribution.SaleAttributed: (count_sale,),
    diversion.ConsequenceSet: (),
    identity.PersonsMerged: (join_tallies, join_wallets),
    payouts.PayoutRequested: (send_transfer,),
}
LONG: tuple[Job, ...] = ()  # minutes, not moments: these have a lane of their own
SCHEDULE = (
    Recurring(check_open, every=timedelta(seconds=15)),
    Recurring(judge_sightings, every=timedelta(minutes=2)),
    Recurring(roll_up, every=timedelta(hours=1)),
    Recurring(forget_sessions, every=timedelta(days=1)),
    Recurring(tidy, every=timedelta(hours=6)),
    Recurring(prove_books, every=timedelta(days=1)),
)
