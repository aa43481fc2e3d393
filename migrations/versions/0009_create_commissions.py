"""Create the tables of commissions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commissions_commission",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("payee_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('paid', 'held', 'refused')", name=op.f("ck_commissions_commission_outcome_known")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_commissions_commission")),
        sa.UniqueConstraint(
            "brand_id",
            "source",
            "source_id",
            "role",
            name=op.f("uq_commissions_commission_brand_id_source_source_id_role"),
        ),
    )
    op.create_index(
        "ix_commissions_party", "commissions_commission", ["brand_id", "role", "party_id", "id"], unique=False
    )
    op.create_table(
        "commissions_rule",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terminal_fen", sa.Integer(), nullable=False),
        sa.Column("dealer_fen", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "terminal_fen >= 0 AND dealer_fen >= 0", name=op.f("ck_commissions_rule_amounts_not_negative")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_commissions_rule")),
        sa.UniqueConstraint("brand_id", "name", "version", name=op.f("uq_commissions_rule_brand_id_name_version")),
    )


def downgrade() -> None:
    op.drop_table("commissions_rule")
    op.drop_index("ix_commissions_party", table_name="commissions_commission")
    op.drop_table("commissions_commission")
