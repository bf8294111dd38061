"use strict";
// Filters and sorting. Without it the page holds all the same, unfiltered. It reads the page's own rows and nothing else.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const number = (text) => Number(text || 0);
  const said = (n) => n.toLocaleString("en");

  const incidents = all("#incidents-table tbody tr").map((row) => ({
    row, data: row.dataset, text: row.textContent.toLowerCase(), counted: !row.classList.contains("void"),
    groups: (row.dataset.groups || "").split(" ").filter(Boolean), on: true,
  }));
  const byNumber = new Map(incidents.map((one) => [one.data.n, one]));
  const alerts = all("#alerts-table tbody tr").map((row) => ({ row, data: row.dataset, text: row.textContent.toLowerCase() }));
  const marks = all(".rings circle, .discs circle, .labels text");
  const columns = all(".columns rect").map((bar) => ({ bar, from: bar.dataset.from, to: bar.dataset.to, y: number(bar.getAttribute("y")),
    height: number(bar.getAttribute("height")), words: bar.querySelector("title").textContent }));
  const tallest = Math.max(0, ...columns.map((one) => one.height));
  const peak = document.querySelector(".columns text");
  const areas = all(".districts path");
  const tables = all("table[data-by]");
  const initial = new Map();
  for (const table of tables) for (const cell of all("td[data-c]", table)) initial.set(cell, cell.dataset.v);
  const steps = [1, 5, 10, 20, 50];
  const words = new Map(areas.map((area) => [area, [area.getAttribute("class"), area.querySelector("title").textContent]]));

  const KEYS = {
    week: (one) => [one.data.week], province: (one) => [one.data.province], district: (one) => (one.data.district ? [one.data.district] : []),
    group: (one) => (one.groups.length ? one.groups : ["-"]),
  };

  function wanted() {
    const found = Object.fromEntries(new FormData(form));
    found.words = found.text.toLowerCase().split(/\s+/).filter(Boolean);
    found.any = Object.entries(found).some(([name, value]) => name !== "words" && value !== "");
    return found;
  }

  function fits(one, f) {
    const d = one.data;
    return (!f.from || d.day >= f.from) && (!f.to || d.day <= f.to) && (!f.province || d.province === f.province) &&
      (!f.district || d.district === f.district) && (!f.attack || d.attack === f.attack) &&
      (f.killed === "" || (d.k !== undefined && number(d.k) >= number(f.killed))) && (f.rank === "" || number(d.rank) >= number(f.rank)) &&
      (!f.group || (f.group === "-" ? !one.groups.length : named(one, f.group))) && f.words.every((word) => one.text.includes(word));
  }

  const named = (one, group) => ["groups", "denied"].some((name) => (one.data[name] || "").split(" ").includes(group));

  function alertFits(one, f) {
    const its = byNumber.get(one.data.incident);
    if (its) return its.on;
    // Of more attacks than usual, or of an incident without a row: by its own words and time.
    return !f.province && !f.district && !f.group && !f.attack && f.killed === "" && (f.rank === "" || number(one.data.rank) >= number(f.rank)) &&
      (!f.from || one.data.day >= f.from) && (!f.to || one.data.day <= f.to) && f.words.every((word) => one.text.includes(word));
  }

  function sums(by) {
    const found = new Map();
    for (const one of incidents) {
      if (!one.on || !one.counted) continue;
      for (const key of KEYS[by](one)) {
        const line = found.get(key) || { n: 0, k: 0, i: 0, m: 0, c: 0, s: 0, d: 0 };
        line.n += 1; line.k += number(one.data.k); line.i += number(one.data.i); line.m += number(one.data.m);
        found.set(key, line);
      }
      if (by !== "group") continue;
      for (const [letter, name] of [["c", "claimed"], ["s", "suspected"], ["d", "denied"]])
        for (const key of (one.data[name] || "").split(" ").filter(Boolean)) {
          const line = found.get(key) || { n: 0, k: 0, i: 0, m: 0, c: 0, s: 0, d: 0 };
          line[letter] += 1; found.set(key, line);
        }
    }
    return found;
  }

  function showSums(any) {
    for (const table of tables) {
      const found = any ? sums(table.dataset.by) : null;
      const rows = all("tbody tr", table);
      const value = (cell, row) => (any ? (found.get(row.dataset.key) || {})[cell.dataset.c] || 0 : number(initial.get(cell)));
      let most = 1;
      for (const row of rows) most = Math.max(most, value(row.querySelector('[data-c="k"]'), row));
      for (const row of rows) {
        for (const cell of all("td[data-c]", row)) { const v = value(cell, row); cell.textContent = said(v); cell.dataset.v = v; }
        row.querySelector("rect").setAttribute("width", (value(row.querySelector('[data-c="k"]'), row) / most) * 100 + "%");
        row.classList.toggle("off", any && !found.has(row.dataset.key));
      }
    }
    const found = any ? sums("district") : null;
    for (const area of areas) {
      const [shade, title] = words.get(area);
      const line = any ? found.get(area.dataset.key) : null;
      area.setAttribute("class", any ? (line ? "k" + steps.filter((step) => line.k >= step).length : "k") : shade);
      area.querySelector("title").textContent = !any ? title :
        area.dataset.name + ": " + (line ? `${line.n} incidents, ${line.k} killed, ${line.i} injured` : "no incident");
    }
  }

  function showColumns(any) {
    const killed = columns.map(({ from, to }) => incidents.reduce((sum, one) =>
      sum + (one.on && one.counted && one.data.day >= from && one.data.day <= to ? number(one.data.k) : 0), 0));
    const most = Math.max(1, ...killed);
    columns.forEach(({ bar, y, height, words }, n) => {
      const tall = any ? (killed[n] / most) * tallest : height;
      bar.setAttribute("height", tall);
      bar.setAttribute("y", y + height - tall);
      bar.querySelector("title").textContent = any ? words.replace(/\d+ killed$/, `${killed[n]} killed`) : words;
    });
    if (peak) peak.classList.toggle("off", any);
  }

  function tile(key, value, any) {
    const cell = document.querySelector(`[data-tile="${key}"]`);
    cell.textContent = said(any ? value : number(cell.dataset.all));
    if (!any) return;
    const of = document.createElement("span");
    of.className = "of"; of.textContent = ` of ${said(number(cell.dataset.all))}`; cell.append(of);
  }

  function apply() {
    const f = wanted();
    const total = { n: 0, k: 0, i: 0, m: 0 };
    for (const one of incidents) {
      one.on = !f.any || fits(one, f);
      one.row.classList.toggle("off", !one.on);
      if (one.on && one.counted) { total.n += 1; for (const key of "kim") total[key] += number(one.data[key]); }
    }
    let told = 0;
    for (const one of alerts) { const on = !f.any || alertFits(one, f); one.row.classList.toggle("off", !on); told += on; }
    for (const mark of marks) { const its = byNumber.get(mark.dataset.n); mark.classList.toggle("off", f.any && !(its && its.on)); }
    showColumns(f.any);
    showSums(f.any);
    for (const key of "nkim") tile(key, total[key], f.any);
    tile("a", told, f.any);
    const on = incidents.filter((one) => one.on).length;
    shown.textContent = f.any ? `${said(on)} of ${said(incidents.length)} incidents, ${said(told)} alerts` : "";
  }

  function sortable(table) {
    const body = table.tBodies[0];
    all("thead th", table).forEach((head) => {
      if (!head.textContent) return;
      const column = head.cellIndex;
      const button = document.createElement("button");
      button.type = "button"; button.append(...head.childNodes); head.append(button);
      button.addEventListener("click", () => {
        const number_ = head.classList.contains("num");
        const up = head.getAttribute("aria-sort") === null ? !number_ : head.getAttribute("aria-sort") !== "ascending";
        for (const other of all("thead th", table)) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const value = (row) => { const cell = row.cells[column]; return cell.dataset.v === undefined ? cell.textContent : cell.dataset.v; };
        const order = (a, b) => (a !== "" && b !== "" && !isNaN(a) && !isNaN(b) ? a - b : String(a).localeCompare(String(b), "en"));
        const rows = [...body.rows].map((row) => [value(row), row]);
        rows.sort(([a], [b]) => (up ? order(a, b) : order(b, a)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  function reveal(n) {
    const one = byNumber.get(n);
    if (!one) return;
    one.row.querySelector("details").open = true;
    location.hash = one.row.id;
    one.row.scrollIntoView({ block: "center" });
    one.row.querySelector("summary").focus({ preventScroll: true });
  }

  function choose(name, value) {
    const field = form.elements[name];
    field.value = field.value === value ? "" : value;
    apply();
  }

  all("table.list, table.sums").forEach(sortable);
  for (const mark of marks) mark.addEventListener("click", () => reveal(mark.dataset.n));
  for (const area of areas) area.addEventListener("click", () => choose("district", area.dataset.key));
  for (const button of all(".pick")) button.addEventListener("click", () => {
    const row = button.closest("tr"), by = button.closest("table").dataset.by;
    if (by !== "week") return choose(by, row.dataset.key);
    const last = new Date(Date.parse(row.dataset.key) + 6 * 86400000).toISOString().slice(0, 10);
    const same = form.elements.from.value === row.dataset.key && form.elements.to.value === last;
    form.elements.from.value = same ? "" : row.dataset.key; form.elements.to.value = same ? "" : last;
    apply();
  });
  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
