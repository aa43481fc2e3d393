from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.campaigns.rules import Kind, Prize
from app.kit.database import BrandModel

ALL_DAYS = date(1970, 1, 1)  # the day under which a tally counts all of them


class CampaignRow(BrandModel):
    """A drawing campaign over one batch; its draw is committed when it is saved."""

    __tablename__ = "campaigns_campaign"
    __table_args__ = (
        UniqueConstraint("brand_id", "name"),
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        ForeignKeyConstraint(["brand_id", "batch_id"], ["codes_batch.brand_id", "codes_batch.id"]),
    )

    name: Mapped[str] = mapped_column(String(80))
    batch_id: Mapped[int] = mapped_column(BigInteger)
    first_no: Mapped[int] = mapped_column(BigInteger)
    codes: Mapped[int] = mapped_column(BigInteger)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    per_person_limit: Mapped[int | None] = mapped_column(Integer)
    per_person_day_limit: Mapped[int | None] = mapped_column(Integer)
    seed_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    algorithm: Mapped[str] = mapped_column(String(40))
    commitment: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[str] = mapped_column(String(40))
    rules_text: Mapped[str | None] = mapped_column(Text)
    chances: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revealed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TierRow(BrandModel):
    __tablename__ = "campaigns_tier"
    __table_args__ = (
        UniqueConstraint("brand_id", "campaign_id", "position"),
        CheckConstraint("count >= 0 AND amount_fen >= 0", name="not_negative"),
        CheckConstraint("kind IN ('cash', 'random_cash', 'another', 'one_yuan', 'points', 'goods')", name="kind"),
        ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaigns_campaign.brand_id", "campaigns_campaign.id"]
        ),
        ForeignKeyConstraint(
            ["brand_id", "commission_rule_id"], ["commissions_rule.brand_id", "commissions_rule.id"]
        ),
        ForeignKeyConstraint(["brand_id", "sku_id"], ["catalog_sku.brand_id", "catalog_sku.id"]),
    )

    campaign_id: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(40))
    amount_fen: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(BigInteger)
    commission_rule_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[Kind] = mapped_column(String(12), server_default="cash")
    most_fen: Mapped[int] = mapped_column(Integer, server_default="0")
    sku_id: Mapped[int | None] = mapped_column(BigInteger)
    price_fen: Mapped[int] = mapped_column(Integer, server_default="0")
    points: Mapped[int] = mapped_column(Integer, server_default="0")
    value_fen: Mapped[int] = mapped_column(Integer, server_default="0")
    lasts_days: Mapped[int] = mapped_column(Integer, server_default="0")
    goods_fen: Mapped[int] = mapped_column(Integer, server_default="0")
    service_fen: Mapped[int] = mapped_column(Integer, server_default="0")
    restock: Mapped[bool] = mapped_column(server_default=false())

    @property
    def prize(self) -> Prize:
        """What the columns say beside amount and count."""
        return Prize(**{one.name: getattr(self, one.name) for one in fields(Prize)})


class Binding(BrandModel):
    """Activated codes ``lo <= code_no < hi`` belong to exactly one drawing campaign."""

    __tablename__ = "campaigns_binding"
    __table_args__ = (
        UniqueConstraint("brand_id", "lo"),
        CheckConstraint("lo < hi", name="range_not_empty"),
        ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaigns_campaign.brand_id", "campaigns_campaign.id"]
        ),
    )

    campaign_id: Mapped[int] = mapped_column(BigInteger)
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    bound_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Tally(BrandModel):
    """How often a person has won in a campaign: per business day, and in all under `ALL_DAYS`."""

    __tablename__ = "campaigns_tally"
    __table_args__ = (UniqueConstraint("brand_id", "campaign_id", "person_id", "day"),)

    campaign_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    times: Mapped[int] = mapped_column(Integer)


class ConditionRow(BrandModel):
    """Who, where and when of a campaign; append-only, the highest version holds."""

    __tablename__ = "campaigns_condition"
    __table_args__ = (
        UniqueConstraint("brand_id", "campaign_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaigns_campaign.brand_id", "campaigns_campaign.id"]
        ),
    )

    campaign_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DeviceTally(BrandModel):
    """How often a device has claimed in a campaign that limits devices."""

    __tablename__ = "campaigns_device_tally"
    __table_args__ = (UniqueConstraint("brand_id", "campaign_id", "device"),)

    campaign_id: Mapped[int] = mapped_column(BigInteger)
    device: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(Integer)


class BudgetRow(BrandModel):
    """Fen that a campaign may pay: in all, in a county, or for a dealer's goods; in all, a day, or both."""

    __tablename__ = "campaigns_budget"
    __table_args__ = (
        UniqueConstraint("brand_id", "campaign_id", "scope", "key"),
        CheckConstraint("scope IN ('all', 'county', 'dealer')", name="scope"),
        CheckConstraint("(scope = 'all') = (key = '')", name="key"),
        CheckConstraint("coalesce(total_fen, daily_fen) IS NOT NULL", name="bounded"),
        CheckConstraint("total_fen > 0 AND daily_fen > 0 AND paced_fen >= 0", name="positive"),
        CheckConstraint("low_percent BETWEEN 0 AND 100", name="low_percent"),
        ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaigns_campaign.brand_id", "campaigns_campaign.id"]
        ),
    )

    campaign_id: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(20))
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    daily_fen: Mapped[int | None] = mapped_column(BigInteger)
    low_percent: Mapped[int] = mapped_column(SmallInteger)
    paced_from: Mapped[date] = mapped_column(Date)
    paced_fen: Mapped[int] = mapped_column(BigInteger)
    alarmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PurseRow(BrandModel):
    """One part of a budget's counter: what was spent from it, and what it got from the other parts, or gave."""

    __tablename__ = "campaigns_purse"
    __table_args__ = (
        UniqueConstraint("brand_id", "budget_id", "purse_no"),
        CheckConstraint("spent_fen >= 0", name="spent_not_negative"),
        ForeignKeyConstraint(["brand_id", "budget_id"], ["campaigns_budget.brand_id", "campaigns_budget.id"]),
    )

    budget_id: Mapped[int] = mapped_column(BigInteger)
    purse_no: Mapped[int] = mapped_column(SmallInteger)
    spent_fen: Mapped[int] = mapped_column(BigInteger)
    moved_fen: Mapped[int] = mapped_column(BigInteger)


class Spending(BrandModel):
    """Append-only: what one claim took from one budget. Without foreign keys: they would lock a budget's row."""

    __tablename__ = "campaigns_spending"
    __table_args__ = (
        UniqueConstraint("brand_id", "budget_id", "code_no", "share_no"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_campaigns_spending_recent", "brand_id", "budget_id", "id"),
    )

    budget_id: Mapped[int] = mapped_column(BigInteger)
    code_no: Mapped[int] = mapped_column(BigInteger)
    share_no: Mapped[int] = mapped_column(SmallInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
