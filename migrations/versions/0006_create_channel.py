"""Create the tables of channel."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_dealer",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("house", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'closed')", name=op.f("ck_channel_dealer_state")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_dealer")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_channel_dealer_brand_id_name")),
    )
    op.create_index(
        "uq_channel_dealer_house", "channel_dealer", ["brand_id"], unique=True, postgresql_where=sa.text("house")
    )
    op.create_table(
        "channel_dealer_area",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_dealer_area")),
        sa.UniqueConstraint("brand_id", "county", name=op.f("uq_channel_dealer_area_brand_id_county")),
    )
    op.create_index(
        "ix_channel_dealer_area_dealer", "channel_dealer_area", ["brand_id", "dealer_id"], unique=False
    )
    op.create_table(
        "channel_terminal",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'closed')", name=op.f("ck_channel_terminal_state")),
        sa.CheckConstraint(
            "(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name=op.f("ck_channel_terminal_place")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_terminal")),
        sa.UniqueConstraint(
            "brand_id", "dealer_id", "name", name=op.f("uq_channel_terminal_brand_id_dealer_id_name")
        ),
    )


def downgrade() -> None:
    op.drop_table("channel_terminal")
    op.drop_index("ix_channel_dealer_area_dealer", table_name="channel_dealer_area")
    op.drop_table("channel_dealer_area")
    op.drop_index("uq_channel_dealer_house", table_name="channel_dealer", postgresql_where=sa.text("house"))
    op.drop_table("channel_dealer")
