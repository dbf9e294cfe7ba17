"""A site of charts to open in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from analysis.report.write import write_report
from tests.analysis.report.examples import INDICATORS, MERGED, eleven, estimates, fits, results, study
from tests.bip.assets.site import make_site


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site stands while the tests run."""
    folder = tmp_path_factory.mktemp("site")
    both = [*estimates(INDICATORS), *estimates(INDICATORS, analysis="job_hazard_level")]
    shown = results(both, warnings=(MERGED,))
    report = study(eleven(), rounds=8, persons=80)
    write_report(report, shown, fits(), folder / "report.html", page=folder / "page.json")
    server = make_server("127.0.0.1", 0, make_site(folder / "page.json"), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client() -> FlaskClient:
    """The site without a browser."""
    return make_site().test_client()
