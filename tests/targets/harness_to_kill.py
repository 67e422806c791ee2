"""A harness with a hostile target that never ends of itself: `harness_to_kill.py NAME TOKEN`. A test kills it."""

import signal
import sys
from pathlib import Path

from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch, Limits
from bmpconform.targets.protocol import Decode
from bmpconform.targets.replies import Case

name, token = sys.argv[1:]
command = (sys.executable, "-I", "-S", str(Path(__file__).with_name("hostile.py")), name)
driver = Driver(Launch(name, command, {"BMPCONFORM_TEST_TOKEN": token}, Limits(case_seconds=600)))
driver.hello()
foul = driver.ask([Case(0, (Decode("f0"),))])
if name == "hang":
    print("asked", flush=True)  # noqa: T201 - the test waits for it
    next(foul)
list(foul)
print("asked", flush=True)  # noqa: T201 - the test waits for it
signal.pause()
