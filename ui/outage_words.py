"""The words for everything outside that does not answer: database, files, keyring, mail server, terminal.
The part of `ui/errors.py` that belongs to no rule of ours."""

from __future__ import annotations

from app.domain import errors
from ui.i18n import tr

_DATABASE = {
    "missing": "The database {where} is not there. Check the address, or start without --database.",
    "read_only": "The database {where} can only be read. Ask for write access to the file and its"
    " folder, then start again.",
    "not_a_database": "The file {where} is not a Houselights database. Choose another file.",
    "corrupt": "The database {where} is damaged. Stop selling and restore the latest back-up.",
    "locked": "Another program is holding the database {where}. Close it, then try again.",
    "disk_full": "The disk is full, so nothing was saved. Free some space, then try again.",
    "no_answer": "The shared house {where} does not answer. Check the network, then try again.",
    "refused": "The shared house {where} refused this station's name or password. Check the"
    " settings of the station.",
    "old_sqlite": "This computer's SQLite {where} is too old to be safe. Install Houselights again"
    " with ./run --setup.",
    "foreign": "The database {where} belongs to another program. Choose another one.",
    "bad_url": "The address {where} is not one of a database. Write sqlite:///FILE or"
    " postgresql://USER@HOST/NAME.",
    "unprotected": "The way to the shared house {where} is not protected. Add ?sslmode=verify-full and, for"
    " a certificate of your own, &sslrootcert=FILE to its address.",
    "certificate": "The shared house {where} did not prove who it is, so nothing was sent. Check its name,"
    " and give the certificate of who vouches for it with ?sslrootcert=FILE.",
    "no_tls": "The shared house {where} offers no protected way in. Whoever looks after its server must"
    " turn ssl on there.",
    "analyst": "This login of {where} only reads figures. Open the house with the login of a station.",
    "other": "The database {where} failed in a way we do not know. Try again; if it stays, the log"
    " has the details.",
}

_FILE = {
    "missing": "There is no file {path}. Check the name, then try again.",
    "read_only": "The file {path} cannot be written. Choose another folder, or ask for access.",
    "refused": "The file {path} may not be opened. Choose another file, or ask for access.",
    "exists": "The file {path} is there already. Choose another name, or move it away first.",
    "is_folder": "The path {path} is a folder. Name a file in it.",
    "corrupt": "The file {path} is damaged. Use another copy.",
    "locked": "Another program is holding {path}. Close it, then try again.",
    "disk_full": "The disk is full, so {path} was not written. Free some space, then try again.",
    "not_a_database": "The file {path} is not a Houselights back-up. Choose another file.",
    "not_text": "The file {path} is not readable text. Save it as UTF-8, then try again.",
    "other": "The file {path} cannot be used. Check the file, then try again.",
}

_SECRETS = {
    "none": "This computer has no keyring to keep secrets in, so they are asked for each time.",
    "not_trusted": "This computer's keyring would keep secrets readable in a file. It is not used, so"
    " they are asked for each time.",
    "locked": "The keyring of this computer is locked. Unlock it, then try again.",
    "failed": "The keyring of this computer does not answer, so secrets are asked for each time.",
}

_MAIL = {
    "unreachable": "The mail server does not answer. Letters wait and are sent once it does.",
    "certificate": "The mail server's certificate is not trusted, so nothing was sent.",
    "no_tls": "The mail server offers no protected connection. Choose TLS, or ask who runs it.",
    "login": "The mail server does not accept this user and password. Check the mail settings.",
    "sender": "The mail server does not accept the house as a sender. Check the mail settings.",
    "dropped": "The mail server cut the connection. Letters wait and are tried again.",
    "refused": "The mail server does not accept this letter. Check the address.",
    "not_set_up": "The house has not set up its mail yet. Fill in the mail settings first.",
    "password": "The password of the mail account is not known. Type it in the mail settings.",
}


def outage_words(error: errors.Unavailable) -> str:
    """What is away and the remedy; TypeError for a class nobody has written words for."""
    match error:
        case errors.DatabaseUnavailable(reason, where):
            return _joined(_DATABASE.get(reason, _DATABASE["other"]), where=where)
        case errors.DatabaseTooNew(revision):
            text = (
                "This database belongs to a newer Houselights ({revision}). Update this computer."
            )
            return tr(text, revision=revision)
        case errors.DatabaseTooOld(revision):
            text = (
                "The shared house is of an older Houselights ({revision}). Its owner must run"
                " houselights shared init first."
            )
            return tr(text, revision=revision)
        case errors.FileUnusable(path, reason):
            return tr(_FILE.get(reason, _FILE["other"]), path=path)
        case _:
            return _outside(error)


def _outside(error: errors.Unavailable) -> str:
    match error:
        case errors.MailDown(reason, said):
            text = tr(_MAIL.get(reason, _MAIL["unreachable"]))
            return " ".join((text, tr('It said "{said}".', said=said))) if said else text
        case errors.AddressUnusable(host, port):
            text = "Nothing can be served at {host} port {port}. Choose another --port or --host."
            return tr(text, host=host, port=str(port))
        case errors.SecretsUnavailable(reason):
            return tr(_SECRETS.get(reason, _SECRETS["failed"]))
        case errors.TerminalTimeout():
            return tr(
                "The card terminal did not answer in time. Ask it again: nothing is charged twice."
            )
        case errors.TerminalUnreachable():
            return tr(
                "The card terminal cannot be reached. Check its cable and power, or take cash."
            )
        case _ if type(error) is errors.Unavailable:
            return tr("Something outside this program does not answer. Try again in a moment.")
        case _:
            raise TypeError(f"no words for {type(error).__name__}")


def _joined(text: str, *, where: str) -> str:
    """The sentence still reads well when we do not know where."""
    filled = tr(text, where=where)
    return filled if where else " ".join(filled.split()).replace(" .", ".")
