"""Any octets are judged without an error, and no finding lies outside of the octets."""

if __name__ == "__main__":
    from bmpconform.fuzz.instrumented import instrumented

    with instrumented("bmpconform.wire", "bmpconform.rules", "bmpconform.check"):
        from bmpconform.check import Options, check
        from bmpconform.events import Found
else:
    from bmpconform.check import Options, check
    from bmpconform.events import Found


def TestOneInput(data: bytes) -> None:  # noqa: N802 - the name that fuzzers look for
    """Hold one input to the sentence above."""
    for event in check([("input", [data])], Options()):
        if isinstance(event, Found) and event.finding.offset + event.finding.length > len(data):
            raise AssertionError(data.hex())


if __name__ == "__main__":
    from bmpconform.fuzz.inside import drive

    drive(TestOneInput)
