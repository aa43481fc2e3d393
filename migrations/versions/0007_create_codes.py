"""Create the tables of codes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes_counter",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("next_code_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_counter")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_codes_counter_brand_id")),
    )
    op.create_table(
        "codes_query",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("face", sa.String(length=5), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_device", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_query")),
    )
    op.create_table(
        "codes_batch",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("has_inner", sa.Boolean(), nullable=False),
        sa.Column("outer_slot", sa.String(length=1), nullable=False),
        sa.Column("inner_slot", sa.String(length=1), nullable=True),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "0 < lo AND lo < hi AND hi <= 1099511627776", name=op.f("ck_codes_batch_range_within_40_bits")
        ),
        sa.CheckConstraint(
            "has_inner = (inner_slot IS NOT NULL)", name=op.f("ck_codes_batch_inner_face_has_a_slot")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_batch")),
        sa.UniqueConstraint("brand_id", "lo", name=op.f("uq_codes_batch_brand_id_lo")),
        sa.UniqueConstraint("brand_id", "number", name=op.f("uq_codes_batch_brand_id_number")),
    )
    op.create_table(
        "codes_block",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind = 'frozen' OR lifted_at IS NULL", name=op.f("ck_codes_block_void_for_ever")),
        sa.CheckConstraint("kind IN ('frozen', 'void')", name=op.f("ck_codes_block_kind")),
        sa.CheckConstraint("lo < hi", name=op.f("ck_codes_block_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_block")),
    )
    op.create_index("ix_codes_block_batch", "codes_block", ["brand_id", "batch_id"], unique=False)
    op.create_index(
        "ix_codes_block_live",
        "codes_block",
        ["brand_id", "lo"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "codes_export",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("exported_by", sa.BigInteger(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_export")),
    )
    op.create_index(
        op.f("ix_codes_export_brand_id_batch_id"), "codes_export", ["brand_id", "batch_id"], unique=False
    )
    op.create_table(
        "codes_packing",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("parent_lo", sa.BigInteger(), nullable=False),
        sa.Column("per_parent", sa.BigInteger(), nullable=False),
        sa.Column("child_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("child_batch_id <> parent_batch_id", name=op.f("ck_codes_packing_not_in_itself")),
        sa.CheckConstraint("lo < hi AND per_parent > 0", name=op.f("ck_codes_packing_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_packing")),
        sa.UniqueConstraint("brand_id", "lo", name=op.f("uq_codes_packing_brand_id_lo")),
    )
    op.create_index(
        "ix_codes_packing_batches",
        "codes_packing",
        ["brand_id", "child_batch_id", "parent_batch_id"],
        unique=False,
    )
    op.create_index("ix_codes_packing_parent", "codes_packing", ["brand_id", "parent_lo"], unique=False)
    op.create_index(
        "ix_codes_packing_parent_batch", "codes_packing", ["brand_id", "parent_batch_id"], unique=False
    )
    op.create_table(
        "codes_span",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("lo < hi", name=op.f("ck_codes_span_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_span")),
        sa.UniqueConstraint("brand_id", "lo", name=op.f("uq_codes_span_brand_id_lo")),
    )
    op.create_index(op.f("ix_codes_span_brand_id_batch_id"), "codes_span", ["brand_id", "batch_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_codes_span_brand_id_batch_id"), table_name="codes_span")
    op.drop_table("codes_span")
    op.drop_index("ix_codes_packing_parent_batch", table_name="codes_packing")
    op.drop_index("ix_codes_packing_parent", table_name="codes_packing")
    op.drop_index("ix_codes_packing_batches", table_name="codes_packing")
    op.drop_table("codes_packing")
    op.drop_index(op.f("ix_codes_export_brand_id_batch_id"), table_name="codes_export")
    op.drop_table("codes_export")
    op.drop_index("ix_codes_block_live", table_name="codes_block", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_index("ix_codes_block_batch", table_name="codes_block")
    op.drop_table("codes_block")
    op.drop_table("codes_batch")
    op.drop_table("codes_query")
    op.drop_table("codes_counter")
