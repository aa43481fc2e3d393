"""Let a tier give more than fixed money: random money, goods at a shop or sent home, points."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KINDS = "kind IN ('cash', 'random_cash', 'another', 'one_yuan', 'points', 'goods')"
NUMBERS = ("most_fen", "price_fen", "points", "value_fen", "lasts_days", "goods_fen", "service_fen")


def upgrade() -> None:
    op.add_column("campaigns_tier", sa.Column("kind", sa.String(length=12), server_default="cash", nullable=False))
    for name in NUMBERS:
        op.add_column("campaigns_tier", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("campaigns_tier", sa.Column("sku_id", sa.BigInteger(), nullable=True))
    op.add_column("campaigns_tier", sa.Column("restock", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_check_constraint(op.f("ck_campaigns_tier_kind"), "campaigns_tier", KINDS)
    op.create_foreign_key(
        op.f("fk_campaigns_tier_brand_id_sku_id"),
        "campaigns_tier",
        "catalog_sku",
        ["brand_id", "sku_id"],
        ["brand_id", "id"],
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_campaigns_tier_brand_id_sku_id"), "campaigns_tier", type_="foreignkey")
    op.drop_constraint(op.f("ck_campaigns_tier_kind"), "campaigns_tier", type_="check")
    op.drop_column("campaigns_tier", "restock")
    op.drop_column("campaigns_tier", "sku_id")
    for name in reversed(NUMBERS):
        op.drop_column("campaigns_tier", name)
    op.drop_column("campaigns_tier", "kind")
