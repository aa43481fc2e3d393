"""One-time links: a page that says what lies behind one, and the file itself. Whoever holds a link may come."""

from pathlib import Path
from typing import IO

from flask import Blueprint, Response, current_app, g, render_template, request, send_file

from app.codes import actions, errors, queries
from app.codes.models import DeliveryRow
from app.codes.pages.texts import link_texts
from app.kit import clock, files, http
from app.kit.errors import AppError, TooManyRequests
from app.kit.limits import Limit
from app.kit.transaction import transaction

links = Blueprint("code_links", __name__, template_folder="../pages")
links.audience = "public"  # type: ignore[attr-defined]  # read by the factory's guards
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@links.get("/d/<string:token>")
def show(token: str) -> Response:
    """下载页: 说明文件内容; 打开本页或预览链接不计次数"""
    try:
        with transaction(http.brand_id()) as session:
            row = actions.look_at_link(session, token=token, at=clock.now())
            batch = queries.batch_row(session, row.batch_id)
    except AppError as refusal:
        return _page(_counted(refusal).status, refusal=refusal.body(http.language())["error"])
    until = f"{row.expires_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    return _page(200, delivery=row, batch=batch, token=token, until=until)


@links.get("/d/<string:token>/file")
def download(token: str) -> Response:
    """下载文件: 每次计数并留下地址与时间; HEAD 只看不计"""
    at = clock.now()
    try:
        with transaction(http.brand_id()) as session:
            row = actions.look_at_link(session, token=token, at=at)
        file = _opened(row)
        if request.method != "HEAD":
            _count(token, file)
    except AppError as refusal:
        return _page(_counted(refusal).status, refusal=refusal.body(http.language())["error"])
    answer = send_file(
        file,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"codes-{(row.manifest or {})['batch']}{''.join(Path(actions.file_name(row)).suffixes)}",
        max_age=0,
        conditional=False,
        etag=False,
    )
    answer.headers["Content-Length"] = str(row.size)
    return answer


def _opened(row: DeliveryRow) -> IO[bytes]:
    """The file, held open so that nobody can take it away any more."""
    try:
        return files.path_of(http.brand_id(), actions.file_name(row)).open("rb")
    except FileNotFoundError as error:
        raise errors.LinkOver(reason="removed") from error


def _count(token: str, file: IO[bytes]) -> None:
    agent = request.headers.get("User-Agent", "")
    caller = actions.Caller(http.client_address(), http.address_hash(), agent)
    try:
        with transaction(http.brand_id()) as session:
            actions.take_file(session, token=token, caller=caller, at=clock.now())
    except AppError:
        file.close()
        raise


def _counted(refusal: AppError) -> AppError:
    """A link that does not exist is a guess, and guesses run out."""
    if isinstance(refusal, errors.UnknownLink):
        limit = Limit("codes.link", f"{current_app.config['MALU_GUESSES_PER_MINUTE']}/minute")
        try:
            http.limiter().require_locally(limit, http.client_address())
        except TooManyRequests as too_many:
            return too_many
    return refusal


def _page(status: int, **facts: object) -> Response:
    chosen = http.language()
    name = g.brand.name_en if chosen == "en" else g.brand.name
    text = render_template(
        "link.html", lang=chosen, t=link_texts(chosen), brand={"name": name, "color": g.brand.color}, **facts
    )
    response = Response(text, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    return response
