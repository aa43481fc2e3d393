"""How people and shops come in: invitations, registrations with photos, files."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.channel.models.places import dealer_key, terminal_key
from app.kit.database import BrandModel

OPEN = text("state IN ('submitted', 'refused')")


class Invitation(BrandModel):
    """Whoever shows its token may join so many times until it expires; the token is derived, never stored."""

    __tablename__ = "channel_invitation"
    __table_args__ = (
        dealer_key(),
        terminal_key(),
        UniqueConstraint("brand_id", "case_no", "person_id"),
        CheckConstraint("role IN ('owner', 'clerk', 'salesman', 'dealer')", name="role"),
        CheckConstraint("role <> 'clerk' OR terminal_id IS NOT NULL", name="clerk_of_terminal"),
        CheckConstraint("role NOT IN ('salesman', 'dealer') OR terminal_id IS NULL", name="dealer_people"),
        CheckConstraint("0 <= uses AND uses <= max_uses", name="uses"),
        Index(
            "ix_channel_invitation_phone",
            "brand_id",
            "phone_hash",
            postgresql_where=text("phone_hash IS NOT NULL"),
        ),
        Index("ix_channel_invitation_dealer", "brand_id", "dealer_id", "id"),
    )

    role: Mapped[str] = mapped_column(String(10))
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str | None] = mapped_column(String(24))
    case_no: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    max_uses: Mapped[int] = mapped_column(Integer)
    uses: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    invited_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class InvitationUse(BrandModel):
    """Append-only: a person used an invitation; a person uses up one place however often they come."""

    __tablename__ = "channel_invitation_use"
    __table_args__ = (
        UniqueConstraint("brand_id", "invitation_id", "person_id"),
        ForeignKeyConstraint(
            ["brand_id", "invitation_id"], ["channel_invitation.brand_id", "channel_invitation.id"]
        ),
    )

    invitation_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Registration(BrandModel):
    """A person asks for their shop to be a terminal of a dealer; at most one such wish is open a person."""

    __tablename__ = "channel_registration"
    __table_args__ = (
        dealer_key(),
        terminal_key(),
        CheckConstraint("state IN ('submitted', 'refused', 'approved')", name="state"),
        CheckConstraint("(state = 'approved') = (terminal_id IS NOT NULL)", name="terminal"),
        CheckConstraint("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name="place"),
        Index("uq_channel_registration_open", "brand_id", "person_id", unique=True, postgresql_where=OPEN),
        Index("ix_channel_registration_person", "brand_id", "person_id", "id"),
        Index("ix_channel_registration_dealer", "brand_id", "dealer_id", "id"),
        Index("ix_channel_registration_open", "brand_id", "county", postgresql_where=OPEN),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    invitation_id: Mapped[int] = mapped_column(BigInteger)
    case_no: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    county: Mapped[str] = mapped_column(String(6))
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_masked: Mapped[str] = mapped_column(String(24))
    phone_hash: Mapped[bytes] = mapped_column(LargeBinary)
    phone_verified: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(String(200))
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)


class Photo(BrandModel):
    """A picture of a shop's front or licence, made anew from what was sent; it waits for its registration."""

    __tablename__ = "channel_photo"
    __table_args__ = (
        ForeignKeyConstraint(
            ["brand_id", "registration_id"], ["channel_registration.brand_id", "channel_registration.id"]
        ),
        CheckConstraint("kind IN ('front', 'licence')", name="kind"),
        Index("ix_channel_photo_registration", "brand_id", "registration_id"),
        Index("ix_channel_photo_waiting", "brand_id", "id", postgresql_where=text("registration_id IS NULL")),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    registration_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ImportedFile(BrandModel):
    """Append-only: a file that was taken in, known again by its hash."""

    __tablename__ = "channel_imported_file"
    __table_args__ = (
        UniqueConstraint("brand_id", "kind", "sha256"),
        CheckConstraint("kind IN ('dealers', 'terminals', 'people')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    lines: Mapped[int] = mapped_column(Integer)
    imported_by: Mapped[int] = mapped_column(BigInteger)
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
