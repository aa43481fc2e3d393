"""Talking to WeChat about its codes: always between two transactions, never inside one.

What was done is a row or a file that appears whole, so any of these jobs may die anywhere and run again.
"""

from collections.abc import Iterator
from datetime import datetime

from app.codes.actions import markets as actions
from app.codes.errors import MarketCountDiffers
from app.codes.models import MarketActivationRow
from app.codes.queries import batch
from app.codes.queries import markets as queries
from app.codes.rules import markets as rules
from app.kit import files
from app.kit.shared_tokens import shared_tokens
from app.kit.transaction import transaction
from app.platforms import PackageExpired, PlatformBusy, PlatformRefused, TokenRejected
from app.platforms.wechat import CodeRange, CodeTerms, MarketCodes, open_package, read_rows

BATCH = 20


def apply_market_codes(*, brand_id: int, market_id: int, at: datetime) -> None:
    """Ask WeChat to make the codes of a batch; asking again under the same id is the same application."""
    with transaction(brand_id) as session:
        row = queries.market_row(session, market_id)
        wanted = batch(session, row.batch_id)
    if row.state != "requested":
        return
    isv, count = f"malu-{brand_id}-{market_id}", wanted.hi - wanted.lo
    try:
        application_id = _market(brand_id, row.app_id).apply(count=count, isv_application_id=isv)
    except PlatformRefused as refusal:
        _note_refusal(brand_id, market_id, refusal)
        raise
    with transaction(brand_id) as session:
        actions.note_applied(session, market_id=market_id, application_id=application_id, at=at)


def check_market_codes(*, brand_id: int, at: datetime) -> None:
    """Ask how open applications stand, a bounded batch at a time; stop while WeChat is silent."""
    with transaction(brand_id) as session:
        due = actions.lease_due_markets(session, at=at, limit=BATCH)
    for row in due:
        try:
            standing = _market(brand_id, row.app_id).query(queries.number_of(row))
        except PlatformBusy:
            return
        except PlatformRefused as refusal:
            _note_refusal(brand_id, row.id, refusal)
            continue
        if standing.finished:
            with transaction(brand_id) as session:
                actions.note_finished(session, market_id=row.id, ranges=standing.ranges, at=at)


def fetch_market_codes(*, brand_id: int, market_id: int, at: datetime) -> None:
    """Fetch the files that are not here yet and build the map of raw codes; minutes for millions."""
    with transaction(brand_id) as session:
        row = queries.market_row(session, market_id)
        runs, lo = queries.runs_of(session, market_id), batch(session, row.batch_id).lo
        key = queries.market_key(session, row.app_id)
    if row.state == "finished":
        market = _market(brand_id, row.app_id)
        for run in runs:
            if not files.path_of(brand_id, queries.table_name(market_id, run.start)).exists():
                package = _download(market, queries.number_of(row), CodeRange(run.start, run.end))
                _keep(brand_id, market_id, run, package, key, lo=lo)
        _write_map(brand_id, market_id, runs)
        with transaction(brand_id) as session:
            actions.note_ready(session, market_id=market_id, at=at)
    for run in runs:  # also when an earlier run died right here
        files.remove(brand_id, queries.table_name(market_id, run.start))


def activate_market_codes(*, brand_id: int, activation_id: int, at: datetime) -> None:
    """Let a range open its page; what WeChat has activated already is not sent again."""
    with transaction(brand_id) as session:
        wanted = queries.activation_row(session, activation_id)
        row = queries.market_row(session, wanted.market_id)
        runs = queries.runs_of(session, row.id)
    if wanted.state != "requested":
        return
    market, errcode = _market(brand_id, row.app_id), None
    try:
        for start, end in rules.indexes_of(runs, wanted.lo, wanted.hi):
            _activate(market, queries.number_of(row), CodeRange(start, end), _terms(wanted))
    except TokenRejected:
        raise
    except PlatformRefused as refusal:
        errcode = int(refusal.details["errcode"])
    with transaction(brand_id) as session:
        actions.note_activation(session, activation_id=activation_id, errcode=errcode, at=at)


def _market(brand_id: int, app_id: str) -> MarketCodes:
    """Under the account that applied: no other one knows the application."""
    with transaction(brand_id) as session:
        account = queries.market_account(session, app_id)
    return MarketCodes(account, shared_tokens())


def _note_refusal(brand_id: int, market_id: int, refusal: PlatformRefused) -> None:
    with transaction(brand_id) as session:
        actions.note_market_refusal(session, market_id=market_id, errcode=refusal.details.get("errcode"))


def _download(market: MarketCodes, application_id: int, part: CodeRange) -> str:
    """WeChat throws old files away, and makes them anew when it is asked about the application."""
    try:
        return market.download(application_id, part)
    except PackageExpired:
        market.query(application_id)
        return market.download(application_id, part)


def _keep(brand_id: int, market_id: int, run: rules.IndexRun, package: str, key: bytes, *, lo: int) -> None:
    """The file as it came, for the printer, and its records for the map: theirs is the last word that it is here.

    A file that does not open, or is not what its range says, leaves nothing behind.
    """
    rows = read_rows(open_package(package, key), CodeRange(run.start, run.end))
    try:
        table = rules.table_of(((row.code, run.number_of(row.index) - lo) for row in rows), run.size)
    except ValueError as error:
        raise MarketCountDiffers(code_start=run.start) from error
    with files.writing(brand_id, queries.package_name(market_id, run.start)) as file:
        file.write(package.encode())
    with files.writing(brand_id, queries.table_name(market_id, run.start)) as file:
        file.write(table.tobytes())


def _write_map(brand_id: int, market_id: int, runs: tuple[rules.IndexRun, ...]) -> None:
    tables = [queries.read_table(brand_id, queries.table_name(market_id, run.start)) for run in runs]
    with files.writing(brand_id, queries.map_name(market_id)) as file:
        for table in _sorted(tables):
            file.write(table.tobytes())


def _sorted(tables: list[rules.Table]) -> Iterator[rules.Table]:
    try:
        yield from rules.sorted_tables(tables)
    except rules.TwinCodes as error:
        raise MarketCountDiffers from error


def _activate(market: MarketCodes, application_id: int, codes: CodeRange, terms: CodeTerms) -> None:
    """An earlier try may have succeeded unheard, so WeChat is asked before it is told."""
    try:
        known = market.find(application_id, codes.start)
    except TokenRejected:
        raise
    except PlatformRefused:
        known = None
    if known is None or (known.activated, known.activity_name) != (codes, terms.activity_name):
        market.activate(application_id, codes, terms)


def _terms(row: MarketActivationRow) -> CodeTerms:
    return CodeTerms(
        row.activity_name,
        row.product_brand,
        row.product_title,
        row.product_code,
        row.wxa_app_id,
        row.wxa_path,
    )
