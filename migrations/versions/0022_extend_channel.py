"""Extend the channel: former areas and suppliers, changes, invitations, registrations, imported files."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SINCE_CREATION = """
UPDATE channel_dealer_area area SET since = dealer.created_at FROM channel_dealer dealer
WHERE dealer.brand_id = area.brand_id AND dealer.id = area.dealer_id"""
APPEND_ONLY = ("channel_former_area", "channel_former_supplier", "channel_imported_file", "channel_invitation_use")
PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"""


def upgrade() -> None:
    _create_history()
    _create_joining()
    _extend()
    op.execute(SINCE_CREATION)
    for table in APPEND_ONLY:
        op.execute(PROTECT.format(table=table))


def downgrade() -> None:
    _shrink()
    _drop_joining()
    _drop_history()


def _create_history() -> None:
    op.create_table(
        "channel_imported_file",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('dealers', 'terminals', 'people')", name=op.f("ck_channel_imported_file_kind")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_imported_file")),
        sa.UniqueConstraint(
            "brand_id", "kind", "sha256", name=op.f("uq_channel_imported_file_brand_id_kind_sha256")
        ),
    )
    op.create_table(
        "channel_former_area",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_channel_former_area_time")),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_channel_former_area_brand_id_dealer_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_former_area")),
    )
    op.create_index("ix_channel_former_area_county", "channel_former_area", ["brand_id", "county"], unique=False)
    op.create_index(
        "ix_channel_former_area_dealer", "channel_former_area", ["brand_id", "dealer_id"], unique=False
    )
    op.create_table(
        "channel_change",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("to_dealer_id", sa.BigInteger(), nullable=True),
        sa.Column("dismiss", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(kind = 'transfer') = (to_dealer_id IS NOT NULL)", name=op.f("ck_channel_change_target")
        ),
        sa.CheckConstraint("kind IN ('transfer', 'close', 'reopen')", name=op.f("ck_channel_change_kind")),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'done', 'declined', 'failed')", name=op.f("ck_channel_change_state")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "from_dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_channel_change_brand_id_from_dealer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_channel_change_brand_id_terminal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "to_dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_channel_change_brand_id_to_dealer_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_change")),
    )
    op.create_index(
        "uq_channel_change_open",
        "channel_change",
        ["brand_id", "terminal_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'accepted')"),
    )
    op.create_table(
        "channel_former_supplier",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_channel_former_supplier_time")),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_channel_former_supplier_brand_id_dealer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_channel_former_supplier_brand_id_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_former_supplier")),
    )
    op.create_index(
        "ix_channel_former_supplier_terminal", "channel_former_supplier", ["brand_id", "terminal_id"], unique=False
    )


def _create_joining() -> None:
    op.create_table(
        "channel_invitation",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("phone_masked", sa.String(length=24), nullable=True),
        sa.Column("case_no", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role <> 'clerk' OR terminal_id IS NOT NULL", name=op.f("ck_channel_invitation_clerk_of_terminal")
        ),
        sa.CheckConstraint(
            "role IN ('owner', 'clerk', 'salesman', 'dealer')", name=op.f("ck_channel_invitation_role")
        ),
        sa.CheckConstraint(
            "role NOT IN ('salesman', 'dealer') OR terminal_id IS NULL",
            name=op.f("ck_channel_invitation_dealer_people"),
        ),
        sa.CheckConstraint("0 <= uses AND uses <= max_uses", name=op.f("ck_channel_invitation_uses")),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_channel_invitation_brand_id_dealer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_channel_invitation_brand_id_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_invitation")),
        sa.UniqueConstraint(
            "brand_id", "case_no", "person_id", name=op.f("uq_channel_invitation_brand_id_case_no_person_id")
        ),
    )
    op.create_index(
        "ix_channel_invitation_dealer", "channel_invitation", ["brand_id", "dealer_id", "id"], unique=False
    )
    op.create_index(
        "ix_channel_invitation_phone",
        "channel_invitation",
        ["brand_id", "phone_hash"],
        unique=False,
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.create_table(
        "channel_registration",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger(), nullable=False),
        sa.Column("case_no", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_masked", sa.String(length=24), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("phone_verified", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("terminal_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'approved') = (terminal_id IS NOT NULL)", name=op.f("ck_channel_registration_terminal")
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'refused', 'approved')", name=op.f("ck_channel_registration_state")
        ),
        sa.CheckConstraint(
            "(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name=op.f("ck_channel_registration_place")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_channel_registration_brand_id_dealer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_channel_registration_brand_id_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_registration")),
    )
    op.create_index(
        "ix_channel_registration_dealer", "channel_registration", ["brand_id", "dealer_id", "id"], unique=False
    )
    op.create_index(
        "ix_channel_registration_open",
        "channel_registration",
        ["brand_id", "county"],
        unique=False,
        postgresql_where=sa.text("state IN ('submitted', 'refused')"),
    )
    op.create_index(
        "ix_channel_registration_person", "channel_registration", ["brand_id", "person_id", "id"], unique=False
    )
    op.create_index(
        "uq_channel_registration_open",
        "channel_registration",
        ["brand_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('submitted', 'refused')"),
    )
    op.create_table(
        "channel_invitation_use",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "invitation_id"],
            ["channel_invitation.brand_id", "channel_invitation.id"],
            name=op.f("fk_channel_invitation_use_brand_id_invitation_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_invitation_use")),
        sa.UniqueConstraint(
            "brand_id",
            "invitation_id",
            "person_id",
            name=op.f("uq_channel_invitation_use_brand_id_invitation_id_person_id"),
        ),
    )
    op.create_table(
        "channel_photo",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('front', 'licence')", name=op.f("ck_channel_photo_kind")),
        sa.ForeignKeyConstraint(
            ["brand_id", "registration_id"],
            ["channel_registration.brand_id", "channel_registration.id"],
            name=op.f("fk_channel_photo_brand_id_registration_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_channel_photo")),
    )
    op.create_index(
        "ix_channel_photo_registration", "channel_photo", ["brand_id", "registration_id"], unique=False
    )
    op.create_index(
        "ix_channel_photo_waiting",
        "channel_photo",
        ["brand_id", "id"],
        unique=False,
        postgresql_where=sa.text("registration_id IS NULL"),
    )


def _extend() -> None:
    op.add_column(
        "channel_dealer_area",
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("channel_terminal", sa.Column("phone_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("channel_terminal", sa.Column("phone_masked", sa.String(length=24), nullable=True))
    op.add_column("channel_terminal", sa.Column("phone_hash", sa.LargeBinary(), nullable=True))
    op.add_column("channel_terminal", sa.Column("supplied_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_channel_terminal_county", "channel_terminal", ["brand_id", "county"], unique=False)
    op.create_index(
        "ix_channel_terminal_phone",
        "channel_terminal",
        ["brand_id", "phone_hash"],
        unique=False,
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.create_index("ix_channel_terminal_place", "channel_terminal", ["brand_id", "latitude_e6"], unique=False)


def _shrink() -> None:
    op.drop_index("ix_channel_terminal_place", table_name="channel_terminal")
    op.drop_index(
        "ix_channel_terminal_phone",
        table_name="channel_terminal",
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.drop_index("ix_channel_terminal_county", table_name="channel_terminal")
    op.drop_column("channel_terminal", "supplied_since")
    op.drop_column("channel_terminal", "phone_hash")
    op.drop_column("channel_terminal", "phone_masked")
    op.drop_column("channel_terminal", "phone_sealed")
    op.drop_column("channel_dealer_area", "since")


def _drop_joining() -> None:
    op.drop_index(
        "ix_channel_photo_waiting", table_name="channel_photo", postgresql_where=sa.text("registration_id IS NULL")
    )
    op.drop_index("ix_channel_photo_registration", table_name="channel_photo")
    op.drop_table("channel_photo")
    op.drop_table("channel_invitation_use")
    op.drop_index(
        "uq_channel_registration_open",
        table_name="channel_registration",
        postgresql_where=sa.text("state IN ('submitted', 'refused')"),
    )
    op.drop_index("ix_channel_registration_person", table_name="channel_registration")
    op.drop_index(
        "ix_channel_registration_open",
        table_name="channel_registration",
        postgresql_where=sa.text("state IN ('submitted', 'refused')"),
    )
    op.drop_index("ix_channel_registration_dealer", table_name="channel_registration")
    op.drop_table("channel_registration")
    op.drop_index(
        "ix_channel_invitation_phone",
        table_name="channel_invitation",
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.drop_index("ix_channel_invitation_dealer", table_name="channel_invitation")
    op.drop_table("channel_invitation")


def _drop_history() -> None:
    op.drop_index("ix_channel_former_supplier_terminal", table_name="channel_former_supplier")
    op.drop_table("channel_former_supplier")
    op.drop_index(
        "uq_channel_change_open",
        table_name="channel_change",
        postgresql_where=sa.text("state IN ('proposed', 'accepted')"),
    )
    op.drop_table("channel_change")
    op.drop_index("ix_channel_former_area_dealer", table_name="channel_former_area")
    op.drop_index("ix_channel_former_area_county", table_name="channel_former_area")
    op.drop_table("channel_former_area")
    op.drop_table("channel_imported_file")
