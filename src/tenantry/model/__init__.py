"""The words everyone uses: addresses, field marks, kinds, states, calls, secrets and errors.

This room imports nothing of ours, knows no I/O and no clock.
"""
