#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Receives pg_backctl's webhook and believes only what is signed and of now.

    receiver.py PORT SECRET_FILE

Prints each message on a line of its own, as JSON. It is meant to be read, and to be changed into yours.
"""
import hashlib
import hmac
import http.server
import json
import sys
import time

# In seconds. An older request may be one that somebody has recorded.
TOLERANCE = 300


def is_genuine(secret, headers, body, now):
    timestamp = headers.get("Pg-Backctl-Timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp)) > TOLERANCE:
        return False
    code = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v1={code}", headers.get("Pg-Backctl-Signature", ""))


class Receiver(http.server.BaseHTTPRequestHandler):
    secret = b""
    # A message may come twice: after an answer that was lost, say.
    seen = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not is_genuine(self.secret, self.headers, body, time.time()):
            return self.answer(401)
        message = json.loads(body)
        if message["id"] not in self.seen:
            self.seen.add(message["id"])
            print(json.dumps(message), flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    port, secret_file = int(sys.argv[1]), sys.argv[2]
    with open(secret_file, "rb") as file:
        Receiver.secret = file.read().rstrip(b"\r\n")
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()


if __name__ == "__main__":
    main()
