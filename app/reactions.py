"""Every consequence between packages, in one table: which jobs follow which event, and what comes round."""

from datetime import timedelta

from app import attribution, campaigns, channel, diversion, identity, payouts, rewards
from app.attribution.jobs import count_sale
from app.books.jobs import prove_books, tidy
from app.campaigns.jobs import carry_out_plans, join_tallies, watch_budgets
from app.channel.jobs import carry_out_change, drop_photos
from app.codes.events import (
    DeliveryOrdered,
    FileArrived,
    ImportRequested,
    MarketActivationRequested,
    MarketCodesFinished,
    MarketCodesRequested,
    PackApproved,
)
from app.codes.jobs.imports import check_import
from app.codes.jobs.inbox import take_in_file, watch_inbox
from app.codes.jobs.leaks import watch_leaks
from app.codes.jobs.markets import (
    activate_market_codes,
    apply_market_codes,
    check_market_codes,
    fetch_market_codes,
)
from app.codes.jobs.packs import clear_files, make_file, mint_pack, watch_packs
from app.commissions.jobs import resume_dealer, suspend_dealer
from app.custody.jobs import resume_supply, stop_supply
from app.diversion.jobs import judge_sightings
from app.identity.events import MiniProgramEntered
from app.identity.jobs import forget_sessions
from app.kit.outbox import Job
from app.kit.schedule import Recurring
from app.ledger.jobs import join_wallets, roll_up
from app.payouts.jobs import check_open, send_transfer
from app.rewards.jobs import end_grants, receive_by_time, settle_days, tell_of_ends
from app.risk.jobs import ask_rank, forget_observations, join_records
from app.scans.jobs import note_scans

REACTIONS: dict[type, tuple[Job, ...]] = {
    attribution.SaleAttributed: (count_sale,),
    DeliveryOrdered: (make_file,),
    PackApproved: (mint_pack,),
    FileArrived: (take_in_file,),
    ImportRequested: (check_import,),
    MarketActivationRequested: (activate_market_codes,),
    MarketCodesFinished: (fetch_market_codes,),
    MarketCodesRequested: (apply_market_codes,),
    campaigns.BudgetLow: (),
    MiniProgramEntered: (ask_rank,),
    channel.TerminalChangeDue: (carry_out_change,),
    channel.TerminalRegistered: (),
    diversion.ConsequenceEnded: (resume_dealer, resume_supply),
    diversion.ConsequenceSet: (suspend_dealer, stop_supply),
    identity.PersonsMerged: (join_records, join_tallies, join_wallets),
    payouts.PayoutRequested: (send_transfer,),
    rewards.GrantExpiring: (),
}
LONG: tuple[Job, ...] = (
    check_import,
    fetch_market_codes,
    make_file,
    take_in_file,
)  # minutes, not moments: these have a lane of their own
SCHEDULE = (
    Recurring(note_scans, every=timedelta(seconds=1)),
    Recurring(forget_observations, every=timedelta(hours=1)),
    Recurring(check_open, every=timedelta(seconds=15)),
    Recurring(watch_inbox, every=timedelta(seconds=15)),
    Recurring(check_market_codes, every=timedelta(seconds=30)),
    Recurring(carry_out_plans, every=timedelta(seconds=15)),
    Recurring(watch_budgets, every=timedelta(minutes=1)),
    Recurring(watch_leaks, every=timedelta(minutes=5)),
    Recurring(judge_sightings, every=timedelta(minutes=2)),
    Recurring(end_grants, every=timedelta(minutes=10)),
    Recurring(tell_of_ends, every=timedelta(hours=1)),
    Recurring(settle_days, every=timedelta(minutes=30)),
    Recurring(receive_by_time, every=timedelta(hours=6)),
    Recurring(roll_up, every=timedelta(hours=1)),
    Recurring(forget_sessions, every=timedelta(days=1)),
    Recurring(drop_photos, every=timedelta(hours=6)),
    Recurring(watch_packs, every=timedelta(minutes=10)),
    Recurring(clear_files, every=timedelta(minutes=10)),
    Recurring(tidy, every=timedelta(hours=6)),
    Recurring(prove_books, every=timedelta(days=1)),
)
