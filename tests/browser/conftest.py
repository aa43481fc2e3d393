"""A real browser with a fake camera, in front of the whole running product."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from app.kit.pages import BUILT
from tests.browser.camera import film_code
from tests.browser.stage import Stage, open_stage
from tests.conftest import Services, database_copy

PATIENCE_MS = 20_000
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def stage(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if not (BUILT / "scan" / "scan.js").is_file():
        pytest.fail("the pages are not built: run ./malu test, or npm run build in h5", pytrace=False)
    folder = tmp_path_factory.mktemp("stage")
    with (
        database_copy(services, f"malu_browser_{os.getpid()}") as database_url,
        open_stage(services, database_url, folder) as opened,
    ):
        yield opened


@dataclass(frozen=True, slots=True)
class Filmed:
    """The browser, and the case whose code its camera sees."""

    browser: Browser
    case: str


@pytest.fixture(scope="session")
def filmed(stage: Stage, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filmed]:
    case = stage.goods["cases"][1]
    film = film_code(
        tmp_path_factory.mktemp("camera") / "case.y4m", f"HTTP://{urlsplit(stage.url).netloc}/S/{case}"
    )
    camera = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET, *camera])
    expect.set_options(timeout=PATIENCE_MS)
    yield Filmed(browser, case)
    browser.close()


def find_chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("no Chromium: install it, or name one in CHROMIUM", pytrace=False)
    return found


@pytest.fixture
def new_page(filmed: Filmed) -> Iterator[NewPage]:
    """A page on a phone of its own; whatever it asks for must be on loopback, and nothing may go wrong in it."""
    with ExitStack() as phones:
        yield lambda **traits: phones.enter_context(watched_phone(filmed.browser, **traits)).new_page()


@contextmanager
def watched_phone(browser: Browser, **traits: object) -> Iterator[BrowserContext]:
    usual = {"viewport": PHONE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
    context = browser.new_context(**{**usual, **traits})
    context.set_default_timeout(PATIENCE_MS)
    hosts, wrongs = set(), []
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    context.on("weberror", lambda error: wrongs.append(str(error.error)))
    context.on("console", lambda said: wrongs.append(said.text) if "Content Security" in said.text else None)
    yield context
    context.close()
    assert hosts <= {"127.0.0.1", None}
    assert wrongs == []
