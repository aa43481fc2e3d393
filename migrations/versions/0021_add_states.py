"""Add plans, revocations, leaks, settings of authenticity, places of queries, and reports of fakes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

APPEND_ONLY = "codes_revocation"


def _key() -> tuple[sa.Column, sa.Column]:
    return sa.Column("brand_id", sa.BigInteger(), nullable=False), sa.Column("id", sa.BigInteger(), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _batch_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["brand_id", "batch_id"],
        ["codes_batch.brand_id", "codes_batch.id"],
        name=op.f(f"fk_{table}_brand_id_batch_id"),
    )


def upgrade() -> None:
    for column in (
        sa.Column("first_county", sa.String(6)),
        sa.Column("last_county", sa.String(6)),
        _at("previous_at", nullable=True),
        sa.Column("previous_county", sa.String(6)),
    ):
        op.add_column("codes_query", column)
    _create_plans()
    _create_revocations()
    _create_leaks()
    _create_settings()
    _create_reports()


def _create_plans() -> None:
    op.create_table(
        "codes_plan",
        *_key(),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("los", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("his", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        _number("count"),
        _number("campaign_id", nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        _at("due_at"),
        sa.Column("state", sa.String(10), nullable=False),
        _number("planned_by"),
        _at("planned_at"),
        _at("settled_at", nullable=True),
        sa.Column("failure", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("kind IN ('activate', 'void', 'freeze', 'thaw')", name=op.f("ck_codes_plan_kind")),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'cancelled', 'failed')", name=op.f("ck_codes_plan_state")
        ),
        sa.CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name=op.f("ck_codes_plan_settled")),
        sa.CheckConstraint(
            "cardinality(los) > 0 AND cardinality(los) = cardinality(his)", name=op.f("ck_codes_plan_ranges")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_plan")),
    )
    op.create_index(
        "ix_codes_plan_due", "codes_plan", ["brand_id", "due_at"], postgresql_where=sa.text("state = 'planned'")
    )


def _create_revocations() -> None:
    op.create_table(
        "codes_revocation",
        *_key(),
        _number("batch_id"),
        _number("lo"),
        _number("hi"),
        sa.Column("reason", sa.String(200), nullable=False),
        _at("activated_at"),
        _at("revoked_at"),
        _number("revoked_by"),
        sa.CheckConstraint("lo < hi", name=op.f("ck_codes_revocation_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_revocation")),
        _batch_key("codes_revocation"),
    )
    op.create_index("ix_codes_revocation_batch", "codes_revocation", ["brand_id", "batch_id"])
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {APPEND_ONLY}"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )


def _create_leaks() -> None:
    op.create_table(
        "codes_leak",
        *_key(),
        _number("batch_id"),
        _number("code_no"),
        sa.Column("day", sa.Date(), nullable=False),
        _number("times"),
        sa.Column("devices", postgresql.ARRAY(sa.String(64)), nullable=False),
        sa.Column("counties", postgresql.ARRAY(sa.String(6)), nullable=False),
        _at("first_at"),
        _at("last_at"),
        _at("alarmed_at", nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_leak")),
        sa.UniqueConstraint("brand_id", "code_no", "day", name=op.f("uq_codes_leak_brand_id_code_no_day")),
        _batch_key("codes_leak"),
    )
    op.create_index("ix_codes_leak_batch", "codes_leak", ["brand_id", "batch_id", "day"])
    op.create_index(
        "ix_codes_leak_new", "codes_leak", ["brand_id", "day"], postgresql_where=sa.text("alarmed_at IS NULL")
    )


def _create_settings() -> None:
    op.create_table(
        "codes_setting",
        *_key(),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                "inner_warn_after",
                "inner_exceeded_after",
                "outer_warn_after",
                "outer_exceeded_after",
                "claim_days",
                "leak_devices",
            )
        ),
        sa.Column("shows_place", sa.Boolean(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "0 < inner_warn_after AND inner_warn_after <= inner_exceeded_after"
            " AND 0 < outer_warn_after AND outer_warn_after <= outer_exceeded_after",
            name=op.f("ck_codes_setting_thresholds"),
        ),
        sa.CheckConstraint("claim_days >= 0 AND leak_devices > 0", name=op.f("ck_codes_setting_not_negative")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_setting")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_codes_setting_brand_id")),
    )


def _create_reports() -> None:
    op.create_table(
        "scans_report",
        *_key(),
        sa.Column("code", sa.String(64), nullable=False),
        _number("code_no", nullable=True),
        _number("person_id", nullable=True),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("county", sa.String(6), nullable=True),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("photo", sa.String(80), nullable=True),
        _at("reported_at"),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answer", sa.String(1000), nullable=True),
        _at("answered_at", nullable=True),
        _number("answered_by", nullable=True),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f("ck_scans_report_state")),
        sa.CheckConstraint("(state = 'answered') <= (answer IS NOT NULL)", name=op.f("ck_scans_report_answer")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_scans_report")),
    )
    op.create_index("ix_scans_report_state", "scans_report", ["brand_id", "state", "id"])
    op.create_index("ix_scans_report_person", "scans_report", ["brand_id", "person_id", "id"])


def downgrade() -> None:
    op.drop_table("scans_report")
    op.drop_table("codes_setting")
    op.drop_table("codes_leak")
    op.drop_table("codes_revocation")
    op.drop_table("codes_plan")
    for name in ("previous_county", "previous_at", "last_county", "first_county"):
        op.drop_column("codes_query", name)
