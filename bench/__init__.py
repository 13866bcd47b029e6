"""Speed against public peers: `python -m bench.step` from the repository root."""
