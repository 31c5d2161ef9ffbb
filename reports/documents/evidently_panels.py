"""What `evidently ui` shows of a model before anybody clicks: its weeks side by side."""

from evidently.sdk.models import DashboardPanelPlot, PanelMetric
from evidently.sdk.panels import line_plot_panel, text_panel

TAB = "weeks"
SHARE = {"value_type": "share"}


def panels(model: str) -> list[DashboardPanelPlot]:
    """Recall, precision and drift by the week of the prediction."""
    return [
        text_panel(
            model, "One point a week. Offline numbers, intervals and pages are in Anchorwatch's own report."
        ),
        line_plot_panel("Recall by intent", [PanelMetric(metric="RecallByLabel", tags=["recall"])]),
        line_plot_panel("Precision by intent", [PanelMetric(metric="PrecisionByLabel", tags=["recall"])]),
        line_plot_panel(
            "Share of columns that drifted from the anchor",
            [PanelMetric(legend="share", metric="DriftedColumnsCount", tags=["drift"], metric_labels=SHARE)],
        ),
    ]
