"""`bip serve`: the application, for people to open."""

from __future__ import annotations

import logging
import sys

import click

FEWEST_CONNECTIONS, MOST_CONNECTIONS = 100, 4000
# Database, logs, libraries.
OTHER_FILES = 200
SWITCH_S = 0.0005


@click.command("serve", short_help="Start the application.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1), help="Requests at once.")
@click.option(
    "--trusted-proxy",
    metavar="ADDRESS",
    help="The address from which the proxy in front asks; its X-Forwarded-For tells who is behind.",
)
def serve(host: str, port: int, threads: int, trusted_proxy: str | None) -> None:
    """Start the application and keep it running until Ctrl-C.

    The settings come from the environment; without them it says how to make them. People reach it under
    BIP_BASE_URL: in use that is the HTTPS address of the proxy in front.
    """
    from urllib.parse import urlsplit

    from waitress.server import create_server

    from bip.app import create_app
    from bip.db_command import errors_in_words
    from bip.settings import Settings

    settings = Settings.from_environment()
    with errors_in_words():
        app = create_app(settings)
    try:
        # The proxy in front speaks HTTPS, so addresses and cookies are made for what people see.
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            connection_limit=_most_connections(),
            asyncore_use_poll=True,  # select() knows no connection beyond the 1,024th
            url_scheme=urlsplit(settings.base_url).scheme,
            clear_untrusted_proxy_headers=True,
            **_behind(trusted_proxy),
        )
    except OSError as error:
        raise click.ClickException(
            f"Nothing can listen on {host}:{port}: {error.strerror}. "
            "Remedy: stop what uses it, or name another with --port or --host"
        ) from None
    # A thread that comes back from the disk would wait five milliseconds for each that computes, and holds
    # the write lock meanwhile.
    sys.setswitchinterval(SWITCH_S)
    # One line for each request that waits its turn: a room of tablets is no fault.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    click.echo(f"BIP runs on http://{host}:{port}. People open {settings.base_url}. Stop it with Ctrl-C.")
    server.run()


def _most_connections() -> int:
    """As many as the system allows: each tablet keeps one open, and waitress alone takes no more than 100."""
    try:
        import resource
    except ImportError:  # not on Windows
        return MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= MOST_CONNECTIONS + OTHER_FILES:
        return MOST_CONNECTIONS
    allowed = MOST_CONNECTIONS + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        allowed = min(allowed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - OTHER_FILES, FEWEST_CONNECTIONS)


def _behind(trusted_proxy: str | None) -> dict[str, object]:
    """Whose word on the asker's address waitress takes; nobody's without a proxy."""
    if trusted_proxy is None:
        return {}
    return {"trusted_proxy": trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for"}}
