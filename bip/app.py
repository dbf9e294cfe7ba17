"""The application: its services, its guards, and every concern's pages."""

from pathlib import Path

from flask import Flask

from bip.admin.routes import admin
from bip.assets import assets
from bip.auth.routes import auth
from bip.auth.security import secure
from bip.bulk.routes import bulk
from bip.casework.routes import casework
from bip.clock import Clock, SystemClock
from bip.collect.aside import aside
from bip.collect.files import files
from bip.collect.inbox import inbox
from bip.collect.routes import collect
from bip.conversation.routes import conversation
from bip.corrections.routes import corrections
from bip.followup.routes import followup
from bip.headers import protect
from bip.kiosk.guard import keep_to_participants
from bip.kiosk.routes import kiosk
from bip.limits import Tries
from bip.localisation import speak
from bip.overview.routes import overview
from bip.participants.routes import participants
from bip.research.routes import research
from bip.rounds.routes import rounds
from bip.services import EXTENSION, Services
from bip.sessions import CookieSessions
from bip.settings import Settings
from bip.site import furnish
from bip.store.cipher import Cipher
from bip.store.schema import require_newest
from bip.store.session import Store
from bip.worklist.routes import worklist

TEMPLATES = Path(__file__).parents[1] / "templates"
# Forms here are small; nothing that people send needs more.
MAX_REQUEST_BYTES = 1_000_000
BLUEPRINTS = (
    admin,
    aside,
    assets,
    auth,
    bulk,
    casework,
    collect,
    conversation,
    corrections,
    files,
    followup,
    inbox,
    kiosk,
    overview,
    participants,
    research,
    rounds,
    worklist,
)


def create_app(settings: Settings, clock: Clock | None = None, processes: int = 1) -> Flask:
    """The application on an existing, up-to-date database, in one of so many processes that share the work.

    Raises StoreError where the database is not at the revision that this version needs.
    """
    store = Store(settings.database_url)
    require_newest(store)
    app = Flask("bip", template_folder=str(TEMPLATES))
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    time, cipher = clock or SystemClock(settings.timezone), Cipher(settings.identity_key_bytes)
    installed = Services(settings, store, time, cipher, Tries(processes))
    app.extensions[EXTENSION] = installed
    protect(app)
    keep_to_participants(app)
    speak(app)
    secure(app, installed)
    app.session_interface = CookieSessions(app)
    furnish(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
