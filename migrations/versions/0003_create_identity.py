"""Create the tables of identity."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_audit",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column(
            "before",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_audit")),
        sa.UniqueConstraint("brand_id", "position", name=op.f("uq_identity_audit_brand_id_position")),
    )
    op.create_index("ix_identity_audit_subject", "identity_audit", ["brand_id", "subject"], unique=False)
    op.create_table(
        "identity_person",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("nickname", sa.String(length=64), nullable=False),
        sa.Column("avatar_url", sa.String(length=512), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_masked", sa.String(length=24), nullable=True),
        sa.Column("token_generation", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_identity_person_merged_into_another")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_person")),
    )
    op.create_index(
        "ix_identity_person_merged_into",
        "identity_person",
        ["brand_id", "merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "identity_staff_login",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_totp_step", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_identity_staff_login_email_is_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_staff_login")),
        sa.UniqueConstraint("email", name=op.f("uq_identity_staff_login_email")),
    )
    op.create_table(
        "identity_merge",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("survivor_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_merge")),
        sa.UniqueConstraint("brand_id", "person_id", name=op.f("uq_identity_merge_brand_id_person_id")),
    )
    op.create_table(
        "identity_platform_account",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("unionid", sa.String(length=128), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_platform_account")),
        sa.UniqueConstraint(
            "brand_id",
            "platform",
            "app_id",
            "openid",
            name=op.f("uq_identity_platform_account_brand_id_platform_app_id_openid"),
        ),
    )
    op.create_index(
        "ix_identity_platform_account_person", "identity_platform_account", ["brand_id", "person_id"], unique=False
    )
    op.create_table(
        "identity_role",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("scope_kind", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'clerk', 'salesman', 'dealer', 'brand_admin', 'brand_operator', 'auditor')",
            name=op.f("ck_identity_role_role_known"),
        ),
        sa.CheckConstraint(
            "scope_kind IN ('brand', 'dealer', 'terminal')", name=op.f("ck_identity_role_scope_kind_known")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_role")),
    )
    op.create_index(
        "ix_identity_role_scope", "identity_role", ["brand_id", "scope_kind", "scope_id"], unique=False
    )
    op.create_index(
        "uq_identity_role_held",
        "identity_role",
        ["brand_id", "person_id", "role", "scope_kind", "scope_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "identity_session",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("refresh_hash", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.String(length=20), nullable=True),
        sa.CheckConstraint("audience IN ('consumer', 'console')", name=op.f("ck_identity_session_audience_known")),
        sa.CheckConstraint(
            "revoked_because IN ('signed_out', 'token_reused')", name=op.f("ck_identity_session_revocation_known")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_because IS NULL)",
            name=op.f("ck_identity_session_revoked_with_reason"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_session")),
    )
    op.create_index("ix_identity_session_expires", "identity_session", ["brand_id", "expires_at"], unique=False)
    op.create_index("ix_identity_session_person", "identity_session", ["brand_id", "person_id"], unique=False)
    op.create_table(
        "identity_staff_member",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("staff_login_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_staff_member")),
        sa.UniqueConstraint("brand_id", "person_id", name=op.f("uq_identity_staff_member_brand_id_person_id")),
        sa.UniqueConstraint(
            "brand_id", "staff_login_id", name=op.f("uq_identity_staff_member_brand_id_staff_login_id")
        ),
    )
    op.create_table(
        "identity_union_key",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("open_account", sa.String(length=64), nullable=False),
        sa.Column("unionid", sa.String(length=128), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_identity_union_key")),
        sa.UniqueConstraint(
            "brand_id",
            "platform",
            "open_account",
            "unionid",
            name=op.f("uq_identity_union_key_brand_id_platform_open_account_unionid"),
        ),
    )
    op.create_index("ix_identity_union_key_person", "identity_union_key", ["brand_id", "person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_identity_union_key_person", table_name="identity_union_key")
    op.drop_table("identity_union_key")
    op.drop_table("identity_staff_member")
    op.drop_index("ix_identity_session_person", table_name="identity_session")
    op.drop_index("ix_identity_session_expires", table_name="identity_session")
    op.drop_table("identity_session")
    op.drop_index(
        "uq_identity_role_held", table_name="identity_role", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index("ix_identity_role_scope", table_name="identity_role")
    op.drop_table("identity_role")
    op.drop_index("ix_identity_platform_account_person", table_name="identity_platform_account")
    op.drop_table("identity_platform_account")
    op.drop_table("identity_merge")
    op.drop_table("identity_staff_login")
    op.drop_index(
        "ix_identity_person_merged_into",
        table_name="identity_person",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_table("identity_person")
    op.drop_index("ix_identity_audit_subject", table_name="identity_audit")
    op.drop_table("identity_audit")
