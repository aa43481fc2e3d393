"""Every consequence between packages, in one table: which jobs follow which event, and what comes round."""

from datetime import timedelta

from app import attribution, identity, payouts
from app.attribution.jobs import count_sale
from app.books.jobs import prove_books, tidy
from app.campaigns.jobs import join_tallies
from app.codes.events import DeliveryOrdered, PackApproved
from app.codes.jobs import clear_files, make_file, mint_pack, watch_packs
from app.identity.jobs import forget_sessions
from app.kit.outbox import Job
from app.kit.schedule import Recurring
from app.ledger.jobs import join_wallets, roll_up
from app.payouts.jobs import check_open, send_transfer

REACTIONS: dict[type, tuple[Job, ...]] = {
    attribution.SaleAttributed: (count_sale,),
    DeliveryOrdered: (make_file,),
    PackApproved: (mint_pack,),
    identity.PersonsMerged: (join_tallies, join_wallets),
    payouts.PayoutRequested: (send_transfer,),
}
LONG: tuple[Job, ...] = (make_file,)  # minutes, not moments: these have a lane of their own
SCHEDULE = (
    Recurring(check_open, every=timedelta(seconds=15)),
    Recurring(roll_up, every=timedelta(hours=1)),
    Recurring(forget_sessions, every=timedelta(days=1)),
    Recurring(watch_packs, every=timedelta(minutes=10)),
    Recurring(clear_files, every=timedelta(minutes=10)),
    Recurring(tidy, every=timedelta(hours=6)),
    Recurring(prove_books, every=timedelta(days=1)),
)
