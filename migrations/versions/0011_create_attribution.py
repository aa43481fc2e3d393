"""Create the tables of attribution."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attribution_day_total",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("party_kind", sa.String(length=10), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sales", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_attribution_day_total")),
        sa.UniqueConstraint(
            "brand_id",
            "party_kind",
            "party_id",
            "day",
            name=op.f("uq_attribution_day_total_brand_id_party_kind_party_id_day"),
        ),
    )
    op.create_table(
        "attribution_sale",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=True),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_attribution_sale")),
        sa.UniqueConstraint(
            "brand_id", "source", "source_id", name=op.f("uq_attribution_sale_brand_id_source_source_id")
        ),
    )
    op.create_index(
        "ix_attribution_sale_dealer", "attribution_sale", ["brand_id", "dealer_id", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_attribution_sale_dealer", table_name="attribution_sale")
    op.drop_table("attribution_sale")
    op.drop_table("attribution_day_total")
