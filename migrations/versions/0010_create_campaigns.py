"""Create the tables of campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns_tally",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_tally")),
        sa.UniqueConstraint(
            "brand_id",
            "campaign_id",
            "person_id",
            "day",
            name=op.f("uq_campaigns_tally_brand_id_campaign_id_person_id_day"),
        ),
    )
    op.create_table(
        "campaigns_campaign",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("first_no", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("per_person_limit", sa.Integer(), nullable=True),
        sa.Column("per_person_day_limit", sa.Integer(), nullable=True),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("algorithm", sa.String(length=40), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_campaigns_campaign_ends_after_start")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_campaign")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_campaigns_campaign_brand_id_name")),
    )
    op.create_table(
        "campaigns_binding",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lo < hi", name=op.f("ck_campaigns_binding_range_not_empty")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_binding")),
        sa.UniqueConstraint("brand_id", "lo", name=op.f("uq_campaigns_binding_brand_id_lo")),
    )
    op.create_table(
        "campaigns_tier",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("commission_rule_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("count >= 0 AND amount_fen >= 0", name=op.f("ck_campaigns_tier_not_negative")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_tier")),
        sa.UniqueConstraint(
            "brand_id", "campaign_id", "position", name=op.f("uq_campaigns_tier_brand_id_campaign_id_position")
        ),
    )


def downgrade() -> None:
    op.drop_table("campaigns_tier")
    op.drop_table("campaigns_binding")
    op.drop_table("campaigns_campaign")
    op.drop_table("campaigns_tally")
