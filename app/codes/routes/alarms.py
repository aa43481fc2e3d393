"""Alarms at the console: what nobody has looked at yet, and the note that somebody has."""

from typing import Any

from app import identity
from app.codes import actions, errors, queries, schemas
from app.kit import clock, http
from app.kit.transaction import transaction

console = http.blueprint("code_alarms", __name__, "console")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/alarms")
@identity.requires_role(*READERS)
@http.contract(query=schemas.AlarmQuery, returns=schemas.AlarmPageSchema)
def list_alarms(*, only_open: bool, cursor: str | None, limit: int) -> Any:
    """码的告警: 码包未下载, 未激活, 疑似泄露。"""
    with transaction(http.brand_id()) as session:
        return queries.alarm_page(session, only_open=only_open, cursor=cursor, limit=limit)


@console.post("/alarms/<int:alarm_id>/acknowledgement")
@identity.requires_role(*WRITERS)
@http.contract(returns=schemas.AlarmSchema, errors=(errors.UnknownAlarm,))
def acknowledge_alarm(*, alarm_id: int) -> Any:
    """告警已处理。"""
    with transaction(http.brand_id()) as session:
        at, actor = clock.now(), identity.current_actor()
        row = actions.acknowledge_alarm(session, alarm_id=alarm_id, by=actor.person_id, at=at)
        after = {"kind": row.kind, "subject": row.subject}
        identity.record(
            session,
            actor=actor,
            action="codes.acknowledge_alarm",
            subject=f"alarm:{alarm_id}",
            before=None,
            after=after,
            at=at,
        )
    return row
