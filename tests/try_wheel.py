"""Install the built wheel into a fresh environment and do the main job with it.

Run by `make wheel`: python tests/try_wheel.py DIST LOCK. Nothing of the checkout is on the path.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def main(dist: Path, lock: Path) -> None:
    """Fail loudly if anything that the main job needs is missing from the wheel."""
    (wheel,) = dist.glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "venv", with_pip=True)
        python = home / "venv" / "bin" / "python"
        environment = {**os.environ, "SOUSVEIL_HOME": str(home / "data"), "PYTHONPATH": ""}

        def run(*command: str) -> str:
            done = subprocess.run(
                [str(python), *command], cwd=home, env=environment, check=True, text=True,
                stdout=subprocess.PIPE,
            )
            return done.stdout

        pip = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
        run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(lock.resolve()))
        run(*pip, "--no-deps", str(wheel.resolve()))
        run("-c", "import sousveil")
        cli = ("-c", "from sousveil.cli import main; main()")
        run(*cli, "load", "--shipped")
        run(*cli, "build")
        answer = json.loads(run(
            *cli, "paths", "--from", "EU", "--to", "public-security-bureau", "--format", "json"
        ))
        print(f"{wheel.name}: {len(answer['paths'])} paths from a fresh environment")
        if not answer["paths"]:
            raise SystemExit("the wheel yields no path")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
