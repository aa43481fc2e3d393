"""Eight invariants of claims, checked from the database and from what the clients were told.

"The ledger sums to zero" alone proves little: a prize paid twice sums to zero as well. So the clients' own logs
are compared with the database, and every sum is made twice from different tables. The statements name tables
without a schema: the naive controls keep the same tables in a schema of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """A definite answer to a claim: the prize in fen, or None when somebody else was said to hold it."""

    code_no: int
    person_id: int
    prize_fen: int | None


INVARIANTS = {
    1: "each code has at most one winner, in the database and in the clients' logs",
    2: "each acknowledged win is in the database with that person and prize",
    3: "each win in the database was acknowledged, and each refusal is true",
    4: "the prizes of claims are the prizes in wallets, one by one",
    5: "each wallet's balance is the sum of its postings",
    6: "each transaction moves money between two accounts of one unit; paid commissions are posted",
    7: "each claim is one sale, counted once in the daily totals, and no job is left",
    8: "no tier pays more than promised; claimed and unclaimed codes are all codes",
}

CLAIMS = "SELECT code_no, person_id, amount_fen FROM rewards_claim WHERE brand_id = %(brand)s"
STATEMENTS: dict[int, dict[str, str]] = {
    1: {
        "several claims of code": """
            SELECT code_no, count(*) FROM rewards_claim WHERE brand_id = %(brand)s
            GROUP BY code_no, share_no HAVING count(*) > 1""",
    },
    4: {
        "claim and prize differ": """
            SELECT c.cause, c.person_id, c.fen, p.person_id, p.fen FROM (
              SELECT 'claim:' || code_no || ':' || share_no AS cause, person_id, amount_fen AS fen
              FROM rewards_claim WHERE brand_id = %(brand)s AND amount_fen > 0) c
            FULL JOIN (
              SELECT t.cause, a.party_id AS person_id, sum(p.amount) AS fen FROM ledger_posting p
              JOIN ledger_transaction t ON t.brand_id = p.brand_id AND t.id = p.transaction_id
              JOIN ledger_account a ON a.brand_id = p.brand_id AND a.id = p.destination_id
              WHERE p.brand_id = %(brand)s AND p.reason = 'prize' AND a.kind = 'wallet'
              GROUP BY t.cause, a.party_id) p ON p.cause = c.cause AND p.person_id = c.person_id
            WHERE c.fen IS DISTINCT FROM p.fen""",
    },
    5: {
        "balance and postings differ": """
            SELECT a.party_id, a.balance, coalesce(sum(moved.fen), 0) FROM ledger_account a
            LEFT JOIN (
              SELECT destination_id AS id, amount AS fen FROM ledger_posting WHERE brand_id = %(brand)s
              UNION ALL SELECT source_id, -amount FROM ledger_posting WHERE brand_id = %(brand)s
            ) moved ON moved.id = a.id
            WHERE a.brand_id = %(brand)s AND a.kind = 'wallet'
            GROUP BY a.id, a.party_id, a.balance HAVING a.balance <> coalesce(sum(moved.fen), 0)""",
    },
    6: {
        "posting is no move between two accounts of one unit": """
            SELECT p.id FROM ledger_posting p
            LEFT JOIN ledger_account s ON s.brand_id = p.brand_id AND s.id = p.source_id
            LEFT JOIN ledger_account d ON d.brand_id = p.brand_id AND d.id = p.destination_id
            WHERE p.brand_id = %(brand)s AND (p.amount <= 0 OR s.id IS NULL OR d.id IS NULL OR s.id = d.id
              OR s.unit <> p.unit OR d.unit <> p.unit)""",
        "transaction without postings": """
            SELECT t.cause FROM ledger_transaction t WHERE t.brand_id = %(brand)s AND NOT EXISTS (
              SELECT FROM ledger_posting p WHERE p.brand_id = t.brand_id AND p.transaction_id = t.id)""",
        "commission and posting differ": """
            SELECT c.cause, c.reason, c.fen, p.fen FROM (
              SELECT source || ':' || source_id AS cause, role || '_commission' AS reason, amount_fen AS fen
              FROM commissions_commission WHERE brand_id = %(brand)s AND outcome = 'paid') c
            FULL JOIN (
              SELECT t.cause, p.reason, sum(p.amount) AS fen FROM ledger_posting p
              JOIN ledger_transaction t ON t.brand_id = p.brand_id AND t.id = p.transaction_id
              WHERE p.brand_id = %(brand)s AND p.reason LIKE '%%\\_commission'
              GROUP BY t.cause, p.reason) p ON p.cause = c.cause AND p.reason = c.reason
            WHERE c.fen IS DISTINCT FROM p.fen""",
    },
    7: {
        "claims and sales differ": """
            SELECT c.source_id, s.source_id FROM (
              SELECT code_no || ':' || share_no AS source_id, person_id FROM rewards_claim
              WHERE brand_id = %(brand)s) c
            FULL JOIN (
              SELECT source_id, person_id FROM attribution_sale WHERE brand_id = %(brand)s AND source = 'claim'
            ) s ON s.source_id = c.source_id AND s.person_id = c.person_id
            WHERE c.source_id IS NULL OR s.source_id IS NULL""",
        "daily total is not the number of sales": """
            SELECT t.party_kind, t.party_id, t.day, t.sales, s.sales FROM (
              SELECT party_kind, party_id, day, sales FROM attribution_day_total WHERE brand_id = %(brand)s) t
            FULL JOIN (
              SELECT party_kind, party_id, day, count(*) AS sales FROM (
                SELECT 'dealer' AS party_kind, dealer_id AS party_id,
                  (at AT TIME ZONE 'Asia/Shanghai')::date AS day
                FROM attribution_sale WHERE brand_id = %(brand)s
                UNION ALL SELECT 'terminal', terminal_id, (at AT TIME ZONE 'Asia/Shanghai')::date
                FROM attribution_sale WHERE brand_id = %(brand)s AND terminal_id IS NOT NULL) served
              GROUP BY party_kind, party_id, day
            ) s ON s.party_kind = t.party_kind AND s.party_id = t.party_id AND s.day = t.day
            WHERE t.sales IS DISTINCT FROM s.sales""",
        "job left": "SELECT cause, attempts, error FROM kit_job WHERE brand_id = %(brand)s",
    },
    8: {
        "tier overdrawn, or another amount": """
            SELECT c.campaign_id, c.tier_no, count(*), t.count FROM rewards_claim c
            LEFT JOIN campaigns_tier t ON t.brand_id = c.brand_id AND t.campaign_id = c.campaign_id
              AND t.position = c.tier_no
            WHERE c.brand_id = %(brand)s AND c.tier_no IS NOT NULL
            GROUP BY c.campaign_id, c.tier_no, t.count, t.amount_fen
            HAVING count(*) > coalesce(t.count, 0) OR bool_or(c.amount_fen IS DISTINCT FROM t.amount_fen)""",
        "claims and codes of a campaign do not add up": """
            SELECT k.id, k.codes, count(c.code_no), count(DISTINCT c.code_no), count(DISTINCT c.rank)
            FROM campaigns_campaign k
            LEFT JOIN rewards_claim c ON c.brand_id = k.brand_id AND c.campaign_id = k.id
            WHERE k.brand_id = %(brand)s GROUP BY k.id, k.codes, k.first_no
            HAVING count(c.code_no) <> count(DISTINCT c.rank) OR count(c.code_no) <> count(DISTINCT c.code_no)
              OR bool_or(c.code_no < k.first_no OR c.code_no >= k.first_no + k.codes)""",
    },
}


def check(connection: Connection, *, brand_id: int, heard: Sequence[Heard]) -> dict[int, list[str]]:
    """What is wrong, by the number of the invariant; every list is empty when all is well.

    Run the outbox to idle before: invariant 7 counts what its jobs did. Wins of codes that no client of `heard`
    tried are compared with each other only.
    """
    found = {number: _from_tables(connection, brand_id, number) for number in INVARIANTS}
    claims: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for code_no, person_id, prize_fen in connection.execute(CLAIMS, {"brand": brand_id}):
        claims[code_no].append((person_id, prize_fen))
    for number, facts in _from_logs(claims, heard).items():
        found[number] += facts[:MOST_SHOWN]
    return found


def _from_tables(connection: Connection, brand_id: int, number: int) -> list[str]:
    return [
        f"{fact}: {', '.join(map(str, row))}"
        for fact, statement in STATEMENTS.get(number, {}).items()
        for row in connection.execute(f"{statement} LIMIT {MOST_SHOWN}", {"brand": brand_id})
    ]


def _from_logs(claims: Mapping[int, Sequence[tuple[int, int]]], heard: Iterable[Heard]) -> dict[int, list[str]]:
    told: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    refused: defaultdict[int, set[int]] = defaultdict(set)
    for answer in heard:
        if answer.prize_fen is None:
            refused[answer.code_no].add(answer.person_id)
        else:
            told[answer.code_no].add((answer.person_id, answer.prize_fen))
    tried = told.keys() | refused.keys()
    return {
        1: [
            f"code {code_no} was given to {sorted(told[code_no])}"
            for code_no in tried
            if len(told.get(code_no, ())) > 1
        ],
        2: [
            f"code {code_no}: told {sorted(told[code_no])}, kept {sorted(claims.get(code_no, ()))}"
            for code_no in tried
            if not told[code_no] <= set(claims.get(code_no, ()))
        ],
        3: [fact for code_no in tried for fact in _not_said(code_no, claims, told, refused)],
    }


def _not_said(
    code_no: int,
    claims: Mapping[int, Sequence[tuple[int, int]]],
    told: Mapping[int, set[tuple[int, int]]],
    refused: Mapping[int, set[int]],
) -> list[str]:
    """Wins that nobody was told of, and people who were sent away for a winner who does not exist."""
    winners = set(claims.get(code_no, ()))
    silent = winners - told.get(code_no, set())
    wrongly = {
        person_id
        for person_id in refused.get(code_no, ())
        if not any(winner != person_id for winner, _ in winners)
    }
    return [f"code {code_no}: nobody heard that {winner} won" for winner in sorted(silent)] + [
        f"code {code_no}: {person_id} was refused, but nobody else has it" for person_id in sorted(wrongly)
    ]
