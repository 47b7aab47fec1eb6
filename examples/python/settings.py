"""Which gateway, and whose token."""

import os


def from_environment():
    return os.environ.get("GATEWAY_URL", "http://127.0.0.1:4000"), os.environ["TOKEN"]
