"""One window a local house, and one for each station of a shared one: a second start brings the running one
to the front."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 300


class SingleWindow(QObject):
    """Listens under a name made from what the window is for; `raised` when a second start knocks."""

    raised = Signal()

    def __init__(self, what: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "houselights-" + hashlib.sha256(what.encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_knock)

    def other_was_raised(self) -> bool:
        """Knock at a running window; listen for knocks when there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_PATIENCE_MS):
            socket.disconnectFromServer()
            return True
        # A crash leaves the socket's file behind; nobody answered, so it may go.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return False

    def _on_knock(self) -> None:
        connection = self._server.nextPendingConnection()
        if connection is not None:
            connection.close()
            connection.deleteLater()
        self.raised.emit()
