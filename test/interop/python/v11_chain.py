"""The SDK 11's chain client: `Client` and its intents over the node that it is told of."""

import lines  # noqa: I001  (first: it takes over stdout)

from importlib.metadata import version
from types import SimpleNamespace

from bittensor import intents
from bittensor._generated import calls, storage
from bittensor.client import Client
from bittensor.result import BittensorError
from bittensor.sp_core import Keypair

state = {}


def wallet_of(uri: str, coldkey_uri: str = "") -> SimpleNamespace:
    """Keys that the client takes for a wallet."""
    hotkey, coldkey = Keypair.create_from_uri(uri), Keypair.create_from_uri(coldkey_uri or uri)
    return SimpleNamespace(name=uri, hotkey=hotkey, coldkey=coldkey, coldkeypub=coldkey, hotkeypub=hotkey)


async def connect(url):
    state["chain"] = await Client(url).connect()
    return {name: version(name) for name in ("bittensor", "bittensor-core", "websockets")}


async def head():
    chain = state["chain"]
    block = await chain.block()
    return {"block": block, "genesis": await chain.query(storage.System.BlockHash, [0])}


async def metagraph(netuid):
    """The rows as the client's own `Metagraph` has them; scores as shares of 1, stakes in tokens."""
    graph = await state["chain"].subnets.metagraph(netuid)
    return [
        {
            "uid": row.uid,
            "hotkey": row.hotkey,
            "coldkey": row.coldkey,
            "axon": row.axon,
            "permit": row.validator_permit,
            "active": row.active,
            "lastUpdate": row.last_update,
            "incentive": row.incentive,
            "dividends": row.dividends,
            "stake": row.total_stake.rao / 1e9,
            "alphaStake": row.alpha_stake.rao / 1e9,
            "emission": row.emission.rao / 1e9,
        }
        for row in graph
    ]


async def hyperparameters(netuid):
    found = await state["chain"].read("subnet_hyperparameters", netuid=netuid)
    names = {
        "tempo": "tempo",
        "immunityPeriod": "immunity_period",
        "minAllowedWeights": "min_allowed_weights",
        "maxWeightsLimit": "max_weights_limit",
        "weightsVersion": "weights_version",
        "weightsRateLimit": "weights_rate_limit",
        "commitRevealEnabled": "commit_reveal_weights_enabled",
        "commitRevealPeriod": "commit_reveal_period",
        "activityCutoff": "activity_cutoff",
        "kappa": "kappa",
        "maxValidators": "max_validators",
        "servingRateLimit": "serving_rate_limit",
        "registrationAllowed": "registration_allowed",
    }
    return {ours: found[theirs] for ours, theirs in names.items()}


async def weights(netuid):
    """Per validator with any: its pairs, as shares of their sum."""
    rows = await state["chain"].weights.weights(netuid)
    return [[uid, list(row.items())] for uid, row in rows.items()]


async def balance(address):
    return str((await state["chain"].balances.get(address)).rao)


async def subnets():
    return [subnet.netuid for subnet in await state["chain"].subnets.all()]


def told(result) -> dict:
    return {"success": result.success, "message": result.message}


async def execute(intent, wallet):
    try:
        return told(await state["chain"].execute(intent, wallet, period=64))
    except BittensorError as error:
        return {"success": False, "message": str(error)}


async def register(netuid, uri, coldkey):
    """As a bare call: the client's own intent goes through the MEV shield only."""
    wallet = wallet_of(uri, coldkey)
    call = calls.SubtensorModule.burned_register(netuid=netuid, hotkey=wallet.hotkey.ss58_address)
    return told(await state["chain"].submit_call(call, wallet, period=64))


async def serve(netuid, uri, ip, port):
    return await execute(intents.ServeAxon(netuid=netuid, ip=ip, port=port), wallet_of(uri))


async def set_weights(netuid, uri, uids, weights):
    """The client's usual way, which is a timelocked commit when the subnet asks for that."""
    return await execute(intents.SetWeights(netuid=netuid, uids=uids, weights=weights), wallet_of(uri))


async def timelocked(netuid):
    """The waiting commits as the client decodes them."""
    epochs = await state["chain"].weights.timelocked_weight_commits(netuid)
    return [
        {"hotkey": each["hotkey"], "block": each["commit_block"], "round": each["reveal_round"]}
        for commits in epochs.values()
        for each in commits
    ]


lines.serve(
    {"connect": connect, "head": head, "metagraph": metagraph, "hyperparameters": hyperparameters}
    | {"weights": weights, "balance": balance, "subnets": subnets, "register": register, "serve": serve}
    | {"setWeights": set_weights, "timelocked": timelocked}
)
