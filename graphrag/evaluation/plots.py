"""Plots of reports by matplotlib: means, differences, parts of the questions, times."""

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from graphrag.display import shortened, visible
from graphrag.errors import MissingDependencyError
from graphrag.evaluation.comparison import Comparison, compare, compare_parts, labelled_parts, mean_interval
from graphrag.evaluation.experiment import PERCENTILES, EvaluationReport
from graphrag.evaluation.tables import COMPARED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLOTTED = ("recall@2", "recall@5", "recall@10", "em", "f1", "hits@1")
INK = "#1d2430"
"""Colour of texts and axes."""
RULE = "#c3c9d2"
"""Colour of the lines behind what is shown."""

_COLOURS = (
    "#2b7fd4", "#e07b39", "#2f9e63", "#a05cc7", "#c9a227", "#d6476b", "#2fa3a3", "#8d6e53", "#7a86a0", "#8aa83a",
)  # fmt: skip
_MARKERS = (("o", 6.0), ("D", 4.5), ("|", 11.0))
_DPI = 160
_WIDTH = 9.0
_MAX_PARTS = 16

Interval = tuple[float, float, float]
"""A value with the ends of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure with what a reader must know to read it.

    Parameters
    ----------
    name
        Of its file, without the suffix.
    title, note
        What it shows, and what its marks and lines mean.
    figure
        Drawn by matplotlib.
    """

    name: str
    title: str
    note: str
    figure: "Figure"

    def png(self) -> bytes:
        """Return the picture on white."""
        return _saved(self.figure, "png", dpi=_DPI, facecolor="white")

    def svg(self) -> str:
        """Return the picture as an SVG element whose texts and axes take the colour of the text around it."""
        text = _saved(self.figure, "svg", transparent=True, metadata={"Date": None}).decode("utf-8")
        element = text[text.index("<svg") :]
        return element.replace(INK, "currentColor").replace(RULE, "var(--rule)")


def plots(reports: Mapping[str, EvaluationReport]) -> list[Plot]:
    """Return the plots that have something to show.

    Parameters
    ----------
    reports
        By the retriever's name.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    drawn = (_means(reports), _parts(reports), _differences(reports), _latency(reports))
    return [plot for plot in drawn if plot is not None]


def plot_overview(reports: Mapping[str, EvaluationReport], *, metric: str, baseline: str) -> "Figure":
    """Return two plots in one figure: every retriever's means, and its difference from a baseline.

    Parameters
    ----------
    reports
        By the retriever's name.
    metric
        What the differences are of.
    baseline
        A retriever's name.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    figure = _figure(_WIDTH + 1.5, 4.0)
    figure.set_facecolor("white")
    means, differences = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_means(means, reports)
    found = compare(reports, metric=metric, baseline=baseline)
    _draw_dots(differences, ["all"], _by_retriever(found, [""]), list(reports))
    minus = found[0].baseline if found else baseline
    _name_axis(differences, f"{metric} minus {minus}'s, 95 % interval")
    differences.axvline(0, color=INK, linewidth=1)
    _add_legend(figure, means)
    return figure


def _figure(width: float, height: float) -> "Figure":
    try:
        figures = import_module("matplotlib.figure")
    except ImportError as error:
        raise MissingDependencyError("Plotting results", "notebook") from error
    figure: Figure = figures.Figure(figsize=(width, height), dpi=100, layout="constrained")
    return figure


def _saved(figure: "Figure", format: str, **options: Any) -> bytes:  # noqa: A002  # matplotlib's word
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # Names in scripts that the font lacks are drawn as boxes.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        with import_module("matplotlib").rc_context({"svg.hashsalt": "multihop"}):
            figure.savefig(buffer, format=format, **options)
    return buffer.getvalue()


def _means(reports: Mapping[str, EvaluationReport]) -> Plot | None:
    figure = _figure(_WIDTH, 4.2)
    axes = figure.subplots()
    if not _draw_means(axes, reports):
        return None
    _add_legend(figure, axes)
    note = "Bars: mean over all questions. Lines: 95 % bootstrap interval of that mean."
    return Plot("means", "Quality", note, figure)


def _draw_means(axes: "Axes", reports: Mapping[str, EvaluationReport]) -> bool:
    """Draw the means and return whether there are any."""
    scores = {name: _columns(report) for name, report in reports.items()}
    metrics = [metric for metric in PLOTTED if any(metric in columns for columns in scores.values())]
    share = 0.82 / max(1, len(reports))
    for number, (name, columns) in enumerate(scores.items()):
        known = [place for place, metric in enumerate(metrics) if metric in columns]
        intervals = [mean_interval(columns[metrics[place]]) for place in known]
        places = [place + (number - (len(reports) - 1) / 2) * share for place in known]
        heights = [mean for mean, _, _ in intervals]
        bars: dict[str, Any] = {"color": _colour(number), "label": _label(name), "ecolor": INK}
        axes.bar(places, heights, share * 0.9, yerr=_spans(intervals), error_kw={"linewidth": 1, "capsize": 2}, **bars)
    axes.set(ylim=(0, 1.02), xticks=range(len(metrics)), xticklabels=metrics)
    axes.set_ylabel("mean, with 95 % interval", color=INK, fontsize=9.5)
    _dress(axes, grid="y")
    return bool(metrics)


def _columns(report: EvaluationReport) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {}
    for result in report.results:
        for metric, score in result.scores.items():
            columns.setdefault(metric, []).append(score)
    return columns


def _parts(reports: Mapping[str, EvaluationReport]) -> Plot | None:
    intervals = {
        metric: {
            name: {
                label: (*mean_interval(columns[metric]), len(part.results))
                for label, part in labelled_parts(report)
                if metric in (columns := _columns(part))
            }
            for name, report in reports.items()
        }
        for metric in COMPARED
    }
    sizes = {label: found[3] for by in intervals.values() for each in by.values() for label, found in each.items()}
    if not sizes:
        return None
    series = {m: {n: {p: i[:3] for p, i in each.items()} for n, each in by.items()} for m, by in intervals.items()}
    figure = _dot_figure(
        series, sizes, list(reports), lambda metric: f"mean {metric}, with 95 % interval", limits=(0, 1.02)
    )
    note = "Dots: mean over the questions of a type or a number of hops (how many in brackets). Lines: 95 % bootstrap "
    return Plot("parts", "By type and by number of hops", f"{note}interval of that mean.", figure)


def _differences(reports: Mapping[str, EvaluationReport]) -> Plot | None:
    found = {m: compare(reports, metric=m) + compare_parts(reports, metric=m) for m in COMPARED}
    every = [comparison for comparisons in found.values() for comparison in comparisons]
    if not every:
        return None
    sizes = {comparison.part: comparison.num_questions for comparison in every}
    series = {metric: _by_retriever(comparisons, list(sizes)) for metric, comparisons in found.items()}
    names = [name for name in reports if name != every[0].baseline]
    baseline = _label(every[0].baseline)
    figure = _dot_figure(
        series, sizes, list(reports), lambda metric: f"{metric} minus {baseline}'s, 95 % interval", shown=names
    )
    for axes in figure.axes:
        axes.axvline(0, color=INK, linewidth=1)
    note = (
        f"Dots: mean paired difference from {every[0].baseline}, of all questions and of parts. Lines: 95 % bootstrap "
    )
    return Plot("differences", "Differences", f"{note}interval; one across 0 does not tell the two apart.", figure)


def _by_retriever(found: Sequence[Comparison], parts: Sequence[str]) -> dict[str, dict[str, Interval]]:
    series: dict[str, dict[str, Interval]] = {}
    for c in found:
        if c.part in parts:
            series.setdefault(c.retriever, {})[c.part or "all"] = (c.difference, c.low, c.high)
    return series


def _dot_figure(
    series: Mapping[str, Mapping[str, Mapping[str, Interval]]],
    sizes: Mapping[str, int],
    retrievers: Sequence[str],
    title: Callable[[str], str],
    *,
    shown: Sequence[str] | None = None,
    limits: tuple[float, float] | None = None,
) -> "Figure":
    """Return a column of dots and lines for each metric that has any, a row for each part of the questions."""
    metrics = [metric for metric, by_name in series.items() if any(by_name.values())]
    parts = list(sizes)[:_MAX_PARTS]
    rows = [part or "all" for part in parts]
    height = 1.3 + len(rows) * max(0.42, 0.15 * len(shown or retrievers) + 0.12)
    figure = _figure(_WIDTH, height)
    columns = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for axes, metric in zip(columns, metrics, strict=True):
        _draw_dots(axes, rows, series[metric], retrievers, shown=shown)
        axes.set_yticks(range(len(rows)), [f"{_label(part or 'all')} ({sizes[part]:,})" for part in parts])
        _name_axis(axes, title(metric))
        if limits:
            axes.set_xlim(*limits)
    _add_legend(figure, columns[0])
    return figure


def _draw_dots(
    axes: "Axes",
    rows: Sequence[str],
    series: Mapping[str, Mapping[str, Interval]],
    retrievers: Sequence[str],
    *,
    shown: Sequence[str] | None = None,
) -> None:
    names = list(shown if shown is not None else [name for name in retrievers if name in series])
    share = 0.74 / max(1, len(names))
    for number, name in enumerate(names):
        found = series.get(name, {})
        known = [place for place, row in enumerate(rows) if row in found]
        intervals = [found[rows[place]] for place in known]
        places = [place + (number - (len(names) - 1) / 2) * share for place in known]
        centres = [centre for centre, _, _ in intervals]
        style: dict[str, Any] = {"fmt": "o", "markersize": 4.5, "capsize": 2.5, "linewidth": 1.4}
        colour = _colour(list(retrievers).index(name))
        axes.errorbar(centres, places, xerr=_spans(intervals), color=colour, label=_label(name), **style)
    for border in range(1, len(rows)):
        axes.axhline(border - 0.5, color=RULE, linewidth=0.6)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    _dress(axes, grid="x")


def _latency(reports: Mapping[str, EvaluationReport]) -> Plot | None:
    summaries = {name: report.summary() for name, report in reports.items()}
    meanings = {"retrieval": "retrieval", "reading": "reading", "answering": "whole question"}
    steps = [step for step in meanings if any(f"{step}_ms_p50" in summary for summary in summaries.values())]
    if not steps:
        return None
    figure = _figure(_WIDTH, 1.5 + 0.32 * len(reports))
    columns = figure.subplots(1, len(steps), sharex=True, sharey=True, squeeze=False)[0]
    ticker = import_module("matplotlib.ticker")
    for axes, step in zip(columns, steps, strict=True):
        for place, (name, summary) in enumerate(summaries.items()):
            times = [summary[key] for percent in PERCENTILES if (key := f"{step}_ms_p{percent}") in summary]
            axes.plot(times, [place] * len(times), color=_colour(list(reports).index(name)), linewidth=1.4)
            for time, (marker, size) in zip(times, _MARKERS, strict=False):
                axes.plot([time], [place], marker=marker, markersize=size, color=_colour(place))
        axes.set_yticks(range(len(reports)), [_label(name) for name in reports])
        axes.set_ylim(len(reports) - 0.5, -0.5)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5), numticks=8))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.xaxis.set_minor_locator(ticker.NullLocator())
        _dress(axes, grid="x")
        _name_axis(axes, f"{meanings[step]}, ms")
    for percent, (marker, size) in zip(PERCENTILES, _MARKERS, strict=True):
        columns[0].plot([], [], marker=marker, markersize=size, color=INK, linestyle="none", label=f"p{percent}")
    _add_legend(figure, columns[0])
    note = "Median, 95th and 99th percentile of the wall times of the questions; a logarithmic scale."
    return Plot("latency", "Time a question takes", note, figure)


def _spans(intervals: Sequence[Interval]) -> list[list[float]]:
    """Return how far the intervals reach below and above their values, as matplotlib takes it."""
    # The quantiles of few samples may miss the mean by a rounding error.
    below = [max(0.0, centre - low) for centre, low, _ in intervals]
    return [below, [max(0.0, high - centre) for centre, _, high in intervals]]


def _dress(axes: "Axes", *, grid: Literal["x", "y"]) -> None:
    axes.grid(axis=grid, color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_facecolor("none")
    axes.tick_params(colors=INK, which="both", labelsize=9)
    for side, spine in axes.spines.items():
        spine.set(color=INK, visible=side in {"left", "bottom"})


def _name_axis(axes: "Axes", name: str) -> None:
    axes.set_xlabel(name, color=INK, fontsize=9.5)


def _add_legend(figure: "Figure", axes: "Axes") -> None:
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        columns = min(len(handles), 6)
        figure.legend(
            handles, labels, loc="outside upper center", ncols=columns, frameon=False, labelcolor=INK, fontsize=9
        )


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _label(text: str) -> str:
    """Return a name as matplotlib shows it: no formula, not too long."""
    return shortened(visible(text), 28).split("… (")[0].replace("$", r"\$")
