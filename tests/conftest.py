"""How all tests are run: the same examples every time, one thread a process, and the long ones first."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

# Tests run side by side, so threads within one only get in each other's way. OpenBLAS reads this when numpy
# is first imported; processes that tests start inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile(
    "same everywhere",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same everywhere")

# Pages are put together in Python on a machine that has other work besides.
expect.set_options(timeout=20_000)
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The one that takes longest first: whatever is begun last should be short, or one core waits for the other.
LONG = (
    "tests/analysis/estimates/test_recovery.py",
    "tests/browser",
    "tests/bip/assets/test_in_browser.py",
    "tests/bip/test_analyse_command.py",
    "tests/bip/research/test_export_properties.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first; the order within a module stays, and with it what its tests share."""
    items.sort(key=lambda item: _turn(item.path.relative_to(config.rootpath)))


def _turn(path: Path) -> int:
    within = {path.as_posix(), *(parent.as_posix() for parent in path.parents)}
    return next((turn for turn, long in enumerate(LONG) if long in within), len(LONG))


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not go through it over and over."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Libraries that count what is left at the end find it collected."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one a process: Playwright bears no second. Without it: the remedy."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("there is no chromium on this machine; remedy: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        browser.close()
