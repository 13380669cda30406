#!/usr/bin/env python3
"""How well rendered people are read, by who they are: rendered_groups.py PREDICTIONS.csv CORPUS

PREDICTIONS.csv is what `m3dfel eval --csv` or a run wrote; CORPUS was made by `m3dfel synth`, whose truth.csv says who acts.
Prints a Markdown table: clips, WAR and UAR of each group, with WAR's 95 % interval (Wilson). A clip that could not be read counts
as an error.
"""

import csv
import sys
from collections import defaultdict
from math import sqrt
from pathlib import Path

GROUPS = [
    ("women", "male", 0.0, 0.5),
    ("men", "male", 0.5, 1.01),
    ("young (age under 1/3)", "age", 0.0, 1 / 3),
    ("middle", "age", 1 / 3, 2 / 3),
    ("old (over 2/3)", "age", 2 / 3, 1.01),
    ("skin light to intermediate (ITA over 28°)", "skin", 28, 91),
    ("tan (10° to 28°)", "skin", 10, 28),
    ("brown (-30° to 10°)", "skin", -30, 10),
    ("dark (under -30°)", "skin", -91, -30),
]


def interval(right, of, z=1.96):
    middle = (right + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * sqrt(right * (of - right) / of + z * z / 4)
    return middle - half, middle + half


def main(predictions, corpus):
    with open(corpus / "truth.csv", newline="") as file:
        truth = {int(row["clip"]): row for row in csv.DictReader(file)}
    if "skin" not in next(iter(truth.values())):
        sys.exit(f"{corpus / 'truth.csv'} does not say who acts: it is of an older m3dfel, render it again")
    with open(predictions, newline="") as file:
        rows = list(csv.DictReader(file))
    print("| people | clips | WAR | UAR |\n|---|---|---|---|")
    for name, column, least, most in [("all", "male", 0.0, 1.01), *GROUPS]:
        of = [row for row in rows if least <= float(truth[int(row["clip"])][column]) < most]
        if not of:
            continue
        by_class = defaultdict(list)
        for row in of:
            by_class[row["label"]].append(row["label"] == row["predicted"])
        right = sum(map(sum, by_class.values()))
        recalls = [sum(one) / len(one) for one in by_class.values()]
        low, high = interval(right, len(of))
        print(
            f"| {name} | {len(of)} | {100 * right / len(of):.1f} [{100 * low:.1f}, {100 * high:.1f}] "
            f"| {100 * sum(recalls) / len(recalls):.1f} |"
        )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
