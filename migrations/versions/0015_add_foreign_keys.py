"""Add the foreign keys, in a step of their own: a distributed database needs the tables distributed before."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FOREIGN_KEYS = (
    ("fk_tenancy_brand_host_brand_id", "tenancy_brand_host", "tenancy_brand", ["brand_id"], ["id"]),
    ("fk_tenancy_key_slot_brand_id", "tenancy_key_slot", "tenancy_brand", ["brand_id"], ["id"]),
    ("fk_tenancy_platform_app_brand_id", "tenancy_platform_app", "tenancy_brand", ["brand_id"], ["id"]),
    (
        "fk_identity_person_brand_id_merged_into",
        "identity_person",
        "identity_person",
        ["brand_id", "merged_into"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_merge_brand_id_survivor_id",
        "identity_merge",
        "identity_person",
        ["brand_id", "survivor_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_merge_brand_id_person_id",
        "identity_merge",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_platform_account_brand_id_person_id",
        "identity_platform_account",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_role_brand_id_person_id",
        "identity_role",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_session_brand_id_person_id",
        "identity_session",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_staff_member_staff_login_id",
        "identity_staff_member",
        "identity_staff_login",
        ["staff_login_id"],
        ["id"],
    ),
    (
        "fk_identity_staff_member_brand_id_person_id",
        "identity_staff_member",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_identity_union_key_brand_id_person_id",
        "identity_union_key",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_catalog_sku_brand_id_product_id",
        "catalog_sku",
        "catalog_product",
        ["brand_id", "product_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_channel_dealer_area_brand_id_dealer_id",
        "channel_dealer_area",
        "channel_dealer",
        ["brand_id", "dealer_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_channel_terminal_brand_id_dealer_id",
        "channel_terminal",
        "channel_dealer",
        ["brand_id", "dealer_id"],
        ["brand_id", "id"],
    ),
    ("fk_codes_batch_brand_id_sku_id", "codes_batch", "catalog_sku", ["brand_id", "sku_id"], ["brand_id", "id"]),
    (
        "fk_codes_block_brand_id_batch_id",
        "codes_block",
        "codes_batch",
        ["brand_id", "batch_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_codes_export_brand_id_batch_id",
        "codes_export",
        "codes_batch",
        ["brand_id", "batch_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_codes_packing_brand_id_parent_batch_id",
        "codes_packing",
        "codes_batch",
        ["brand_id", "parent_batch_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_codes_packing_brand_id_child_batch_id",
        "codes_packing",
        "codes_batch",
        ["brand_id", "child_batch_id"],
        ["brand_id", "id"],
    ),
    ("fk_codes_span_brand_id_batch_id", "codes_span", "codes_batch", ["brand_id", "batch_id"], ["brand_id", "id"]),
    (
        "fk_custody_shipment_brand_id_dealer_id",
        "custody_shipment",
        "channel_dealer",
        ["brand_id", "dealer_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_custody_movement_brand_id_dealer_id",
        "custody_movement",
        "channel_dealer",
        ["brand_id", "dealer_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_custody_movement_brand_id_shipment_id",
        "custody_movement",
        "custody_shipment",
        ["brand_id", "shipment_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_custody_opening_brand_id_terminal_dealer_id",
        "custody_opening",
        "channel_dealer",
        ["brand_id", "terminal_dealer_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_custody_opening_brand_id_dealer_id",
        "custody_opening",
        "channel_dealer",
        ["brand_id", "dealer_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_custody_opening_brand_id_terminal_id",
        "custody_opening",
        "channel_terminal",
        ["brand_id", "terminal_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_custody_holding_brand_id_movement_id",
        "custody_holding",
        "custody_movement",
        ["brand_id", "movement_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_campaigns_campaign_brand_id_batch_id",
        "campaigns_campaign",
        "codes_batch",
        ["brand_id", "batch_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_campaigns_binding_brand_id_campaign_id",
        "campaigns_binding",
        "campaigns_campaign",
        ["brand_id", "campaign_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_campaigns_tier_brand_id_commission_rule_id",
        "campaigns_tier",
        "commissions_rule",
        ["brand_id", "commission_rule_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_campaigns_tier_brand_id_campaign_id",
        "campaigns_tier",
        "campaigns_campaign",
        ["brand_id", "campaign_id"],
        ["brand_id", "id"],
    ),
    (
        "fk_payouts_payout_brand_id_person_id",
        "payouts_payout",
        "identity_person",
        ["brand_id", "person_id"],
        ["brand_id", "id"],
    ),
)


def upgrade() -> None:
    for name, source, target, columns, target_columns in FOREIGN_KEYS:
        op.create_foreign_key(name, source, target, columns, target_columns)


def downgrade() -> None:
    for name, source, *_ in reversed(FOREIGN_KEYS):
        op.drop_constraint(name, source, type_="foreignkey")
