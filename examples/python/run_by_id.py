"""One run by its id alone: TOKEN=… python3 run_by_id.py RUN"""

import sys

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport
from settings import from_environment

QUERY = gql("query ($id: ID!) { node(id: $id) { ... on TaskRun { task { name } status totalTokens } } }")

url, token = from_environment()
transport = RequestsHTTPTransport(url=f"{url}/graphql", headers={"Authorization": f"Bearer {token}"})
run = Client(transport=transport).execute(QUERY, variable_values={"id": sys.argv[1]})["node"]
print(f"{run['task']['name']}: {run['status']}, {run['totalTokens']} tokens")
