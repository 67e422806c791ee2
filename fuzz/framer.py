"""A stream comes apart the same however it is cut, and its pieces put together are the stream."""

if __name__ == "__main__":
    from bmpconform.fuzz.instrumented import instrumented

    with instrumented("bmpconform.wire"):
        from bmpconform.wire.framer import Framer
else:
    from bmpconform.wire.framer import Framer


def TestOneInput(data: bytes) -> None:  # noqa: N802 - the name that fuzzers look for
    """Hold one input to the sentence above; its first octet says where it is cut."""
    stream, place = data[1:], len(data) and data[0] * len(data) // 256
    whole, cut = Framer(), Framer()
    chunks = [*whole.feed(stream), *whole.finish()]
    pieces = [*cut.feed(stream[:place]), *cut.feed(stream[place:]), *cut.finish()]
    if chunks != pieces or b"".join(chunk.octets for chunk in chunks) != stream:
        raise AssertionError(data.hex())


if __name__ == "__main__":
    from bmpconform.fuzz.inside import drive

    drive(TestOneInput)
