"""Draws the dashboard's panels as SVG from the answers of a Prometheus to their queries.

usage: picture.py DASHBOARD.json PROMETHEUS-URL OUT.svg
"""

import json
import re
import sys
import time
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from html import escape

COLUMN, LINE, GAP, PAST = 50, 30, 8, 75
INK, QUIET, EDGE = "#1f2933", "#7b8794", "#d5dbe1"
COLORS = ["#2f855a", "#2b6cb0", "#b7791f", "#805ad5", "#c53030", "#2c7a7b", "#718096", "#97266d"]
NAMED = {"green": "#38a169", "red": "#e53e3e", "blue": "#3182ce", "yellow": "#d69e2e"}


def ask(url, path, **arguments):
    with urllib.request.urlopen(f"{url}/api/v1/{path}?{urllib.parse.urlencode(arguments)}") as answer:
        return json.load(answer)["data"]["result"]


def text(x, y, words, size=11, color=INK, anchor="start", weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{color}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(words)}</text>')


def shown(value, unit):
    if unit == "percentunit":
        return f"{value * 100:.0f} %"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    if unit == "s":
        return f"{value / 3600:.1f} h" if value >= 7200 else f"{value:.0f} s" if value >= 10 else f"{value:.2f} s"
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.2f}"


def legend(target, labels):
    return re.sub(r"{{(\w+)}}", lambda name: labels.get(name.group(1), ""), target.get("legendFormat", "")).strip()


class Board:
    def __init__(self, url):
        self.url, self.end = url, time.time()

    def instant(self, target):
        return [(row["metric"], float(row["value"][1])) for row in ask(self.url, "query", query=self.query(target), time=self.end)]

    def series(self, target):
        rows = ask(self.url, "query_range", query=self.query(target), start=self.end - PAST, end=self.end, step=1)
        return [(legend(target, row["metric"]), [(at, float(value)) for at, value in row["values"] if value != "NaN"]) for row in rows]

    @staticmethod
    def query(target):
        return re.sub(r"\$(namespace|task)", ".*", target["expr"])

    def draw(self, panel, x, y, width, height):
        kind, unit = panel["type"], panel["fieldConfig"]["defaults"].get("unit")
        title = text(x + 8, y + 18, panel["title"], 12, weight="bold")
        frame = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="white" stroke="{EDGE}"/>'
        body = {"stat": self.stat, "table": self.table, "state-timeline": self.timeline, "timeseries": self.lines}[kind]
        return frame + title + body(panel, unit, x + 10, y + 28, width - 20, height - 36)

    def stat(self, panel, unit, x, y, width, height):
        answer = self.instant(panel["targets"][0])
        color = INK
        for step in panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", []) if answer else []:
            if step["value"] is None or answer[0][1] >= step["value"]:
                color = NAMED[step["color"]]
        return text(x + width / 2, y + height / 2 + 12, shown(answer[0][1], unit) if answer else "no data", 26, color, "middle")

    def table(self, panel, unit, x, y, width, height):
        parts = [text(x, y + 14, "name", 11, QUIET), text(x + width * 0.45, y + 14, "next run", 11, QUIET), text(x + width, y + 14, "every", 11, QUIET, "end")]
        every = {labels["name"]: value for labels, value in self.instant(panel["targets"][1])}
        for row, (labels, value) in enumerate(self.instant(panel["targets"][0])):
            level = y + 36 + row * 22
            at = datetime.fromtimestamp(value / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
            parts += [text(x, level, labels["name"]), text(x + width * 0.45, level, at),
                      text(x + width, level, f'{every.get(labels["name"], 0) / 60:.0f} min', anchor="end")]
        return "".join(parts)

    def timeline(self, panel, unit, x, y, width, height):
        meaning = panel["fieldConfig"]["defaults"]["mappings"][0]["options"]
        rows = self.series(panel["targets"][0])
        left, parts, tall = x + 130, [], (height - 24) / max(1, len(rows))
        for row, (name, values) in enumerate(sorted(rows)):
            level = y + row * tall
            parts.append(text(x, level + tall / 2 + 4, name))
            for at, value in values:
                start = left + (at - self.end + PAST) / PAST * (width - 130)
                parts.append(f'<rect x="{start:.1f}" y="{level + 3:.0f}" width="{(width - 130) / PAST + 0.3:.1f}" '
                             f'height="{tall - 6:.0f}" fill="{NAMED[meaning[f"{value:.0f}"]["color"]]}"/>')
        return "".join(parts) + self.keys([(option["text"], NAMED[option["color"]]) for option in meaning.values()], x, y + height)

    def lines(self, panel, unit, x, y, width, height):
        rows = [row for target in panel["targets"] for row in self.series(target) if row[1]]
        if not rows:
            return text(x + width / 2, y + height / 2, "no data", 12, QUIET, "middle")
        most = max(value for _, values in rows for _, value in values) or 1
        left, bottom, parts, keys = x + 48, y + height - 20, [], []
        for share in (0, 0.5, 1):
            level = bottom - share * (height - 30)
            parts.append(f'<line x1="{left}" y1="{level:.0f}" x2="{x + width}" y2="{level:.0f}" stroke="{EDGE}"/>')
            parts.append(text(left - 5, level + 4, shown(most * share, unit), 10, QUIET, "end"))
        for (name, values), color in zip(sorted(rows), COLORS * 9):
            points = " ".join(f"{left + (at - self.end + PAST) / PAST * (x + width - left):.1f},{bottom - value / most * (height - 30):.1f}" for at, value in values)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.8"/>')
            keys.append((name, color))
        return "".join(parts) + self.keys(keys, x, y + height, width)

    @staticmethod
    def keys(names, x, y, width=9999):
        parts, at = [], x
        for name, color in names:
            if at + 14 + len(name) * 5.3 > x + width:
                parts.append(text(at, y, "…", 10, QUIET))
                break
            parts.append(f'<rect x="{at:.0f}" y="{y - 8:.0f}" width="9" height="9" fill="{color}"/>' + text(at + 12, y, name, 10, QUIET))
            at += 20 + len(name) * 5.3
        return "".join(parts)


def main(dashboard, url, out):
    board, parts, bottom = Board(url), [], 0
    with open(dashboard) as file:
        panels = json.load(file)["panels"]
    for panel in panels:
        at = panel["gridPos"]
        x, y = at["x"] * COLUMN + GAP, at["y"] * LINE + GAP
        if panel["type"] == "row":
            parts.append(text(x, y + 19, panel["title"], 14, weight="bold"))
        else:
            parts.append(board.draw(panel, x, y, at["w"] * COLUMN - GAP, at["h"] * LINE - GAP))
        bottom = max(bottom, y + at["h"] * LINE)
    with open(out, "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {24 * COLUMN + GAP} {bottom}" font-family="sans-serif">'
                   f'<rect width="100%" height="100%" fill="#f4f6f8"/>{"".join(parts)}</svg>\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
