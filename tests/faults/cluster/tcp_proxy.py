"""A network that can be cut: forwards TCP connections on loopback, holds everything while it is cut, and
then goes on where it was, as TCP does after a cable is back."""
import asyncio
import threading


class Proxy:
    def __init__(self, ways):
        """`ways`: from each port to listen on to the port that is behind it."""
        self.ways = ways
        self.loop = asyncio.new_event_loop()
        self.whole = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        started = threading.Event()
        self.started = started
        self.thread.start()
        assert started.wait(10), "the proxy did not start"

    def cut(self):
        self.loop.call_soon_threadsafe(self.whole.clear)

    def heal(self):
        self.loop.call_soon_threadsafe(self.whole.set)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._listen())
        self.loop.run_forever()

    async def _listen(self):
        self.whole = asyncio.Event()
        self.whole.set()
        for port, behind in self.ways.items():
            await asyncio.start_server(lambda reader, writer, to=behind: self._forward(reader, writer, to),
                                       "127.0.0.1", port)
        self.started.set()

    async def _forward(self, reader, writer, behind):
        await self.whole.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", behind)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader, writer):
        try:
            while data := await reader.read(1 << 16):
                await self.whole.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
