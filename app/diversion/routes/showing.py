"""Case files as the screens show them: names instead of ids, counts instead of consumers.

Names come from memory, so this is done after the transaction that gathered the rows.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app import channel, codes, custody
from app.diversion.models import ConsequenceRow, EndingRow, FileRow, SignalRow, StepRow
from app.diversion.queries import MILLION, Dossier
from app.diversion.rules import STAGES, may_follow, open_moves, standing
from app.kit import regions
from app.kit.clock import business_day
from app.kit.regions import Region


def county(code: str | None) -> Region | None:
    """A county by its code; one that the operator's file does not know is called by its code."""
    if code is None:
        return None
    return regions.atlas().by_code.get(code) or Region(code, code, "")


def dealer_named(directory: channel.Directory, dealer_id: int | None) -> dict[str, Any] | None:
    return None if dealer_id is None else {"id": dealer_id, "name": directory.dealer_name(dealer_id)}


def brief(file: FileRow, shipped: custody.Sent | None) -> dict[str, Any]:
    """The facts of a file itself; the schema decides who sees the score."""
    directory = channel.directory(file.brand_id)
    return {
        "id": file.id,
        "dealer": dealer_named(directory, file.dealer_id),
        "scope": file.scope,
        "label": _label(file, shipped),
        "period_on": file.period_on,
        "state": file.state,
        "verdict": file.verdict,
        "score": file.score,
        "opened_at": file.opened_at,
        "answer_by": file.answer_by,
        "appeal_by": file.appeal_by,
    }


def _label(file: FileRow, shipped: custody.Sent | None) -> str:
    if file.scope == "pallet":
        return codes.text_of(file.brand_id, file.scope_no) or str(file.scope_no)
    if file.scope == "shipment" and shipped:
        return shipped.number
    return file.period_on.isoformat()


def for_dealer(found: Dossier, *, at: datetime) -> dict[str, Any]:
    """What the dealer is told: the evidence, never a consumer, nor who works for the brand."""
    file, directory = found.file, channel.directory(found.file.brand_id)
    return brief(file, found.shipped) | {
        "own": [county(code) for code in _own(found.evidence)],
        "way": _way(found, directory),
        "evidence": [_evidence(row, directory) for row in found.evidence],
        "steps": [_step(row, by=None) for row in found.steps],
        "photos": found.photos,
        "consequences": [consequence(row, found.endings.get(row.id), at=at) for row in found.consequences],
        "moves": open_moves(file.state, "dealer"),
        "rule_version": file.rule_version,
    }


def for_brand(found: Dossier, *, at: datetime) -> dict[str, Any]:
    file, taken = found.file, {row.stage for row in found.consequences}
    allowed = [
        stage
        for stage in STAGES
        if stage not in taken
        and may_follow(stage, state=file.state, verdict=file.verdict, appeal_by=file.appeal_by, at=at)
    ]
    return for_dealer(found, at=at) | {
        "steps": [_step(row, by=found.names.get(row.by) if row.by else None) for row in found.steps],
        "moves": open_moves(file.state, "brand"),
        "stages": allowed,
        "reasons": file.reasons,
    }


def consequence(row: ConsequenceRow, ending: EndingRow | None, *, at: datetime) -> dict[str, Any]:
    ended_at = ending.ended_at if ending else None
    return {name: getattr(row, name) for name in ("id", "stage", "starts_on", "reason", "set_at")} | {
        "standing": standing(row.starts_on, ended_at, business_day(at)),
        "ended_at": ended_at,
        "end_reason": ending.reason if ending else None,
    }


def _own(evidence: Sequence[SignalRow]) -> list[str]:
    """The dealer's counties as they were when the evidence was written down."""
    return sorted({code for row in evidence for code in row.facts["own"]})


def _step(row: StepRow, *, by: str | None) -> dict[str, Any]:
    names = ("action", "state", "side", "words", "at")
    return {name: getattr(row, name) for name in names} | {"by": by}


def _evidence(row: SignalRow, directory: channel.Directory) -> dict[str, Any]:
    facts, terminal_id = row.facts, row.facts.get("terminal_id")
    return {
        "kind": row.kind,
        "subject": _subject(row),
        "at": _instant(facts.get("at")) or row.at,
        "seen": row.seen,
        "far": row.far,
        "alarm_at": facts.get("alarm_at"),
        "noise_ratio": row.noise_ppm / MILLION,
        "chance": row.chance,
        "county": county(facts.get("county")),
        "terminal": directory.terminal_name(int(terminal_id)) if terminal_id else None,
        "note": facts.get("note"),
        "counts": [_count(count) for count in facts.get("counts", ())],
    }


def _subject(row: SignalRow) -> str:
    if row.kind == "dealer_week":
        return date.fromordinal(row.subject).isoformat()
    return codes.text_of(row.brand_id, row.subject) or str(row.subject)


def _count(count: dict[str, Any]) -> dict[str, Any]:
    return count | {"county": county(count["county"]), "on": date.fromisoformat(count["on"])}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _way(found: Dossier, directory: channel.Directory) -> list[dict[str, Any]]:
    """How the goods travelled, as far as custody and the evidence know."""
    way: list[dict[str, Any]] = []
    shipped = found.shipped
    if shipped:
        name = directory.dealer_name(shipped.dealer_id) if shipped.dealer_id is not None else None
        way.append({"what": "shipped", "name": name, "number": shipped.number, "at": shipped.shipped_at})
    for row in found.evidence:
        if row.kind == "opening":
            name = directory.terminal_name(int(row.facts["terminal_id"]))
            at = datetime.fromisoformat(row.facts["at"])
            way.append({"what": "opened", "name": name, "number": _subject(row), "at": at})
    return sorted(way, key=lambda step: step["at"])
