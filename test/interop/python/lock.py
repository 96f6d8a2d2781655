"""Writes requirements/<name>.txt from requirements/<name>.in: every package of the resolved set with its version and
the SHA-256 of the file that pip chose for this machine. Run it by hand when a pinned package changes:

    python3 test/interop/python/lock.py [name ...]
"""

import json
import pathlib
import platform
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "requirements"


def resolve(source: pathlib.Path) -> list[dict]:
    """What pip would install for the file, wheels only, as pip's own report."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-cache-dir"]
    command += ["--only-binary", ":all:", "--report", "-", "--requirement", str(source)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)["install"]


def line(item: dict) -> str:
    metadata = item["metadata"]
    digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
    return f'{metadata["name"].lower()}=={metadata["version"]} --hash=sha256:{digest}'


def main() -> None:
    names = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.in"))
    kind = f"CPython {platform.python_version_tuple()[0]}.{platform.python_version_tuple()[1]}, {platform.system()} {platform.machine()}"
    for name in names:
        items = resolve(FOLDER / f"{name}.in")
        head = f"# Made by python/lock.py from {name}.in for {kind}; wheels only.\n"
        (FOLDER / f"{name}.txt").write_text(head + "\n".join(sorted(line(item) for item in items)) + "\n")
        print(f"{name}: {len(items)} packages")


if __name__ == "__main__":
    main()
