"""Refuse changes of rows that are evidence: a correction is a new row."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "codes_export",
    "commissions_commission",
    "commissions_rule",
    "custody_movement",
    "custody_opening",
    "custody_shipment",
    "custody_sighting",
    "identity_audit",
    "identity_merge",
    "ledger_posting",
    "ledger_transaction",
    "rewards_claim",
)


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER append_only ON {table}")
