"""The two platforms: reading what residents send, rendering what we answer, and sending it.

Each platform is a folder of its own: `parsing` (bytes → Incoming) and `rendering` (Reply → plain dicts) are pure,
`channel` talks to the network. `port` is what the rest of the edge sees of either.
"""
