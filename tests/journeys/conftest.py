"""WeChat, played by the sandbox, and a brand that is registered there."""

import pytest

from app import tenancy
from tests.builders.wechat import Registered, use_sandbox
from tests.sandbox.process import start_sandbox


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def wechat(sandbox_process, brand):
    before = tenancy.endpoints()
    use_sandbox(sandbox_process)
    sandbox_process.control("POST", "reset")
    yield Registered(sandbox_process, brand)
    tenancy.use_endpoints(before)
