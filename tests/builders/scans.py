"""A brand ready to be scanned: goods on their way from the brand to a shop's shelf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app import campaigns, channel, codes, commissions, custody
from app.campaigns.rules import Conditions
from app.kit import clock
from tests.builders.channel import a_dealer, a_terminal, an_owner, someone_with
from tests.builders.codes import a_batch

STARTS = datetime(2026, 10, 1, tzinfo=UTC)
ENDS = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Units in cases of 24 that were shipped to a dealer; the first case is opened by the terminal."""

    units: codes.BatchInfo
    cases: codes.BatchInfo
    campaign_id: int
    dealer: channel.Dealer
    terminal: channel.Terminal
    owner_id: int
    consumer_id: int

    def code(self, brand_id: int, index: int = 0) -> str:
        """The text under the cap of the unit with this index; 0 to 23 are in the opened case."""
        text = codes.text_of(brand_id, self.units.lo + index)
        assert text is not None
        return text

    def case_code(self, brand_id: int, index: int = 0) -> str:
        text = codes.text_of(brand_id, self.cases.lo + index)
        assert text is not None
        return text


def a_shelf(
    session: Session,
    *,
    units=48,
    tiers: tuple[tuple, ...] | None = None,
    terminal_fen=10,
    dealer_fen=5,
    per_person_limit: int | None = None,
    per_person_day_limit: int | None = None,
    starts_at=STARTS,
    ends_at=ENDS,
    number="S1",
    opened=True,
    shipped=True,
    house=True,
    counties: Sequence[str] = (),
    conditions: Callable[[channel.Dealer, channel.Terminal], Conditions] | None = None,
    budgets: Callable[[channel.Dealer], Sequence[campaigns.NewBudget]] | None = None,
    at: datetime | None = None,
) -> Shelf:
    """``tiers`` are (name, amount_fen, count[, prize]); by default every unit wins 88 fen."""
    at = at or clock.now() - timedelta(hours=1)
    if house:
        a_dealer(session, name="品牌直营", house=True)
    dealer = a_dealer(session, counties=counties)
    terminal = a_terminal(session, dealer=dealer)
    batch, cases = a_batch(session, count=units), a_batch(session, level="case", count=units // 24)
    codes.pack(session, parents_batch_id=cases.id, children_batch_id=batch.id, per_parent=24, at=at)
    campaign = _a_campaign(
        session,
        batch,
        tiers or (("畅饮红包", 88, units),),
        commissions.add_rule(session, name="联动返利", terminal_fen=terminal_fen, dealer_fen=dealer_fen, at=at).id,
        (per_person_limit, per_person_day_limit),
        (starts_at, ends_at),
        conditions(dealer, terminal) if conditions else None,
        tuple(budgets(dealer)) if budgets else (),
    )
    campaigns.activate(session, batch_id=batch.id, campaign_id=campaign, by=1, at=at)
    campaigns.activate(session, batch_id=cases.id, campaign_id=None, by=1, at=at)
    owner_id = an_owner(session, terminal)
    if shipped:
        custody.ship(session, dealer_id=dealer.id, number=number, code_nos=range(cases.lo, cases.hi), at=at)
    if opened:
        custody.open_case(session, code_no=cases.lo, terminal_id=terminal.id, person_id=owner_id, at=at)
    return Shelf(batch, cases, campaign, dealer, terminal, owner_id, someone_with(session))


def _a_campaign(
    session: Session,
    batch: codes.BatchInfo,
    tiers: tuple[tuple, ...],
    rule_id: int,
    limits: tuple[int | None, int | None],
    window: tuple[datetime, datetime],
    conditions: Conditions | None,
    budgets: tuple[campaigns.NewBudget, ...],
) -> int:
    new = campaigns.NewCampaign(
        name=f"活动{batch.number}",
        batch_id=batch.id,
        starts_at=window[0],
        ends_at=window[1],
        per_person_limit=limits[0],
        per_person_day_limit=limits[1],
        tiers=tuple(campaigns.NewTier(*tier[:3], rule_id, *tier[3:]) for tier in tiers),
        conditions=conditions,
        budgets=budgets,
        confirmed=("budget_below_prizes",),
        confirmed_name=f"活动{batch.number}",
    )
    return campaigns.create_campaign(session, new, at=STARTS).id
