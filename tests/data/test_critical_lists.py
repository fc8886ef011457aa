"""Lists of critical minerals: what a reader may rely on.

The lists have the lengths and rare-earth lines their authors state; the matrix and the summary
count the entries; the United States list grew from 35 to 50 to 60 in the way the pages tell.
"""

from whole import by, whole

# Sizes as the authorities state them: Federal Register 2018, 2022; Interior 2025; COM(2011) 25,
# COM(2014) 297, COM(2017) 490, COM(2020) 474, Regulation (EU) 2024/1252; BGS; Resolution 845.
SIZES = {
    "us-2018": 35, "us-2022": 50, "us-2025": 60, "eu-2011": 14, "eu-2014": 20, "eu-2017": 27,
    "eu-2020": 30, "eu-2024-srm": 17, "eu-2024-crm": 34, "uk-2021": 18, "uk-2024": 34,
    "ua-2023-psa": 14, "ua-2025-strategic": 11, "ua-2025-critical": 28, "us-ua-2025": 57,
}  # fmt: skip
RARE_EARTH_LINES = {
    "us-2018": 2, "us-2022": 16, "us-2025": 16, "eu-2011": 1, "eu-2014": 2, "eu-2017": 3,
    "eu-2020": 3, "eu-2024-srm": 1, "eu-2024-crm": 3, "uk-2021": 1, "uk-2024": 1,
    "ua-2023-psa": 2, "ua-2025-strategic": 0, "ua-2025-critical": 2, "us-ua-2025": 16,
}  # fmt: skip
NEW_IN_2025 = {
    "boron", "copper", "lead", "metallurgical coal", "phosphate rock", "potash", "rhenium",
    "silicon", "silver", "uranium",
}  # fmt: skip


def test_list_sizes():
    summary, entries = by("critical_list_summary", "list_id"), whole("critical_lists")
    assert summary["n_entries_published"].to_dict() == SIZES
    assert summary["n_rare_earth_entries"].to_dict() == RARE_EARTH_LINES
    counted = entries.groupby("list_id").size().to_dict()
    assert counted == SIZES | {"uk-2024": 13} == summary["n_entries_here"].to_dict()
    for name, rows in entries.groupby("list_id"):
        if name != "uk-2024":
            assert rows["entry_no"].tolist() == list(range(1, SIZES[name] + 1)), name
            lines = rows["is_rare_earth"].sum()
            assert lines == RARE_EARTH_LINES[name], (name, lines)
            covered = {
                s for cell in rows.loc[rows["is_rare_earth"], "symbols"] for s in cell.split(";")
            }
            assert len(covered) == summary.loc[name, "n_rare_earth_elements_covered"], name
            told = summary.loc[name, "rare_earth_symbols"]
            assert covered == (set(told.split(";")) if isinstance(told, str) else set()), name
        assert not rows["entry_as_published"].duplicated().any(), name
        assert (rows["list_date"] == summary.loc[name, "list_date"]).all(), name


def test_how_the_lists_grew():
    minerals = {
        n: set(r["canonical_mineral"]) for n, r in whole("critical_lists").groupby("list_id")
    }
    assert minerals["us-2025"] - minerals["us-2022"] == NEW_IN_2025
    assert minerals["us-2022"] <= minerals["us-2025"], "none removed in 2025"
    for metal in ("tungsten", "tellurium", "bismuth", "indium"):
        assert metal in minerals["us-2022"] & minerals["us-2025"]
    assert not any("molybdenum" in minerals[n] for n in ("us-2018", "us-2022", "us-2025"))
    assert "lithium" in minerals["eu-2020"] and "lithium" not in minerals["eu-2017"]
    assert minerals["ua-2025-strategic"] <= minerals["ua-2025-critical"]
    entries = whole("critical_lists")
    new = entries[entries["new_vs_previous_list"].fillna(False)]
    assert set(new.loc[new["list_id"] == "us-2025", "canonical_mineral"]) == NEW_IN_2025


def test_matrix_counts_the_entries():
    matrix, entries = by("critical_list_matrix", "family"), whole("critical_lists")
    counts = entries.groupby(["list_id", "family"]).size()
    for name in SIZES:
        if name == "uk-2024":
            continue
        column = matrix[name.replace("-", "_")]
        expected = counts[name].reindex(matrix.index, fill_value=0)
        assert (column == expected).all(), f"data/critical_list_matrix.csv, column {column.name}"
    assert set(entries["family"]) == set(matrix.index)
    confirmed = set(entries.loc[entries["list_id"] == "uk-2024", "family"])
    assert set(matrix.index[matrix["on_uk_2024"] == "yes"]) == confirmed
