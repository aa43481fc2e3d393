"""Create the tables of diversion, and let inspectors be seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "diversion_consequence",
    "diversion_evidence",
    "diversion_inspection",
    "diversion_photo",
    "diversion_signal",
    "diversion_step",
)
KINDS = "'query', 'claim', 'opening'"


def upgrade() -> None:
    op.create_table(
        "diversion_inspection",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=True),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("place", sa.String(length=4), nullable=True),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place IN ('own', 'near', 'far')", name=op.f("ck_diversion_inspection_place")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_inspection")),
    )
    op.create_index("ix_diversion_inspection_code", "diversion_inspection", ["brand_id", "code_no"], unique=False)
    op.create_table(
        "diversion_mark",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.Column("pooled_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_mark")),
    )
    op.create_table(
        "diversion_photo",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('case', 'inspection')", name=op.f("ck_diversion_photo_kind")),
        sa.CheckConstraint("position BETWEEN 1 AND 9", name=op.f("ck_diversion_photo_position")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_photo")),
        sa.UniqueConstraint(
            "brand_id",
            "kind",
            "owner_id",
            "position",
            name=op.f("uq_diversion_photo_brand_id_kind_owner_id_position"),
        ),
    )
    op.create_table(
        "diversion_policy",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("noise_ppm", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer_days BETWEEN 3 AND 60 AND appeal_days BETWEEN 3 AND 60", name=op.f("ck_diversion_policy_days")
        ),
        sa.CheckConstraint("noise_ppm BETWEEN 10000 AND 400000", name=op.f("ck_diversion_policy_noise")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_policy")),
    )
    op.create_table(
        "diversion_vote",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("case_no", sa.BigInteger(), nullable=True),
        sa.Column("pallet_no", sa.BigInteger(), nullable=True),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("far", sa.Boolean(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_vote")),
        sa.UniqueConstraint("brand_id", "code_no", name=op.f("uq_diversion_vote_brand_id_code_no")),
    )
    op.create_index("ix_diversion_vote_case", "diversion_vote", ["brand_id", "case_no"], unique=False)
    op.create_index("ix_diversion_vote_day", "diversion_vote", ["brand_id", "seen_on"], unique=False)
    op.create_index("ix_diversion_vote_pallet", "diversion_vote", ["brand_id", "pallet_no"], unique=False)
    op.create_index("ix_diversion_vote_week", "diversion_vote", ["brand_id", "dealer_id", "week_on"], unique=False)
    op.create_table(
        "diversion_case",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("scope_no", sa.BigInteger(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_by", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('pallet', 'shipment', 'week')", name=op.f("ck_diversion_case_scope")),
        sa.CheckConstraint(
            "state IN ('suspected', 'notified', 'answered', 'upheld', 'dismissed', 'appealed', 'final')",
            name=op.f("ck_diversion_case_state"),
        ),
        sa.CheckConstraint("verdict IN ('upheld', 'dismissed')", name=op.f("ck_diversion_case_verdict")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_diversion_case_score")),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_diversion_case_brand_id_dealer_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_case")),
        sa.UniqueConstraint(
            "brand_id",
            "dealer_id",
            "scope",
            "scope_no",
            "period_on",
            name=op.f("uq_diversion_case_brand_id_dealer_id_scope_scope_no_period_on"),
        ),
    )
    op.create_index("ix_diversion_case_state", "diversion_case", ["brand_id", "state", "id"], unique=False)
    op.create_table(
        "diversion_signal",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("scope_no", sa.BigInteger(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("far", sa.Integer(), nullable=False),
        sa.Column("noise_ppm", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("concentration", sa.Double(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('case', 'pallet', 'dealer_week', 'opening', 'inspection')",
            name=op.f("ck_diversion_signal_kind"),
        ),
        sa.CheckConstraint("scope IN ('pallet', 'shipment', 'week')", name=op.f("ck_diversion_signal_scope")),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_diversion_signal_brand_id_dealer_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_signal")),
        sa.UniqueConstraint("brand_id", "cause", name=op.f("uq_diversion_signal_brand_id_cause")),
    )
    op.create_index(
        "ix_diversion_signal_scope",
        "diversion_signal",
        ["brand_id", "dealer_id", "scope", "scope_no", "period_on"],
        unique=False,
    )
    op.create_table(
        "diversion_consequence",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('notice', 'talk', 'suspend_rebates', 'stop_supply')",
            name=op.f("ck_diversion_consequence_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_diversion_consequence_brand_id_dealer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "file_id"],
            ["diversion_case.brand_id", "diversion_case.id"],
            name=op.f("fk_diversion_consequence_brand_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_consequence")),
        sa.UniqueConstraint(
            "brand_id", "file_id", "stage", name=op.f("uq_diversion_consequence_brand_id_file_id_stage")
        ),
    )
    op.create_index(
        "ix_diversion_consequence_dealer", "diversion_consequence", ["brand_id", "dealer_id"], unique=False
    )
    op.create_table(
        "diversion_evidence",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "file_id"],
            ["diversion_case.brand_id", "diversion_case.id"],
            name=op.f("fk_diversion_evidence_brand_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "signal_id"],
            ["diversion_signal.brand_id", "diversion_signal.id"],
            name=op.f("fk_diversion_evidence_brand_id_signal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_evidence")),
        sa.UniqueConstraint(
            "brand_id", "file_id", "signal_id", name=op.f("uq_diversion_evidence_brand_id_file_id_signal_id")
        ),
    )
    op.create_table(
        "diversion_step",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('system', 'brand', 'dealer')", name=op.f("ck_diversion_step_side")),
        sa.ForeignKeyConstraint(
            ["brand_id", "file_id"],
            ["diversion_case.brand_id", "diversion_case.id"],
            name=op.f("fk_diversion_step_brand_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_diversion_step")),
    )
    op.create_index("ix_diversion_step_file", "diversion_step", ["brand_id", "file_id"], unique=False)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
        )
    _allow_sightings(f"{KINDS}, 'inspection'")


def downgrade() -> None:
    _allow_sightings(KINDS)
    op.drop_index("ix_diversion_step_file", table_name="diversion_step")
    op.drop_table("diversion_step")
    op.drop_table("diversion_evidence")
    op.drop_index("ix_diversion_consequence_dealer", table_name="diversion_consequence")
    op.drop_table("diversion_consequence")
    op.drop_index("ix_diversion_signal_scope", table_name="diversion_signal")
    op.drop_table("diversion_signal")
    op.drop_index("ix_diversion_case_state", table_name="diversion_case")
    op.drop_table("diversion_case")
    op.drop_index("ix_diversion_vote_week", table_name="diversion_vote")
    op.drop_index("ix_diversion_vote_pallet", table_name="diversion_vote")
    op.drop_index("ix_diversion_vote_day", table_name="diversion_vote")
    op.drop_index("ix_diversion_vote_case", table_name="diversion_vote")
    op.drop_table("diversion_vote")
    op.drop_table("diversion_policy")
    op.drop_table("diversion_photo")
    op.drop_table("diversion_mark")
    op.drop_index("ix_diversion_inspection_code", table_name="diversion_inspection")
    op.drop_table("diversion_inspection")


def _allow_sightings(kinds: str) -> None:
    """Checked for new rows at once; for the old ones by 0027, without keeping anybody waiting."""
    op.execute("ALTER TABLE custody_sighting DROP CONSTRAINT ck_custody_sighting_kind")
    op.execute(
        f"ALTER TABLE custody_sighting ADD CONSTRAINT ck_custody_sighting_kind CHECK (kind IN ({kinds})) NOT VALID"
    )
