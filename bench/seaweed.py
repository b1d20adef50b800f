"""SeaweedFS under measurement: an S3 server that is not ours, from the tests' .venv."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from server import ACCESS_KEY_ID, SECRET_ACCESS_KEY

WEED = Path(__file__).resolve().parent.parent / ".venv/bin/weed"


class SeaweedFs:
    """A running `weed server -s3` on loopback that knows the key of the measurement."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        identity = {
            "name": "bench",
            "credentials": [{"accessKey": ACCESS_KEY_ID, "secretKey": SECRET_ACCESS_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        master, volume, filer, s3 = free_ports()
        self.address = f"127.0.0.1:{s3}"
        command = [WEED, "server", "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-dir", ".", "-filer", "-s3"]
        command += ["-s3.config", "s3.json", "-s3.port.iceberg", "0", "-s3.port.lance", "0"]
        command += ["-master.volumeSizeLimitMB", "1024", "-volume.max", "40"]
        command += ["-master.port", master, "-volume.port", volume, "-filer.port", filer, "-s3.port", s3]
        self.log = open(folder / "weed.log", "ab")
        self.process = subprocess.Popen(list(map(str, command)), cwd=folder, stdout=self.log, stderr=self.log)
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def wait_ready(self) -> None:
        """An unsigned request is refused, by a server that is up."""
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"weed ended: see {self.log.name}")
            try:
                urllib.request.urlopen(f"http://{self.address}/", timeout=5)
            except urllib.error.HTTPError as refusal:
                if refusal.code == 403:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"weed did not become ready: see {self.log.name}")

    def stop(self) -> None:
        """Ends it at once: nothing of it is kept."""
        self.process.kill()
        self.process.wait()


def free_ports() -> list[int]:
    """Four free ports below 45,000: SeaweedFS adds 10,000 to each for gRPC."""
    found, port = [], 20_000 + os.getpid() % 16_000
    while len(found) < 4:
        if is_free(port) and is_free(port + 10_000):
            found.append(port)
        port += 1
    return found


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
