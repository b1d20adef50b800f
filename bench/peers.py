"""The yardsticks DuckDB and chDB, each in a process of its own: python peers.py NAME TREE [MORE]."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

THREADS = 2

# The columns that a lookup needs, beside the record itself: what Cairn's own store keeps.
DUCKDB_LOAD = """
create table events as
select r->>'eventID' as eventID, (r->>'eventTime')::timestamp as eventTime, r->>'eventName' as eventName,
       r->>'eventSource' as eventSource, r->>'awsRegion' as awsRegion, r->>'readOnly' as readOnly,
       r->>'$.userIdentity.userName' as userName, r->>'$.userIdentity.accessKeyId' as accessKeyId,
       r->>'errorCode' as errorCode, r->>'recipientAccountId' as recipientAccountId, r as raw
from (select unnest(Records) as r from read_json('{glob}', columns = {{Records: 'JSON[]'}},
                                                 maximum_object_size = 8000000))
order by eventTime
"""

CHDB_LOAD = """
insert into events select JSONExtractString(r, 'eventID'), parseDateTimeBestEffort(JSONExtractString(r, 'eventTime')),
  JSONExtractString(r, 'eventName'), JSONExtractString(r, 'eventSource'), JSONExtractString(r, 'awsRegion'),
  JSONExtractRaw(r, 'readOnly'), JSONExtractString(r, 'userIdentity', 'userName'),
  JSONExtractString(r, 'userIdentity', 'accessKeyId'), JSONExtractString(r, 'errorCode'),
  JSONExtractString(r, 'recipientAccountId'), r
from (select arrayJoin(JSONExtractArrayRaw(line, 'Records')) as r
      from file('{glob}', 'LineAsString', 'line String')) settings max_threads = 2, max_insert_threads = 2
"""

CHDB_TABLE = """
create table bench.events (eventID String, eventTime DateTime, eventName LowCardinality(String),
  eventSource LowCardinality(String), awsRegion LowCardinality(String), readOnly LowCardinality(String),
  userName LowCardinality(String), accessKeyId String, errorCode LowCardinality(String),
  recipientAccountId LowCardinality(String), raw String codec(ZSTD(3)),
  index by_id eventID type bloom_filter granularity 4, index by_key accessKeyId type bloom_filter granularity 4,
  index by_user userName type bloom_filter granularity 4) engine = MergeTree order by eventTime
"""


def duckdb_tree(tree: str, parquet: str) -> dict:
    """Loads the tree into a table, writes it as Parquet, and looks up the newest 50 by several attributes."""
    import duckdb

    database = duckdb.connect(parquet + ".duckdb")
    database.execute(f"set threads = {THREADS}")
    begin = time.perf_counter()
    database.execute(DUCKDB_LOAD.format(glob=f"{tree}/**/*.json.gz"))
    seconds = time.perf_counter() - begin
    events = database.execute("select count(*) from events").fetchone()[0]
    database.execute(f"copy events to '{parquet}' (format parquet, compression zstd)")
    return {"seconds": seconds, "events": events, "lookupMs": duckdb_lookups(database, parquet)}


def duckdb_lookups(database, parquet: str) -> float:
    """The median time of a lookup in the Parquet file, over frequent, rare and absent values."""
    took = []
    for column in ("eventName", "userName", "accessKeyId", "eventSource", "eventID"):
        values = database.execute(
            f"select {column}, count(*) n from events where {column} is not null group by 1 order by n desc, 1"
        ).fetchall()
        for value in (values[0][0], values[len(values) // 2][0], "absent"):
            for _ in range(3):
                begin = time.perf_counter()
                database.execute(
                    f"select eventID, raw from read_parquet('{parquet}') where {column} = ? order by eventTime desc limit 50", [value]
                ).fetchall()
                took.append((time.perf_counter() - begin) * 1000)
    return sorted(took)[len(took) // 2]


def chdb_tree(tree: str, folder: str) -> dict:
    """Loads the tree into a MergeTree table with bloom filters."""
    from chdb import session

    database = session.Session(folder)
    database.query("create database if not exists bench")
    database.query(CHDB_TABLE)
    begin = time.perf_counter()
    database.query(CHDB_LOAD.format(glob=f"{tree}/**/*.json.gz").replace("into events", "into bench.events"))
    seconds = time.perf_counter() - begin
    events = int(str(database.query("select count() from bench.events")).strip())
    return {"seconds": seconds, "events": events}


def run(name: str, *arguments: object) -> dict:
    """Runs one yardstick in a new process and gives what it measured, with its peak memory."""
    command = [sys.executable, __file__, name, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    measured = {"duckdb": duckdb_tree, "chdb": chdb_tree}[sys.argv[1]](*sys.argv[2:])
    measured["peakMiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured["tool"] = Path(sys.argv[1]).name
    print(json.dumps(measured))
