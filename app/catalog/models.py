from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class CompanyPrefixRow(BrandModel):
    """What GS1 has assigned to the brand's company; GLNs, SSCCs and EPCs begin with it."""

    __tablename__ = "catalog_company_prefix"
    __table_args__ = (
        UniqueConstraint("brand_id"),
        CheckConstraint("prefix ~ '^[0-9]{6,12}$'", name="prefix_digits"),
    )

    prefix: Mapped[str] = mapped_column(String(12))


class ProductRow(BrandModel):
    __tablename__ = "catalog_product"

    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    brand_line: Mapped[str] = mapped_column(String(80))


class SkuRow(BrandModel):
    """What one buys: a product in one size. ``gtin`` has 14 digits, shorter ones padded with zeros in front."""

    __tablename__ = "catalog_sku"
    __table_args__ = (
        UniqueConstraint("brand_id", "gtin"),
        ForeignKeyConstraint(["brand_id", "product_id"], ["catalog_product.brand_id", "catalog_product.id"]),
        Index(None, "brand_id", "product_id"),
        CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_digits"),
        CheckConstraint("suggested_fen >= 0", name="price_not_negative"),
        CheckConstraint("shelf_life_days > 0", name="shelf_life_positive"),
    )

    product_id: Mapped[int] = mapped_column(BigInteger)
    gtin: Mapped[str] = mapped_column(String(14))
    name: Mapped[str] = mapped_column(String(80))
    spec: Mapped[str] = mapped_column(String(40))
    suggested_fen: Mapped[int | None] = mapped_column(BigInteger)
    shelf_life_days: Mapped[int | None] = mapped_column(Integer)


class LinkRow(BrandModel):
    """Where else a SKU's Digital Link leads: one address for each type, language and media type."""

    __tablename__ = "catalog_link"
    __table_args__ = (
        UniqueConstraint("brand_id", "sku_id", "link_type", "language", "media_type"),
        ForeignKeyConstraint(["brand_id", "sku_id"], ["catalog_sku.brand_id", "catalog_sku.id"]),
        CheckConstraint("left(href, 8) = 'https://'", name="href_is_https"),
    )

    sku_id: Mapped[int] = mapped_column(BigInteger)
    link_type: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(80))
    href: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(5))
    media_type: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
