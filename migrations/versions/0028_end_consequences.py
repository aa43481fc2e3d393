"""Let the consequences of a diversion case act on commissions and on custody, and end."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

HOLDING = (("commissions_suspension", "suspend_rebates"), ("custody_supply_stop", "stop_supply"))
# What brands decided before anything acted on it holds from now on.
CARRY_OVER = """
INSERT INTO {table} (brand_id, id, cause, dealer_id, starts_on)
SELECT brand_id, id, 'consequence:' || id, dealer_id, starts_on FROM diversion_consequence
WHERE stage = '{stage}'"""


def upgrade() -> None:
    op.create_table(
        "diversion_ending",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("consequence_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "consequence_id"],
            ["diversion_consequence.brand_id", "diversion_consequence.id"],
            name=op.f("fk_diversion_ending_brand_id_consequence_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_ending")),
        sa.UniqueConstraint(
            "brand_id", "consequence_id", name=op.f("uq_diversion_ending_brand_id_consequence_id")
        ),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diversion_ending"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )
    for table, stage in HOLDING:
        _create_what_holds_for_a_dealer(table)
        op.execute(CARRY_OVER.format(table=table, stage=stage))
    op.create_index(
        "ix_custody_supply_stop_dealer", "custody_supply_stop", ["brand_id", "dealer_id"], unique=False
    )


def _create_what_holds_for_a_dealer(table: str) -> None:
    op.create_table(
        table,
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f(f"fk_{table}_brand_id_dealer_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("brand_id", "cause", name=op.f(f"uq_{table}_brand_id_cause")),
    )


def downgrade() -> None:
    op.drop_index("ix_custody_supply_stop_dealer", table_name="custody_supply_stop")
    op.drop_table("custody_supply_stop")
    op.drop_table("commissions_suspension")
    op.drop_table("diversion_ending")
