"""Small assertions that say what was expected."""

import sys
import traceback

from botocore.exceptions import ClientError


def refused(code, call, **parameters):
    """The call must be refused with AWS's code; returns the message."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        accepted = {code, code.removesuffix("Exception"), code + "Exception"}
        assert found in accepted, f"expected {code}, got {found}: {error} for {parameters}"
        assert 400 <= status < 500, f"{code} with status {status}"
        return error.response["Error"]["Message"]
    raise AssertionError(f"expected {code} for {parameters}, got {answer}")


def run(*checks):
    """Runs every check and ends with how many failed."""
    failed = 0
    for check in checks:
        try:
            check()
            print("ok", check.__name__)
        except Exception:  # a failing check must not hide the next one
            failed += 1
            print("FAILED", check.__name__)
            traceback.print_exc()
    sys.exit(1 if failed else 0)
