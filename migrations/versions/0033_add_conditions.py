"""Let a campaign say who, where and when, and count claims by device."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns_condition",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_campaigns_condition_version_positive")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaigns_campaign.brand_id", "campaigns_campaign.id"],
            name=op.f("fk_campaigns_condition_brand_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_condition")),
        sa.UniqueConstraint(
            "brand_id", "campaign_id", "version", name=op.f("uq_campaigns_condition_brand_id_campaign_id_version")
        ),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON campaigns_condition"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )
    op.create_table(
        "campaigns_device_tally",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_campaigns_device_tally")),
        sa.UniqueConstraint(
            "brand_id",
            "campaign_id",
            "device",
            name=op.f("uq_campaigns_device_tally_brand_id_campaign_id_device"),
        ),
    )


def downgrade() -> None:
    op.drop_table("campaigns_device_tally")
    op.drop_table("campaigns_condition")
