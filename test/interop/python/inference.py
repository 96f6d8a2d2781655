"""The subnet's synapse, declared as subnets declare theirs, and what both sides of the v10 programs share."""

from importlib.metadata import version
from typing import Optional

from bittensor.core.synapse import Synapse
from bittensor.utils import networking

# The SDK would ask public services for this machine's address; this one is reserved for documentation.
EXTERNAL_IP = "203.0.113.9"
networking.get_external_ip = lambda: EXTERNAL_IP


class InferenceSynapse(Synapse):
    """A question to an AI Doctor Twin."""

    prompt: str
    request_id: str
    output: Optional[str] = None

    def deserialize(self) -> "InferenceSynapse":
        return self


def versions() -> dict:
    """The packages that are really in use."""
    return {name: version(name) for name in ("bittensor", "bittensor-wallet", "aiohttp", "fastapi", "pydantic")}
