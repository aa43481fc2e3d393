"""Answers remembered by ``Idempotency-Key``, in the transaction of their effect."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Index, LargeBinary, String, UniqueConstraint, delete, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kit.database import BrandModel
from app.kit.errors import KeyReused
from app.kit.ids import new_id

KEPT = timedelta(days=7)


class Answer(BrandModel):
    """What was answered to a key of an actor, and the hash of what was asked."""

    __tablename__ = "kit_answer"
    __table_args__ = (
        UniqueConstraint("brand_id", "actor", "key"),
        Index("ix_kit_answer_created_at", "brand_id", "created_at"),
    )

    actor: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def hash_of(values: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).digest()


def answer_once(
    session: Session,
    *,
    actor: str,
    key: str,
    asked: bytes,
    at: datetime,
    produce: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """The stored answer of ``key``, or what ``produce`` returns, stored with its effect.

    ``asked`` is the hash of the input. Raises `KeyReused` when the key was used with other input. A second
    request that arrives meanwhile waits at the unique key for the first one's commit.
    """
    insert = text(
        "INSERT INTO kit_answer (brand_id, id, actor, key, input_hash, created_at)"
        " VALUES (:brand_id, :id, :actor, :key, :asked, :at) ON CONFLICT (brand_id, actor, key) DO NOTHING"
    )
    identity = {"brand_id": session.info["brand_id"], "actor": actor, "key": key}
    fresh = session.execute(insert, identity | {"id": new_id(), "asked": asked, "at": at})
    if not fresh.rowcount:  # type: ignore[attr-defined]  # an INSERT has a row count
        return _replay(session, identity, asked)
    answer = produce()
    update = text(
        "UPDATE kit_answer SET answer = CAST(:answer AS jsonb)"
        " WHERE brand_id = :brand_id AND actor = :actor AND key = :key"
    )
    session.execute(update, identity | {"answer": json.dumps(answer)})
    return answer


def _replay(session: Session, identity: dict[str, Any], asked: bytes) -> dict[str, Any]:
    select = text(
        "SELECT input_hash, answer FROM kit_answer WHERE brand_id = :brand_id AND actor = :actor AND key = :key"
    )
    input_hash, answer = session.execute(select, identity).one()
    if bytes(input_hash) != asked:
        raise KeyReused
    return dict(answer)


def forget_old(session: Session, *, at: datetime) -> None:
    session.execute(delete(Answer).where(Answer.created_at < at - KEPT))
