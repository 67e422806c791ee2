"""A bench of fuzzers: faults planted in a codec on purpose, and how long each fuzzer takes until it tells of them."""
