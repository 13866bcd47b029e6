"""The regression guard: small problems over every part of the simulator, and how it ran them.

`mfcheck guard save` writes golden trajectories, `check` compares this simulator with them, and
`compare` runs two versions side by side. A version may round otherwise; a drift of half a percent
in a rate, a weight or a gradient is found, with its first time and layer.
"""
