"""The SDK's `http_auth` on both ends: a FastAPI server and an httpx client as its guide shows them, and the bare calls."""

import lines  # noqa: I001  (first: it takes over stdout)

import asyncio
import json
import socket
import time
from importlib.metadata import version

import httpx
import uvicorn
from bittensor import http_auth
from bittensor.sp_core import CRYPTO_ED25519, CRYPTO_SR25519, Keypair
from fastapi import FastAPI, HTTPException, Request

SCHEMES = {"sr25519": CRYPTO_SR25519, "ed25519": CRYPTO_ED25519}
ROUTE = "/v1/inference"
stores = {}


def key_of(uri: str, scheme: str) -> Keypair:
    return Keypair.create_from_uri(uri, SCHEMES[scheme])


async def info():
    return {name: version(name) for name in ("bittensor", "bittensor-core", "fastapi", "httpx", "uvicorn")}


async def address(uri, scheme="sr25519"):
    return key_of(uri, scheme).ss58_address


def signed(uri, scheme, method, path, body, receiver, ageSeconds):
    nonce = time.time_ns() - int(ageSeconds * 1e9)
    key = key_of(uri, scheme)
    return http_auth.sign(key, method=method, path=path, body=body.encode(), receiver_ss58=receiver, nonce_ns=nonce)


async def sign(uri, body, receiver, scheme="sr25519", method="POST", path=ROUTE, ageSeconds=0):
    return signed(uri, scheme, method, path, body, receiver, ageSeconds)


async def verify(headers, body, receiver, method="POST", path=ROUTE, store="default"):
    """The sender, or the name of the failure."""
    nonces = stores.setdefault(store, http_auth.InMemoryNonceStore())
    try:
        caller = http_auth.verify(
            headers, body.encode(), method=method, path=path, self_hotkey_ss58=receiver, nonce_store=nonces
        )
    except http_auth.AuthError as error:
        return {"failure": type(error).__name__}
    return {"hotkey": caller.hotkey_ss58, "nonceNs": str(caller.nonce_ns), "cryptoType": caller.crypto_type}


async def payload(scheme, method, path, body, nonceNs, sender, receiver):
    """The bytes to sign, as hex."""
    return http_auth.build_payload(
        scheme=scheme,
        method=method,
        path=path,
        body=body.encode(),
        nonce_ns=int(nonceNs),
        sender_ss58=sender,
        receiver_ss58=receiver,
    ).hex()


async def post(target, uri, prompt, requestId, scheme="sr25519", timeout=12.0, times=1):
    """Asks an axon over HTTP; the same signed request `times` times. Status and JSON of each reply."""
    body = json.dumps({"prompt": prompt, "request_id": requestId, "timeout": timeout})
    headers = signed(uri, scheme, "POST", ROUTE, body, target["hotkey"], 0)
    headers["content-type"] = "application/json"
    url = f"http://{target['ip']}:{target['port']}{ROUTE}"
    replies = []
    async with httpx.AsyncClient(timeout=timeout) as client:
        for _ in range(times):
            try:
                reply = await client.post(url, content=body, headers=headers)
                replies.append({"status": reply.status_code, "body": reply.json()})
            except httpx.TimeoutException:
                replies.append({"status": 408, "body": None})
    return replies


async def post_many(target, uri, prompt, count):
    """As many questions at once, each signed on its own."""
    one = [post(target, uri, prompt, f"btai_{at}") for at in range(count)]
    return [replies[0] for replies in await asyncio.gather(*one)]


async def send(target, headers, body, path=ROUTE):
    """Sends exactly these headers and this body; status and JSON."""
    async with httpx.AsyncClient(timeout=12.0) as client:
        url = f"http://{target['ip']}:{target['port']}{path}"
        reply = await client.post(url, content=body, headers={**headers, "content-type": "application/json"})
        return {"status": reply.status_code, "body": reply.json()}


async def serve(uri, port, unwelcome=()):
    """A miner that authenticates as the guide says, and answers `!sleep 2`, or anything else with itself."""
    app = FastAPI()
    own = key_of(uri, "sr25519").ss58_address
    nonces = http_auth.InMemoryNonceStore()

    @app.post(ROUTE)
    @app.put(ROUTE)
    @app.post("/v1/other")
    async def infer(request: Request):
        started = time.monotonic()
        raw = await request.body()
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        try:
            caller = http_auth.verify(
                request.headers, raw, method=request.method, path=path, self_hotkey_ss58=own, nonce_store=nonces
            )
        except http_auth.AuthError as error:
            raise HTTPException(401, f"{type(error).__name__}: {error}") from None
        if caller.hotkey_ss58 in unwelcome:
            raise HTTPException(403, "no validator permit")
        question = json.loads(raw)
        command, _, rest = question["prompt"].partition(" ")
        if command == "!sleep":
            await asyncio.sleep(float(rest))
        answer = {"request_id": question["request_id"], "output": f"answer to {question['prompt']}"}
        return {**answer, "process_time": time.monotonic() - started}

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    asyncio.get_running_loop().create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    with socket.socket() as probe:
        probe.connect(("127.0.0.1", port))
    return own


lines.serve(
    {"info": info, "address": address, "sign": sign, "verify": verify, "payload": payload}
    | {"post": post, "postMany": post_many, "send": send, "serve": serve}
)
