"""Starting the work on a release outside the request."""

import os
import subprocess
import sys
from threading import Thread
from uuid import UUID

from bip.settings import Settings


def launch(settings: Settings, release_id: UUID) -> None:
    """Start the process that makes a release, and come back at once.

    What it has to say to the operator goes where this process's errors go.
    """
    process = subprocess.Popen(  # noqa: S603  # our own module and an id
        [sys.executable, "-m", "bip.release_command", str(release_id)],
        env={**os.environ, **settings.as_environment()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # Ending the server by hand does not end the work with it.
        start_new_session=True,
    )
    # Somebody has to take note of its end, or it stays in the table of processes.
    Thread(target=process.wait, name=f"release-{release_id}", daemon=True).start()
