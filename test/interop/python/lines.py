"""Answers requests that come as JSON lines on stdin: {"id", "operation", "values"} in, {"id", "result" | "error"} out.

Import this first: it keeps the real stdout for answers and sends whatever libraries print to stderr.
"""

import asyncio
import json
import os
import sys
import traceback

_answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="ascii")
os.dup2(2, 1)
sys.stdout = sys.stderr

MAX_LINE = 2**24


def serve(handlers: dict) -> None:
    """Runs each request's handler (async, keyword arguments) as a task of its own until stdin ends."""
    asyncio.run(_serve(handlers))


async def _serve(handlers: dict) -> None:
    reader = asyncio.StreamReader(limit=MAX_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    running = set()
    while line := await reader.readline():
        task = loop.create_task(_answer(handlers, json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)
    # The other end is gone; servers' threads must not keep the process.
    os._exit(0)


async def _answer(handlers: dict, request: dict) -> None:
    try:
        answer = {"result": await handlers[request["operation"]](**request["values"])}
    except BaseException as error:
        traceback.print_exc()
        answer = {"error": f"{type(error).__name__}: {error}"}
    _answers.write(json.dumps({"id": request["id"], **answer}) + "\n")
