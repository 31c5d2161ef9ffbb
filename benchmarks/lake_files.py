"""An archive as it would have been written: so many labelled predictions over a quarter, corrected and repeated."""

from pathlib import Path

from connectors.lake.reading import LakeFiles

DAYS, INTENTS, RECALL, CHANNELS = 90, 150, 0.93, 3
FIRST_DAY_US = 1_788_220_800_000_000  # 2026-09-01
DAY_US = 86_400_000_000
REPEATED, CORRECTED, RETRACTED = 0.005, 0.02, 0.002

_ID = "printf('%012x', {us} // 1000) || left(md5(i::VARCHAR), 20)"  # in the order of time, as UUIDv7


def write_archive(folder: Path, outcomes: int, memory_mb: int = 2_000) -> LakeFiles:
    """A file a day of predictions, and of labels: most a day or two later, some corrected a week later.

    One prediction in 200 came twice, one label in 50 was corrected, one in 500 taken back.
    """
    import duckdb

    with duckdb.connect(config={"memory_limit": f"{memory_mb}MB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        predictions, labels = [], []
        each = outcomes // DAYS
        for day in range(DAYS):
            first = day * each
            last = outcomes if day == DAYS - 1 else first + each
            made = (
                f"SELECT i, {FIRST_DAY_US} + {day * DAY_US} + ((i - {first}) * {DAY_US}) // {last - first} AS us,"
                f" hash(i) AS dice, hash(i, 1) AS dice2 FROM range({first}, {last}) r(i)"
            )
            predictions.append(str(folder / f"predictions-{day:03}.parquet"))
            labels.append(str(folder / f"labels-{day:03}.parquet"))
            connection.execute(
                f"COPY (WITH made AS ({made}), came AS (SELECT *, 0 AS again FROM made UNION ALL"
                f" SELECT *, 60000000 FROM made WHERE dice2 % 100000 < {int(REPEATED * 100_000)})"
                f" SELECT {_ID.format(us='us')} AS prediction_id, 'tickets' AS model, '7' AS version,"
                " 'prod' AS environment, make_timestamptz(us) AS ts,"
                f" 'intent_' || lpad(((dice % {INTENTS} + (dice2 % 1000 >= {int(RECALL * 1000)})::INT) % {INTENTS})"
                "::VARCHAR, 3, '0') AS predicted, NULL::VARCHAR[] AS answers, 0.5::DOUBLE AS score,"
                f" MAP {{'channel': 'c' || (dice2 % {CHANNELS})}} AS slices, NULL::BIGINT AS customer,"
                " NULL::VARCHAR AS subject, NULL::VARCHAR AS draw_design, NULL::DOUBLE AS draw_probability,"
                " unhex(md5(i::VARCHAR)) AS digest, us + again AS arrival, NULL::BIGINT AS seq FROM came)"
                f" TO '{predictions[-1]}' (FORMAT parquet, COMPRESSION zstd)"
            )
            connection.execute(
                f"COPY (WITH made AS ({made}), came AS (SELECT *, 1 AS revision, false AS retracted FROM made UNION ALL"
                f" SELECT *, 2, dice2 % 7 = 0 FROM made WHERE dice2 % 100003 < {int(CORRECTED * 100_000)})"
                f" SELECT 'label-' || i AS label_id, {_ID.format(us='us')} AS prediction_id,"
                f" 'intent_' || lpad(((dice + revision - 1) % {INTENTS})::VARCHAR, 3, '0') AS intent,"
                f" make_timestamptz((us + {DAY_US} * (revision * 3 - 2))::BIGINT) AS labeled_at,"
                " revision::BIGINT AS revision,"
                " retracted, 'human' AS kind, 'uniform' AS design, 0.1::DOUBLE AS probability,"
                " NULL::VARCHAR AS scope_model, NULL::VARCHAR AS scope_version, NULL::VARCHAR AS scope_environment,"
                f" NULL::VARCHAR AS annotator, (us + {DAY_US} * (revision * 3 - 2))::BIGINT AS arrival FROM came)"
                f" TO '{labels[-1]}' (FORMAT parquet, COMPRESSION zstd)"
            )
    return LakeFiles(predictions, labels)
