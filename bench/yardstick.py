"""A program of bench/yardsticks under measurement."""

import socket
import subprocess
import time
from pathlib import Path

from server import free_address

PROGRAMS = Path(__file__).resolve().parent.parent / "target/bench/yardsticks/release"


class Yardstick:
    """A running yardstick that listens on loopback."""

    def __init__(self, name: str, *options: object):
        self.address = free_address()
        self.process = subprocess.Popen([PROGRAMS / name, self.address, *map(str, options)])
        while not self.is_ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the yardstick {name} ended")
            time.sleep(0.01)

    def is_ready(self) -> bool:
        host, _, port = self.address.partition(":")
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
