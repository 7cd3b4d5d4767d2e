# SPDX-License-Identifier: Apache-2.0
"""`scripts/bench verify`: reading and hashing, over http, https and from a file."""
import contextlib
import hashlib
import json
import os
import re
import socket
import statistics
import subprocess
import tempfile
import time

from .measuring import (
    MIB, TESTBED, Case, Failed, Goal, Medians, build, document, is_met, print_tables, remove_history, run_quietly,
    say, take_turns, write)


# ---------------------------------------------------------------- what is read

class Data:
    """A bucket of random objects in one backup folder, with its sum file."""

    def __init__(self, root, bucket, names, size):
        self.bucket, self.names, self.size = bucket, names, size
        self.folder = os.path.join(root, bucket, "backup")
        self.sums = {name: self._make(name) for name in names}
        with open(os.path.join(self.folder, "backup.sha256"), "w") as file:
            file.writelines(f"{sha}  ./{name}\n" for name, sha in sorted(self.sums.items()))
        self.listing = self._listing()

    @property
    def bytes(self):
        return self.size * len(self.names)

    def _make(self, name):
        os.makedirs(self.folder, exist_ok=True)
        sha, left = hashlib.sha256(), self.size
        with open(os.path.join(self.folder, name), "wb") as file:
            while left:
                piece = os.urandom(min(left, MIB))
                sha.update(piece)
                file.write(piece)
                left -= len(piece)
        return sha.hexdigest()

    def _listing(self):
        contents = []
        for name in sorted(os.listdir(self.folder)):
            status = os.stat(os.path.join(self.folder, name))
            date = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(status.st_mtime))
            # nginx makes its ETag of date and size.
            etag = f"{int(status.st_mtime):x}-{status.st_size:x}"
            contents.append(
                f"<Contents><Key>backup/{name}</Key><LastModified>{date}</LastModified>"
                f"<ETag>&quot;{etag}&quot;</ETag><Size>{status.st_size}</Size>"
                "<StorageClass>STANDARD</StorageClass></Contents>")
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{self.bucket}</Name><Prefix>backup/</Prefix><KeyCount>{len(contents)}</KeyCount>"
            f"<MaxKeys>10000</MaxKeys><IsTruncated>false</IsTruncated>{''.join(contents)}"
            "</ListBucketResult>\n")


# ---------------------------------------------------------------- the server

NGINX = """
daemon off;
pid nginx.pid;
{user}
worker_processes {workers};
error_log stderr;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    default_type application/octet-stream;
    map $args $lists {{ default 0; "~(^|&)list-type=2(&|$)" 1; }}
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        ssl_certificate {place}/cert.pem;
        ssl_certificate_key {place}/key.pem;
        root {place}/data;
        if ($lists) {{ rewrite ^/([^/]+) /.list/$1 last; }}
        location / {{ }}
        location /.list/ {{ default_type application/xml; alias {place}/lists/; }}
    }}
}}
"""


class Server:
    def __init__(self, place, data):
        self.place = place
        http, https = unused_port(), unused_port()
        self.http, self.https = f"http://127.0.0.1:{http}", f"https://127.0.0.1:{https}"
        self.ca = os.path.join(place, "cert.pem")
        self.ports = (http, https)
        run_quietly(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", f"{place}/key.pem", "-out", self.ca)
        os.makedirs(f"{place}/lists")
        for each in data:
            write(f"{place}/lists/{each.bucket}", each.listing)
        write(f"{place}/nginx.conf", NGINX.format(
            place=place, http=http, https=https, workers=os.cpu_count() or 1,
            user="user root;" if os.geteuid() == 0 else ""))

    @contextlib.contextmanager
    def running(self):
        log = open(f"{self.place}/nginx.log", "w+")
        nginx = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.place, "-c", f"{self.place}/nginx.conf", "-e", "stderr"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            for port in self.ports:
                wait_for(port, nginx, log)
            yield self
        finally:
            nginx.terminate()
            nginx.wait()
            log.close()


def unused_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, process, log):
    for _ in range(500):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    log.seek(0)
    raise Failed(f"nginx did not start: {log.read()}")


def only_digest(data):
    """Of a program that prints the digest of the only object somewhere."""
    return lambda output: {data.names[0]: (re.findall(r"\b[0-9a-f]{64}\b", output) or [None])[0]}


def our_digests(data):
    """Of our JSON document, which may name the sum file, too."""
    def digests(output):
        objects = [each for backup in json.loads(output)["backups"] for each in backup["objects"]]
        return {each["name"]: each["sha256"] for each in objects if each["name"] in data.sums}
    return digests


def right_digests(digests):
    """Holds what a program found to the sums that the data was made with."""
    def check(case, output):
        found, expected = digests(output), case.data.sums
        if found != expected:
            wrong = sorted(name for name in expected if found.get(name) != expected[name])
            raise Failed(f"{case.name}: digest of {len(wrong)} objects wrong or missing, such as {wrong[:3]}\n"
                         f"$ {case.command}\n{output[:500]}")
    return check


# ---------------------------------------------------------------- verify: the cases

def peers(server, big):
    file = os.path.join(big.folder, big.names[0])
    key = f"{big.bucket}/backup/{big.names[0]}"
    aws = f"{TESTBED}/aws s3 cp s3://{key} - --no-sign-request --only-show-errors"
    rclone = f"{TESTBED}/rclone hashsum sha256 --download --config /dev/null :http:{key}"
    ca = server.ca
    commands = {
        "rclone, http": f"{rclone} --http-url {server.http}",
        "aws + sha256sum, http": f"{aws} --endpoint-url {server.http} | sha256sum",
        "curl + openssl, http": f"curl -sSf {server.http}/{key} | openssl dgst -sha256",
        "rclone, https": f"{rclone} --http-url {server.https} --ca-cert {ca}",
        "aws + sha256sum, https": f"{aws} --endpoint-url {server.https} --ca-bundle {ca} | sha256sum",
        "curl + openssl, https": f"curl -sSf --cacert {ca} {server.https}/{key} | openssl dgst -sha256",
        "openssl dgst, file": f"openssl dgst -sha256 {file}",
        "sha256sum, file": f"sha256sum {file}",
    }
    return [Case(name, command, big, right_digests(only_digest(big)), None) for name, command in commands.items()]


def ours(binary, place, server, big, many, one, eight):
    def verify(name, data, where, jobs, warm=False):
        history = f"{place}/{re.sub('[^a-z0-9]+', '-', name)}.sqlite"
        location = data.folder if where == "file" else f"s3://{data.bucket}/backup"
        command = f"{binary} verify {location} --level checksummed --jobs {jobs} --json --history {history}"
        if where != "file":
            command += f" --endpoint {getattr(server, where)} --region us-east-1 --no-sign-request"
        if where == "https":
            command += f" --ca-file {server.ca}"
        return Case(name, command, data, right_digests(our_digests(data)), None if warm else lambda: remove_history(history))

    return [
        verify("ours first, http", big, "http", 1),
        verify("ours first, https", big, "https", 1),
        verify("ours first, file", big, "file", 1),
        verify("ours again, file, 1 job", big, "file", 1, warm=True),
        verify("ours again, file, 2 jobs", big, "file", 2, warm=True),
        verify("ours again, http, 2 jobs", big, "http", 2, warm=True),
        verify("ours again, http, 8 jobs", big, "http", 8, warm=True),
        verify("ours first, 8 objects, 8 jobs", eight, "http", 8),
        verify("ours first, small objects, 2 jobs", many, "http", 2),
        verify("ours first, one small object", one, "http", 2),
    ]


def goals(median, speed, many):
    """The goals of docs/performance.md, as far as their cases were measured."""
    def per_gb(name):
        return median(name).cpu / (median.bytes(name) / 1e9)

    def ratio(slow, fast, what):
        return lambda: getattr(median(slow), what) / getattr(median(fast), what)

    def per_object():
        """What 1,999 objects more cost, without what as many bytes of one large object do."""
        name, start = "ours first, small objects, 2 jobs", "ours first, one small object"
        bytes_more = median.bytes(name) - median.bytes(start)
        own = median(name).cpu - median(start).cpu - bytes_more / 1e9 * per_gb("ours first, http")
        return own / (len(many.names) - 1) * 1000

    def peak(*names):
        return lambda: max(median.peak(name) for name in names) / MIB

    first, again = "ours first, http", "ours again, http, 2 jobs"
    rclone, aws = "rclone, http", "aws + sha256sum, http"
    wanted = [
        ("P1", "first pass, http: CPU of rclone / ours", ratio(rclone, first, "cpu"), ">=", 1.4, ""),
        ("P1", "first pass, http: CPU of aws + sha256sum / ours", ratio(aws, first, "cpu"), ">=", 9, ""),
        ("P1", "first pass, http: wall of aws + sha256sum / ours", ratio(aws, first, "wall"), ">=", 7, ""),
        ("P2", "file, 2 jobs: wall of re-verification / first pass",
         ratio("ours again, file, 2 jobs", "ours first, file", "wall"), "<=", 0.55, ""),
        ("P2", "re-verification, http: CPU of rclone / ours", ratio(rclone, again, "cpu"), ">=", 2, ""),
        ("P2", "re-verification, file, 1 job: wall of openssl dgst / ours",
         ratio("openssl dgst, file", "ours again, file, 1 job", "wall"), ">=", 1.6, ""),
        ("P3", "share of openssl speed, http", lambda: 100 * speed / per_gb(first), ">=", 75, "%"),
        ("P3", "share of openssl speed, file",
         lambda: 100 * speed / per_gb("ours first, file"), ">=", 85, "%"),
        ("P4", "first pass, https: CPU of rclone / ours",
         ratio("rclone, https", "ours first, https", "cpu"), ">=", 1.3, ""),
        ("P8", "CPU for an object beyond its bytes", per_object, "<=", 0.06, "ms"),
        ("P9", "peak memory, one object",
         peak("ours first, http", "ours first, https", "ours first, file"), "<=", 32, "MiB"),
        ("P9", "peak memory, 8 in flight",
         peak("ours first, 8 objects, 8 jobs", "ours again, http, 8 jobs"), "<", 64, "MiB"),
    ]
    measured = []
    for name, text, value, relation, limit, unit in wanted:
        with contextlib.suppress(KeyError):
            measured.append(Goal(name, text, value(), relation, limit, unit))
    return measured


# ---------------------------------------------------------------- verify: the run

def verify(options):
    binary = options.binary or build()
    with tempfile.TemporaryDirectory(prefix="pgb-bench-") as place:
        say(f"making {options.size / 1e9:.1f} GB and {options.objects} objects of 64 KiB in {place}")
        root = f"{place}/data"
        big = Data(root, "big", ["base.tar"], options.size)
        many = Data(root, "many", [f"{i:05}.tar" for i in range(options.objects)], 65536)
        one = Data(root, "one", many.names[:1], many.size)
        eight = Data(root, "eight", [f"{i}.tar" for i in range(8)], 64 * MIB)
        with Server(place, [big, many, one, eight]).running() as server:
            cases = ours(binary, place, server, big, many, one, eight) + peers(server, big)
            cases = [case for case in cases if re.search(options.only, case.name)]
            samples, speeds = take_turns(cases, options.runs, place)
        median = Medians(cases, samples)
        speed = statistics.median(speeds)
        reached = goals(median, speed, many)
    print_tables(median, speed, reached, options.runs)
    if options.json:
        write(options.json, json.dumps(document(median, speed, reached, options), indent=2) + "\n")
    return 0 if all(is_met(goal) for goal in reached) else 7
