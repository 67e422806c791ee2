"""A target that says the same of every frame, as fast as Python can: `canned.py BODY`. Imports nothing of the product.

BODY is what follows the id in the answer to `decode`. Requests are told apart by their octets, not read as JSON.
"""

import os
import sys

HELLO = (
    b'"status":"ok","protocol":1,"name":"canned","version":"1","language":"Python","url":"",'
    b'"capabilities":{"ops":["decode"]}}'
)
UNSUPPORTED = b'"status":"unsupported","reason":"canned"}'


def main() -> None:
    """Answer all requests that came at once, at once."""
    decoded, rest = os.fsencode(sys.argv[1]), b""
    while octets := os.read(0, 1 << 16):
        *requests, rest = (rest + octets).split(b"\n")
        answers = bytearray()
        for request in requests:
            number, _, op = request.partition(b",")
            body = decoded if op.startswith(b'"op":"decode"') else HELLO if b'"hello"' in op else UNSUPPORTED
            answers += number + b"," + body + b"\n"
        while answers:
            del answers[: os.write(1, answers)]


if __name__ == "__main__":
    main()
