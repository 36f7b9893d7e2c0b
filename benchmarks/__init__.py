"""How long the tool takes, beside a loop that only sends the same requests; `python -m benchmarks` runs it all."""
