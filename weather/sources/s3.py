"""Raw files on S3, or on a server that speaks it. boto3 finds credentials, region and endpoint by itself.

The version of an object is its ETag: listings tell no version id.
"""

import glob
import hashlib
import logging
import os
import random
import re
import time
from contextlib import closing
from threading import Lock

import boto3
import botocore
import urllib3
from botocore import exceptions
from botocore.config import Config

from weather.sources.allowed import matches, parts_on_s3
from weather.sources.content import LARGE, MB, Content, check_size, spooled

CONNECT_TIMEOUT, READ_TIMEOUT = 10, 60
"""Seconds."""

CONNECTIONS = 10
"""Kept open at most."""

CREDENTIALS = (
    "check AWS_ACCESS_KEY_ID or AWS_PROFILE and its rights; a public bucket is read with --no-sign-request "
    "or if WEATHER_PUBLIC_BUCKETS names it"
)

REQUESTS = 5
"""How often boto3 tries a request that the server cannot answer now."""

DOWNLOADS = 4
"""How often a download is tried whose body breaks off."""

BACKOFF = 0.5
"""Seconds to wait at most before the second download; twice as long before each one after that."""

FAILED = (exceptions.BotoCoreError, exceptions.ClientError)
"""No answer, or an error as answer."""

BROKEN = (
    exceptions.HTTPClientError,  # connection lost, read timeout
    exceptions.IncompleteReadError,
    exceptions.FlexibleChecksumError,
    urllib3.exceptions.HTTPError,  # what botocore lets through
)

LONGEST_VERSION = 200
"""Characters: the ledger's column."""

log = logging.getLogger(__name__)
clients, making = {}, Lock()


def config(**more):
    retries = {"mode": "standard", "total_max_attempts": REQUESTS}
    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        max_pool_connections=CONNECTIONS,
        retries=retries,
        **more,
    )


def client(unsigned):
    """Return this process's client: threads may share one, processes may not."""
    key = os.getpid(), unsigned
    with making:
        if key not in clients:
            signature = {"signature_version": botocore.UNSIGNED} if unsigned else {}
            clients[key] = boto3.Session().client("s3", config=config(**signature))
        return clients[key]


def expand(source, unsigned):
    """Return (bucket, key, ETag, size in bytes) of what a source stands for: an object, else the objects of a
    folder, else those that a glob matches. Raise OSError if S3 does not tell."""
    bucket, _, key = source.removeprefix("s3://").partition("/")
    try:
        return list(found(client(unsigned), bucket, key))
    except FAILED as error:
        raise OSError(explain(error)) from error


def found(s3, bucket, key):
    named = head(s3, bucket, key) if key and not key.endswith("/") else []
    if named and named[0][2]:
        return named
    folder = f"{key.removesuffix('/')}/" if key else ""
    below = list(listed(s3, bucket, folder)) or (matching(s3, bucket, key) if glob.has_magic(key) else [])
    return below or named


def head(s3, bucket, key):
    """Return the object of a key in a list. Without ETag it may be none: it is denied to who asks.

    An error has no text here. The listing that follows says what is wrong.
    """
    try:
        answer = s3.head_object(Bucket=bucket, Key=key)
    except exceptions.ClientError as error:
        if status(error) >= 500:
            raise
        return [(bucket, key, "", 0)] if status(error) == 403 else []
    return [(bucket, key, etag(answer), answer["ContentLength"])]


def listed(s3, bucket, prefix):
    """Yield the objects of which keys begin with a prefix, but "folders" and names that begin with a dot."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    below = prefix.count("/")
    for page in pages:
        for one in page.get("Contents", []):
            key = one["Key"]
            hidden = any(part.startswith(".") and part != ".." for part in key.split("/")[below:])
            if not hidden and (one["Size"] or not key.endswith("/")):
                yield bucket, key, etag(one), one["Size"]


def matching(s3, bucket, key):
    """Return the objects that a glob matches, and those in folders that it matches."""
    (_, *folder), pattern = parts_on_s3(f"s3://{bucket}/{key}")
    prefix = "/".join([*folder, re.split(r"[*?[]", pattern[0])[0]])
    return [one for one in listed(s3, bucket, prefix) if matches(one[1].split("/")[len(folder) :], pattern)]


def etag(answer):
    return answer.get("ETag", "").strip('"')[:LONGEST_VERSION]


def status(error):
    return error.response["ResponseMetadata"]["HTTPStatusCode"]


def explain(error):
    """Return what an error of boto3 means, and what to do."""
    if isinstance(error, exceptions.NoCredentialsError):
        return f"no credentials for S3: {CREDENTIALS}"
    if not isinstance(error, exceptions.ClientError):
        return f"{error}".rstrip(".")
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code == "NoSuchBucket":
        return "there is no such bucket"
    if code == "InvalidObjectState":
        return "it is in cold storage (Glacier): restore it first"
    if status(error) in (401, 403):
        return f"S3 denies it ({code}): {CREDENTIALS}"
    answer = code if code.isdigit() else f"{status(error)} {code}"
    return f"S3 answered {answer}: {message}".removesuffix(": ")


def fetch(file, spool):
    """Return the Content of an object as it is now. Raise OSError or Refused."""
    attempt = 1
    while True:
        try:
            return download(file, spool)
        except BROKEN as error:
            if attempt == DOWNLOADS:
                raise OSError(f"the download broke off {attempt} times, at last: {explain(error)}") from error
            log.info("%s: the download broke off, once more: %s", file.uri, error)
        time.sleep(random.random() * BACKOFF * 2 ** (attempt - 1))  # noqa: S311 only spreads
        attempt += 1


def download(file, spool):
    answer = request(file)
    with closing(answer["Body"]) as body:
        version, size = etag(answer), answer["ContentLength"]
        check_size(size)
        if version == file.version != "" and size != file.size:
            raise exceptions.IncompleteReadError(actual_bytes=size, expected_bytes=file.size)
        digest = hashlib.sha256()
        pieces = hashing(body.iter_chunks(MB), digest)
        stored = spooled(pieces, spool) if size > LARGE else b"".join(pieces)
    own = [] if isinstance(stored, bytes) else [stored]
    return Content(size, digest.hexdigest(), spool, stored, version=version, own=own)


def request(file):
    """Return S3's answer to a GET. Raise OSError if there is none in spite of boto3's retries."""
    try:
        return client(file.unsigned).get_object(Bucket=file.bucket, Key=file.path)
    except FAILED as error:
        gone = isinstance(error, exceptions.ClientError) and status(error) == 404
        raise OSError("gone since it was listed" if gone else explain(error)) from error


def hashing(pieces, digest):
    for piece in pieces:
        digest.update(piece)
        yield piece
