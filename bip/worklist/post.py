"""Handing a mail to the mail server. What goes wrong is said without a word of whom the mail was for."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from bip.settings import MailServer

TIMEOUT_S = 30


class UnsentError(Exception):
    """The mail was not taken; the message says why."""


class NoServerError(UnsentError):
    """No mail can be sent: the server is not there, or does not let us in."""


def send(server: MailServer, message: EmailMessage) -> None:
    """Return once the server has accepted the mail. Raises UnsentError where it has not."""
    with _connected(server) as connection:
        try:
            connection.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise UnsentError(_reason(error)) from None


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    try:
        connection = _connect(server)
    except (smtplib.SMTPException, OSError) as error:
        raise NoServerError(_reason(error)) from None
    try:
        _enter(connection, server)
        yield connection
    finally:
        # An accepted mail stays accepted, however the server says goodbye.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)


def _enter(connection: smtplib.SMTP, server: MailServer) -> None:
    """Encrypted and signed in, as the settings say."""
    try:
        if server.starttls:
            connection.starttls(context=ssl.create_default_context())
        if server.user and server.password:
            connection.login(server.user, server.password)
    except (smtplib.SMTPException, OSError) as error:
        raise NoServerError(_reason(error)) from None


def _reason(error: smtplib.SMTPException | OSError) -> str:
    """A server's own words may name the address, so only its code is told."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = sorted({str(code) for code, _ in error.recipients.values()})
            said = f"answered {', '.join(codes)}"
        case smtplib.SMTPResponseException():
            said = f"answered {error.smtp_code}"
        case smtplib.SMTPServerDisconnected():
            said = "broke off"
        case smtplib.SMTPNotSupportedError():
            said = "lacks what is needed: STARTTLS, signing in, or addresses beyond ASCII"
        case ssl.SSLCertVerificationError():
            said = f"shows a certificate that is not trusted ({error.verify_message})"
        case OSError():
            said = f"does not answer ({error.strerror or type(error).__name__})"
        case _:
            said = f"did not do as it should ({type(error).__name__})"
    return f"the mail server {said}"
