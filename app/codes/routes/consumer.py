"""The consumer's part of codes: the digits under the film. Scans themselves are a story of their own."""

from typing import Any

from flask import current_app

from app import identity
from app.codes import actions, errors, queries, schemas
from app.kit import clock, http
from app.kit.errors import TooManyRequests
from app.kit.limits import Limit
from app.kit.transaction import transaction

consumer = http.blueprint("code_security", __name__, "consumer")


@consumer.post("/codes/<string:text>/security")
@identity.anonymous
@http.contract(
    accepts=schemas.SecurityCodeSchema,
    returns=schemas.SecurityCheckSchema,
    errors=(errors.UnknownCode, errors.NoSecurityCode, TooManyRequests),
)
def check_security_code(*, text: str, digits: str) -> Any:
    """核对涂层下的 6 位防伪码; 每个码连续输错 5 次即锁定。"""
    limit = Limit("codes.security", f"{current_app.config['MALU_GUESSES_PER_MINUTE']}/minute")
    http.limiter().require_locally(limit, http.client_address())
    found = queries.read(http.brand_id(), text)
    if found is None:
        raise errors.UnknownCode
    at = clock.now()
    with transaction(http.brand_id()) as session:
        if found.state == queries.CodeState.INACTIVE:
            actions.note_leak(session, found, device=None, county=None, at=at)
        return actions.check_security_code(session, code_no=found.code_no, digits=digits, at=at)
