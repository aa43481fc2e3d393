"""Let a campaign have budgets, rules in its own words, and several chances a purchase."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns_campaign", sa.Column("rules_text", sa.Text(), nullable=True))
    op.add_column(
        "campaigns_campaign", sa.Column("chances", sa.SmallInteger(), server_default="1", nullable=False)
    )
    op.create_table(
        "campaigns_budget",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=True),
        sa.Column("daily_fen", sa.BigInteger(), nullable=True),
        sa.Column("low_percent", sa.SmallInteger(), nullable=False),
        sa.Column("paced_from", sa.Date(), nullable=False),
        sa.Column("paced_fen", sa.BigInteger(), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('all', 'county', 'dealer')", name=op.f("ck_campaigns_budget_scope")),
        sa.CheckConstraint("(scope = 'all') = (key = '')", name=op.f("ck_campaigns_budget_key")),
        sa.CheckConstraint("coalesce(total_fen, daily_fen) IS NOT NULL", name=op.f("ck_campaigns_budget_bounded")),
        sa.CheckConstraint(
            "total_fen > 0 AND daily_fen > 0 AND paced_fen >= 0", name=op.f("ck_campaigns_budget_positive")
        ),
        sa.CheckConstraint("low_percent BETWEEN 0 AND 100", name=op.f("ck_campaigns_budget_low_percent")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaigns_campaign.brand_id", "campaigns_campaign.id"],
            name=op.f("fk_campaigns_budget_brand_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_budget")),
        sa.UniqueConstraint(
            "brand_id",
            "campaign_id",
            "scope",
            "key",
            name=op.f("uq_campaigns_budget_brand_id_campaign_id_scope_key"),
        ),
    )
    _create_counters()


def _create_counters() -> None:
    op.create_table(
        "campaigns_purse",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("purse_no", sa.SmallInteger(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.Column("moved_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent_fen >= 0", name=op.f("ck_campaigns_purse_spent_not_negative")),
        sa.ForeignKeyConstraint(
            ["brand_id", "budget_id"],
            ["campaigns_budget.brand_id", "campaigns_budget.id"],
            name=op.f("fk_campaigns_purse_brand_id_budget_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_purse")),
        sa.UniqueConstraint(
            "brand_id", "budget_id", "purse_no", name=op.f("uq_campaigns_purse_brand_id_budget_id_purse_no")
        ),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "campaigns_spending",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("share_no", sa.SmallInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_campaigns_spending_amount_positive")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_spending")),
        sa.UniqueConstraint(
            "brand_id",
            "budget_id",
            "code_no",
            "share_no",
            name=op.f("uq_campaigns_spending_brand_id_budget_id_code_no_share_no"),
        ),
    )
    op.create_index("ix_campaigns_spending_recent", "campaigns_spending", ["brand_id", "budget_id", "id"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON campaigns_spending"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("campaigns_spending")
    op.drop_table("campaigns_purse")
    op.drop_table("campaigns_budget")
    op.drop_column("campaigns_campaign", "chances")
    op.drop_column("campaigns_campaign", "rules_text")
