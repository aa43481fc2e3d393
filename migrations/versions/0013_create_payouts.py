"""Create the tables of payouts."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payouts_notified",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("notification_id", sa.String(length=64), nullable=False),
        sa.Column("out_bill_no", sa.String(length=32), nullable=False),
        sa.Column("told", sa.String(length=24), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_payouts_notified")),
        sa.UniqueConstraint(
            "brand_id", "notification_id", name=op.f("uq_payouts_notified_brand_id_notification_id")
        ),
    )
    op.create_table(
        "payouts_payout",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("out_bill_no", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("mch_id", sa.String(length=32), nullable=False),
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("scene", sa.String(length=8), nullable=False),
        sa.Column("package_info", sa.Text(), nullable=True),
        sa.Column("transfer_bill_no", sa.String(length=64), nullable=True),
        sa.Column("fail_reason", sa.String(length=64), nullable=True),
        sa.Column("contradiction", sa.String(length=120), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('paid', 'returned')) = (finished_at IS NOT NULL)",
            name=op.f("ck_payouts_payout_finished_when_final"),
        ),
        sa.CheckConstraint("out_bill_no ~ '^[0-9A-Za-z]{1,32}$'", name=op.f("ck_payouts_payout_number_allowed")),
        sa.CheckConstraint(
            "package_info IS NULL OR state = 'waiting'", name=op.f("ck_payouts_payout_package_while_waiting")
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR fail_reason IS NOT NULL", name=op.f("ck_payouts_payout_returned_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'transferring', 'waiting', 'paid', 'returned')",
            name=op.f("ck_payouts_payout_state_known"),
        ),
        sa.CheckConstraint("amount_fen >= 10", name=op.f("ck_payouts_payout_amount_allowed")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_payouts_payout")),
        sa.UniqueConstraint("brand_id", "out_bill_no", name=op.f("uq_payouts_payout_brand_id_out_bill_no")),
    )
    op.create_index(
        "ix_payouts_payout_open",
        "payouts_payout",
        ["brand_id", "check_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('requested', 'transferring', 'waiting')"),
    )
    op.create_index("ix_payouts_payout_person", "payouts_payout", ["brand_id", "person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_payouts_payout_person", table_name="payouts_payout")
    op.drop_index(
        "ix_payouts_payout_open",
        table_name="payouts_payout",
        postgresql_where=sa.text("state IN ('requested', 'transferring', 'waiting')"),
    )
    op.drop_table("payouts_payout")
    op.drop_table("payouts_notified")
