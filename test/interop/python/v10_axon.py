"""Real axons of the Python SDK, as many as asked for, with a small miner behind each."""

import lines  # noqa: I001  (first: it takes over stdout)

import asyncio
import hashlib
import os
import socket
from typing import Tuple

import inference
from bittensor.core.axon import Axon
from bittensor.core.synapse import Synapse
from bittensor_wallet import Keypair, Wallet
from inference import InferenceSynapse

axons = {}


class Miner:
    """Answers what the prompt asks for: `!sleep 2`, `!raise`, `!long 1000`, `!status 503`; anything else comes back.

    With a voice it answers in words that no other miner uses, nor itself for another prompt.
    """

    def __init__(self, blacklist: list, voice: str):
        self.blacklist = set(blacklist)
        self.voice = voice
        self.prompts = []

    async def forward(self, synapse: InferenceSynapse) -> InferenceSynapse:
        self.prompts.append(synapse.prompt)
        command, _, rest = synapse.prompt.partition(" ")
        synapse.output = f"answer to {synapse.prompt}"
        if self.voice:
            synapse.output = " ".join(f"{self.voice}{at}{hashlib.sha256(synapse.prompt.encode()).hexdigest()[:8]}" for at in range(40))
        if command == "!sleep":
            await asyncio.sleep(float(rest))
        elif command == "!raise":
            raise RuntimeError("the miner's own fault")
        elif command == "!long":
            synapse.output = "x" * int(rest)
        elif command == "!status":
            synapse.axon.status_code = int(rest)
        return synapse

    async def refuse(self, synapse: InferenceSynapse) -> Tuple[bool, str]:
        if synapse.dendrite.hotkey in self.blacklist:
            return True, "Non-validator hotkey"
        return False, "Welcome"

    async def priority(self, synapse: InferenceSynapse) -> float:
        return 1.0


def wallet_of(uri: str, name: str) -> Wallet:
    wallet = Wallet(name=name, hotkey="default", path=os.path.join(os.environ["HOME"], "wallets"))
    wallet.set_hotkey(Keypair.create_from_uri(uri), encrypt=False, overwrite=True)
    return wallet


async def start(name, uri, port, blacklist=(), voice="", inferenceRoute=True):
    miner = Miner(list(blacklist), voice)
    axon = Axon(wallet=wallet_of(uri, name), port=port, ip="127.0.0.1", external_ip=inference.EXTERNAL_IP)
    # The SDK binds every address; the tests stay on loopback.
    axon.fast_config.host = "127.0.0.1"
    if inferenceRoute:
        axon.attach(forward_fn=miner.forward, blacklist_fn=miner.refuse, priority_fn=miner.priority)
    axon.start()
    axons[name] = (axon, miner)
    await reachable(port)
    return {"hotkey": axon.wallet.hotkey.ss58_address, "versions": inference.versions()}


async def reachable(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError("the axon does not listen")


async def prompts(name):
    """What reached the miner, in order."""
    return axons[name][1].prompts


lines.serve({"start": start, "prompts": prompts})
