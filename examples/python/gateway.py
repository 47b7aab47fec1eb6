"""The gateway from Python, by gql and requests:

    pip install 'gql[requests]<4'
    apt-get install python3-gql python3-requests python3-requests-toolbelt  # or so, on Debian
"""

import time

from errors import Unavailable, to_error
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport


class Gateway:
    def __init__(self, url, token):
        headers = {"Authorization": f"Bearer {token}"}
        self.client = Client(transport=RequestsHTTPTransport(url=f"{url}/graphql", headers=headers))

    def ask(self, query, variables, attempts=3):
        """Returns the data. Waits and asks again where the gateway says that this may help."""
        try:
            return self.client.execute(gql(query), variable_values=variables)
        except TransportQueryError as failure:
            first = failure.errors[0]
            extensions = dict(first.get("extensions", {}))
            code = extensions.pop("code", None)
            error = to_error(first["message"], code, extensions.pop("reason", None), extensions)
        if not isinstance(error, Unavailable) or attempts <= 1:
            raise error
        time.sleep(error.details.get("retryAfter", 1))
        return self.ask(query, variables, attempts - 1)
