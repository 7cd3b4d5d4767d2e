# SPDX-License-Identifier: Apache-2.0
"""How programs are measured against each other, and how that is told."""
import contextlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections import namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTBED = os.path.join(ROOT, ".build", "testbed", "bin")
MIB = 1 << 20

# `cpu` is the sum of `user` and `system`.
Sample = namedtuple("Sample", "cpu wall rss user system")
# `data` has `bytes`, by which CPU is told; `check` raises `Failed` when the output is not what it must be;
# `prepare` is None or what is done before each run. Neither counts.
Case = namedtuple("Case", "name command data check prepare")
Goal = namedtuple("Goal", "name text value relation limit unit")


class Failed(Exception):
    """Something could not be measured; the message says what."""


# ---------------------------------------------------------------- measuring

ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "RCLONE_"))},
    "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": "us-east-1", "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1", "LC_ALL": "C",
}


def measure(case, place):
    """Runs a command in a shell, so that wait4 counts each part of its pipeline.

    The peak memory of a process counts from its fork, so a small program has to do that: time(1).
    """
    if case.prepare:
        case.prepare()
    with open(f"{place}/stdout", "w+b") as out, open(f"{place}/stderr", "w+b") as err:
        started = time.monotonic()
        process = subprocess.Popen(
            ["/usr/bin/time", "--quiet", "-o", f"{place}/peak", "-f", "%M",
             "/bin/bash", "-c", f"set -o pipefail\n{case.command}"],
            env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        check(case, process.returncode, out.read().decode(), err.read().decode(errors="replace"))
        with open(f"{place}/peak") as peak:
            return Sample(used.ru_utime + used.ru_stime, wall, int(peak.read()) * 1024,
                          used.ru_utime, used.ru_stime)


def remove_history(path):
    for name in (path, f"{path}-wal", f"{path}-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def check(case, status, output, errors):
    if status != 0:
        raise Failed(f"{case.name}: exit status {status}\n$ {case.command}\n{output[-2000:]}{errors[-2000:]}")
    case.check(case, output)


def openssl_speed():
    """Seconds of CPU that SHA-256 of 1 GB takes at the very least."""
    output = run_quietly("openssl", "speed", "-evp", "sha256", "-bytes", str(MIB), "-seconds", "1")
    thousands = re.search(r"^sha256\s+([0-9.]+)k", output, re.MULTILINE | re.IGNORECASE)
    if not thousands:
        raise Failed(f"openssl speed printed no speed: {output}")
    return 1e6 / float(thousands.group(1))



def is_met(goal):
    return {">=": goal.value >= goal.limit, "<=": goal.value <= goal.limit, "<": goal.value < goal.limit}[
        goal.relation]


class Medians:
    def __init__(self, cases, samples):
        self.cases, self.samples = cases, samples

    def __call__(self, name):
        return Sample(*(statistics.median(column) for column in zip(*self.samples[name])))

    def bytes(self, name):
        """Raises KeyError, as a call does, for a case that was not measured."""
        return {case.name: case.data.bytes for case in self.cases}[name]

    def peak(self, name):
        """The worst of the runs: a limit on memory holds always or not at all."""
        return max(sample.rss for sample in self.samples[name])


def take_turns(cases, runs, place):
    """One round to warm caches and histories, then the rounds that count."""
    samples, speeds = {case.name: [] for case in cases}, []
    for turn in range(runs + 1):
        for case in cases:
            say(f"run {turn} of {runs}: {case.name}" if turn else f"warming up: {case.name}")
            sample = measure(case, place)
            if turn:
                samples[case.name].append(sample)
        if turn:
            speeds.append(openssl_speed())
    return samples, speeds


def build():
    return run_quietly("scripts/build").strip()


# ---------------------------------------------------------------- telling

def print_tables(median, speed, reached, runs):
    print(f"{machine()}; medians of {runs} runs; openssl speed: {speed:.3f} CPU s/GB\n")
    print(f"| {'program':34} | CPU s/GB | wall s | peak MiB |")
    print(f"|{'-' * 36}|---------:|-------:|---------:|")
    for case in median.cases:
        sample, peak = median(case.name), median.peak(case.name) / MIB
        cpu = sample.cpu / (case.data.bytes / 1e9)
        print(f"| {case.name:34} | {cpu:8.3f} | {sample.wall:6.2f} | {peak:8.1f} |")
    print()
    print_goals(reached)


def print_goals(reached):
    print(f"| {'goal':64} | found      | wanted     |         |")
    print(f"|{'-' * 66}|-----------:|-----------:|---------|")
    for goal in reached:
        found = f"{goal.value:.2f} {goal.unit}".strip()
        wanted = f"{goal.relation} {goal.limit} {goal.unit}".strip()
        met = "met" if is_met(goal) else "NOT MET"
        print(f"| {goal.name + ' ' + goal.text:64} | {found:>10} | {wanted:>10} | {met:7} |")


def document(median, speed, reached, options):
    return {
        "schema": "pg_backctl.bench/1", "machine": machine(), "runs": options.runs,
        "opensslSpeedSecondsPerGB": speed,
        "cases": [
            {"name": case.name, "bytes": case.data.bytes,
             **{f"{kind}SecondsPerGB": getattr(median(case.name), kind) / case.data.bytes * 1e9
                for kind in ("cpu", "user", "system")},
             "wallSeconds": median(case.name).wall, "peakBytes": median.peak(case.name),
             "samples": [sample._asdict() for sample in median.samples[case.name]]}
            for case in median.cases],
        "goals": [{**goal._asdict(), "met": is_met(goal)} for goal in reached],
    }


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} CPUs, {platform.release()}"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def run_quietly(*command):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def run_shown(*command):
    status = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode
    if status != 0:
        raise Failed(f"{' '.join(command)}: exit status {status}")
