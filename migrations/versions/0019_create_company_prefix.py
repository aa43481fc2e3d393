"""Create the GS1 company prefix."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_company_prefix",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.CheckConstraint("prefix ~ '^[0-9]{6,12}$'", name=op.f("ck_catalog_company_prefix_prefix_digits")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_catalog_company_prefix")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_catalog_company_prefix_brand_id")),
    )


def downgrade() -> None:
    op.drop_table("catalog_company_prefix")
