"""The H5 entries built into ``h5/dist``: their pages with the brand's facts filled in, their assets for ever."""

import functools
import re
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_from_directory
from markupsafe import escape

BUILT = Path(__file__).resolve().parents[2] / "h5" / "dist"
PLACEHOLDER = "<!--malu-->"
HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.\w+$")
ONE_YEAR = 31_536_000
blueprint = Blueprint("pages", __name__)
blueprint.audience = "operations"  # type: ignore[attr-defined]  # read by the factory's guards


def policy(script_origin: str, nonce: str | None = None) -> str:
    """The content security policy of a page; ``script_origin`` is where the JS-SDK comes from."""
    scripts = f"'self' {script_origin}" + (f" 'nonce-{nonce}'" if nonce else "")
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' {script_origin}; "
        "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


@functools.cache
def built_for_scans(name: str, *, entry: str = "scan") -> str:
    """A file of an entry, for pages that carry their style and script with them; read once per process."""
    return (BUILT / entry / name).read_text(encoding="utf-8")


def entry_page(entry: str, facts: dict[str, str]) -> Response:
    """The page of an entry with ``facts`` as ``<meta>`` elements; 503 while it has not been built."""
    page = BUILT / entry / "index.html"
    if not page.is_file():
        abort(503, description="The H5 has not been built: run ./malu run")
    metas = "".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in facts.items())
    response = Response(page.read_text(encoding="utf-8").replace(PLACEHOLDER, metas, 1), mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = policy(current_app.config["MALU_SCRIPT_ORIGIN"])
    return response


@blueprint.get("/api/docs")
def docs() -> Response:
    """浏览接口文档"""
    return entry_page("docs", {})


@blueprint.get("/h5/<path:name>")
def asset(name: str) -> Response:
    """H5 静态文件"""
    response = send_from_directory(BUILT, name, max_age=ONE_YEAR if HASHED.search(name) else 60)
    response.headers.setdefault("Cache-Control", "public, max-age=60")
    return response


def serve(app: Flask) -> None:
    app.register_blueprint(blueprint)
