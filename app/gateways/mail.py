"""Posting letters by SMTP. What the server says is told apart: never, not now, or not there at all."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.domain.errors import MailDown
from app.domain.mail import Answer, Attachment, Letter, MailSettings, Outcome, Security

_TIMEOUT_S = 20.0
_LONGEST_ANSWER = 300
_CLOSING = 421  # RFC 5321: the server shuts the channel, whoever the letter is for
_POLICY = SMTP.clone(max_line_length=78)
_UTF8 = _POLICY.clone(utf8=True)


class SmtpPostman:
    """The `Postman` port. `trust` overrides which certificates are trusted, for tests."""

    def __init__(self, *, trust: ssl.SSLContext | None = None, timeout: float = _TIMEOUT_S) -> None:
        self._trust = trust
        self._timeout = timeout

    @contextmanager
    def open(self, settings: MailSettings, *, password: str | None) -> Iterator[SmtpPost]:
        """See the port."""
        server = self._connected(settings)
        try:
            _sign_in(server, settings, password)
            yield SmtpPost(server, settings)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self, settings: MailSettings) -> smtplib.SMTP:
        context = self._trust or ssl.create_default_context()
        host, port = settings.host, settings.port
        try:
            if settings.security is Security.TLS:
                return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=context)
            server = smtplib.SMTP(host, port, timeout=self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise _down(error) from error
        if settings.security is Security.STARTTLS:
            _protect(server, context)
        return server


class SmtpPost:
    """The `Post` port over one connection."""

    def __init__(self, server: smtplib.SMTP, settings: MailSettings) -> None:
        self._server = server
        self._settings = settings

    def send(self, letter: Letter) -> Answer:
        """See the port."""
        try:
            message = composed(letter, self._settings)
        except ValueError as error:  # an address no header can hold
            return Answer(Outcome.REFUSED, str(error)[:_LONGEST_ANSWER])
        try:
            self._server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            return self._not_taken(code, said)
        except smtplib.SMTPDataError as error:
            return self._not_taken(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:  # an address beyond ASCII
            return Answer(Outcome.REFUSED, str(error))
        except smtplib.SMTPSenderRefused as error:
            raise MailDown("sender", _said(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailDown("dropped", _words(error)) from error
        return Answer(Outcome.SENT)

    def _not_taken(self, code: int, words: bytes | str) -> Answer:
        said = _said(code, words)
        if code == _CLOSING:
            raise MailDown("unreachable", said)
        with suppress(OSError, smtplib.SMTPException):
            self._server.rset()
        return Answer(Outcome.REFUSED if code >= 500 else Outcome.POSTPONED, said)


def composed(letter: Letter, settings: MailSettings) -> EmailMessage:
    """The letter as a MIME message: plain text, HTML beside it, files after both. ValueError for an
    address that no header can hold."""
    user, _, domain = settings.sender_address.rpartition("@")
    message = EmailMessage(policy=_UTF8 if not letter.address.isascii() else _POLICY)
    message["From"] = Address(settings.sender_name, user, _ascii(domain))
    message["To"] = _address(letter)
    message["Subject"] = letter.words.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{_ascii(domain)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.words.text, cte="quoted-printable")
    message.add_alternative(letter.words.html, subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        _attach(message, attachment)
    return message


def _address(letter: Letter) -> Address:
    user, _, domain = letter.address.rpartition("@")
    if not user or not domain or any(sign.isspace() for sign in letter.address):
        raise ValueError(f"{letter.address!r} is no address")
    return Address(" ".join(letter.name.split()), user, _ascii(domain))


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.media.partition("/")
    message.add_attachment(
        attachment.body,
        maintype=main,
        subtype=sub,
        filename=attachment.name,
        params=dict(attachment.parameters),
    )


def _ascii(domain: str) -> str:
    """The domain as mail servers know it (punycode)."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"{domain!r} is no domain") from error


def _protect(server: smtplib.SMTP, context: ssl.SSLContext) -> None:
    try:
        server.starttls(context=context)
    except smtplib.SMTPNotSupportedError as error:
        server.close()
        raise MailDown("no_tls") from error
    except smtplib.SMTPResponseException as error:
        server.close()
        raise MailDown("no_tls", _said(error.smtp_code, error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise _down(error) from error


def _sign_in(server: smtplib.SMTP, settings: MailSettings, password: str | None) -> None:
    try:
        if settings.user:
            server.login(settings.user, password or "")
        else:
            server.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:
        raise MailDown("login", _said(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailDown("login", str(error)) from error
    except UnicodeError as error:  # a password the protocol cannot carry
        raise MailDown("login") from error
    except (OSError, smtplib.SMTPException) as error:
        raise _down(error) from error


def _down(error: Exception) -> MailDown:
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailDown("certificate", error.verify_message)
    return MailDown("unreachable", _words(error))


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return str(error)[:_LONGEST_ANSWER]


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:_LONGEST_ANSWER]
