"""Wallets of the real Python packages: bittensor-wallet of any version, or the SDK 11's own where that is installed."""

import lines  # noqa: I001  (first: it takes over stdout)

from importlib import metadata

try:
    from bittensor.sp_core import Keypair
    from bittensor.wallet import Wallet

    PACKAGE = "bittensor"
except ImportError:
    from bittensor_wallet import Keypair, Wallet

    PACKAGE = "bittensor-wallet"


def opened(root: str, name: str, hotkey: str) -> Wallet:
    return Wallet(name=name, hotkey=hotkey, path=root)


async def info():
    return {"package": PACKAGE, "version": metadata.version(PACKAGE)}


async def create(root, name, hotkey, password=None):
    """A wallet as `wallet create` of the package makes it; the addresses."""
    wallet = opened(root, name, hotkey)
    wallet.create_new_coldkey(use_password=password is not None, overwrite=False, suppress=True, coldkey_password=password)
    wallet.create_new_hotkey(use_password=False, overwrite=False, suppress=True)
    return {"coldkey": wallet.coldkeypub.ss58_address, "hotkey": wallet.hotkey.ss58_address}


async def create_ed25519_hotkey(root, name, hotkey):
    wallet = opened(root, name, hotkey)
    wallet.create_new_hotkey(use_password=False, overwrite=False, suppress=True, crypto_type=0)
    return wallet.hotkey.ss58_address


async def read(root, name, hotkey):
    """What can be read without a password."""
    wallet = opened(root, name, hotkey)
    return {
        "coldkeypub": wallet.coldkeypub.ss58_address,
        "hotkey": wallet.hotkey.ss58_address,
        "encrypted": wallet.coldkey_file.is_encrypted(),
        "environmentName": wallet.coldkey_file.env_var_name(),
    }


async def save_password(root, name, password):
    """The variable in which the package keeps a coldkey's password, and what it writes there."""
    keyfile = opened(root, name, "default").coldkey_file
    return [keyfile.env_var_name(), keyfile.save_password_to_env(password)]


def signer(root, name, hotkey, role, password):
    wallet = opened(root, name, hotkey)
    if role == "hotkey":
        return wallet.hotkey
    if password == "from the environment":
        return wallet.unlock_coldkey()
    return wallet.get_coldkey(password) if password is not None else wallet.coldkey


async def sign(root, name, hotkey, role, message, password=None):
    key = signer(root, name, hotkey, role, password)
    return {"address": key.ss58_address, "signature": bytes(key.sign(message.encode())).hex()}


async def verify(address, message, signature):
    return Keypair(ss58_address=address).verify(message.encode(), bytes.fromhex(signature))


lines.serve(
    {"info": info, "create": create, "createEd25519Hotkey": create_ed25519_hotkey}
    | {"savePassword": save_password, "read": read, "sign": sign, "verify": verify}
)
