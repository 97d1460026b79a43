"""Measures and prints. The script `startup` starts it and describes it."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

IMAGE, DEFAULT_JAVA, ROUNDS = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
PLAIN = os.environ["POSTGRES_DSN"].split("?")[0] + "?sslmode=disable"
TLS = os.environ["POSTGRES_DSN"]
MAIN = "io.crmventas.tasks.runner.RunnerMain"
CLASS_PATH = (IMAGE / "app/jib-classpath-file").read_text().replace("/app/", f"{IMAGE}/app/")
RUNNER = [
    f"{IMAGE}/opt/java/bin/java", f"@{IMAGE}/app/java.options",
    f"-XX:AOTCache={IMAGE}/app/runner.aot", "-XX:AOTMode=on", "-cp", CLASS_PATH, MAIN,
]
RIVAL = """
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["POSTGRES_DSN"])
    await connection.execute("select 1")
    await connection.close()
asyncio.run(main())
"""
NO_OP = ["run", "cleanup"]
PROGRAMS = {
    "the image": RUNNER + NO_OP,
    "default JVM": [DEFAULT_JAVA, "-cp", CLASS_PATH, MAIN] + NO_OP,
    "Python": [sys.executable, "-c", RIVAL],
}
TASKS = ["metrics-refresh", "notification-checks", "daily-reports", "cleanup"]


def run(command, dsn):
    """Returns the wall clock and CPU time in ms, and the peak memory in MB."""
    environment = {**os.environ, "POSTGRES_DSN": dsn}
    if command[0] == RUNNER[0]:
        environment["MALLOC_ARENA_MAX"] = "1"  # as in the image
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    if status != 0 or (MAIN in command and b'"result":"NoWork"' not in output):
        sys.exit(f"{command} ended with {status}: {output.decode()}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss * 1024 / 1e6


def measure(dsn):
    samples = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, command in PROGRAMS.items():
            samples[name].append(run(command, dsn))
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in samples.items()}


def unpacked_megabytes():
    return sum(f.lstat().st_size for f in IMAGE.rglob("*") if f.is_file() or f.is_symlink()) / 1e6


def in_a_small_cgroup():
    """Runs all four tasks with their first work in 96 MiB. Returns the results, or the cause of a failure."""
    v1, v2 = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
    group = (v1 if v1.is_dir() else v2) / f"crm-startup-{os.getpid()}"
    limit, peak = ("memory.limit_in_bytes", "memory.max_usage_in_bytes") if v1.is_dir() else ("memory.max", "memory.peak")
    try:
        group.mkdir()
        (group / limit).write_text(str(96 << 20))
    except OSError as why:
        return None, f"not measured: {why}"
    try:
        for task in TASKS:
            enter = lambda: (group / "cgroup.procs").write_text(str(os.getpid()))
            ended = subprocess.run(RUNNER + ["run", task], preexec_fn=enter, capture_output=True, text=True,
                                   env={**os.environ, "POSTGRES_DSN": PLAIN, "MALLOC_ARENA_MAX": "1"})
            if ended.returncode != 0:
                return False, f"{task} ended with {ended.returncode}: {ended.stderr.strip()[-300:]}"
        return True, f"peak with page cache {int((group / peak).read_text()) / 1e6:.0f} MB"
    finally:
        group.rmdir()


small, how = in_a_small_cgroup()
load = os.getloadavg()[0]
plain, tls = measure(PLAIN), measure(TLS)
image, default, python = plain["the image"], plain["default JVM"], plain["Python"]
size = unpacked_megabytes()


def line(what, value, target, met):
    print(f"{what:44}{value:>10}  {target:10} {'not measured' if met is None else 'met' if met else 'MISSED'}")


print(f"A run with nothing to do, medians of {ROUNDS} rounds in turns; load {load:.1f} before, {os.getloadavg()[0]:.1f} after\n")
line("CPU time, of the same jars on a default JVM", f"{image[1] / default[1]:.2f}", "<= 0.35", image[1] <= 0.35 * default[1])
line("wall clock, of Python that only connects", f"{image[0] / python[0]:.2f}", "<= 1.00", image[0] <= python[0])
line("peak memory", f"{image[2]:.1f} MB", "<= 60 MB", image[2] <= 60)
line("image, unpacked", f"{size:.1f} MB", "<= 100 MB", size <= 100)
line("four tasks within 96 MiB", "yes" if small else "no" if small is False else "?", "yes", small)
print(f"  ({how})")
for title, rows in (("", plain), (" with TLS, certificate verified", tls)):
    print(f"\n{'SCRAM' + title:44}{'wall ms':>10}{'CPU ms':>10}{'peak MB':>10}")
    for name, (wall, cpu, peak) in rows.items():
        print(f"{name:44}{wall:10.0f}{cpu:10.0f}{peak:10.1f}")
