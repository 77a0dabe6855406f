"""A real mail server on this computer that keeps what it takes and says what a test wants it to say."""

import socket
import ssl
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from app.domain.mail import MailSettings, Security

SENDER = "box.office@lanternhaus.example"


class Mailbox:
    """Takes letters; `answers` maps a recipient to what it is told, at RCPT or (with "data ") at DATA.

    The answer "drop" closes the connection instead.
    """

    def __init__(self):
        self.raw = []
        self.answers = {}
        self.sender_answer = ""
        self.drop_after_taking = False
        self.wants_sign_in = False

    @property
    def letters(self):
        return [message_from_bytes(raw, policy=default) for raw in self.raw]

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.wants_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, "")
        if answer and not answer.startswith("data "):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.get(envelope.rcpt_tos[0], "").removeprefix("data ")
        if answer == "drop":
            server.transport.close()
            return "250 nobody hears this"
        if answer:
            return answer
        self.raw.append(envelope.original_content)
        if self.drop_after_taking:
            server.transport.close()
        return "250 taken"


class _Tls(Controller):
    """Protected from the first byte."""

    def factory(self):
        return SMTP(self.handler, **self.SMTP_kwargs)


def authority():
    """A certificate authority, the server's context, and a context that trusts it."""
    ca = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(serving)
    trusting = ssl.create_default_context()
    ca.configure_trust(trusting)
    return serving, trusting


@contextmanager
def mail_server(*, security=Security.NONE, context=None, password=None, port=0, mailbox=None):
    """A mailbox and the settings that reach it, while the server runs."""
    mailbox, port = mailbox or Mailbox(), port or free_port()
    options = {"enable_SMTPUTF8": True}
    if password is not None:
        options["authenticator"] = _Door(password)
        mailbox.wants_sign_in = True
        # aiosmtpd knows of its own protection only when it came by STARTTLS
        options["auth_require_tls"] = security is Security.STARTTLS
    if security is Security.TLS:
        server = _Tls(mailbox, hostname="127.0.0.1", port=port, ssl_context=context, **options)
    elif security is Security.STARTTLS:
        server = Controller(
            mailbox,
            hostname="127.0.0.1",
            port=port,
            tls_context=context,
            require_starttls=True,
            **options,
        )
    else:
        server = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield mailbox, settings(port, security)
    finally:
        server.stop()


def free_port():
    """A port nobody listens at just now."""
    with socket.socket() as looking:
        looking.bind(("127.0.0.1", 0))
        return looking.getsockname()[1]


def settings(port, security=Security.NONE, **changes):
    values = {
        "host": "127.0.0.1",
        "port": port,
        "security": security,
        "sender_name": "Lanternhaus",
        "sender_address": SENDER,
    }
    return MailSettings(**values | changes)


class _Door:
    def __init__(self, password):
        self._password = password

    def __call__(self, server, session, envelope, mechanism, data):
        right = data.password.decode() == self._password
        return AuthResult(success=right, handled=right)


def parts(message):
    """Media type -> contents, of everything in a letter."""
    found = {}
    for part in message.walk():
        if not part.is_multipart():
            content = part.get_content()
            if isinstance(content, str):
                content = content.replace("\r\n", "\n")
            found.setdefault(part.get_content_type(), []).append(content)
    return found
