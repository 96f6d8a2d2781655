"""The SDK 10's chain client: `Subtensor` over the node that it is told of."""

import lines  # noqa: I001  (first: it takes over stdout)

import asyncio
import os
from importlib.metadata import version

import inference
from bittensor.core.axon import Axon
from bittensor.core.dendrite import Dendrite
from bittensor.core.subtensor import Subtensor
from bittensor_wallet import Keypair, Wallet

state = {}


def wallet_of(uri: str, coldkey_uri: str = "") -> Wallet:
    """A wallet on disk, as the client wants it, with the keys of development accounts."""
    name = (uri + coldkey_uri).strip("/").replace("/", "-")
    wallet = Wallet(name=name, hotkey="default", path=os.path.join(os.environ["HOME"], "wallets"))
    cold = Keypair.create_from_uri(coldkey_uri or uri)
    wallet.set_hotkey(Keypair.create_from_uri(uri), encrypt=False, overwrite=True)
    wallet.set_coldkey(cold, encrypt=False, overwrite=True)
    wallet.set_coldkeypub(cold, overwrite=True)
    return wallet


async def connect(url):
    state["chain"] = await asyncio.to_thread(Subtensor, network=url)
    return {name: version(name) for name in ("bittensor", "async-substrate-interface", "bittensor-drand")}


async def head():
    chain = state["chain"]
    return {"block": chain.get_current_block(), "genesis": chain.get_block_hash(0)}


async def metagraph(netuid):
    """The rows as the client's own `Metagraph` has them; scores as shares of 1, stakes in tokens."""
    graph = state["chain"].metagraph(netuid, lite=True)
    return [
        {
            "uid": int(graph.uids[at]),
            "hotkey": graph.hotkeys[at],
            "coldkey": graph.coldkeys[at],
            "axon": f"{graph.axons[at].ip}:{graph.axons[at].port}" if graph.axons[at].is_serving else None,
            "version": graph.axons[at].version,
            "permit": bool(graph.validator_permit[at]),
            "active": bool(graph.active[at]),
            "lastUpdate": int(graph.last_update[at]),
            "incentive": float(graph.I[at]),
            "dividends": float(graph.D[at]),
            "stake": float(graph.S[at]),
            "alphaStake": float(graph.AS[at]),
            "emission": float(graph.E[at]),
        }
        for at in range(int(graph.n))
    ]


async def hyperparameters(netuid):
    chain = state["chain"]
    found = chain.get_subnet_hyperparameters(netuid)
    return {
        "tempo": found.tempo,
        "immunityPeriod": found.immunity_period,
        "minAllowedWeights": found.min_allowed_weights,
        "maxWeightsLimit": found.max_weight_limit,
        "weightsVersion": found.weights_version,
        "weightsRateLimit": found.weights_rate_limit,
        "commitRevealEnabled": found.commit_reveal_weights_enabled,
        "commitRevealPeriod": found.commit_reveal_period,
        "activityCutoff": found.activity_cutoff,
        "kappa": found.kappa,
        "maxValidators": found.max_validators,
        "servingRateLimit": found.serving_rate_limit,
        "registrationAllowed": found.registration_allowed,
    }


async def weights(netuid):
    """Per validator with any: its pairs."""
    return [[uid, row] for uid, row in state["chain"].weights(netuid)]


async def balance(address):
    return str(state["chain"].get_balance(address).rao)


async def ask(netuid, uid, uri, prompt):
    """Looks a miner up in the metagraph and asks it, as a validator does."""
    axon = state["chain"].metagraph(netuid, lite=True).axons[uid]
    synapse = inference.InferenceSynapse(prompt=prompt, request_id="btai_found")
    client = Dendrite(wallet=Keypair.create_from_uri(uri))
    reply = await client.forward(axon, synapse, timeout=12.0, deserialize=False)
    await client.aclose_session()
    return {"statusCode": reply.dendrite.status_code, "output": reply.output}


async def subnets():
    return [subnet.netuid for subnet in state["chain"].all_subnets()]


def told(response) -> dict:
    return {"success": response.success, "message": f"{response.message} {response.error!r}"}


async def register(netuid, uri, coldkey):
    wallet = wallet_of(uri, coldkey)
    return told(await asyncio.to_thread(state["chain"].burned_register, wallet, netuid, mev_protection=False))


async def serve(netuid, uri, ip, port):
    axon = Axon(wallet=wallet_of(uri), port=port, ip="127.0.0.1", external_ip=ip, external_port=port)
    return told(await asyncio.to_thread(state["chain"].serve_axon, netuid, axon, mev_protection=False))


async def set_weights(netuid, uri, uids, weights):
    """The client's usual way, which is a timelocked commit when the subnet asks for that."""
    send = {"version_key": 0, "block_time": 0.25, "mev_protection": False, "period": 64}
    return told(await asyncio.to_thread(state["chain"].set_weights, wallet_of(uri), netuid, uids, weights, **send))


async def commit_hash(netuid, uri, uids, weights, salt):
    """Without a version key, because the client hashes its own default whatever it is given."""
    send = {"mev_protection": False, "period": 64, "wait_for_inclusion": True}
    call = state["chain"].commit_weights
    return told(await asyncio.to_thread(call, wallet_of(uri), netuid, salt, uids, weights, **send))


async def reveal_hash(netuid, uri, uids, weights, salt):
    send = {"mev_protection": False, "period": 64, "wait_for_inclusion": True}
    call = state["chain"].reveal_weights
    return told(await asyncio.to_thread(call, wallet_of(uri), netuid, uids, weights, salt, **send))


async def timelocked(netuid):
    """The waiting commits as the client decodes them."""
    commits = state["chain"].get_timelocked_weight_commits(netuid)
    return [{"hotkey": who, "block": block, "round": round} for who, block, _, round in commits]


lines.serve(
    {"connect": connect, "head": head, "metagraph": metagraph, "hyperparameters": hyperparameters}
    | {"weights": weights, "balance": balance, "subnets": subnets, "register": register, "serve": serve}
    | {"setWeights": set_weights, "timelocked": timelocked, "commitHash": commit_hash, "revealHash": reveal_hash}
    | {"ask": ask}
)
