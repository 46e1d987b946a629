"""The API as a function of AWS Lambda, for HTTP APIs of API Gateway and for load balancers."""

import json

from apig_wsgi import make_lambda_handler

from weatherproj.wsgi import application

MOST_BYTES = 6 * 1024 * 1024 - 1024 * 8
"""What Lambda gives back of an answer at most, but for its headers."""

answer = make_lambda_handler(application)


def handler(event, context):
    response = answer(event, context)
    size = len(json.dumps(response["body"]))  # as it is sent: quotation marks take two bytes
    return too_large(size) if size > MOST_BYTES else response


def too_large(size):
    """Return the problem (RFC 9457) in place of an answer of which Lambda would make a 502 without a word."""
    told = {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "detail": f"The answer has {size:,} bytes, and at most {MOST_BYTES:,} come through Lambda: ask for "
        "fewer stations or a shorter time, or follow the pages.",
        "errors": [],
    }
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    return {"statusCode": 413, "headers": headers, "body": json.dumps(told), "isBase64Encoded": False}
