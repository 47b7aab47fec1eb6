"""All runs of a task, page by page, newest first: TOKEN=… python3 walk_runs.py ORG PROJECT TASK"""

import sys

from errors import GatewayError, explain
from gateway import Gateway
from settings import from_environment

QUERY = """
query Runs($orgId: ID!, $projectId: ID!, $taskId: ID!, $after: String) {
  taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, first: 50, after: $after) {
    nodes {
      id
      created
      isError
      totalTokens
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
"""


def walk(gateway, variables):
    after = None
    while True:
        page = gateway.ask(QUERY, {**variables, "after": after})["taskRuns"]
        yield page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def main():
    variables = dict(zip(["orgId", "projectId", "taskId"], sys.argv[1:], strict=True))
    runs = pages = failed = tokens = 0
    try:
        for nodes in walk(Gateway(*from_environment()), variables):
            pages += 1
            for run in nodes:
                runs += 1
                failed += run["isError"]
                tokens += run["totalTokens"]
    except GatewayError as error:
        sys.exit(explain(error))
    print(f"{runs} runs on {pages} pages, {failed} of them failed, {tokens} tokens")


main()
