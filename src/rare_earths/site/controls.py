"""Native form controls for a chart's bound parameters (Vega-Lite ``params`` with ``bind``)."""

from __future__ import annotations

import json


def controls(spec: dict) -> list[dict]:
    """One entry for each control: ``signal``, ``kind``, ``label``, ``value`` and its choices.

    Parameters
    ----------
    spec
        Vega-Lite specification. Variable parameters set the signal of their name, bound
        point selections the signal ``<name>_<field>`` (Vega-Lite's own naming).
    """
    found = []
    for param in spec.get("params", []):
        bind = param.get("bind")
        if not isinstance(bind, dict):
            continue
        if "select" not in param:
            found.append(_control(param["name"], bind, param.get("value"), param["name"]))
            continue
        fields = param["select"].get("fields", []) if isinstance(param["select"], dict) else []
        for field in fields:
            one = bind if "input" in bind else bind.get(field, {})
            value = param.get("value")
            if isinstance(value, list):
                value = value[0].get(field) if value else None
            found.append(_control(f"{param['name']}_{field}", one, value, field))
    return found


def _control(signal: str, bind: dict, value, fallback: str) -> dict:
    label = str(bind.get("name") or fallback).strip().rstrip(":").replace("_", " ")
    control = {"signal": signal, "kind": bind["input"], "label": label, "value": value}
    if bind["input"] in ("select", "radio"):
        options = bind["options"]
        labels = bind.get("labels") or [
            "All" if option is None else str(option) for option in options
        ]
        control["options"] = [
            {"json": json.dumps(option, ensure_ascii=False), "label": text, "on": option == value}
            for option, text in zip(options, labels, strict=True)
        ]
    elif bind["input"] == "range":
        control |= {key: bind[key] for key in ("min", "max", "step") if key in bind}
    return control
