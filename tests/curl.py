"""The little of curl that the README uses, for machines that have none (see test_readme)."""

import argparse
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path


def stand_in(folder):
    """Put a command `curl` into a folder, for the end of PATH; return the folder."""
    folder.mkdir()
    (folder / "curl").write_text(f"#!/bin/sh\nexec '{sys.executable}' '{Path(__file__).resolve()}' \"$@\"\n")
    (folder / "curl").chmod(0o755)
    return folder


def arguments():
    parser = argparse.ArgumentParser(prog="curl")
    for short, name in {"-s": "--silent", "-S": "--show-error", "-i": "--include", "-G": "--get"}.items():
        parser.add_argument(short, name, action="store_true")
    parser.add_argument("--compressed", action="store_true", help="may be answered plainly, too")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("--data-urlencode", action="append", default=[])
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("url")
    return parser.parse_args()


def ask(url, headers):
    request = urllib.request.Request(url, headers=dict(header.split(": ", 1) for header in headers))
    try:
        return urllib.request.urlopen(request)
    except urllib.error.HTTPError as answer:  # curl prints what a refusal says
        return answer


def main():
    given = arguments()
    query = urllib.parse.urlencode([tuple(pair.split("=", 1)) for pair in given.data_urlencode])
    answer = ask(f"{given.url}?{query}" if query else given.url, given.header)
    head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n{answer.headers}" if given.include else ""
    body = head.encode() + answer.read()
    if given.output:
        given.output.write_bytes(body)
    else:
        sys.stdout.buffer.write(body)


if __name__ == "__main__":
    main()
