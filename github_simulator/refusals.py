"""GitHub's ways of saying no, with its own words.

Texts as in https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api and
in recorded answers.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from github_simulator.answer import Answer, json_answer
from github_simulator.secondary_limits import RETRY_AFTER

_DOCS = "https://docs.github.com"
_RATE_LIMITS = f"{_DOCS}/rest/using-the-rest-api/rate-limits-for-the-rest-api"


def refusal(status: int, message: str, documentation: str = f"{_DOCS}/rest", **more: Any) -> Answer:
    """GitHub's usual error object."""
    body = {"message": message, **more, "documentation_url": documentation, "status": str(status)}
    return json_answer(status, body)


def bad_credentials() -> Answer:
    return refusal(401, "Bad credentials")


def authentication_needed() -> Answer:
    """GraphQL answers nobody who does not say who they are."""
    return refusal(401, "This endpoint requires you to be authenticated.", f"{_DOCS}/graphql")


def not_permitted(needed: str | None = None) -> Answer:
    """The token lacks a permission (`contents=write`): no rate limit, and no use in trying again."""
    answer = refusal(403, "Resource not accessible by integration")
    if needed is not None:
        answer.headers["X-Accepted-GitHub-Permissions"] = needed
    return answer


def login_needed() -> Answer:
    """Nobody writes without saying who he is."""
    return refusal(401, "Requires authentication")


def admin_needed() -> Answer:
    return refusal(403, "Must have admin rights to Repository.")


def user_agent_needed() -> Answer:
    text = (
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n"
    )
    return Answer(403, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})


def not_found() -> Answer:
    """Also what GitHub says of a private repository to those who may not see it."""
    return refusal(404, "Not Found")


def gone() -> Answer:
    """An artifact that has expired can no longer be downloaded."""
    return refusal(410, "Artifact has expired")


def scope_needed() -> Answer:
    """Nobody downloads artifacts without saying who he is, public repository or not."""
    return refusal(401, "You must have the actions scope to download artifacts.")


def moved(url: str, query: Mapping[str, str]) -> Answer:
    """The repository was renamed."""
    target = f"{url}?{urlencode(query)}" if query else url
    answer = refusal(301, "Moved Permanently", f"{_DOCS}/rest", url=target)
    answer.headers["Location"] = target
    return answer


def too_deep() -> Answer:
    """Past the 40,000th item of an unfiltered listing."""
    return refusal(
        422, "In order to keep the API fast for everyone, pagination is limited for this resource."
    )


def invalid_parameter(name: str, resource: str = "WorkflowRun") -> Answer:
    error = {"resource": resource, "field": name, "code": "invalid"}
    return refusal(422, "Validation Failed", errors=[error])


def problems_parsing_json() -> Answer:
    return refusal(400, "Problems parsing JSON")


def unsupported_version(version: str) -> Answer:
    return refusal(400, f"The API version {version!r} is not supported.")


def rate_limit_exceeded(*, anonymous: bool) -> Answer:
    """REST's primary limit; `x-ratelimit-remaining: 0` tells it from other 403s."""
    if anonymous:
        message = (
            "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests "
            "get a higher rate limit. Check out the documentation for more details.)"
        )
    else:
        message = "API rate limit exceeded for user ID 1."
    return refusal(403, message, _RATE_LIMITS)


def graphql_rate_limit_exceeded() -> Answer:
    """GraphQL's primary limit comes with status 200."""
    message = "API rate limit exceeded for user ID 1."
    return json_answer(200, {"errors": [{"type": "RATE_LIMITED", "message": message}]})


def secondary_limit(status: int = 403, retry_after: str | None = str(RETRY_AFTER)) -> Answer:
    """A secondary limit: 403 or 429, mostly with Retry-After (seconds, now and then a date)."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
        "If you reach out to GitHub Support for help, please include the request ID."
    )
    answer = refusal(status, message, f"{_RATE_LIMITS}#about-secondary-rate-limits")
    if retry_after is not None:
        answer.headers["Retry-After"] = retry_after
    return answer


def server_error(status: int) -> Answer:
    """5xx: JSON where the application failed, a page of HTML where the proxy gave up on it."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return json_answer(500, {"message": "Server Error"})
    return html_page(status, f"{status} {HTTPStatus(status).phrase}")


def html_page(status: int, title: str) -> Answer:
    """What stands there instead of JSON when something between us and the API answers."""
    text = f"<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n"
    return Answer(status, text.encode(), {"Content-Type": "text/html"})
