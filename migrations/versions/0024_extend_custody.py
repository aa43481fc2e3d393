"""Let goods move between the brand, its dealers and their terminals, by numbered documents of every kind."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = "'shipped', 'transferred', 'delivered', 'returned', 'received', 'reversed'"
PLACES = ("terminal_id", "from_dealer_id", "from_terminal_id")
APPEND_ONLY = ("custody_part", "custody_discrepancy")
FOREIGN_KEYS = (
    ("fk_custody_shipment_brand_id_terminal_id", "custody_shipment", "channel_terminal", "terminal_id"),
    ("fk_custody_shipment_brand_id_from_dealer_id", "custody_shipment", "channel_dealer", "from_dealer_id"),
    ("fk_custody_shipment_brand_id_from_terminal_id", "custody_shipment", "channel_terminal", "from_terminal_id"),
    ("fk_custody_shipment_brand_id_of_id", "custody_shipment", "custody_shipment", "of_id"),
    ("fk_custody_movement_brand_id_terminal_id", "custody_movement", "channel_terminal", "terminal_id"),
)


def upgrade() -> None:
    _extend_documents()
    _extend_movements()
    _create_notes()
    for name, table, target, column in FOREIGN_KEYS:
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (brand_id, {column})"
            f" REFERENCES {target} (brand_id, id) NOT VALID"
        )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
        )


def _extend_documents() -> None:
    op.add_column("custody_desk", sa.Column("latest_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("custody_shipment", "dealer_id", nullable=True)
    op.add_column(
        "custody_shipment", sa.Column("kind", sa.String(length=12), server_default="shipped", nullable=False)
    )
    for column in (*PLACES, "of_id", "recorded_by"):
        op.add_column("custody_shipment", sa.Column(column, sa.BigInteger(), nullable=True))
    op.add_column("custody_shipment", sa.Column("reference", sa.String(length=64), nullable=True))
    op.add_column("custody_shipment", sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint(
        op.f("uq_custody_shipment_brand_id_of_id_kind"), "custody_shipment", ["brand_id", "of_id", "kind"]
    )
    op.create_index("ix_custody_shipment_from_dealer", "custody_shipment", ["brand_id", "from_dealer_id"])
    op.create_index("ix_custody_shipment_terminal", "custody_shipment", ["brand_id", "terminal_id"])
    op.create_index("ix_custody_shipment_from_terminal", "custody_shipment", ["brand_id", "from_terminal_id"])
    op.create_index("ix_custody_shipment_recorded_by", "custody_shipment", ["brand_id", "recorded_by"])
    _check("custody_shipment", "kind", f"kind IN ({KINDS})")
    _check("custody_shipment", "of", "(of_id IS NOT NULL) = (kind IN ('received', 'reversed'))")


def _extend_movements() -> None:
    op.alter_column("custody_movement", "kind", type_=sa.String(length=12))
    op.drop_constraint(op.f("ck_custody_movement_kind"), "custody_movement", type_="check")
    _check("custody_movement", "kind", f"kind IN ({KINDS})")
    op.alter_column("custody_movement", "dealer_id", nullable=True)
    op.alter_column("custody_holding", "dealer_id", nullable=True)
    for column in PLACES:
        op.add_column("custody_movement", sa.Column(column, sa.BigInteger(), nullable=True))
    op.add_column("custody_holding", sa.Column("terminal_id", sa.BigInteger(), nullable=True))


def _check(table: str, name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition}) NOT VALID")


def _create_notes() -> None:
    op.create_table(
        "custody_part",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("pack_no", sa.BigInteger(), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("lo < hi", name=op.f("ck_custody_part_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_part")),
        sa.ForeignKeyConstraint(
            ["brand_id", "shipment_id"],
            ["custody_shipment.brand_id", "custody_shipment.id"],
            name=op.f("fk_custody_part_brand_id_shipment_id"),
        ),
    )
    op.create_index("ix_custody_part_pack", "custody_part", ["brand_id", "pack_no"])
    op.create_table(
        "custody_discrepancy",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('missing', 'surplus')", name=op.f("ck_custody_discrepancy_kind")),
        sa.CheckConstraint("lo < hi", name=op.f("ck_custody_discrepancy_range")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_custody_discrepancy")),
        sa.ForeignKeyConstraint(
            ["brand_id", "shipment_id"],
            ["custody_shipment.brand_id", "custody_shipment.id"],
            name=op.f("fk_custody_discrepancy_brand_id_shipment_id"),
        ),
    )
    op.create_index("ix_custody_discrepancy_shipment", "custody_discrepancy", ["brand_id", "shipment_id"])


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.drop_table(table)
    for name, table, *_ in reversed(FOREIGN_KEYS):
        op.drop_constraint(name, table, type_="foreignkey")
    op.drop_column("custody_holding", "terminal_id")
    for column in PLACES:
        op.drop_column("custody_movement", column)
    op.alter_column("custody_holding", "dealer_id", nullable=False)
    op.alter_column("custody_movement", "dealer_id", nullable=False)
    op.drop_constraint(op.f("ck_custody_movement_kind"), "custody_movement", type_="check")
    _check("custody_movement", "kind", "kind IN ('shipped')")
    op.alter_column("custody_movement", "kind", type_=sa.String(length=10))
    op.drop_constraint(op.f("uq_custody_shipment_brand_id_of_id_kind"), "custody_shipment", type_="unique")
    for column in ("made_at", "reference", "recorded_by", "of_id", *PLACES, "kind"):
        op.drop_column("custody_shipment", column)
    op.alter_column("custody_shipment", "dealer_id", nullable=False)
    op.drop_column("custody_desk", "latest_at")
