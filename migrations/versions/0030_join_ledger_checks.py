"""Check each row of the ledger once, not twice: a check is parsed anew by every statement, a claim's too.

Every step may be done again: a migration that was broken off is run once more.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JOINED = (
    (
        "ledger_account",
        ("ck_ledger_account_balance", "balance >= 0 AND (kind = 'wallet') = (balance IS NOT NULL)"),
        (
            ("ck_ledger_account_balance_not_negative", "balance >= 0"),
            ("ck_ledger_account_wallets_keep_balances", "(kind = 'wallet') = (balance IS NOT NULL)"),
        ),
    ),
    (
        "ledger_posting",
        ("ck_ledger_posting_moves", "amount > 0 AND source_id <> destination_id"),
        (
            ("ck_ledger_posting_amount_positive", "amount > 0"),
            ("ck_ledger_posting_moves_between_two", "source_id <> destination_id"),
        ),
    ),
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for table, joined, single in JOINED:
            _replace(table, old=single, new=(joined,))


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for table, joined, single in JOINED:
            _replace(table, old=(joined,), new=single)


def _replace(table: str, *, old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> None:
    """The new checks hold for new rows at once and are proven for the old ones before the old checks go."""
    for name, condition in new:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
    for name, _ in old:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
