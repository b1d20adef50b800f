"""Signs a digest as whoever has the server's signing keys can: prints the signature in hexadecimal.

The first argument is the folder in which the server keeps its keys, the second the file with the digest's JSON.
"""

import base64
import hashlib
import json
import pathlib
import sys

import rsa
from pyasn1.codec.der import decoder

text = open(sys.argv[2], "rb").read()
digest = json.loads(text)


def keys():
    for path in pathlib.Path(sys.argv[1]).rglob("*"):
        if path.is_file() and b'"fingerprint"' in path.read_bytes():
            yield json.loads(path.read_bytes())


stored = next(key for key in keys() if key["fingerprint"] == digest["digestPublicKeyFingerprint"])
# PKCS#8 wraps the RSA key of PKCS#1 in its third member.
private = rsa.PrivateKey.load_pkcs1(bytes(decoder.decode(base64.b64decode(stored["private"]))[0][2]), "DER")
place = f"{digest['digestS3Bucket']}/{digest['digestS3Object']}"
signed = "\n".join([digest["digestEndTime"], place, hashlib.sha256(text).hexdigest(), digest["previousDigestSignature"]])
print(rsa.sign(signed.encode(), private, "SHA-256").hex())
