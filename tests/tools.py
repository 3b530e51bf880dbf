"""Makes sure that what the tests need beside Python is there: Chromium and PostgreSQL's programs.

On Debian, as root or with sudo that asks for no password, it installs what is missing.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRESQL = ("initdb", "pg_ctl", "postgres")


def postgresql_programs() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest version first."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if all((folder / name).exists() for name in POSTGRESQL):
            return folder
    return None


def missing() -> list[str]:
    """The Debian packages of what isn't there."""
    return [
        *([] if shutil.which("chromium") else ["chromium"]),
        *([] if postgresql_programs() else ["postgresql"]),
    ]


def apt_get() -> list[str] | None:
    """How to call apt-get with the rights to install; None where that can't be."""
    try:
        is_debian = platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        is_debian = False
    if not is_debian or shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") is not None:
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True)
        if asked.returncode == 0:
            return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def install(apt: list[str], packages: list[str]) -> None:
    """Install packages; exits with what apt-get said where that fails."""
    for call in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, "-qq", *call],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            sys.exit(f"{done.stdout}apt-get {call[0]} failed: install {' and '.join(packages)}")


def main() -> None:
    packages = missing()
    if not packages:
        return
    apt = apt_get()
    if apt is not None:
        sys.stderr.write(f"Installing {' and '.join(packages)} for the tests ...\n")
        install(apt, packages)
        packages = missing()
    if packages:
        sys.exit(f"The tests need {' and '.join(packages)}: install these Debian packages first.")


if __name__ == "__main__":
    main()
