from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class Proof(BrandModel):
    """The outcome of one night's proof of the books."""

    __tablename__ = "books_proof"

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    holds: Mapped[bool] = mapped_column(Boolean)
    findings: Mapped[dict[str, Any]] = mapped_column(JSONB)
