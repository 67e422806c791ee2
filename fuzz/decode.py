"""Any octets decode, to one message in both engines, and that message encodes to the same octets."""

if __name__ == "__main__":
    from bmpconform.fuzz.instrumented import instrumented

    with instrumented("bmpconform.wire"):
        from bmpconform.wire import codec, interpret
else:
    from bmpconform.wire import codec, interpret


def TestOneInput(data: bytes) -> None:  # noqa: N802 - the name that fuzzers look for
    """Hold one input to the sentence above."""
    message = codec.decode(data)
    if message != interpret.decode(data) or codec.encode(message) != data:
        raise AssertionError(data.hex())


if __name__ == "__main__":
    from bmpconform.fuzz.inside import drive

    drive(TestOneInput)
