"""Which level of pack a code number was minted for."""


def level_sql(code_no: str, *, brand_id: str = "%(brand_id)s") -> str:
    """A scalar subquery: the level of ``code_no``, or NULL when nobody minted it.

    Both arguments are SQL expressions written by us, never input. One index step, whatever the number of batches.
    """
    return (
        f"(SELECT CASE WHEN {code_no} < cb.hi THEN cb.level END"  # noqa: S608
        f" FROM codes_batch cb WHERE cb.brand_id = {brand_id} AND cb.lo <= {code_no}"
        " ORDER BY cb.lo DESC LIMIT 1)"
    )
