"""A program under test that knows no protocol: `program.py SHOWN [PIPE]`, which shows the same of every frame."""

import os
import signal
import sys

octets = sys.stdin.buffer.read()
if not octets:
    sys.exit(65)
code = octets[0]
if code == 200:
    os.abort()
if code == 201:
    pipe = os.open(sys.argv[2], os.O_WRONLY)
    if os.fork() == 0:
        os.setsid()
        signal.pause()
    os.write(pipe, b"here")
if code == 202:
    sys.stdout.write("x" * 20_000_000)
if code != 3 and code < 200:
    sys.exit(code)
sys.stdout.write(sys.argv[1])
