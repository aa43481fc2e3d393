from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.rules import REVOCATIONS, ROLES, SCOPE_KINDS, TOKEN_AUDIENCES
from app.kit.database import BrandModel, Model
from app.kit.ids import new_id


def _person(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["identity_person.brand_id", "identity_person.id"])


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class PersonRow(BrandModel):
    """One human as one brand knows them; ``merged_into`` always names a survivor, never another merged one."""

    __tablename__ = "identity_person"
    __table_args__ = (
        _person("merged_into"),
        CheckConstraint("merged_into <> id", name="merged_into_another"),
        Index(
            "ix_identity_person_merged_into",
            "brand_id",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    nickname: Mapped[str] = mapped_column(String(64), default="")
    avatar_url: Mapped[str | None] = mapped_column(String(512))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str | None] = mapped_column(String(24))
    token_generation: Mapped[int] = mapped_column(BigInteger, default=0)
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PlatformAccountRow(BrandModel):
    """How an app of a platform names the person."""

    __tablename__ = "identity_platform_account"
    __table_args__ = (
        UniqueConstraint("brand_id", "platform", "app_id", "openid"),
        _person("person_id"),
        Index("ix_identity_platform_account_person", "brand_id", "person_id"),
    )

    platform: Mapped[str] = mapped_column(String(20))
    app_id: Mapped[str] = mapped_column(String(64))
    openid: Mapped[str] = mapped_column(String(128))
    unionid: Mapped[str | None] = mapped_column(String(128))
    person_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class UnionKeyRow(BrandModel):
    """What is the same for all apps of one open-platform account."""

    __tablename__ = "identity_union_key"
    __table_args__ = (
        UniqueConstraint("brand_id", "platform", "open_account", "unionid"),
        _person("person_id"),
        Index("ix_identity_union_key_person", "brand_id", "person_id"),
    )

    platform: Mapped[str] = mapped_column(String(20))
    open_account: Mapped[str] = mapped_column(String(64))
    unionid: Mapped[str] = mapped_column(String(128))
    person_id: Mapped[int] = mapped_column(BigInteger)


class MergeRow(BrandModel):
    """Append-only (a trigger refuses changes): a person is merged away once."""

    __tablename__ = "identity_merge"
    __table_args__ = (
        UniqueConstraint("brand_id", "person_id"),
        _person("person_id"),
        _person("survivor_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    survivor_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RoleRow(BrandModel):
    """Who acts for which terminal, dealer or brand, since when and on whose word."""

    __tablename__ = "identity_role"
    __table_args__ = (
        Index(
            "uq_identity_role_held",
            "brand_id",
            "person_id",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_identity_role_scope", "brand_id", "scope_kind", "scope_id"),
        _person("person_id"),
        CheckConstraint(_one_of("role", ROLES), name="role_known"),
        CheckConstraint(_one_of("scope_kind", SCOPE_KINDS), name="scope_kind_known"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(String(20))
    scope_kind: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[int] = mapped_column(BigInteger)
    granted_by: Mapped[int | None] = mapped_column(BigInteger)
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SessionRow(BrandModel):
    """One sign-in; ``generation`` counts how often its refresh token was rotated."""

    __tablename__ = "identity_session"
    __table_args__ = (
        _person("person_id"),
        Index("ix_identity_session_person", "brand_id", "person_id"),
        Index("ix_identity_session_expires", "brand_id", "expires_at"),
        CheckConstraint(_one_of("audience", TOKEN_AUDIENCES), name="audience_known"),
        CheckConstraint(_one_of("revoked_because", REVOCATIONS), name="revocation_known"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_because IS NULL)", name="revoked_with_reason"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    audience: Mapped[str] = mapped_column(String(10))
    refresh_hash: Mapped[bytes] = mapped_column(LargeBinary)
    generation: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    rotated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_because: Mapped[str | None] = mapped_column(String(20))


class StaffLoginRow(Model):
    """The password and the TOTP secret of one member of staff, for all brands they serve; a global table."""

    __tablename__ = "identity_staff_login"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    failures: Mapped[int] = mapped_column(BigInteger, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StaffMemberRow(BrandModel):
    """The person a staff login is in this brand."""

    __tablename__ = "identity_staff_member"
    __table_args__ = (
        UniqueConstraint("brand_id", "staff_login_id"),
        UniqueConstraint("brand_id", "person_id"),
        ForeignKeyConstraint(["staff_login_id"], ["identity_staff_login.id"]),
        _person("person_id"),
    )

    staff_login_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)


class ApiKeyRow(BrandModel):
    """A key of another system; what it does is signed by the person of its name."""

    __tablename__ = "identity_api_key"
    __table_args__ = (_person("person_id"),)

    name: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AuditRow(BrandModel):
    """Append-only (a trigger refuses changes); every row carries the hash of the one before it."""

    __tablename__ = "identity_audit"
    __table_args__ = (
        UniqueConstraint("brand_id", "position"),
        Index("ix_identity_audit_subject", "brand_id", "subject"),
    )

    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
