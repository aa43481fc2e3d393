"""Settle what the migrations before left to do on large tables, each step by itself, so that nobody waits for it.

Every step may be done again: a migration that was broken off is run once more.
"""

from alembic import op
from sqlalchemy import text

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

FILL = """
UPDATE codes_packing SET parent_hi = NULL FROM (
  SELECT brand_id, id FROM codes_packing WHERE parent_hi IS NULL LIMIT 20000
) chosen WHERE codes_packing.brand_id = chosen.brand_id AND codes_packing.id = chosen.id"""  # its trigger fills it
CHECKED = (
    ("codes_packing", "ck_codes_packing_map"),
    ("custody_shipment", "ck_custody_shipment_kind"),
    ("custody_shipment", "ck_custody_shipment_of"),
    ("custody_shipment", "fk_custody_shipment_brand_id_terminal_id"),
    ("custody_shipment", "fk_custody_shipment_brand_id_from_dealer_id"),
    ("custody_shipment", "fk_custody_shipment_brand_id_from_terminal_id"),
    ("custody_shipment", "fk_custody_shipment_brand_id_of_id"),
    ("custody_movement", "ck_custody_movement_kind"),
    ("custody_movement", "fk_custody_movement_brand_id_terminal_id"),
    ("custody_sighting", "ck_custody_sighting_kind"),
)
INDEXES = (
    "ix_codes_packing_reach ON codes_packing (brand_id, reach, parent_lo)",
    "ix_custody_movement_long ON custody_movement (brand_id, lo) WHERE hi - lo > 1024",
)
NEVER_NULL = ("parent_hi", "reach")


def upgrade() -> None:
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        while connection.execute(text(FILL)).rowcount:
            pass
        for table, constraint in CHECKED:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")
        for index in INDEXES:
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index}")
        for column in NEVER_NULL:
            _forbid_null(column)


def _forbid_null(column: str) -> None:
    """With a valid check, SET NOT NULL reads no row."""
    check = f"codes_packing_has_{column}"
    op.execute(f"ALTER TABLE codes_packing DROP CONSTRAINT IF EXISTS {check}")
    op.execute(f"ALTER TABLE codes_packing ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID")
    op.execute(f"ALTER TABLE codes_packing VALIDATE CONSTRAINT {check}")
    op.execute(f"ALTER TABLE codes_packing ALTER COLUMN {column} SET NOT NULL")
    op.execute(f"ALTER TABLE codes_packing DROP CONSTRAINT {check}")


def downgrade() -> None:
    for column in NEVER_NULL:
        op.alter_column("codes_packing", column, nullable=True)
    op.drop_index("ix_custody_movement_long", table_name="custody_movement")
    op.drop_index("ix_codes_packing_reach", table_name="codes_packing")
