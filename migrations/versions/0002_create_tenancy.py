"""Create the tables of tenancy."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenancy_brand",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("color", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenancy_brand")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenancy_brand_slug")),
    )
    op.create_table(
        "tenancy_secret",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_tenancy_secret")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_tenancy_secret_brand_id_name")),
    )
    op.create_table(
        "tenancy_brand_host",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_tenancy_brand_host")),
    )
    op.create_table(
        "tenancy_key_slot",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.String(length=1), nullable=False),
        sa.Column("face", sa.String(length=5), nullable=False),
        sa.Column("algorithm", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "slot", name=op.f("pk_tenancy_key_slot")),
    )
    op.create_table(
        "tenancy_platform_app",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("open_account", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("platform", "app_id", name=op.f("pk_tenancy_platform_app")),
    )


def downgrade() -> None:
    op.drop_table("tenancy_platform_app")
    op.drop_table("tenancy_key_slot")
    op.drop_table("tenancy_brand_host")
    op.drop_table("tenancy_secret")
    op.drop_table("tenancy_brand")
