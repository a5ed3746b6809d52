"""Side-by-side measurements: `python -m benchmarks` prints them all, `python -m benchmarks pad` one of them."""
