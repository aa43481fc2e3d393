"""The same gunicorn, Flask, marshmallow and psycopg without a product: what the product is compared with.

As bare as it can be: one connection for each thread, no pool, no session, no brand, no headers, no metrics.
"""

import os
import threading
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, request
from marshmallow import Schema, fields, validate

TABLES = """
CREATE SCHEMA bare;
CREATE TABLE bare.written (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL,
  person_id bigint NOT NULL, amount_fen int NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE bare.known (id bigint PRIMARY KEY, tier text NOT NULL, amount_fen int NOT NULL,
  at timestamptz NOT NULL);
INSERT INTO bare.known SELECT n, 'third', n % 100, now() FROM generate_series(1, {rows}) AS n;
ANALYZE bare.known;
"""
INSERT = "INSERT INTO bare.written (code, person_id, amount_fen) VALUES (%s, %s, %s) RETURNING id"
SELECT = "SELECT id, tier, amount_fen, at FROM bare.known WHERE id = %s"
Connection = psycopg.Connection[tuple[Any, ...]]


class RowSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(min=1, max=64))
    person_id = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True, validate=validate.Range(min=0))


app = Flask("bare", static_folder=None)
schema = RowSchema()
_local = threading.local()


def _connection(*, autocommit: bool) -> Connection:
    """A writer's connection commits by hand; a reader's has no transaction to begin and end."""
    name = "reader" if autocommit else "writer"
    made: Connection | None = getattr(_local, name, None)
    if made is None:
        address = os.environ["DATABASE_URL"].replace("+psycopg", "", 1)
        made = psycopg.connect(address, autocommit=autocommit)
        setattr(_local, name, made)
    return made


@app.get("/hello")
def hello() -> Response:
    return Response("ok\n", mimetype="text/plain")


@app.post("/rows")
def insert() -> Response:
    """Validate, insert one row, commit."""
    row = schema.load(request.get_json())
    connection = _connection(autocommit=False)
    written = connection.execute(INSERT, (row["code"], row["person_id"], row["amount_fen"])).fetchone()
    connection.commit()
    return jsonify({"id": str(written[0]) if written else None, "amount_fen": row["amount_fen"]})


@app.get("/rows/<int:number>")
def read(number: int) -> Response:
    """One indexed read."""
    found = _connection(autocommit=True).execute(SELECT, (number,)).fetchone()
    if found is None:
        return Response(status=404)
    return jsonify({"id": str(found[0]), "tier": found[1], "amount_fen": found[2], "at": found[3].isoformat()})
