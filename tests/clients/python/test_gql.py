"""The example of docs/live.md for gql: while the server is killed and stopped, each change comes once and in order."""

import asyncio
import re
import signal
import tempfile

from server import ROOT, Server, create, end_of_feed, post


def example():
    """The example, as a module's names."""
    text = (ROOT / "docs/live.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names = {}
    exec(compile(code, "docs/live.md", "exec"), names)
    return names


def feed(url):
    """The cursors of the whole feed."""
    query = "query($after: String) { changes(first: 200, after: $after) { edges { cursor } pageInfo { hasNextPage } } }"
    cursors = []
    while True:
        page = post(url, query, after=cursors[-1] if cursors else None)["changes"]
        cursors += [edge["cursor"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return cursors


async def follows_through_interruptions(follow, server):
    server.start()
    start = end_of_feed(server.url)
    seen = []

    async def collect():
        async for _, cursor in follow(server.url, "", start):
            seen.append(cursor)

    following = asyncio.create_task(collect())
    await create(server.url, "Ada", "Ben")
    for how in (signal.SIGKILL, signal.SIGTERM):
        await asyncio.to_thread(server.stop, how)
        await asyncio.to_thread(server.start)
        await create(server.url, "Cleo", "Dora")
    expected = feed(server.url)
    for _ in range(300):
        if following.done() or len(seen) >= len(expected):
            break
        await asyncio.sleep(0.1)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert seen == expected and len(seen) == 6, (seen, expected, following)


async def ends_when_refused(names, url, token, after, expected):
    try:
        async with asyncio.timeout(30):
            async for _ in names["follow"](url, token, after):
                raise AssertionError("a change came")
    except names[expected]:
        return
    raise AssertionError(f"no {expected}")


async def main():
    names = example()
    with tempfile.TemporaryDirectory(prefix="liaison-gql-") as folder:
        server = Server(4135, folder, "--dev")
        await follows_through_interruptions(names["follow"], server)
        await ends_when_refused(names, server.url, "", "malformed", "Resync")
        server.stop()
        guarded = Server(4135, folder)
        guarded.start()
        await ends_when_refused(names, guarded.url, "of nobody", None, "SignIn")
        guarded.stop()
    print("gql: each change once and in order, though the server was killed and stopped; refusals said so")


asyncio.run(main())
