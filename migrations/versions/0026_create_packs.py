"""Create code specs, pack orders, their deliveries, tries of security codes, and alarms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes_alarm",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_by IS NULL) = (acknowledged_at IS NULL)",
            name=op.f("ck_codes_alarm_acknowledged_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_alarm")),
        sa.UniqueConstraint("brand_id", "cause", name=op.f("uq_codes_alarm_brand_id_cause")),
    )
    op.create_index(
        "ix_codes_alarm_open",
        "codes_alarm",
        ["brand_id", "id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )

    op.create_table(
        "codes_security_try",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.BigInteger(), nullable=False),
        sa.Column("first_passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_security_try")),
    )
    op.create_table(
        "codes_spec",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("levels", postgresql.JSONB(), nullable=False),
        sa.Column("text_form", sa.String(length=12), nullable=False),
        sa.Column("letter_case", sa.String(length=5), nullable=False),
        sa.Column("file_format", sa.String(length=3), nullable=False),
        sa.Column("encryption", sa.String(length=3), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("canaries", sa.BigInteger(), nullable=False),
        sa.Column("download_hours", sa.BigInteger(), nullable=True),
        sa.Column("activate_hours", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_by", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("encryption IN ('age', 'zip')", name=op.f("ck_codes_spec_encryption")),
        sa.CheckConstraint("file_format IN ('csv', 'txt')", name=op.f("ck_codes_spec_file_format")),
        sa.CheckConstraint("letter_case IN ('upper', 'lower')", name=op.f("ck_codes_spec_letter_case")),
        sa.CheckConstraint("text_form IN ('short', 'digital_link')", name=op.f("ck_codes_spec_text_form")),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_codes_spec_retired_by_somebody")
        ),
        sa.CheckConstraint("canaries BETWEEN 0 AND 100", name=op.f("ck_codes_spec_canaries")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_spec")),
    )
    op.create_index(
        "uq_codes_spec_name",
        "codes_spec",
        ["brand_id", "name"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "codes_pack",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("spec_id", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_words", sa.String(length=200), nullable=True),
        sa.Column("cancelled_by", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'minted') = (minted_at IS NOT NULL)", name=op.f("ck_codes_pack_minted_at")),
        sa.CheckConstraint(
            "state IN ('requested', 'cancelled') OR (reviewed_by IS NOT NULL AND reviewed_at IS NOT NULL)",
            name=op.f("ck_codes_pack_nothing_without_review"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'refused', 'approved', 'minted', 'cancelled')",
            name=op.f("ck_codes_pack_state"),
        ),
        sa.CheckConstraint("reviewed_by <> requested_by", name=op.f("ck_codes_pack_reviewed_by_a_second_person")),
        sa.ForeignKeyConstraint(
            ["brand_id", "sku_id"],
            ["catalog_sku.brand_id", "catalog_sku.id"],
            name=op.f("fk_codes_pack_brand_id_sku_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "spec_id"],
            ["codes_spec.brand_id", "codes_spec.id"],
            name=op.f("fk_codes_pack_brand_id_spec_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_pack")),
        sa.UniqueConstraint("brand_id", "number", name=op.f("uq_codes_pack_brand_id_number")),
    )
    op.create_index(op.f("ix_codes_pack_brand_id_spec_id"), "codes_pack", ["brand_id", "spec_id"], unique=False)
    op.create_table(
        "codes_delivery",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("encryption", sa.String(length=3), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=True),
        sa.Column("password_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("revealed_by", sa.BigInteger(), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("most_downloads", sa.BigInteger(), nullable=False),
        sa.Column("downloads", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("lines_done", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("manifest", postgresql.JSONB(), nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(encryption = 'age' AND recipient IS NOT NULL AND password_sealed IS NULL)"
            " OR (encryption = 'zip' AND recipient IS NULL AND password_sealed IS NOT NULL)",
            name=op.f("ck_codes_delivery_one_way_to_open"),
        ),
        sa.CheckConstraint("downloads BETWEEN 0 AND most_downloads", name=op.f("ck_codes_delivery_downloads")),
        sa.CheckConstraint("lines_done BETWEEN 0 AND lines", name=op.f("ck_codes_delivery_lines")),
        sa.CheckConstraint("ready_at IS NULL OR manifest IS NOT NULL", name=op.f("ck_codes_delivery_manifest")),
        sa.ForeignKeyConstraint(
            ["brand_id", "batch_id"],
            ["codes_batch.brand_id", "codes_batch.id"],
            name=op.f("fk_codes_delivery_brand_id_batch_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_delivery")),
        sa.UniqueConstraint("brand_id", "token_hash", name=op.f("uq_codes_delivery_brand_id_token_hash")),
    )
    op.create_index(
        op.f("ix_codes_delivery_brand_id_batch_id"), "codes_delivery", ["brand_id", "batch_id"], unique=False
    )
    op.create_index(
        "ix_codes_delivery_kept",
        "codes_delivery",
        ["brand_id", "expires_at"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "codes_download",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "delivery_id"],
            ["codes_delivery.brand_id", "codes_delivery.id"],
            name=op.f("fk_codes_download_brand_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_download")),
        sa.UniqueConstraint(
            "brand_id", "delivery_id", "number", name=op.f("uq_codes_download_brand_id_delivery_id_number")
        ),
    )
    op.add_column("codes_batch", sa.Column("pack_id", sa.BigInteger(), nullable=True))
    op.add_column("codes_batch", sa.Column("canaries", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "codes_batch", sa.Column("has_security_code", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_unique_constraint(
        op.f("uq_codes_batch_brand_id_pack_id_level"), "codes_batch", ["brand_id", "pack_id", "level"]
    )
    op.create_foreign_key(
        op.f("fk_codes_batch_brand_id_pack_id"),
        "codes_batch",
        "codes_pack",
        ["brand_id", "pack_id"],
        ["brand_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_codes_batch_canaries_within_40_bits"),
        "codes_batch",
        "canaries >= 0 AND hi + canaries <= 1099511627776",
    )
    op.add_column("tenancy_key_slot", sa.Column("key_sealed", sa.LargeBinary(), nullable=True))
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON codes_download"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )


def downgrade() -> None:
    op.drop_column("tenancy_key_slot", "key_sealed")
    op.drop_constraint(op.f("ck_codes_batch_canaries_within_40_bits"), "codes_batch", type_="check")
    op.drop_constraint(op.f("fk_codes_batch_brand_id_pack_id"), "codes_batch", type_="foreignkey")
    op.drop_constraint(op.f("uq_codes_batch_brand_id_pack_id_level"), "codes_batch", type_="unique")
    op.drop_column("codes_batch", "has_security_code")
    op.drop_column("codes_batch", "canaries")
    op.drop_column("codes_batch", "pack_id")
    op.drop_table("codes_download")
    op.drop_index(
        "ix_codes_delivery_kept", table_name="codes_delivery", postgresql_where=sa.text("removed_at IS NULL")
    )
    op.drop_index(op.f("ix_codes_delivery_brand_id_batch_id"), table_name="codes_delivery")
    op.drop_table("codes_delivery")
    op.drop_index(op.f("ix_codes_pack_brand_id_spec_id"), table_name="codes_pack")
    op.drop_table("codes_pack")
    op.drop_index("uq_codes_spec_name", table_name="codes_spec", postgresql_where=sa.text("retired_at IS NULL"))
    op.drop_table("codes_spec")
    op.drop_table("codes_security_try")
    op.drop_index("ix_codes_alarm_open", table_name="codes_alarm")
    op.drop_table("codes_alarm")
