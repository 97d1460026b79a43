"""Measures and prints; started by the script `sql`, which says what and why."""

import asyncio
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import asyncpg

import picture
import replaced

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
IMAGE, QUICK = Path(sys.argv[1]), "--quick" in sys.argv
SERVER = os.environ["POSTGRES_DSN"].split("?")[0].rsplit("/", 1)[0]
REPORT = Path(os.environ["CRM_TERMINATION_LOG"])
RUNNER = [
    f"{IMAGE}/opt/java/bin/java", f"@{IMAGE}/app/java.options", f"-XX:AOTCache={IMAGE}/app/runner.aot", "-cp",
    (IMAGE / "app/jib-classpath-file").read_text().replace("/app/", f"{IMAGE}/app/"), "io.crmventas.tasks.runner.RunnerMain",
]
SMALL, LARGE = 300_000, 3_000_000
SIZES = [SMALL] if QUICK else [SMALL, LARGE]
ROUNDS = 5
CHANGE = 1_000


def dsn(name, port=None):
    server = SERVER if port is None else re.sub(r":\d+$", f":{port}", SERVER)
    return f"{server}/{name}?sslmode=disable"


def run(name, *command, port=None):
    """Wall clock of the process, and of its steps that are the task's own, in ms."""
    environment = {**os.environ, "POSTGRES_DSN": dsn(name, port), "REDIS_CACHE_ENABLED": "false", "MALLOC_ARENA_MAX": "1",
                   "CRM_TASK_TIMEOUT": "10m"}
    begun = time.perf_counter()
    ended = subprocess.run(RUNNER + list(command), env=environment, capture_output=True, text=True)
    wall = (time.perf_counter() - begun) * 1000
    if ended.returncode != 0:
        sys.exit(f"{command} on {name} ended with {ended.returncode}: {ended.stdout} {ended.stderr}")
    steps = json.loads(REPORT.read_text())["steps"] if command[0] == "run" else []
    return wall, sum(step["millis"] for step in steps if step["name"] not in ("connect", "lock", "schema"))


def best(name):
    """The hand-written statement, by psql's own clock."""
    output = subprocess.run(["psql", "-q", "-f", HERE / "best.sql", dsn(name)], capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"Time: ([0-9.]+) ms", output)[-1])


async def database(tenants, messages):
    """Ten sellers a tenant."""
    name = f"bench_{tenants}_{messages}"
    admin = await asyncpg.connect(dsn("postgres"))
    await admin.execute(f"create database {name}")
    await admin.close()
    demo = ROOT / "e2e/demo/target"
    subprocess.run([os.environ["JAVA_HOME"] + "/bin/java", "-Dslf4j.internal.verbosity=ERROR", "-cp",
                    f"{demo}/classes:{(demo / 'classpath').read_text()}", "io.crmventas.tasks.demo.DemoMain", "seed", "--dsn", dsn(name),
                    "--tenants", str(tenants), "--sellers", "10", "--messages", str(messages)], check=True, stdout=subprocess.DEVNULL)
    db = await asyncpg.connect(dsn(name))
    await db.execute("vacuum (analyze, freeze)")
    await db.close()
    return name


async def change(name, tick):
    """New messages in known conversations, as the CRM adds them."""
    db = await asyncpg.connect(dsn(name))
    await db.execute(f"""
        insert into chat_messages (tenant_id, from_number, role, content, created_at)
        select tenant_id, from_number, 'user', '', now() from (
          select distinct tenant_id, from_number, md5(from_number || '{tick}') as dice
          from chat_messages where tenant_id <= 20 order by dice limit {CHANGE}) c""")
    await db.close()


async def old(name):
    db = await asyncpg.connect(dsn(name))
    begun = time.perf_counter()
    sellers = await replaced.refresh(db)
    await db.close()
    return (time.perf_counter() - begun) * 1000, sellers


async def statements(name, task):
    """Statements that a run sends, counted between it and the server: Execute and Query messages."""
    count = 0
    host, port = re.search(r"@(.*):(\d+)$", SERVER).groups()

    async def pipe(reader, writer, watch):
        nonlocal count
        rest, started = b"", False
        while data := await reader.read(65536):
            writer.write(data)
            rest += data if watch else b""
            while watch and len(rest) >= (5 if started else 4):
                length = int.from_bytes(rest[1:5], "big") + 1 if started else int.from_bytes(rest[:4], "big")
                if len(rest) < length:
                    break
                count += started and rest[:1] in (b"E", b"Q")
                started, rest = True, rest[length:]
        writer.close()

    async def serve(reader, writer):
        server_reader, server_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pipe(reader, server_writer, True), pipe(server_reader, writer, False))

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
    await asyncio.to_thread(run, name, "run", task, port=proxy.sockets[0].getsockname()[1])
    proxy.close()
    return count


LINES = []


def line(what, rival, ours, ratio, target, met):
    verdict = "" if met is None else "met" if met else "MISSED"
    LINES.append([what, rival, ours, ratio, target, verdict])
    print(f"{what:58}{rival:>14}{ours:>12}{ratio:>9}  {target:12}{verdict}", flush=True)


def ms(value):
    return f"{value:,.0f} ms"


def median(samples):
    return statistics.median(samples)


def growth(what, samples, target=1.2):
    if len(SIZES) == 2:
        small, large = median(samples[SMALL]), median(samples[LARGE])
        line(what, ms(small), ms(large), f"{large / small:.2f}x", f"<= {target}x", large <= target * small)


async def main():
    names = {(tenants, messages): await database(tenants, messages) for messages in SIZES for tenants in (20, 200)}
    db = await asyncpg.connect(dsn("postgres"))
    machine = f"{os.cpu_count()} cores, {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 30} GiB, {platform.machine()}, " \
        f"PostgreSQL {await db.fetchval('show server_version')}, load {os.getloadavg()[0]:.1f}"
    await db.close()
    print(f"{machine}\n\n{'':58}{'rival':>14}{'ours':>12}{'ratio':>9}  target", flush=True)
    bars, lines = [], {}

    for messages in SIZES:
        name, pairs = names[20, messages], []
        for _ in range(ROUNDS):
            pairs.append((best(name), run(name, "run", "metrics-refresh")[1]))
        theirs, ours = (median(column) for column in zip(*pairs))
        line(f"(b) one hand-written statement: {messages:,} messages", ms(theirs), ms(ours), f"{ours / theirs:.2f}x", "<= 1.3x", ours <= 1.3 * theirs)

    work, wall = {}, {}
    for (tenants, messages), name in names.items():
        theirs, sellers = await old(name)
        samples = []
        for tick in range(ROUNDS):
            await change(name, tick)
            samples.append(run(name, "run", "metrics-refresh"))
        processes, ours = (list(column) for column in zip(*samples))
        what = f"{sellers:,} sellers, {messages:,} messages"
        ratio = theirs / median(ours)
        line(f"(a) {what}", ms(theirs), ms(median(ours)), f"{ratio:.0f}x", ">= 20x", ratio >= 20)
        bars.append((what, theirs, median(ours)))
        if tenants == 20:
            work[messages], wall[messages] = ours, processes

    if len(SIZES) == 2:
        print(f"\n{f'{CHANGE:,} new messages a run':58}{'300 k':>14}{'3 M':>12}")
    growth("(c) metrics-refresh, the task alone", work)
    growth("(c) metrics-refresh, the whole process", wall)
    for task in ("notification-checks", "cleanup", "daily-reports"):
        samples = {}
        for messages in SIZES:
            name = names[20, messages]
            run(name, "run", task)
            samples[messages] = []
            for tick in range(3):
                await change(name, f"{task}{tick}")
                samples[messages].append(run(name, "run", task)[0])
        growth(f"(c) {task}, the whole process", samples)
        lines[task] = samples
    lines["metrics-refresh"] = wall

    print(f"\nstatements a run{'':42}{'20 tenants':>14}{'200 tenants':>12}")
    for task in ("metrics-refresh", "notification-checks", "cleanup", "daily-reports"):
        counts = []
        for tenants in (20, 200):
            run(names[tenants, SMALL], "run", task)  # what lay about is gone, in both
            await change(names[tenants, SMALL], f"{task} counted")
            counts.append(await statements(names[tenants, SMALL], task))
        few, many = counts
        line(f"(d) {task}", str(few), str(many), f"{many / few:.2f}x", "<= 1.00x", many <= few)

    out = ROOT / "e2e/target"
    out.mkdir(exist_ok=True)
    (out / "bench-sql.json").write_text(json.dumps({"machine": machine, "lines": LINES}, indent=1))
    if not QUICK:
        (out / "bench-sql.svg").write_text(picture.draw(
            machine, bars, {name: [median(by[size]) for size in SIZES] for name, by in lines.items()}))
        print(f"\n{out}/bench-sql.json and .svg")


asyncio.run(main())
