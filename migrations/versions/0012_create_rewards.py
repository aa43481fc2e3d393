"""Create the tables of rewards."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewards_claim",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("share_no", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("tier_no", sa.Integer(), nullable=True),
        sa.Column("tier_name", sa.String(length=40), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_rewards_claim_amount_not_negative")),
        sa.PrimaryKeyConstraint("brand_id", "code_no", "share_no", name=op.f("pk_rewards_claim")),
    )
    op.create_index("ix_rewards_claim_person", "rewards_claim", ["brand_id", "person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_rewards_claim_person", table_name="rewards_claim")
    op.drop_table("rewards_claim")
