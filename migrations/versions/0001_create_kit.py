"""Create the tables of kit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE FUNCTION kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$"""
REFUSE = """
CREATE FUNCTION kit_refuse(code text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'MA001', MESSAGE = code;
END $$"""


def upgrade() -> None:
    op.create_table(
        "kit_answer",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_kit_answer")),
        sa.UniqueConstraint("brand_id", "actor", "key", name=op.f("uq_kit_answer_brand_id_actor_key")),
    )
    op.create_index("ix_kit_answer_created_at", "kit_answer", ["brand_id", "created_at"], unique=False)
    op.create_table(
        "kit_job",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("args", postgresql.JSONB(), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("stuck_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_kit_job")),
        sa.UniqueConstraint("brand_id", "cause", name=op.f("uq_kit_job_brand_id_cause")),
    )
    op.create_index(
        "ix_kit_job_due",
        "kit_job",
        ["brand_id", "run_at"],
        unique=False,
        postgresql_where=sa.text("stuck_at IS NULL"),
    )
    op.create_table(
        "kit_round",
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_kit_round")),
    )
    op.create_table(
        "kit_version",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_kit_version")),
    )
    op.execute("CREATE SEQUENCE kit_node")
    op.execute(APPEND_ONLY)
    op.execute(REFUSE)


def downgrade() -> None:
    op.drop_table("kit_version")
    op.drop_table("kit_round")
    op.drop_index("ix_kit_job_due", table_name="kit_job", postgresql_where=sa.text("stuck_at IS NULL"))
    op.drop_table("kit_job")
    op.drop_index("ix_kit_answer_created_at", table_name="kit_answer")
    op.drop_table("kit_answer")
    op.execute("DROP FUNCTION kit_refuse(text)")
    op.execute("DROP FUNCTION kit_refuse_change()")
    op.execute("DROP SEQUENCE kit_node")
