"""Ask a server as fast as it goes, or at a steady pace: python load.py PLAN.json

The plan is an object: host, port, path, headers, bodies (files of one JSON body a line), connections, seconds, and
for a steady pace rate (requests a second). Prints requests a second and latencies; every answer must be a 200.
"""

import asyncio
import itertools
import json
import sys
import time
from pathlib import Path


class Line:
    """One connection that is kept: HTTP by hand, so that the asking costs next to nothing."""

    def __init__(self, plan):
        self.plan = plan

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.plan["host"], self.plan["port"])
        return self

    async def ask(self, request):
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{head[:200]!r} {await self.reader.read(600)!r}")
        at = head.lower().index(b"content-length:") + 15
        return await self.reader.readexactly(int(head[at : head.index(b"\r\n", at)]))


def requests(plan):
    head = "".join(f"{name}: {value}\r\n" for name, value in plan["headers"].items())
    for body in Path(plan["bodies"]).read_bytes().splitlines():
        start = f"POST {plan['path']} HTTP/1.1\r\nHost: {plan['host']}:{plan['port']}\r\n{head}"
        yield f"{start}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def at_will(plan, lines, asked, seconds):
    """Each connection asks again as soon as it is answered."""
    took, end = [], time.perf_counter() + seconds

    async def one(line):
        while (begun := time.perf_counter()) < end:
            await line.ask(next(asked))
            took.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*map(one, lines))
    return took, time.perf_counter() - begun


async def at_pace(plan, lines, asked, seconds):
    """Requests come when they come, answered or not; one that has to wait for a free connection waits."""
    free, took = asyncio.Queue(), []
    for line in lines:
        free.put_nowait(line)

    async def one(due):
        line = await free.get()
        await line.ask(next(asked))
        took.append(time.perf_counter() - due)
        free.put_nowait(line)

    begun, waiting = time.perf_counter(), []
    for number in range(int(seconds * plan["rate"])):
        due = begun + number / plan["rate"]
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.append(asyncio.create_task(one(due)))
    await asyncio.gather(*waiting)
    return took, time.perf_counter() - begun


async def main(plan):
    asked = itertools.cycle(list(requests(plan)))
    lines = [await Line(plan).open() for _ in range(plan["connections"])]
    run = at_pace if "rate" in plan else at_will
    await at_will(plan, lines, asked, 1.0)  # to warm both sides
    took, seconds = await run(plan, lines, asked, plan["seconds"])
    took.sort()
    print(json.dumps({
        "a_second": len(took) / seconds, "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(len(took) * 0.99)], "requests": len(took),
    }))  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
