"""Create the links of SKUs and the quality reports of batches."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_link",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("link_type", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("title_en", sa.String(80), nullable=False),
        sa.Column("href", sa.String(500), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("left(href, 8) = 'https://'", name=op.f("ck_catalog_link_href_is_https")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_catalog_link")),
        sa.UniqueConstraint(
            "brand_id",
            "sku_id",
            "link_type",
            "language",
            "media_type",
            name=op.f("uq_catalog_link_brand_id_sku_id_link_type_language_media_type"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "sku_id"],
            ["catalog_sku.brand_id", "catalog_sku.id"],
            name=op.f("fk_catalog_link_brand_id_sku_id"),
        ),
    )
    op.create_table(
        "trace_report",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("file", sa.String(120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("attached_by", sa.BigInteger(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_trace_report")),
        sa.ForeignKeyConstraint(
            ["brand_id", "batch_id"],
            ["codes_batch.brand_id", "codes_batch.id"],
            name=op.f("fk_trace_report_brand_id_batch_id"),
        ),
    )
    op.create_index("ix_trace_report_batch", "trace_report", ["brand_id", "batch_id"])


def downgrade() -> None:
    op.drop_table("trace_report")
    op.drop_table("catalog_link")
