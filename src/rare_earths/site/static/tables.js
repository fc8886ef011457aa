/* Filters over a table: one choice for each column named in data-filters, in the block before it that
   has kept their places. The page is complete without them; what a row's link leads to on this page
   is hidden with the row. */
(() => {
  "use strict";
  const cellText = (row, column) => row.cells[column].textContent.trim();

  const choice = (name, values) => {
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.add(new Option("all", ""));
    for (const value of values) select.add(new Option(value, value));
    label.append(`${name} `, select);
    return [label, select];
  };

  const fill = (block, table, names) => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows];
    const entries = rows.map((row) => {
      const address = row.querySelector("a")?.getAttribute("href") ?? "";
      return address.startsWith("#") ? document.getElementById(address.slice(1)) : null;
    });
    const found = document.createElement("output");
    const chosen = names.map((name) => {
      const column = heads.indexOf(name);
      const values = [...new Set(rows.flatMap((row) => cellText(row, column).split("; ")))].sort();
      const [label, select] = choice(name, values);
      return [column, select, label];
    });
    block.replaceChildren(...chosen.map(([, , label]) => label), found);
    const apply = () => {
      let shown = 0;
      rows.forEach((row, number) => {
        const fits = chosen.every(
          ([column, { value }]) => !value || cellText(row, column).split("; ").includes(value),
        );
        row.hidden = !fits;
        if (entries[number]) entries[number].hidden = !fits;
        shown += fits;
      });
      found.value = `${shown} of ${rows.length} shown`;
    };
    block.addEventListener("input", apply);
    apply();
  };

  for (const area of document.querySelectorAll("[data-filters]")) {
    const names = area.dataset.filters.split("|");
    fill(area.previousElementSibling, area.querySelector("table"), names);
  }
})();
