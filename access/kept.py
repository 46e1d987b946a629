"""What a process keeps of the database for a few seconds, so that a request costs no query."""

import time

SECONDS = 10
"""So much longer, at most, a key works that was revoked."""

MOST = 10_000


class Kept:
    def __init__(self):
        self.answers = {}

    def get(self, question, ask):
        """Return the answer kept for a question, or that of `ask`."""
        now = time.monotonic()
        answer, until = self.answers.get(question, (None, 0))
        if now < until:
            return answer
        if len(self.answers) >= MOST:
            self.answers.clear()
        answer = ask(question)
        self.answers[question] = answer, now + SECONDS
        return answer

    def clear(self):
        self.answers.clear()
