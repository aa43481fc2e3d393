"""Create association imports, the history of packing, and maps beside runs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# What a run's arithmetic says, for the writers of the release before; maps come with their own.
SPAN = """
CREATE FUNCTION codes_packing_span() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.parent_hi := NEW.parent_lo + (NEW.hi - NEW.lo + NEW.per_parent - 1) / NEW.per_parent;
  NEW.reach := (SELECT count(*) FROM generate_series(0, 40) k
                WHERE (1::bigint << k) < NEW.parent_hi - NEW.parent_lo);
  RETURN NEW;
END $$"""
FILLED = """
CREATE TRIGGER filled BEFORE INSERT OR UPDATE ON codes_packing FOR EACH ROW WHEN (NEW.parent_hi IS NULL)
EXECUTE FUNCTION codes_packing_span()"""


def upgrade() -> None:
    op.add_column("codes_packing", sa.Column("parent_hi", sa.BigInteger(), nullable=True))
    op.add_column("codes_packing", sa.Column("reach", sa.SmallInteger(), nullable=True))
    op.add_column("codes_packing", sa.Column("offsets", sa.LargeBinary(), nullable=True))
    op.execute(SPAN)
    op.execute(FILLED)
    op.execute(
        "ALTER TABLE codes_packing ADD CONSTRAINT ck_codes_packing_map"
        " CHECK (offsets IS NULL OR length(offsets) = 2 * (hi - lo)) NOT VALID"
    )
    _create_events()
    _create_imports()


def _create_events() -> None:
    op.create_table(
        "codes_packing_desk",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_packing_desk")),
    )
    op.create_table(
        "codes_packing_event",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("parent_no", sa.BigInteger(), nullable=True),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_packing_event")),
        sa.CheckConstraint("lo < hi", name=op.f("ck_codes_packing_event_range")),
        sa.CheckConstraint(
            "kind IN ('imported', 'unpacked', 'removed', 'added', 'replaced', 'closed')",
            name=op.f("ck_codes_packing_event_kind"),
        ),
    )
    op.create_index("ix_codes_packing_event_lo", "codes_packing_event", ["brand_id", "lo"])
    op.create_index("ix_codes_packing_event_parent", "codes_packing_event", ["brand_id", "parent_no"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON codes_packing_event"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
    )


def _create_imports() -> None:
    op.create_table(
        "codes_import",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("factory", sa.String(64), nullable=True),
        sa.Column("line", sa.String(64), nullable=True),
        sa.Column("lot", sa.String(64), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("attempts", "lines", "checked", "units", "parents", "wrong")
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_import")),
        sa.UniqueConstraint("brand_id", "sha256", "dry_run", name=op.f("uq_codes_import_brand_id_sha256_dry_run")),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_codes_import_state")),
        sa.CheckConstraint("source IN ('console', 'open', 'folder')", name=op.f("ck_codes_import_source")),
    )
    op.create_table(
        "codes_import_error",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("message", sa.String(200), nullable=False),
        sa.Column("message_en", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_codes_import_error")),
        sa.ForeignKeyConstraint(
            ["brand_id", "import_id"],
            ["codes_import.brand_id", "codes_import.id"],
            name=op.f("fk_codes_import_error_brand_id_import_id"),
        ),
    )
    op.create_index("ix_codes_import_error_line", "codes_import_error", ["brand_id", "import_id", "line"])


def downgrade() -> None:
    op.drop_table("codes_import_error")
    op.drop_table("codes_import")
    op.drop_table("codes_packing_event")
    op.drop_table("codes_packing_desk")
    op.execute("DROP TRIGGER filled ON codes_packing")
    op.execute("DROP FUNCTION codes_packing_span")
    op.drop_constraint(op.f("ck_codes_packing_map"), "codes_packing")
    for column in ("offsets", "reach", "parent_hi"):
        op.drop_column("codes_packing", column)
