"""Create code specs, pack orders, their deliveries, and alarms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes_alarm",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_by IS NULL) = (acknowledged_at IS NULL)",
            name=op.f("ck_codes_alarm_acknowledged_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_alarm")),
        sa.UniqueConstraint("brand_id", "cause", name=op.f("uq_codes_alarm_brand_id_cause")),
    )
    op.create_index(
        "ix_codes_alarm_open",
        "codes_alarm",
        ["brand_id", "id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_codes_alarm_open", table_name="codes_alarm")
    op.drop_table("codes_alarm")
