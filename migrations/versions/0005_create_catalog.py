"""Create the tables of catalog."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_product",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("brand_line", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_catalog_product")),
    )
    op.create_table(
        "catalog_sku",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("spec", sa.String(length=40), nullable=False),
        sa.Column("suggested_fen", sa.BigInteger(), nullable=True),
        sa.Column("shelf_life_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("gtin ~ '^[0-9]{14}$'", name=op.f("ck_catalog_sku_gtin_digits")),
        sa.CheckConstraint("shelf_life_days > 0", name=op.f("ck_catalog_sku_shelf_life_positive")),
        sa.CheckConstraint("suggested_fen >= 0", name=op.f("ck_catalog_sku_price_not_negative")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_catalog_sku")),
        sa.UniqueConstraint("brand_id", "gtin", name=op.f("uq_catalog_sku_brand_id_gtin")),
    )
    op.create_index(
        op.f("ix_catalog_sku_brand_id_product_id"), "catalog_sku", ["brand_id", "product_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_catalog_sku_brand_id_product_id"), table_name="catalog_sku")
    op.drop_table("catalog_sku")
    op.drop_table("catalog_product")
