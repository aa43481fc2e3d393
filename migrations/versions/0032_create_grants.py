"""Create grants of prizes that are not money, their redemption at shops, and their way home."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

APPEND_ONLY = ("rewards_redemption", "rewards_conflict", "rewards_refusal")
TABLES = (
    "rewards_settings",
    "rewards_refusal",
    "rewards_conflict",
    "rewards_day",
    "rewards_redemption",
    "rewards_presentation",
    "rewards_delivery",
    "rewards_grant",
)


def upgrade() -> None:
    op.create_table(
        "rewards_grant",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code_no", sa.BigInteger(), nullable=False),
        sa.Column("share_no", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("tier_name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("value_fen", sa.Integer(), nullable=False),
        sa.Column("goods_fen", sa.Integer(), nullable=False),
        sa.Column("service_fen", sa.Integer(), nullable=False),
        sa.Column("restock", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("won_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'points') = (sku_id IS NULL)", name=op.f("ck_rewards_grant_goods_or_points")),
        sa.CheckConstraint(
            "kind IN ('another', 'one_yuan', 'points', 'goods')", name=op.f("ck_rewards_grant_kind")
        ),
        sa.CheckConstraint(
            "state IN ('won', 'ordered', 'received', 'expired')", name=op.f("ck_rewards_grant_state")
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_grant")),
        sa.UniqueConstraint(
            "brand_id", "code_no", "share_no", name=op.f("uq_rewards_grant_brand_id_code_no_share_no")
        ),
    )
    op.create_index(
        "ix_rewards_grant_ends",
        "rewards_grant",
        ["brand_id", "expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'won' OR (kind = 'points' AND state = 'received')"),
    )
    op.create_index("ix_rewards_grant_person", "rewards_grant", ["brand_id", "person_id", "id"], unique=False)
    op.create_index("ix_rewards_grant_state", "rewards_grant", ["brand_id", "state", "id"], unique=False)
    op.create_table(
        "rewards_delivery",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place_masked", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("tracking", sa.String(length=60), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_by", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'ordered') = (shipped_at IS NULL)", name=op.f("ck_rewards_delivery_shipped")),
        sa.CheckConstraint("state IN ('ordered', 'shipped', 'received')", name=op.f("ck_rewards_delivery_state")),
        sa.ForeignKeyConstraint(
            ["brand_id", "grant_id"],
            ["rewards_grant.brand_id", "rewards_grant.id"],
            name=op.f("fk_rewards_delivery_brand_id_grant_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_delivery")),
        sa.UniqueConstraint("brand_id", "grant_id", name=op.f("uq_rewards_delivery_brand_id_grant_id")),
    )
    op.create_index("ix_rewards_delivery_state", "rewards_delivery", ["brand_id", "state", "id"], unique=False)
    op.create_table(
        "rewards_presentation",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "slot BETWEEN 0 AND 99999999", name=op.f("ck_rewards_presentation_slot_has_eight_digits")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "grant_id"],
            ["rewards_grant.brand_id", "rewards_grant.id"],
            name=op.f("fk_rewards_presentation_brand_id_grant_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_presentation")),
        sa.UniqueConstraint("brand_id", "grant_id", name=op.f("uq_rewards_presentation_brand_id_grant_id")),
        sa.UniqueConstraint("brand_id", "slot", name=op.f("uq_rewards_presentation_brand_id_slot")),
    )
    op.create_table(
        "rewards_redemption",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("goods_fen", sa.Integer(), nullable=False),
        sa.Column("service_fen", sa.Integer(), nullable=False),
        sa.Column("restock", sa.Boolean(), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('live', 'offline')", name=op.f("ck_rewards_redemption_way")),
        sa.ForeignKeyConstraint(
            ["brand_id", "grant_id"],
            ["rewards_grant.brand_id", "rewards_grant.id"],
            name=op.f("fk_rewards_redemption_brand_id_grant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_rewards_redemption_brand_id_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_redemption")),
        sa.UniqueConstraint("brand_id", "grant_id", name=op.f("uq_rewards_redemption_brand_id_grant_id")),
    )
    op.create_index(
        "ix_rewards_redemption_terminal", "rewards_redemption", ["brand_id", "terminal_id", "id"], unique=False
    )
    op.create_table(
        "rewards_day",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("restock_units", sa.Integer(), nullable=False),
        sa.Column("restock_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("collected_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'owed', 'settled')", name=op.f("ck_rewards_day_state")),
        sa.ForeignKeyConstraint(
            ["brand_id", "dealer_id"],
            ["channel_dealer.brand_id", "channel_dealer.id"],
            name=op.f("fk_rewards_day_brand_id_dealer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_rewards_day_brand_id_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_day")),
        sa.UniqueConstraint(
            "brand_id", "terminal_id", "day", name=op.f("uq_rewards_day_brand_id_terminal_id_day")
        ),
    )
    op.create_index("ix_rewards_day_day", "rewards_day", ["brand_id", "day"], unique=False)
    op.create_index("ix_rewards_day_dealer", "rewards_day", ["brand_id", "dealer_id", "id"], unique=False)
    op.create_table(
        "rewards_conflict",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("winner_terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "grant_id"],
            ["rewards_grant.brand_id", "rewards_grant.id"],
            name=op.f("fk_rewards_conflict_brand_id_grant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_rewards_conflict_brand_id_terminal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "winner_terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_rewards_conflict_brand_id_winner_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_conflict")),
        sa.UniqueConstraint(
            "brand_id", "grant_id", "terminal_id", name=op.f("uq_rewards_conflict_brand_id_grant_id_terminal_id")
        ),
    )
    op.create_table(
        "rewards_refusal",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=True),
        sa.Column("shop_name", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('no_stock', 'not_bought_here', 'asks_more', 'unaware', 'other')",
            name=op.f("ck_rewards_refusal_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "grant_id"],
            ["rewards_grant.brand_id", "rewards_grant.id"],
            name=op.f("fk_rewards_refusal_brand_id_grant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "terminal_id"],
            ["channel_terminal.brand_id", "channel_terminal.id"],
            name=op.f("fk_rewards_refusal_brand_id_terminal_id"),
        ),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_refusal")),
    )
    op.create_index("ix_rewards_refusal_grant", "rewards_refusal", ["brand_id", "grant_id"], unique=False)
    op.create_index(
        "ix_rewards_refusal_terminal", "rewards_refusal", ["brand_id", "terminal_id", "id"], unique=False
    )
    op.create_table(
        "rewards_settings",
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("per_terminal_day", sa.Integer(), nullable=False),
        sa.Column("offline_hours", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "offline_hours BETWEEN 0 AND 168", name=op.f("ck_rewards_settings_grace_within_a_week")
        ),
        sa.CheckConstraint("per_terminal_day > 0", name=op.f("ck_rewards_settings_limit_positive")),
        sa.PrimaryKeyConstraint("brand_id", "id", name=op.f("pk_rewards_settings")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_rewards_settings_brand_id")),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
