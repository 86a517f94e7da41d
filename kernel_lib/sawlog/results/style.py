"""How results look in a notebook: colours, and the style sheet that each HTML view carries with it."""

from __future__ import annotations

#: A level's colour, readable on light and on dark ground; "" is a record without a level.
LEVEL_COLOURS = {
    "": "#9aa0a6",
    "trace": "#b0b7bf",
    "debug": "#8a94a0",
    "info": "#4c8fd6",
    "notice": "#2ba6a6",
    "warning": "#d98e04",
    "error": "#d64545",
    "critical": "#c9378b",
    "alert": "#9333c9",
    "emergency": "#7a1fe0",
}

#: Colours of other series, in order; distinguishable with red-green blindness (Okabe and Ito).
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f")

_SHEET = """
.sawlog{font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:var(--jp-ui-font-size1,13px);
color:var(--jp-ui-font-color1,inherit)}
.sawlog .sawlog-head{margin:2px 0 6px}
.sawlog .sawlog-muted{color:var(--jp-ui-font-color2,#777)}
.sawlog .sawlog-warn{border-left:4px solid #d98e04;background:var(--jp-layout-color2,rgba(217,142,4,.12));
padding:4px 8px;margin:4px 0}
.sawlog .sawlog-scroll{overflow-x:auto;max-height:32em;overflow-y:auto;
border:1px solid var(--jp-border-color2,rgba(128,128,128,.35))}
.sawlog table{border-collapse:collapse;margin:0;width:100%;table-layout:auto;font-size:inherit;color:inherit}
.sawlog th,.sawlog td{text-align:left!important;vertical-align:top;padding:2px 8px;border:0;
border-bottom:1px solid var(--jp-border-color3,rgba(128,128,128,.2));white-space:nowrap}
.sawlog th{position:sticky;top:0;background:var(--jp-layout-color1,Canvas);font-weight:600}
.sawlog td.sawlog-number,.sawlog th.sawlog-number{text-align:right!important;font-variant-numeric:tabular-nums}
.sawlog tr.sawlog-match{background:var(--jp-layout-color2,rgba(128,128,128,.12))}
.sawlog td.sawlog-text{font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,12px);
white-space:pre-wrap;overflow-wrap:anywhere;min-width:24em;width:100%}
.sawlog td.sawlog-time{font-variant-numeric:tabular-nums}
.sawlog mark{background:#ffe08a;color:#1f1f1f;border-radius:2px;padding:0 1px}
.sawlog .sawlog-ctrl,.sawlog .sawlog-gap{color:var(--jp-ui-font-color2,#777);
background:var(--jp-layout-color3,rgba(128,128,128,.25));border-radius:2px;padding:0 2px}
"""

#: The style element; its rules reach only elements inside ``class="sawlog"``.
STYLE = f"<style>{''.join(_SHEET.splitlines())}</style>"
