"""A place of its own for each lab: a block of loopback addresses and a folder, which one lock stands for.

Why a lock on the folder: the system drops it with the process that holds it, however that ends, so the next lab sweeps
away what a killed one left. Blocks are taken from the lowest on: a lab that runs alone has the same addresses always.
"""

import fcntl
import os
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from bmpconform.lab.wait import until
from bmpconform.targets.errors import TargetError

BLOCKS = range(1, 200)
# From 127.64.0.0 on, by user: what one may not sweep away, another does not run into.
FIRST_SECOND_OCTET, SECOND_OCTETS = 64, 128
SECONDS = 10.0


class Lease:
    """A block of addresses and `folder`, until `close`. Raises TargetError where all blocks are taken."""

    def __init__(self) -> None:
        for folder in _folders():
            if (lock := _locked(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)
        self._block, self._lock = _take()
        self.folder = _folder(self._block)

    def address(self, host: int) -> str:
        """Return an address of the block, `host` from 1 to 254."""
        return f"127.{FIRST_SECOND_OCTET + os.getuid() % SECOND_OCTETS}.{self._block}.{host}"

    def port(self, host: int, port: int) -> int:
        """Return `port` once it can be listened on: what a killed lab left behind may take a moment to die."""
        address = self.address(host)
        until(lambda: _is_free(address, port), SECONDS, f"{address}:{port} to be free")
        return port

    def close(self) -> None:
        """Give the place back, and leave nothing behind."""
        if self._lock >= 0:
            shutil.rmtree(self.folder)
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _folder(block: int) -> Path:
    return Path(tempfile.gettempdir()) / f"bmpconform-lab-{os.getuid()}-{block}"


def _folders() -> list[Path]:
    """Return the folders of all labs of this user, alive or dead."""
    return [folder for block in BLOCKS if (folder := _folder(block)).is_dir()]


def _take() -> tuple[int, int]:
    """Return the first block that nobody has, with its lock."""
    for block in BLOCKS:
        with suppress(FileExistsError):
            _folder(block).mkdir(mode=0o700)
            if (lock := _locked(_folder(block))) is not None:
                return block, lock
    raise TargetError(f"all {len(BLOCKS)} places of labs are taken: {_folder(BLOCKS[0])} and its like")


def _locked(folder: Path) -> int | None:
    """Return a lock on a folder, None where somebody has it, or where the folder went while we took it."""
    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), folder.stat()):
            return lock
    os.close(lock)
    return None


def _is_free(address: str, port: int) -> bool:
    try:
        with socket.create_server((address, port)):
            return True
    except OSError:
        return False
