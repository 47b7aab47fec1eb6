"""One run: TOKEN=… python3 one_run.py ORG PROJECT TASK RUN"""

import sys
from datetime import datetime
from decimal import Decimal

from errors import GatewayError, explain
from gateway import Gateway
from settings import from_environment

QUERY = """
query OneRun($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    id
    created
    isError
    response
    totalTokens
    chargedCredits
  }
}
"""


def main():
    names = ["orgId", "projectId", "taskId", "id"]
    variables = dict(zip(names, sys.argv[1:], strict=True))
    try:
        run = Gateway(*from_environment()).ask(QUERY, variables)["taskRun"]
    except GatewayError as error:
        sys.exit(explain(error))
    # Microseconds, and the scale of a decimal, are kept.
    created = datetime.fromisoformat(run["created"])
    credits = run["chargedCredits"] and Decimal(run["chargedCredits"])
    print(f"{run['id']}, created {created.isoformat()}: {'failed' if run['isError'] else 'succeeded'}")
    print(f"{run['totalTokens']} tokens, {credits} credits")
    print(run["response"])


main()
