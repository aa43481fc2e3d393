"""Create the tables of ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("party_kind", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'wallet') = (balance IS NOT NULL)", name=op.f("ck_ledger_account_wallets_keep_balances")
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_ledger_account_balance_not_negative")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint(
            "brand_id",
            "unit",
            "kind",
            "party_kind",
            "party_id",
            name=op.f("uq_ledger_account_brand_id_unit_kind_party_kind_party_id"),
        ),
    )
    op.create_table(
        "ledger_rollup",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("up_to_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_ledger_rollup")),
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("brand_id", "cause", name=op.f("uq_ledger_transaction_brand_id_cause")),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("destination_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_posting_amount_positive")),
        sa.CheckConstraint("source_id <> destination_id", name=op.f("ck_ledger_posting_moves_between_two")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_ledger_posting")),
    )
    op.create_index(
        "ix_ledger_posting_destination", "ledger_posting", ["brand_id", "destination_id", "id"], unique=False
    )
    op.create_index("ix_ledger_posting_source", "ledger_posting", ["brand_id", "source_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ledger_posting_source", table_name="ledger_posting")
    op.drop_index("ix_ledger_posting_destination", table_name="ledger_posting")
    op.drop_table("ledger_posting")
    op.drop_table("ledger_transaction")
    op.drop_table("ledger_rollup")
    op.drop_table("ledger_account")
