"""Create appeals against refusals of risk."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_appeal",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("held_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decision_words", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision IN ('granted', 'denied')", name=op.f("ck_risk_appeal_decision")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_risk_appeal_decided")),
        sa.ForeignKeyConstraint(
            ["brand_id", "held_id"],
            ["risk_held.brand_id", "risk_held.id"],
            name=op.f("fk_risk_appeal_brand_id_held_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "person_id"],
            ["identity_person.brand_id", "identity_person.id"],
            name=op.f("fk_risk_appeal_brand_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_appeal")),
        sa.UniqueConstraint("brand_id", "held_id", name=op.f("uq_risk_appeal_brand_id_held_id")),
    )
    op.create_index(
        "ix_risk_appeal_open",
        "risk_appeal",
        ["brand_id", "id"],
        unique=False,
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.create_index("ix_risk_appeal_person", "risk_appeal", ["brand_id", "person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("risk_appeal")
