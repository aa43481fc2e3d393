"""What must hold of claims, grants, redemptions and the money for them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

CLAIMS_NOT_POSTED = text("""
SELECT c.code_no FROM rewards_claim c WHERE c.brand_id = :brand_id AND c.amount_fen > 0 AND NOT EXISTS (
  SELECT FROM ledger_transaction t
  JOIN ledger_posting p ON p.brand_id = :brand_id AND p.transaction_id = t.id
  WHERE t.brand_id = :brand_id AND t.cause = 'claim:' || c.code_no || ':' || c.share_no
    AND p.reason = 'prize' AND p.amount = c.amount_fen) LIMIT 20""")
REVOKED_AND_CLAIMED = text("""
SELECT claim.code_no FROM codes_revocation back CROSS JOIN LATERAL (
  SELECT code_no FROM rewards_claim WHERE brand_id = :brand_id
    AND code_no >= back.lo AND code_no < back.hi AND at < back.revoked_at ORDER BY code_no LIMIT 1
) claim WHERE back.brand_id = :brand_id LIMIT 20""")
PRIZES_DIFFER = text("""
SELECT (SELECT coalesce(sum(amount_fen), 0) FROM rewards_claim WHERE brand_id = :brand_id) AS claimed,
  (SELECT coalesce(sum(amount), 0) FROM ledger_posting
   WHERE brand_id = :brand_id AND reason = 'prize') AS posted""")
GRANTS_ALONE = text("""
SELECT coalesce(g.code_no, c.code_no)
FROM (SELECT * FROM rewards_grant WHERE brand_id = :brand_id) g FULL JOIN (
  SELECT c.* FROM rewards_claim c JOIN campaigns_tier t ON t.brand_id = :brand_id
    AND t.campaign_id = c.campaign_id AND t.position = c.tier_no AND t.kind NOT IN ('cash', 'random_cash')
  WHERE c.brand_id = :brand_id
) c ON c.code_no = g.code_no AND c.share_no = g.share_no
WHERE g.id IS NULL OR c.id IS NULL LIMIT 20""")
REDEEMED_OTHERWISE = text("""
SELECT coalesce(g.id, r.grant_id) FROM
  (SELECT * FROM rewards_grant WHERE brand_id = :brand_id AND reason = 'redeemed' AND state = 'received') g
FULL JOIN (SELECT * FROM rewards_redemption WHERE brand_id = :brand_id) r ON r.grant_id = g.id
WHERE g.id IS NULL OR r.id IS NULL OR r.shown_at >= g.expires_at OR r.goods_fen <> g.goods_fen
  OR r.service_fen <> g.service_fen OR g.kind NOT IN ('another', 'one_yuan') LIMIT 20""")
REDEMPTIONS_NOT_POSTED = text("""
SELECT r.grant_id FROM rewards_redemption r LEFT JOIN LATERAL (
  SELECT coalesce(sum(p.amount) FILTER (
      WHERE p.reason = CASE WHEN r.restock THEN 'restock_credit' ELSE 'redemption_goods' END), 0) AS goods,
    coalesce(sum(p.amount) FILTER (WHERE p.reason = 'redemption_service'), 0) AS service
  FROM ledger_transaction t JOIN ledger_posting p ON p.brand_id = :brand_id AND p.transaction_id = t.id
  WHERE t.brand_id = :brand_id AND t.cause = 'redemption:' || r.grant_id
) paid ON true
WHERE r.brand_id = :brand_id AND (paid.goods <> r.goods_fen OR paid.service <> r.service_fen) LIMIT 20""")
CREDITED_AND_POSTED = text("""
SELECT (SELECT coalesce(sum(goods_fen + service_fen), 0) FROM rewards_redemption
    WHERE brand_id = :brand_id) AS credited,
  (SELECT coalesce(sum(amount), 0) FROM ledger_posting WHERE brand_id = :brand_id
    AND reason IN ('restock_credit', 'redemption_goods', 'redemption_service')) AS posted""")
DAYS_MISCOUNTED = text("""
SELECT coalesce(d.terminal_id, r.terminal_id) FROM (
  SELECT terminal_id, sum(times) AS times, sum(restock_fen) AS restock, sum(paid_fen) AS paid,
    sum(collected_fen) AS collected FROM rewards_day WHERE brand_id = :brand_id GROUP BY terminal_id) d
FULL JOIN (
  SELECT terminal_id, count(*) AS times, sum(CASE WHEN restock THEN goods_fen ELSE 0 END) AS restock,
    sum(service_fen + CASE WHEN restock THEN 0 ELSE goods_fen END) AS paid, sum(price_fen) AS collected
  FROM rewards_redemption WHERE brand_id = :brand_id GROUP BY terminal_id
) r ON r.terminal_id = d.terminal_id
WHERE (d.times, d.restock, d.paid, d.collected) IS DISTINCT FROM (r.times, r.restock, r.paid, r.collected)
LIMIT 20""")
RESTOCK_DIFFERS = text("""
SELECT a.party_id FROM ledger_account a CROSS JOIN LATERAL (
  SELECT coalesce(sum(CASE WHEN p.destination_id = a.id THEN p.amount ELSE -p.amount END), 0) AS held
  FROM ledger_posting p WHERE p.brand_id = :brand_id AND (p.destination_id = a.id OR p.source_id = a.id)
) posted CROSS JOIN LATERAL (
  SELECT coalesce(sum(restock_fen), 0) AS owed FROM rewards_day
  WHERE brand_id = :brand_id AND terminal_id = a.party_id AND state <> 'settled'
) days
WHERE a.brand_id = :brand_id AND a.kind = 'restock' AND posted.held <> days.owed LIMIT 20""")
POINTS_DIFFER = text("""
SELECT (SELECT coalesce(sum(points), 0) FROM rewards_grant WHERE brand_id = :brand_id AND kind = 'points') AS won,
  (SELECT coalesce(sum(amount), 0) FROM ledger_posting
   WHERE brand_id = :brand_id AND reason = 'points_prize') AS posted""")
DELIVERIES_OTHERWISE = text("""
SELECT d.grant_id FROM rewards_delivery d JOIN rewards_grant g ON g.brand_id = :brand_id AND g.id = d.grant_id
WHERE d.brand_id = :brand_id
  AND (g.kind <> 'goods' OR g.state <> CASE d.state WHEN 'received' THEN 'received' ELSE 'ordered' END)
LIMIT 20""")
NAMED = (
    (CLAIMS_NOT_POSTED, "claim {}: prize not posted"),
    (REVOKED_AND_CLAIMED, "claim {}: its activation was revoked after it"),
    (GRANTS_ALONE, "claim {}: without its grant, or a grant without its claim"),
    (REDEEMED_OTHERWISE, "grant {}: redeemed otherwise than it was promised"),
    (REDEMPTIONS_NOT_POSTED, "grant {}: redeemed, but its shop was credited otherwise"),
    (DAYS_MISCOUNTED, "terminal {}: its days are not the sum of its redemptions"),
    (RESTOCK_DIFFERS, "terminal {}: restock credit is not what its open days say"),
    (DELIVERIES_OTHERWISE, "grant {}: its delivery is in another state"),
)


def check_invariants(session: Session) -> list[str]:
    """Prizes of every kind, and what the ledger paid for them, are the same, one by one and in sum."""
    bound = {"brand_id": session.info["brand_id"]}
    wrong = [told.format(found) for check, told in NAMED for found in session.execute(check, bound).scalars()]
    claimed, posted = session.execute(PRIZES_DIFFER, bound).one()
    if claimed != posted:
        wrong.append(f"claims {claimed} fen, posted prizes {posted} fen")
    credited, paid = session.execute(CREDITED_AND_POSTED, bound).one()
    if credited != paid:
        wrong.append(f"redemptions credited {credited} fen, posted {paid} fen")
    won, points = session.execute(POINTS_DIFFER, bound).one()
    return wrong if won == points else [*wrong, f"granted {won} points, posted {points}"]
