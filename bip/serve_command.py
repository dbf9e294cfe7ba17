"""`bip serve`: the application, for people to open."""

from __future__ import annotations

import gc
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from bip.addresses import STATIC

if TYPE_CHECKING:
    from bip.settings import Settings

MOST_WORKERS = 4
# Each tablet keeps a connection open.
MOST_CONNECTIONS = 4000
# Database, logs, libraries.
OTHER_FILES = 200
SWITCH_S = 0.0005
COLLECT_AFTER = 50_000
LOOK_S = 0.05
# What is being saved is finished; a page that takes longer is given up.
STOP_S = 10
KEPT_S = 365 * 24 * 3600
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@click.command("serve", short_help="Start the application.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option(
    "--workers",
    default=min(os.cpu_count() or 1, MOST_WORKERS),
    show_default="one for each processor, at most 4",
    type=click.IntRange(1),
    help="Processes that answer.",
)
@click.option(
    "--threads", default=4, show_default=True, type=click.IntRange(1), help="Requests at once in each."
)
@click.option(
    "--trusted-proxy",
    metavar="ADDRESS",
    help="The address from which the proxy in front asks; its X-Forwarded-For tells who is behind.",
)
def serve(host: str, port: int, workers: int, threads: int, trusted_proxy: str | None) -> None:
    """Start the application and keep it running until Ctrl-C.

    The settings come from the environment; without them it says how to make them. People reach it under
    BIP_BASE_URL: in use that is the HTTPS address of the proxy in front.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from bip.settings import Settings

    settings = Settings.from_environment()
    _require_usable(settings, host, port)
    _allow_connections()
    # A process that is forked may wait for ever for a lock that a thread held at that moment.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "bip",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=threads,
        backpressure=MOST_CONNECTIONS,
        # One that was killed, say for want of memory, is started again.
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        log_level=LogLevels.error,
        static_path_route=["/static"],
        static_path_mount=[STATIC],
        static_path_expires=KEPT_S,
    )

    words = f"BIP runs on http://{host}:{port}. People open {settings.base_url}. Stop it with Ctrl-C."
    server.on_startup(Thread(target=_say_when_up, args=(host, port, words), daemon=True).start)
    server.serve(target_loader=partial(application, settings, workers, trusted_proxy), wrap_loader=False)


def application(settings: Settings, workers: int, trusted_proxy: str | None) -> Application:
    """What one of the processes answers with."""
    from urllib.parse import urlsplit

    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    from bip.app import create_app

    # A thread that comes back from the disk would wait five milliseconds for each that computes, and holds
    # the write lock meanwhile.
    sys.setswitchinterval(SWITCH_S)
    # The server copies the environment into that of every request.
    for secret in ("BIP_SECRET_KEY", "BIP_IDENTITY_KEY", "BIP_DATABASE_URL", "BIP_SMTP_URL"):
        os.environ.pop(secret, None)
    app = create_app(settings, processes=workers)
    # What is there now stays: it need not be looked through for garbage again and again. A request makes
    # thousands of objects that go by themselves, so the next look comes after many of them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    # The proxy in front speaks HTTPS, so addresses and cookies are made for what people see.
    scheme = urlsplit(settings.base_url).scheme

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401  # WSGI's callable
        return app({**environ, "wsgi.url_scheme": scheme}, start)

    if trusted_proxy is None:
        return answer
    proxied: Application = wrap_wsgi_with_proxy_headers(answer, [trusted_proxy])
    return proxied


def _require_usable(settings: Settings, host: str, port: int) -> None:
    """Refuse with a remedy here, before there are processes to tell of it."""
    from bip.db_command import errors_in_words
    from bip.store.schema import require_newest
    from bip.store.session import Store

    with errors_in_words():
        store = Store(settings.database_url)
        require_newest(store)
        # A connection may not be shared with the processes that are started from here.
        store.close()
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise click.ClickException(
            f"Nothing can listen on {host}:{port}: {error.strerror}. "
            "Remedy: stop what uses it, or name another with --port or --host"
        ) from None


def _say_when_up(host: str, port: int, words: str) -> None:
    """Once somebody answers: the processes take a moment."""
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_S)
        else:
            click.echo(words)
            return


def _allow_connections() -> None:
    """As many as the system allows."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < allowed:
        wanted = allowed if hard == resource.RLIM_INFINITY else min(allowed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
