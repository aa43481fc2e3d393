"""Campaigns over batches, and the verifier that a stranger would use."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app import campaigns, codes

STARTS = datetime(2026, 10, 1, tzinfo=UTC)
ENDS = datetime(2099, 1, 1, tzinfo=UTC)
AT = datetime(2026, 10, 15, tzinfo=UTC)
TIERS = (("一等奖", 100_000, 1), ("二等奖", 1_000, 5), ("红包", 88, 42))
CONFIRMED = ("budget_below_prizes",)
VERIFIER = Path(__file__).parents[1] / "campaigns" / "verify_draw.py"


def a_promise(
    batch: codes.BatchInfo,
    *,
    name: str | None = None,
    tiers: tuple[tuple[str, int, int], ...] = TIERS,
    rule_id: int | None = None,
    per_person_limit: int | None = None,
    per_person_day_limit: int | None = None,
    starts_at: datetime = STARTS,
    ends_at: datetime = ENDS,
    budgets: tuple[campaigns.NewBudget, ...] = (),
) -> campaigns.NewCampaign:
    return campaigns.NewCampaign(
        name=name or f"活动{batch.number}",
        batch_id=batch.id,
        starts_at=starts_at,
        ends_at=ends_at,
        per_person_limit=per_person_limit,
        per_person_day_limit=per_person_day_limit,
        tiers=tuple(campaigns.NewTier(*tier, rule_id) for tier in tiers),
        budgets=budgets,
        confirmed=CONFIRMED,
        confirmed_name=name or f"活动{batch.number}",
    )


def a_campaign(session: Session, batch: codes.BatchInfo, **promise):
    return campaigns.create_campaign(session, a_promise(batch, **promise), at=AT)


def verified(folder: Path, revealed: dict, claims: list) -> subprocess.CompletedProcess:
    """What the standalone verifier says of a revealed draw and these claims."""
    published = {**json.loads(revealed["text"]), "commitment": revealed["commitment"], "claims": claims}
    file = folder / "revealed.json"
    file.write_text(json.dumps(published), encoding="utf-8")
    return subprocess.run([sys.executable, VERIFIER, file], capture_output=True, text=True, check=False)
