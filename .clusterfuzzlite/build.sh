#!/bin/bash -eu
# Builds each fuzz target with its seeds. Nothing is fetched but packages from the registry.
pip3 install .
for target in fuzz/*.py; do
    grep -q '^def TestOneInput(' "$target" || continue
    name=$(basename "$target" .py)
    # What is imported late, and what is data, is not found by looking at imports.
    compile_python_fuzzer "$target" --collect-all bmpconform --collect-all msgspec
    seeds=fuzz/seeds/$name
    [ -d "$seeds" ] || seeds=fuzz/seeds/decode
    (cd "$seeds" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
    printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/$name.options"
done
