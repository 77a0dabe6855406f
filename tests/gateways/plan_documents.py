"""Small seating plan files to break, and what reading them ought to give."""

import json

import numpy as np

from app.gateways.plan_files import read_plan

RECTANGLE = {"shape": "rectangle", "rectangle": {"width": 40, "height": 20}}


def seat(number, x, y=0, *, category="Stalls", **more):
    return {
        "seat_guid": f"id-{number}-{x}-{y}",
        "seat_number": number,
        "position": {"x": x, "y": y},
        "category": category,
        **more,
    }


def row(name, seats, *, x=0, y=0, **more):
    return {"row_number": name, "position": {"x": x, "y": y}, "seats": seats, **more}


def zone(name, rows, *, x=0, y=0, **more):
    return {"name": name, "position": {"x": x, "y": y}, "rows": rows, **more}


def file(*zones, categories=("Stalls",), **more):
    named = [{"name": name, "color": f"#00000{i}"} for i, name in enumerate(categories)]
    size = {"width": 100, "height": 100}
    return {"name": "House", "categories": named, "zones": list(zones), "size": size, **more}


def with_areas(*areas):
    return file(zone("Stalls", [row("A", [seat("1", 0)])], x=10, y=20, areas=list(areas)))


def small():
    return file(
        zone("Stalls", [row("A", [seat("1", 0), seat("2", 30)]), row("B", [seat("1", 0, 30)])]),
        zone("Balcony", [row("A", [seat("1", 0), seat("2", 30)], y=90)], y=10),
        categories=("Stalls", "Balcony"),
    )


def read(document):
    return read_plan(json.dumps(document).encode(), name="House")


def kinds(found):
    return {finding.kind for finding in found.findings}


def same(one, other):
    for name in ("seat_no", "section", "zone", "x", "y", "attributes", "row_no"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("name", "zones", "sections", "row", "number", "label", "shapes"):
        assert getattr(one, name) == getattr(other, name), name
