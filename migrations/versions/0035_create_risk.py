"""Create risk: observations, flags, refusals, ranks, thresholds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_observation",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("pack", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=16), nullable=True),
        sa.Column("dealer_id", sa.BigInteger(), nullable=True),
        sa.Column("far", sa.Boolean(), nullable=True),
        sa.Column("handled", sa.Boolean(), nullable=True),
        sa.Column("bare", sa.Boolean(), nullable=False),
        sa.Column("unsold", sa.Boolean(), nullable=False),
        sa.Column("age_days", sa.Integer(), nullable=True),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('claim', 'held', 'look', 'leak', 'canary', 'guess')", name=op.f("ck_risk_observation_kind")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_observation")),
    )
    op.create_index("ix_risk_observation_address", "risk_observation", ["brand_id", "address", "id"], unique=False)
    op.create_index("ix_risk_observation_block", "risk_observation", ["brand_id", "block", "id"], unique=False)
    op.create_index("ix_risk_observation_device", "risk_observation", ["brand_id", "device", "id"], unique=False)
    op.create_index("ix_risk_observation_pack", "risk_observation", ["brand_id", "pack", "id"], unique=False)
    op.create_index(
        "ix_risk_observation_person", "risk_observation", ["brand_id", "person_id", "id"], unique=False
    )
    op.create_table(
        "risk_flag",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=14), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("is_suspect", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_words", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(kind = 'range') = (lo < hi)", name=op.f("ck_risk_flag_range")),
        sa.CheckConstraint(
            "answer IN ('pay', 'verify_first', 'defer', 'refuse')", name=op.f("ck_risk_flag_answer")
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'device', 'address', 'case', 'block', 'code', 'range')",
            name=op.f("ck_risk_flag_kind"),
        ),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lift_words IS NULL)", name=op.f("ck_risk_flag_lifted_with_words")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_flag")),
    )
    op.create_index(
        "ix_risk_flag_until",
        "risk_flag",
        ["brand_id", "until"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index(
        "uq_risk_flag_rule",
        "risk_flag",
        ["brand_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("set_by IS NULL AND lifted_at IS NULL"),
    )
    op.create_table(
        "risk_held",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("flag_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=14), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('pay', 'verify_first', 'defer', 'refuse')", name=op.f("ck_risk_held_answer")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "person_id"],
            ["identity_person.brand_id", "identity_person.id"],
            name=op.f("fk_risk_held_brand_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_held")),
    )
    op.create_index("ix_risk_held_code", "risk_held", ["brand_id", "code_no", "id"], unique=False)
    op.create_index("ix_risk_held_person", "risk_held", ["brand_id", "person_id", "id"], unique=False)
    op.create_table(
        "risk_rank",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rank BETWEEN 0 AND 4", name=op.f("ck_risk_rank_rank")),
        sa.ForeignKeyConstraint(
            ["brand_id", "person_id"],
            ["identity_person.brand_id", "identity_person.id"],
            name=op.f("fk_risk_rank_brand_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_rank")),
        sa.UniqueConstraint("brand_id", "person_id", name=op.f("uq_risk_rank_brand_id_person_id")),
    )
    op.create_table(
        "risk_mark",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("noted_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_mark")),
    )
    op.create_table(
        "risk_settings",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_risk_settings")),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON risk_held"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("risk_settings")
    op.drop_table("risk_mark")
    op.drop_table("risk_rank")
    op.drop_table("risk_held")
    op.drop_table("risk_flag")
    op.drop_table("risk_observation")
