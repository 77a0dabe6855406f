"""TLS before a PostgreSQL that speaks none: answers a client's wish for it, shows a certificate, passes the
rest on. The server's wheel is built without TLS; the handshake here is real all the same."""

import asyncio
import ssl
import threading
from contextlib import contextmanager

import trustme

_WISH = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # SSLRequest, PostgreSQL's message formats


@contextmanager
def tls_front(port: int, ca: trustme.CA, name: str):
    """The port of a front for the server at `port`, whose certificate bears `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["postgresql"])
    ca.issue_cert(name).configure_cert(context)
    loop = asyncio.new_event_loop()
    ready, found = threading.Event(), []

    async def pipe(reader, writer):
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def admit(reader, writer):
        try:
            assert await reader.readexactly(8) == _WISH
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(context)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            writer.close()
            return
        onward = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(reader, onward[1]), pipe(onward[0], writer))

    async def serve():
        stop = asyncio.Event()
        found.extend((stop, None))
        server = await asyncio.start_server(admit, "127.0.0.1", 0)
        found[1] = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait(10)
    try:
        yield found[1]
    finally:
        loop.call_soon_threadsafe(found[0].set)
        thread.join(10)
        loop.close()
