"""A real dendrite of the Python SDK, with ways to send what an honest one never would."""

import lines  # noqa: I001  (first: it takes over stdout)

import asyncio
import json
import time
import types

import inference
from bittensor.core import dendrite as dendrite_module
from bittensor.core.chain_data import AxonInfo
from bittensor.core.dendrite import Dendrite
from bittensor.core.synapse import Synapse
from bittensor_wallet import Keypair
from inference import InferenceSynapse

state = {}


class ClaimedKey:
    """Says it is one key and signs with another."""

    def __init__(self, claimed: Keypair, real: Keypair):
        self.ss58_address = claimed.ss58_address
        self.sign = real.sign


def changed(change: dict, honest: type) -> type:
    """The synapse class under its own name, whose headers are altered after they were signed."""

    def to_headers(self):
        headers = honest.to_headers(self)
        for name, value in change.items():
            if value is None:
                headers.pop(name)
            else:
                headers[name] = value
        return headers

    return type(honest.__name__, (honest,), {"to_headers": to_headers, "__module__": honest.__module__})


def hashing(body_hash: str) -> type:
    """The synapse class under its own name, which computes, signs and sends this body hash."""
    return type("InferenceSynapse", (InferenceSynapse,), {"body_hash": property(lambda self: body_hash)})


def info(target: dict) -> AxonInfo:
    return AxonInfo(
        version=10002000,
        ip=target["ip"],
        port=target["port"],
        ip_type=4,
        hotkey=target["hotkey"],
        coldkey=target["hotkey"],
        protocol=4,
        placeholder1=0,
        placeholder2=0,
    )


def outcome(synapse: Synapse) -> dict:
    return {
        "statusCode": synapse.dendrite.status_code,
        "statusMessage": synapse.dendrite.status_message,
        "axonStatusCode": synapse.axon.status_code,
        "processSeconds": synapse.dendrite.process_time,
        "axonProcessSeconds": synapse.axon.process_time,
        "axonHotkey": synapse.axon.hotkey,
        "axonVersion": synapse.axon.version,
        "isSuccess": synapse.is_success,
        "isBlacklist": synapse.is_blacklist,
        "isTimeout": synapse.is_timeout,
        "failedVerification": synapse.failed_verification,
        "prompt": getattr(synapse, "prompt", None),
        "requestId": getattr(synapse, "request_id", None),
        "output": getattr(synapse, "output", None),
    }


async def start(uri: str) -> dict:
    """A new dendrite (a new uuid and session) that signs as the key of `uri`."""
    if "dendrite" in state:
        await state["dendrite"].aclose_session()
    state["dendrite"] = Dendrite(wallet=Keypair.create_from_uri(uri))
    return {"hotkey": state["dendrite"].keypair.ss58_address, "versions": inference.versions()}


async def query(targets, prompt="", requestId="", timeout=12.0, headers=None, bodyHash=None, signAs=None, ageSeconds=0):
    """Asks every target at once, as validators do. The last four arguments make the request dishonest."""
    client = state["dendrite"]
    synapse_class = InferenceSynapse if bodyHash is None else hashing(bodyHash)
    if headers is not None:
        synapse_class = changed(headers, synapse_class)
    honest_key, honest_time = client.keypair, dendrite_module.time
    if signAs is not None:
        client.keypair = ClaimedKey(honest_key, Keypair.create_from_uri(signAs))
    if ageSeconds:
        late = types.SimpleNamespace(time=time.time, time_ns=lambda: time.time_ns() - int(ageSeconds * 1e9))
        dendrite_module.time = late
    try:
        synapse = synapse_class(prompt=prompt, request_id=requestId)
        replies = await client.forward([info(each) for each in targets], synapse, timeout=timeout, deserialize=False)
    finally:
        client.keypair, dendrite_module.time = honest_key, honest_time
    return [outcome(reply) for reply in replies]


async def ping(target, timeout=12.0):
    reply = await state["dendrite"].forward(info(target), Synapse(), timeout=timeout, deserialize=False)
    return outcome(reply)


def signed(target: dict, prompt: str, request_id: str, timeout: float) -> InferenceSynapse:
    synapse = InferenceSynapse(prompt=prompt, request_id=request_id)
    return state["dendrite"].preprocess_synapse_for_request(info(target), synapse, timeout)


async def replay(target, times=2):
    """The same signed request several times, byte for byte; the HTTP statuses."""
    synapse = signed(target, "Once only.", "btai_replay", 12.0)
    headers, body = synapse.to_headers(), synapse.model_dump()
    statuses = []
    for _ in range(times):
        session = await state["dendrite"].session
        url = f"http://{target['ip']}:{target['port']}/InferenceSynapse"
        async with session.post(url, headers=headers, json=body) as reply:
            statuses.append(reply.status)
    return statuses


async def body_size(target, prompt, requestId):
    """How many bytes the SDK's body of this question has."""
    synapse = signed(target, prompt, requestId, 12.0)
    # Fills in the sizes that the body states.
    synapse.to_headers()
    return len(json.dumps(synapse.model_dump()).encode())


async def dripped(target, seconds):
    """Sends a good request's body byte by byte, so that it takes `seconds`; the HTTP status."""
    synapse = signed(target, "slowly", "btai_drip", 12.0)
    body = json.dumps(synapse.model_dump()).encode()
    head = f"POST /InferenceSynapse HTTP/1.1\r\nhost: axon\r\ncontent-length: {len(body)}\r\n"
    head += "content-type: application/json\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in synapse.to_headers().items())
    reader, writer = await asyncio.open_connection(target["ip"], target["port"])
    answered = asyncio.ensure_future(reader.readline())
    writer.write(head.encode() + b"\r\n")
    for byte in body:
        if answered.done():
            break
        writer.write(bytes([byte]))
        await asyncio.sleep(seconds / len(body))
    status = int((await answered).split()[1])
    writer.close()
    return status


async def rounds(targets, count, prompt, timeout=12.0, pauseSeconds=0.0):
    """A validator's loop: the same question to every target, round after round."""
    replies = []
    for number in range(count):
        replies.append(await query(targets, prompt=prompt, requestId=f"btai_round{number}", timeout=timeout))
        await asyncio.sleep(pauseSeconds)
    return replies


lines.serve(
    {"start": start, "query": query, "ping": ping, "replay": replay, "bodySize": body_size}
    | {"dripped": dripped, "rounds": rounds}
)
