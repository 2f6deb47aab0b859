"""ETags, and answers that need not be sent again.

The tag depends on the Authorization header as well as on the body, so another token gets
another tag. An answer 304 is free, but only for those who say who they are
(https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
"""

import hashlib

from github_simulator.answer import Answer, Request


def tag(request: Request, answer: Answer) -> Answer:
    """The answer with its ETag; 304 without a body where the client has it already."""
    authorization = request.headers.get("authorization", "")
    digest = hashlib.sha256(authorization.encode() + b"\n" + answer.body).hexdigest()
    answer.headers["ETag"] = f'W/"{digest}"'
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if answer.headers["ETag"] not in known:
        return answer
    del answer.headers["Content-Type"]
    return Answer(304, b"", answer.headers)
