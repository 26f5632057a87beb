"""Read a CSV file with pandas and keep it as Parquet: python reading.py FILE OUT.parquet (imports are not counted)"""

import json
import sys
import time

import pandas as pd


def main(path, out):
    started = time.perf_counter()
    rows = pd.read_csv(path)
    read = time.perf_counter() - started
    rows.to_parquet(out)
    print(json.dumps({"seconds": time.perf_counter() - started, "read_seconds": read, "rows": len(rows)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
