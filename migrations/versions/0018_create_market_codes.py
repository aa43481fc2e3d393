"""Create the tables of WeChat's codes."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes_market_application",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'applied', 'finished', 'ready')",
            name=op.f("ck_codes_market_application_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (application_id IS NULL)",
            name=op.f("ck_codes_market_application_numbered_when_applied"),
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (ready_at IS NOT NULL)", name=op.f("ck_codes_market_application_ready_since")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_market_application")),
        sa.UniqueConstraint("brand_id", "batch_id", name=op.f("uq_codes_market_application_brand_id_batch_id")),
        sa.UniqueConstraint(
            "brand_id", "application_id", name=op.f("uq_codes_market_application_brand_id_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "batch_id"],
            ["codes_batch.brand_id", "codes_batch.id"],
            name=op.f("fk_codes_market_application_brand_id_batch_id"),
        ),
    )
    op.create_index(
        "ix_codes_market_application_open",
        "codes_market_application",
        ["brand_id", "check_at"],
        postgresql_where=sa.text("state = 'applied'"),
    )
    op.create_table(
        "codes_market_file",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("market_id", sa.BigInteger(), nullable=False),
        sa.Column("code_start", sa.BigInteger(), nullable=False),
        sa.Column("code_end", sa.BigInteger(), nullable=False),
        sa.Column("first_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("0 <= code_start AND code_start <= code_end", name=op.f("ck_codes_market_file_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_market_file")),
        sa.UniqueConstraint(
            "brand_id", "market_id", "code_start", name=op.f("uq_codes_market_file_brand_id_market_id_code_start")
        ),
        sa.UniqueConstraint("brand_id", "first_no", name=op.f("uq_codes_market_file_brand_id_first_no")),
        sa.ForeignKeyConstraint(
            ["brand_id", "market_id"],
            ["codes_market_application.brand_id", "codes_market_application.id"],
            name=op.f("fk_codes_market_file_brand_id_market_id"),
        ),
    )
    op.create_table(
        "codes_market_activation",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("market_id", sa.BigInteger(), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("activity_name", sa.String(40), nullable=False),
        sa.Column("product_brand", sa.String(80), nullable=False),
        sa.Column("product_title", sa.String(80), nullable=False),
        sa.Column("product_code", sa.String(14), nullable=False),
        sa.Column("wxa_app_id", sa.String(64), nullable=False),
        sa.Column("wxa_path", sa.String(128), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lo < hi", name=op.f("ck_codes_market_activation_range")),
        sa.CheckConstraint(
            "state IN ('requested', 'active', 'refused')", name=op.f("ck_codes_market_activation_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (errcode IS NOT NULL)",
            name=op.f("ck_codes_market_activation_refused_with_errcode"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_market_activation")),
        sa.ForeignKeyConstraint(
            ["brand_id", "market_id"],
            ["codes_market_application.brand_id", "codes_market_application.id"],
            name=op.f("fk_codes_market_activation_brand_id_market_id"),
        ),
    )
    op.create_index(
        "ix_codes_market_activation_standing",
        "codes_market_activation",
        ["brand_id", "lo"],
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_index("ix_codes_market_activation_market", "codes_market_activation", ["brand_id", "market_id"])
    op.create_table(
        "tenancy_host_file",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(68), nullable=False),
        sa.Column("content", sa.String(1000), nullable=False),
        sa.CheckConstraint("name ~ '^[A-Za-z0-9_-]{1,64}[.]txt$'", name=op.f("ck_tenancy_host_file_name_allowed")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_tenancy_host_file")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_tenancy_host_file_brand_id_name")),
    )


def downgrade() -> None:
    op.drop_table("tenancy_host_file")
    op.drop_table("codes_market_activation")
    op.drop_table("codes_market_file")
    op.drop_table("codes_market_application")
