"""The same over REST, with requests alone: TOKEN=… python3 rest_runs.py ORG PROJECT TASK [RUN]"""

import sys

import requests
from errors import GatewayError, explain, to_error
from settings import from_environment

CODES = {400: "BAD_REQUEST", 401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND", 422: "UNPROCESSABLE_ENTITY"}


def get(session, url, **parameters):
    response = session.get(url, params=parameters, timeout=30)
    if response.ok:
        return response.json()
    detail = response.json()["detail"]
    code = CODES.get(response.status_code, "SERVICE_UNAVAILABLE")
    # An invalid value is the one error with a list: where each value is, and what is wrong with it.
    if isinstance(detail, list):
        message = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in detail)
        raise to_error(message, code, "VALIDATION_FAILED", {"detail": detail})
    raise to_error(detail["message"], code, detail["reason"], detail)


def walk(session, url):
    page = get(session, url, page_limit=50)
    yield page["results"]
    while page["pagination"]["has_next"]:
        page = get(session, url, page_limit=50, cursor=page["pagination"]["next_cursor"])
        yield page["results"]


def main():
    org, project, task, *run = sys.argv[1:]
    base, token = from_environment()
    url = f"{base}/api/v1/org/{org}/project/{project}/task/{task}/run"
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        try:
            if run:
                print(get(session, f"{url}/{run[0]}")["response"])
                return
            pages = list(walk(session, url))
        except GatewayError as error:
            sys.exit(explain(error))
    print(f"{sum(map(len, pages))} runs on {len(pages)} pages")


main()
