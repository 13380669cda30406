#!/usr/bin/env python3
"""Joins corpora in DFEW's layout into one, by links: join_corpora.py OUT CORPUS...

The clips of the second are numbered on after those of the first, and so on; folds stay folds, so what one corpus keeps apart
stays apart. Identities are numbered on as well. A corpus that is there already is left as it is.
"""

import csv
import os
import shutil
import sys
from pathlib import Path

CLIPS = Path("Clip/clip_224x224")
LABELS = Path("EmoLabel_DataSplit")


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(out, corpora):
    if out.exists():
        return
    aside = out.with_name(out.name + ".partial")
    shutil.rmtree(aside, ignore_errors=True)
    (aside / CLIPS).mkdir(parents=True)
    lists, truth = {}, []
    clips = identities = 0
    for corpus in corpora:
        for clip in (corpus / CLIPS).iterdir():
            os.symlink(clip.resolve(), aside / CLIPS / f"{int(clip.name) + clips:05}")
        for path in (corpus / LABELS).glob("*/*.csv"):
            for row in rows(path):
                row["video_name"] = int(row["video_name"]) + clips
                lists.setdefault(path.relative_to(corpus), []).append(row)
        for row in rows(corpus / "truth.csv"):
            row["clip"] = int(row["clip"]) + clips
            row["identity"] = int(row["identity"]) + identities
            truth.append(row)
        clips = max(row["clip"] for row in truth)
        identities = max(row["identity"] for row in truth) + 1
    for path, of_fold in lists.items():
        write(aside / path, of_fold)
    write(aside / "truth.csv", truth)
    aside.rename(out)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
