"""Measures and prints. The script `sql` starts it and describes it.

Time depends on what else the machine does. Pages are steadier: the blocks that the whole run made the server read, from
its memory or from disk, as pg_stat_database counts them. They show whether a run reads more when the CRM grows.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

import replaced

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SCHEMA = ROOT / "e2e/demo/src/main/resources/io/crmventas/tasks/demo"
IMAGE = Path(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
PARTS = sys.argv[3:] or ["depth", "indexes", "shards", "rivals", "breadth", "statements", "memory"]
SERVER = "{0.scheme}://{0.netloc}".format(urlsplit(os.environ["POSTGRES_DSN"]))
REPORT = Path(os.environ["CRM_TERMINATION_LOG"])
# MaxRAM replaces the memory limit of the pod, by which the image's options size the heap.
LIMIT_MIB = 256
JAVA = [f"{IMAGE}/opt/java/bin/java", f"@{IMAGE}/app/java.options", f"-XX:AOTCache={IMAGE}/app/runner.aot", f"-XX:MaxRAM={LIMIT_MIB}m"]
RUNNER = [*JAVA, "-cp", (IMAGE / "app/jib-classpath-file").read_text().replace("/app/", f"{IMAGE}/app/"),
          "io.crmventas.tasks.runner.RunnerMain"]
TASKS = ["notification-checks", "metrics-refresh", "daily-reports", "cleanup"]
# tenants, sellers, conversations, recent messages of each conversation, closed messages of each conversation
SMALL = dict(tenants=20, sellers=200, conversations=15_000, messages=20, history=0)
DEEP = {**SMALL, "history": 180}
MORE_TENANTS = {**SMALL, "tenants": 200, "sellers": 2_000}
BROAD = dict(tenants=200, sellers=2_000, conversations=150_000, messages=20, history=0)
HUGE = dict(tenants=20, sellers=200, conversations=600_000, messages=5, history=0)
EXPIRED = """insert into notifications (id, tenant_id, type, title, message, recipient_id, created_at, expires_at)
    select 'old' || n, u.tenant_id, 'assignment', 't', 'm', u.id, now() - interval '9 days', now() - interval '1 day'
    from generate_series(1, {rows}) n
    join (select id, tenant_id, row_number() over (order by id) - 1 as place, count(*) over () as users
          from users where tenant_id is not null) u on u.place = n % u.users;"""
# Creates the work of each measured run.
WORK = {
    "metrics-refresh": "",
    "notification-checks": "delete from notifications;",
    "daily-reports": "delete from notifications;",
    "cleanup": EXPIRED.format(rows=2_000),
}


def dsn(name, port=None):
    server = SERVER if port is None else re.sub(r":\d+$", f":{port}", SERVER)
    return f"{server}/{name}?sslmode=disable"


def psql(name, *arguments, **options):
    ended = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", dsn(name), *arguments],
                           capture_output=True, text=True, **options)
    if ended.returncode != 0:
        sys.exit(f"psql {arguments} on {name}: {ended.stderr}")
    return ended.stdout


def create(name, size):
    """Creates the same CRM twice: with the CRM's own indexes, and with those that check advises."""
    psql("postgres", "-c", f"drop database if exists {name}", "-c", f"drop database if exists {name}_advised",
         "-c", f"create database {name}")
    variables = [word for key, value in size.items() for word in ("-v", f"{key}={value}")]
    psql(name, *variables, "-f", SCHEMA / "reference-schema.sql", "-f", SCHEMA / "optional-tables.sql", "-f", HERE / "crm.sql")
    psql("postgres", "-c", f"create database {name}_advised template {name}")
    for task in TASKS:
        for statement in re.findall(r"create index concurrently .*?;", execute(f"{name}_advised", "check", task)[1]):
            psql(f"{name}_advised", "-c", statement)
    psql(f"{name}_advised", "-c", "vacuum (analyze)")


def execute(name, *command, port=None, **environment):
    """Returns the peak memory in MiB and the output."""
    environment = {**os.environ, "POSTGRES_DSN": dsn(name, port), "POSTGRES_PRIVILEGED_ROLE": "postgres", "CRM_TASK_TIMEOUT": "10m",
                   "REDIS_CACHE_ENABLED": "false", "MALLOC_ARENA_MAX": "1", **environment}
    process = subprocess.Popen(RUNNER + list(command), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} on {name} ended with {status}: {output}")
    return usage.ru_maxrss / 1024, output


def pages(name):
    """Returns the pages read so far, after every other session of the database has ended and reported its statistics."""
    while True:
        blocks, sessions = psql("postgres", "-c", f"""select blks_hit + blks_read, (select count(*) from pg_stat_activity
            where datname = '{name}') from pg_stat_database where datname = '{name}'""").split("|")
        if int(sessions) == 0:
            return int(blocks)
        time.sleep(0.05)


def table_pages(name, work):
    """Returns the pages of tables and their indexes that the work reads, without the catalogs, and the result of the work."""
    count = "select sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)) from pg_statio_user_tables"
    before = int(psql(name, "-c", count))
    result = work()
    return int(psql(name, "-c", count)) - before, result


def run(name, task, **environment):
    """Returns the milliseconds of the task's own steps, the pages, and the peak memory."""
    before = pages(name)
    memory, _ = execute(name, "run", task, **environment)
    steps = json.loads(REPORT.read_text())["steps"]
    millis = sum(step["millis"] for step in steps if step["name"] not in ("connect", "lock", "schema"))
    return millis, pages(name) - before, memory


def give_work(name, task, tick, work=None):
    """Adds messages to a thousand conversations, as the CRM does, so that the task has work."""
    psql(name, "-c", f"""insert into chat_messages (tenant_id, from_number, role, content, created_at)
        select tenant_id, phone_number, 'user', '', now() from leads order by md5(phone_number || '{task}{tick}') limit 1000;
        {work or WORK[task]}""")


def working_runs(names, task):
    """Runs them in turns, so that other load on the machine affects all of them. The first round only warms up."""
    samples = {name: [] for name in names}
    for tick in range(ROUNDS + 1):
        for name in names:
            give_work(name, task, tick)
            samples[name].append(run(name, task))
    return {name: [statistics.median(column) for column in zip(*rows[1:])] for name, rows in samples.items()}


def growth(title, large, limits):
    """@param limits of the pages, with the CRM's own indexes and with the advised ones"""
    print(f"\n{title}\n| task | indexes | small | large | time | pages | limit |\n|---|---|---|---|---|---|---|")
    for task in TASKS:
        samples = working_runs(["bench_small", f"bench_{large}", "bench_small_advised", f"bench_{large}_advised"], task)
        for suffix, limit in zip(("", "_advised"), limits):
            few, many = samples["bench_small" + suffix], samples[f"bench_{large}{suffix}"]
            ratio = many[1] / few[1]
            print(f"| {task} | {'advised' if suffix else 'the CRM’s'} | {few[0]:,.0f} ms | {many[0]:,.0f} ms | {many[0] / few[0]:.1f}x "
                  f"| {few[1]:,.0f} to {many[1]:,.0f}: {ratio:.2f}x | {limit}x {'met' if ratio <= limit else 'MISSED'} |", flush=True)


def explained(name, file, dropped):
    """Returns the pages that one statement reads without an index."""
    text = next((ROOT / "job-runner/src/main/resources").rglob(f"{file}.sql")).read_text()
    recent = "false" if "created_at, from_number" in dropped else "true"
    text = re.sub(r"(?m)^(.set messagesByTime) .*", rf"\1 {recent}", text)
    text = re.sub(r"(?m)^(with(?: recursive)?)$", r"explain (analyze, buffers, timing off) \1", text, count=1)
    drop = f"drop index {dropped.split()[2]};" if dropped else ""
    plan = psql(name, input=f"begin; {drop} set local jit = off; set local work_mem = '64MB';\n{text};\nrollback;")
    return sum(map(int, re.findall(r"(?:hit|read)=(\d+)", re.search(r"Buffers: shared .*", plan)[0])))


def indexes():
    """Measures what each advised index saves while the others exist."""
    print("\npages of a statement, 3,000,000 messages\n| statement | all advised indexes | without | pages |\n|---|---|---|---|")
    name = "bench_deep_advised"
    advised = psql(name, "-c", """select indexdef from pg_indexes where tablename = 'chat_messages'
        and indexname not in ('chat_messages_pkey', 'idx_chat_messages_tenant_from_created')""").splitlines()
    for file in ("notifications/unanswered", "notifications/follow-ups", "metrics/figures", "reports/figures"):
        everything = explained(name, file, "")
        for index in advised:
            print(f"| {file} | {everything:,} | {index.partition('USING btree ')[2]} | {explained(name, file, index):,} |", flush=True)


def line(what, rival, ours, ratio, limit, met, *more):
    print("|", " | ".join([what, f"{rival}", f"{ours}", f"{ratio:.2f}x", f"{limit} {'met' if met else 'MISSED'}", *more]), "|", flush=True)


async def seller_by_seller(name):
    """Estimates the milliseconds for all sellers from a tenth of them."""
    database = await asyncpg.connect(dsn(name))
    begun = time.perf_counter()
    measured, all_sellers = await replaced.refresh(database, 10)
    await database.close()
    return (time.perf_counter() - begun) * 1000 * all_sellers / measured


def by_hand(name):
    """Measures the statement written by hand, by psql's own clock."""
    return float(re.findall(r"Time: ([0-9.]+) ms", psql(name, "-f", HERE / "best.sql"))[-1])


def rivals():
    print("\nmetrics-refresh beside its rivals\n| rival | indexes | rival | ours | ratio | limit |\n|---|---|---|---|---|---|")
    for name, label, least in (("bench_small", "300,000 messages", 20), ("bench_deep", "3,000,000 messages", 40)):
        for suffix, indexes in (("", "the CRM’s"), ("_advised", "advised")):
            database = name + suffix
            samples = []
            for tick in range(ROUNDS + 1):
                give_work(database, "metrics-refresh", f"rival{tick}")
                samples.append((by_hand(database), run(database, "metrics-refresh")[0]))
            written, ours = (statistics.median(column) for column in zip(*samples[1:]))
            line(f"one statement by hand, {label} | {indexes}", f"{written:,.0f} ms", f"{ours:,.0f} ms", ours / written, "1.2x",
                 ours <= 1.2 * written)
            old = asyncio.run(seller_by_seller(database))
            line(f"seller by seller, {label} | {indexes}", f"{old:,.0f} ms", f"{ours:,.0f} ms", old / ours, f"at least {least}x",
                 old >= least * ours)


async def count_statements(name, task):
    """Counts the Execute and Query messages between the runner and the server."""
    count = 0
    host, port = re.search(r"@?([^/@]*):(\d+)$", SERVER).groups()

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
    await asyncio.to_thread(execute, name, "run", task, port=proxy.sockets[0].getsockname()[1])
    proxy.close()
    return count


def statements():
    create("bench_tenants", MORE_TENANTS)
    print("\nstatements of a run\n| task | 20 tenants | 200 tenants | ratio | limit |\n|---|---|---|---|---|")
    for task in TASKS:
        counts = []
        for name in ("bench_small", "bench_tenants"):
            give_work(name, task, "counted")
            counts.append(asyncio.run(count_statements(name, task)))
        few, many = counts
        line(task, few, many, many / few, "1x", many <= few)


def shards():
    print("\nthree shards together beside one run: pages of the CRM’s tables, and all pages, which include the catalogs that each new session reads"
          "\n| task | one run | three shards | ratio | limit | all pages |\n|---|---|---|---|---|---|")
    for suffix, label in (("", "the CRM’s indexes"), ("_advised", "advised indexes")):
        name = "bench_deep" + suffix
        for task, work, what in [*((task, WORK[task], task) for task in TASKS),
                                 ("cleanup", EXPIRED.format(rows=20_000), "cleanup of 20,000 notifications")]:
            give_work(name, task, "shards", work)
            whole, all_of_whole = table_pages(name, lambda: run(name, task)[1])
            # The same messages, so that the shards have exactly the work of the whole run.
            psql(name, "-c", work or "select 1")
            parts, all_of_parts = table_pages(name, lambda: sum(
                run(name, task, CRM_TASK_SHARDS="3", JOB_COMPLETION_INDEX=str(shard))[1] for shard in range(3)))
            line(f"{what}, {label}", f"{whole:,}", f"{parts:,}", parts / whole, "1.3x", parts <= 1.3 * whole,
                 f"{all_of_parts / all_of_whole:.2f}x")


def memory():
    create("bench_huge", HUGE)
    psql("bench_huge", "-c", "update chat_messages set content = content || '.'")
    print(f"\npeak memory of a run, 3,000,000 messages of 600,000 conversations, all just updated; the chart’s limit is {LIMIT_MIB} MiB"
          "\n| task | time | memory | half of the limit |\n|---|---|---|---|")
    for task in TASKS:
        psql("bench_huge", "-c", WORK[task] or "select 1")
        millis, _, peak = run("bench_huge", task)
        print(f"| {task} | {millis:,.0f} ms | {peak:.0f} MiB | {LIMIT_MIB / 2:.0f} MiB {'met' if peak <= LIMIT_MIB / 2 else 'MISSED'} |", flush=True)


def main():
    print(f"{os.cpu_count()} cores, PostgreSQL {psql('postgres', '-c', 'show server_version').strip()}, load {os.getloadavg()[0]:.1f}, "
          f"median of {ROUNDS}", flush=True)
    create("bench_small", SMALL)
    if {"depth", "indexes", "shards", "rivals"} & set(PARTS):
        create("bench_deep", DEEP)
    if "depth" in PARTS:
        growth("depth: 300,000 to 3,000,000 messages, the same recent activity", "deep", (2.5, 1.2))
    if "indexes" in PARTS:
        indexes()
    if "shards" in PARTS:
        shards()
    if "rivals" in PARTS:
        rivals()
    if "breadth" in PARTS:
        create("bench_broad", BROAD)
        growth("breadth: ten times the tenants, sellers, conversations and messages", "broad", (12, 12))
    if "statements" in PARTS:
        statements()
    if "memory" in PARTS:
        memory()


main()
