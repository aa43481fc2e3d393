from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel, Model
from app.tenancy.rules import HOST_FILE_NAME


class BrandRow(Model):
    __tablename__ = "tenancy_brand"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    color: Mapped[str] = mapped_column(String(7))


class BrandHost(Model):
    """A host name (with its port where it is not the standard one) and the brand it speaks for."""

    __tablename__ = "tenancy_brand_host"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    brand_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenancy_brand.id"))
    position: Mapped[int] = mapped_column(BigInteger)


class PlatformAppRow(Model):
    __tablename__ = "tenancy_platform_app"

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    brand_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenancy_brand.id"))
    kind: Mapped[str] = mapped_column(String(20))
    open_account: Mapped[str | None] = mapped_column(String(64))


class KeySlotRow(Model):
    """A key of the brand's codes; without one of its own it is derived from the first master key."""

    __tablename__ = "tenancy_key_slot"

    brand_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenancy_brand.id"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(1), primary_key=True)
    face: Mapped[str] = mapped_column(String(5))
    algorithm: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class HostFile(BrandModel):
    """A short text that a platform wants to find at the brand's hosts, to prove that they are the brand's."""

    __tablename__ = "tenancy_host_file"
    __table_args__ = (
        UniqueConstraint("brand_id", "name"),
        CheckConstraint(f"name ~ '^{HOST_FILE_NAME}$'", name="name_allowed"),
    )

    name: Mapped[str] = mapped_column(String(68))
    content: Mapped[str] = mapped_column(String(1000))


class Secret(BrandModel):
    """A credential of the brand, sealed under the master key."""

    __tablename__ = "tenancy_secret"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    name: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
