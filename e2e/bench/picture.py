"""One picture of the benchmark's numbers, as SVG by hand: (a) as bars on a logarithmic scale, (c) as lines."""

import math

INK, QUIET, RIVAL, OURS = "#1f2933", "#7b8794", "#cbd2d9", "#2f855a"
COLORS = ["#2f855a", "#9ae6b4", "#2b6cb0", "#b7791f", "#805ad5"]


def text(x, y, words, size=12, color=INK, anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{color}" text-anchor="{anchor}">{words}</text>'


def seconds(ms):
    return f"{ms / 1000:,.1f} s" if ms >= 1000 else f"{ms:.0f} ms"


def draw(machine, bars, lines):
    parts = [text(20, 28, "metrics-refresh beside the replaced way, seller by seller", 15)]
    longest = math.log10(max(rival for _, rival, _ in bars)) - 1
    y = 50
    for label, rival, ours in bars:
        parts.append(text(20, y + 11, label))
        for value, color, offset in ((rival, RIVAL, 16), (ours, OURS, 33)):
            width = 430 * max(0.02, (math.log10(value) - 1) / longest)
            parts.append(f'<rect x="20" y="{y + offset}" width="{width:.0f}" height="14" fill="{color}"/>')
            parts.append(text(26 + width, y + offset + 11, seconds(value), 11, QUIET))
        parts.append(text(600, y + 38, f"{rival / ours:.0f}x", 20, OURS, "end"))
        y += 62
    parts.append(text(20, y + 4, "logarithmic; grey: the replaced way, green: ours", 11, QUIET))
    y += 40
    parts.append(text(20, y, "A run with 1,000 new messages, as history grows from 300,000 messages to 3,000,000", 15))
    top, left, width, height = y + 20, 70, 240, 190
    most = max(max(values) for values in lines.values())
    for share in (0, 0.5, 1):
        level = top + height * (1 - share)
        parts.append(f'<line x1="{left}" y1="{level:.0f}" x2="{left + width}" y2="{level:.0f}" stroke="{RIVAL}"/>')
        parts.append(text(left - 8, level + 4, seconds(most * share), 11, QUIET, "end"))
    ends = []
    for color, (name, (small, large)) in zip(COLORS, lines.items()):
        y1, y2 = (top + height * (1 - value / most) for value in (small, large))
        parts.append(f'<line x1="{left}" y1="{y1:.1f}" x2="{left + width}" y2="{y2:.1f}" stroke="{color}" stroke-width="3"/>')
        ends.append((y2, color, f"{name}: {seconds(small)} to {seconds(large)}"))
    label = -math.inf
    for y2, color, words in sorted(ends):
        label = max(y2, label + 16)
        parts.append(text(left + width + 10, label + 4, words, 12, color))
    bottom = top + height + 40
    parts.append(text(20, bottom, machine, 11, QUIET))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{bottom + 16:.0f}" font-family="sans-serif">'
            f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n')
