"""Timelocked commits and weight conversion of the real packages, whichever of them are installed."""

import lines  # noqa: I001  (first: it takes over stdout)

import time
from importlib import metadata
from types import SimpleNamespace

try:
    import bittensor_core as drand

    PACKAGE = "bittensor-core"
except ImportError:
    import bittensor_drand as drand

    PACKAGE = "bittensor-drand"

GENESIS, PERIOD = 1692803367, 3


async def info():
    return {"package": PACKAGE, "version": metadata.version(PACKAGE)}


async def encrypt_at_round(data, round):
    envelope, _ = drand.encrypt_at_round(bytes.fromhex(data), round)
    return bytes(envelope).hex()


async def decrypt(envelope, signature):
    return bytes(drand.decrypt_with_signature(bytes.fromhex(envelope), signature)).hex()


def commit(values: dict, block_time: float) -> tuple:
    """The library's commit with the arguments in the names of its own function."""
    arguments = {**values, "hotkey": bytes.fromhex(values["hotkey"]), "block_time": block_time}
    if "netuid" in arguments:
        return drand.get_encrypted_commit(**arguments)
    return drand.get_encrypted_commit_v2(**arguments)


async def commit_at_round(values, blocks, round):
    """A commit for a round of the past, whose signature is public: blocks that take negative time lead there."""
    block_time = ((round + 0.5) * PERIOD + GENESIS - time.time()) / blocks
    blob, chosen = commit(values, block_time)
    return {"blob": bytes(blob).hex(), "round": chosen}


async def rounds(cases, blockTime):
    """The round of each case, and the clock before and after it was chosen; or the error."""
    chosen = []
    for values in cases:
        before = time.time()
        try:
            _, round = commit(values, blockTime)
        except ValueError as error:
            chosen.append({"error": str(error)})
        else:
            chosen.append({"round": round, "before": before, "after": time.time()})
    return chosen


async def conform(vectors):
    """What the SDK 11 would submit for weights under a subnet's rules, or the reason that it refuses."""
    from bittensor.intents.weights import _conform
    from bittensor.result import BittensorError

    submitted = []
    for each in vectors:
        # The sender's own uid is none of the vector's, so that no exemption applies.
        rules = SimpleNamespace(uid=-1, min_allowed_weights=each["need"], max_weight_limit=each["limit"])
        try:
            uids, values = _conform(each["uids"], each["weights"], rules, 2)
            submitted.append({"uids": uids, "values": values})
        except BittensorError as error:
            submitted.append({"error": str(error)})
    return submitted


async def emit(vectors):
    """What the SDK 10 would submit, without rules."""
    import numpy
    from bittensor.utils.weight_utils import convert_weights_and_uids_for_emit

    submitted = []
    for each in vectors:
        uids, values = convert_weights_and_uids_for_emit(numpy.array(each["uids"]), numpy.array(each["weights"]))
        submitted.append({"uids": uids, "values": values})
    return submitted


async def process(vectors):
    """What the SDK 10 would submit under a subnet's rules: in single precision, and never refusing."""
    import numpy
    from bittensor.utils.weight_utils import convert_weights_and_uids_for_emit, process_weights

    submitted = []
    for each in vectors:
        uids, weights = process_weights(
            uids=numpy.array(each["uids"]),
            weights=numpy.array(each["weights"]),
            num_neurons=256,
            min_allowed_weights=each["need"],
            max_weight_limit=each["limit"] / 65535,
        )
        uids, values = convert_weights_and_uids_for_emit(uids, weights)
        submitted.append({"uids": uids, "values": values})
    return submitted


lines.serve(
    {"info": info, "encryptAtRound": encrypt_at_round, "decrypt": decrypt, "commitAtRound": commit_at_round}
    | {"rounds": rounds, "conform": conform, "emit": emit, "process": process}
)
