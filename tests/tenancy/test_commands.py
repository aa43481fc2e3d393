from flask import Flask

from app import tenancy
from tests.conftest import TestBrand


def test_a_brand_can_be_founded_from_the_command_line(app: Flask, brand: TestBrand) -> None:
    host = f"cli.{brand.host}"
    words = ["brand", "add", "--slug", f"c{brand.id}", "--name", "新", "--name-en", "New", "--host", host]
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output
    assert tenancy.brand_for_host(host).id == int(result.output)
