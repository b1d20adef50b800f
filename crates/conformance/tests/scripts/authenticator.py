"""An authenticator: one-time passwords by time, as RFC 6238 makes them."""

import base64
import hmac
import struct
import time

STEP_SECONDS = 30


class Authenticator:
    """Shows the codes of a seed as of the moment at which it was made."""

    def __init__(self, base32_seed):
        self.seed = base64.b32decode(base32_seed)
        self.step = int(time.time()) // STEP_SECONDS

    def code(self, steps):
        """The code that is shown so many steps of time from then."""
        tag = hmac.new(self.seed, struct.pack(">q", self.step + steps), "sha1").digest()
        offset = tag[-1] & 15
        return f"{(int.from_bytes(tag[offset:offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
