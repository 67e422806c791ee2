"""Whatever the octets are, nothing is wrong with what our own codec makes of them: a finding would be a false alarm."""

if __name__ == "__main__":
    from bmpconform.fuzz.instrumented import instrumented

    with instrumented("bmpconform.wire", "bmpconform.neutral", "bmpconform.fuzz.oracle"):
        from bmpconform.fuzz.alarm import false_alarm
else:
    from bmpconform.fuzz.alarm import false_alarm


def TestOneInput(data: bytes) -> None:  # noqa: N802 - the name that fuzzers look for
    """Hold one input to the sentence above."""
    alarm = false_alarm(data)
    if alarm is not None:
        raise AssertionError(f"{alarm}: {data.hex()}")


if __name__ == "__main__":
    from bmpconform.fuzz.inside import drive

    drive(TestOneInput)
