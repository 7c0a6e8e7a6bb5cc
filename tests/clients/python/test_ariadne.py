"""ariadne-codegen's client, made from schema.graphql: a query, and a subscription over its WebSocket."""

import asyncio
import pathlib
import subprocess
import sys
import tempfile

from server import Server, create, end_of_feed

HERE = pathlib.Path(__file__).parent


async def main():
    from generated import Client

    with tempfile.TemporaryDirectory(prefix="liaison-ariadne-") as folder:
        server = Server(4136, folder, "--dev")
        server.start()
        after = end_of_feed(server.url)
        client = Client(url=server.url, ws_url=server.url.replace("http", "ws", 1))
        ids = await create(server.url, "Ada", "Ben")
        assert (await client.contact(ids[0])).contact.name == "Ada"
        names = []
        async with asyncio.timeout(30):
            # The first two are replayed, the others come as they happen.
            async for answer in client.changes(after=after):
                names.append(answer.changes.node.subject.name)
                if len(names) == 2:
                    await create(server.url, "Cleo", "Dora")
                if len(names) == 4:
                    break
        assert names == ["Ada", "Ben", "Cleo", "Dora"], names
        server.stop()
    print("ariadne-codegen: the client is made from the schema, asks, and follows the changes")


codegen = pathlib.Path(sys.executable).with_name("ariadne-codegen")
subprocess.run([codegen, "--config", HERE / "ariadne/config.toml"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
sys.path.insert(0, str(HERE / "ariadne"))
asyncio.run(main())
