"""Create the tables of custody."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custody_desk",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_desk")),
    )
    op.create_table(
        "custody_sighting",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("address_hash", sa.String(length=16), nullable=True),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('query', 'claim', 'opening')", name=op.f("ck_custody_sighting_kind")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_sighting")),
    )
    op.create_index("ix_custody_sighting_code", "custody_sighting", ["brand_id", "code_no", "at"], unique=False)
    op.create_table(
        "custody_shipment",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.BigInteger(), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_shipment")),
        sa.UniqueConstraint("brand_id", "number", name=op.f("uq_custody_shipment_brand_id_number")),
    )
    op.create_index("ix_custody_shipment_dealer", "custody_shipment", ["brand_id", "dealer_id"], unique=False)
    op.create_table(
        "custody_movement",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('shipped')", name=op.f("ck_custody_movement_kind")),
        sa.CheckConstraint("lo < hi", name=op.f("ck_custody_movement_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_movement")),
    )
    op.create_index("ix_custody_movement_lo", "custody_movement", ["brand_id", "lo"], unique=False)
    op.create_index("ix_custody_movement_shipment", "custody_movement", ["brand_id", "shipment_id"], unique=False)
    op.create_table(
        "custody_opening",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("case_no", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("foreign_opening", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_opening")),
        sa.UniqueConstraint("brand_id", "case_no", name=op.f("uq_custody_opening_brand_id_case_no")),
    )
    op.create_index(
        "ix_custody_opening_terminal", "custody_opening", ["brand_id", "terminal_id", "opened_at"], unique=False
    )
    op.create_table(
        "custody_holding",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("movement_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lo < hi", name=op.f("ck_custody_holding_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_holding")),
        sa.UniqueConstraint("brand_id", "lo", name=op.f("uq_custody_holding_brand_id_lo")),
    )


def downgrade() -> None:
    op.drop_table("custody_holding")
    op.drop_index("ix_custody_opening_terminal", table_name="custody_opening")
    op.drop_table("custody_opening")
    op.drop_index("ix_custody_movement_shipment", table_name="custody_movement")
    op.drop_index("ix_custody_movement_lo", table_name="custody_movement")
    op.drop_table("custody_movement")
    op.drop_index("ix_custody_shipment_dealer", table_name="custody_shipment")
    op.drop_table("custody_shipment")
    op.drop_index("ix_custody_sighting_code", table_name="custody_sighting")
    op.drop_table("custody_sighting")
    op.drop_table("custody_desk")
