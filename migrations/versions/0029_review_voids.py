"""Have every withdrawal of codes agreed to by a second person; what was planned by one alone waits for another."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PLANNED, REVIEWED = (
    {
        "state": "state IN ('planned', 'done', 'cancelled', 'failed')",
        "settled": "(state = 'planned') = (settled_at IS NULL)",
    },
    {
        "state": "state IN ('requested', 'refused', 'planned', 'done', 'cancelled', 'failed')",
        "settled": "(state IN ('requested', 'planned')) = (settled_at IS NULL)",
    },
)
ADDED = {
    "reviewed_by_a_second_person": "reviewed_by <> planned_by",
    "no_void_without_review": "kind <> 'void' OR state <> 'planned' OR reviewed_by IS NOT NULL",
}
COLUMNS = {
    "reviewed_by": sa.BigInteger(),
    "reviewed_at": sa.DateTime(timezone=True),
    "review_words": sa.String(length=200),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("codes_plan", sa.Column(name, kind, nullable=True))
    _exchange(PLANNED, REVIEWED)
    op.execute("UPDATE codes_plan SET state = 'requested' WHERE kind = 'void' AND state = 'planned'")
    for name, condition in ADDED.items():
        _check(name, condition)
    with op.get_context().autocommit_block():
        for name in (*REVIEWED, *ADDED):
            op.execute(f"ALTER TABLE codes_plan VALIDATE CONSTRAINT ck_codes_plan_{name}")


def downgrade() -> None:
    for name in ADDED:
        op.drop_constraint(op.f(f"ck_codes_plan_{name}"), "codes_plan", type_="check")
    op.execute(
        "UPDATE codes_plan SET state = 'cancelled', settled_at = coalesce(settled_at, now())"
        " WHERE state IN ('requested', 'refused')"
    )
    _exchange(REVIEWED, PLANNED)
    for name in COLUMNS:
        op.drop_column("codes_plan", name)


def _exchange(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.drop_constraint(op.f(f"ck_codes_plan_{name}"), "codes_plan", type_="check")
        _check(name, new[name])


def _check(name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE codes_plan ADD CONSTRAINT ck_codes_plan_{name} CHECK ({condition}) NOT VALID")
