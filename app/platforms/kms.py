"""A key management service, over the smallest interface that any of them can be put behind.

`POST {url}/wrap` takes `{"plaintext": base64, "context": text}` and answers `{"ciphertext": base64}`;
`POST {url}/unwrap` takes `{"ciphertext": base64, "context": text}` and answers `{"plaintext": base64}`. The
context is authenticated with the key and never secret. Every request carries `Authorization: Bearer {token}`; a
refusal is any status but 200. A process asks once per master key, when it starts.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from http import HTTPStatus

from app.platforms.http import Call, NoAnswer, send


class KmsFailed(RuntimeError):
    """The KMS is silent, refuses, or answers nonsense; without it the secrets stay shut."""


@dataclass(frozen=True, slots=True)
class HttpKms:
    """A `kit.sealing.KeyWrapper` that asks a KMS over HTTPS."""

    url: str
    token: str = field(repr=False)

    def wrap(self, plain: bytes, *, context: str) -> bytes:
        return self._ask("wrap", "plaintext", plain, "ciphertext", context)

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes:
        return self._ask("unwrap", "ciphertext", wrapped, "plaintext", context)

    def _ask(self, what: str, given: str, value: bytes, wanted: str, context: str) -> bytes:
        body = json.dumps({given: base64.b64encode(value).decode(), "context": context}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            answer = send(Call("POST", f"{self.url.rstrip('/')}/{what}", body=body, headers=headers))
        except NoAnswer as silence:
            raise KmsFailed(f"the KMS does not answer: {silence.reason}") from silence
        if answer.status != HTTPStatus.OK:
            raise KmsFailed(f"the KMS refuses to {what}: status {answer.status}")
        try:
            return base64.b64decode(json.loads(answer.body)[wanted], validate=True)
        except (ValueError, LookupError, TypeError, binascii.Error) as error:
            raise KmsFailed("the KMS answers nonsense") from error
