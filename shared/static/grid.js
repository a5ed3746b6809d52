// A table drawn only where one looks. Fires `input` {row, column, before, value} for an edit, `select` {row, column} for a
// chosen cell; `outcome` says what the cell holds now, and why an edit was refused.
const box = element.querySelector(".grid");
const SPARE = 8; // rows drawn above and below what is in sight
const CHOSEN_AFTER_MS = 200;
const PATIENCE_MS = 15000; // for the answer to an edit
let table = null, order = [], at = { row: 0, column: 0 }, sort = null, filter = "", wanted = "", pending = new Map(), typing = null;
let scroller, body, head, status, problem, timer = null, drawn = null;

const make = (tag, attributes = {}, text = "") => {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  part.textContent = text;
  return part;
};
const columns = () => table.columns;
const key = (row) => table.rows[row][0];
const isNumber = (text) => text !== "" && Number.isFinite(Number(text.replace("%", "")));
const wide = (text) => [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 2 : 1), 0);

const widths = () => columns().map((column, at) => {
  let most = wide(column.title) + 1;
  for (let row = 0; row < table.rows.length; row += Math.max(1, Math.floor(table.rows.length / 300))) {
    most = Math.max(most, wide(table.rows[row][at]));
  }
  return column.kind === "score" ? Math.min(Math.max(most, 6), 12) * 0.55 + 1.4 : Math.min(Math.max(most, 5), 46) * 0.62 + 1.6;
});

const build = () => {
  box.replaceChildren();
  const bar = make("div", { class: "grid-bar" });
  const search = make("input", { type: "search", placeholder: table.labels.search, "aria-label": table.labels.search });
  search.value = wanted;
  search.addEventListener("input", () => { wanted = search.value; arrange(); });
  search.addEventListener("keydown", (event) => { if (event.key === "ArrowDown") { event.preventDefault(); scroller.focus(); } });
  bar.append(search);
  if (table.filters.length) {
    const group = make("div", { class: "grid-filters", role: "group" });
    for (const [tag, title] of table.filters) {
      const button = make("button", { type: "button", "data-tag": tag, "aria-pressed": tag === filter }, title);
      button.addEventListener("click", () => {
        filter = tag;
        group.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", one.dataset.tag === tag));
        arrange();
      });
      group.append(button);
    }
    bar.append(group);
  }
  status = make("span", { class: "grid-status", role: "status" });
  bar.append(status);
  problem = make("p", { class: "grid-problem", role: "alert" });
  scroller = make("div", { class: "grid-scroller", role: "grid", tabindex: "0", "aria-label": table.labels.table });
  head = make("div", { class: "grid-head", role: "row" });
  body = make("div", { class: "grid-body", role: "rowgroup" });
  const sizes = widths();
  scroller.style.setProperty("--columns", sizes.map((size) => `${size}em`).join(" "));
  scroller.style.setProperty("--width", `${sizes.reduce((sum, size) => sum + size, 0)}em`);
  let left = 0;
  columns().forEach((column, number) => {
    const cell = make("div", { role: "columnheader", tabindex: "-1", class: column.kind, title: table.labels.sort }, column.title);
    if (column.sticky) { cell.classList.add("sticky"); cell.style.left = `${left}em`; column.left = left; left += sizes[number]; }
    cell.addEventListener("click", () => {
      sort = sort?.column === number ? (sort.down ? null : { column: number, down: true }) : { column: number, down: false };
      arrange();
    });
    head.append(cell);
  });
  scroller.append(head, body);
  scroller.addEventListener("scroll", draw, { passive: true });
  scroller.addEventListener("keydown", onKey);
  body.addEventListener("mousedown", onPress);
  body.addEventListener("dblclick", () => type());
  box.append(bar, problem, scroller);
  drawn = null;
  arrange();
};

// Which rows, in which order.
const arrange = () => {
  const words = wanted.trim().toLowerCase();
  const texts = columns().map((column, number) => (column.kind === "text" ? number : -1)).filter((number) => number >= 0);
  order = table.rows.map((_, number) => number).filter((number) =>
    (!filter || table.tags[number].includes(filter)) &&
    (!words || texts.some((column) => table.rows[number][column].toLowerCase().includes(words))));
  if (sort) {
    const sign = sort.down ? -1 : 1;
    order.sort((one, two) => {
      const [a, b] = [table.rows[one][sort.column], table.rows[two][sort.column]];
      if (isNumber(a) && isNumber(b)) return sign * (Number(a.replace("%", "")) - Number(b.replace("%", "")));
      return sign * (isNumber(b) - isNumber(a) || a.localeCompare(b, "zh"));
    });
  }
  [...head.children].forEach((cell, number) => {
    cell.setAttribute("aria-sort", sort?.column === number ? (sort.down ? "descending" : "ascending") : "none");
  });
  at.row = Math.min(at.row, Math.max(order.length - 1, 0));
  const counts = [order.length, table.rows.length];
  status.textContent = table.rows.length ? table.labels.shown.replace(/%s/g, () => counts.shift()) : "";
  scroller.hidden = !table.rows.length;
  scroller.setAttribute("aria-rowcount", order.length + 1);
  problem.textContent = table.rows.length ? (order.length ? "" : table.labels.none) : table.labels.empty;
  problem.classList.toggle("calm", !order.length);
  drawn = null;
  draw();
};

const rowHeight = () => parseFloat(getComputedStyle(scroller).getPropertyValue("--row")) || 40;
const draw = () => {
  const height = rowHeight();
  body.style.height = `${order.length * height}px`;
  const seen = scroller.clientHeight || 640;
  const first = Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE);
  const last = Math.min(order.length, Math.ceil((scroller.scrollTop + seen) / height) + SPARE);
  const now = `${first} ${last} ${at.row} ${at.column} ${pending.size} ${typing ? 1 : 0}`;
  if (now === drawn) return;
  drawn = now;
  const rows = [];
  for (let number = first; number < last; number++) rows.push(drawRow(number, height));
  if (typing) {
    // The field that is being typed in stays where it is, else the keyboard would fall out of it.
    const kept = typing.cell.closest("[role=row]");
    [...body.children].forEach((row) => row !== kept && row.remove());
    rows.forEach((row) => row.dataset.at !== kept?.dataset.at && body.append(row));
    return;
  }
  body.replaceChildren(...rows);
};

const drawRow = (number, height) => {
  const row = make("div", { role: "row", "aria-rowindex": number + 2, "data-at": number });
  row.style.top = `${number * height}px`;
  row.classList.toggle("current", number === at.row);
  const cells = table.rows[order[number]];
  columns().forEach((column, place) => {
    const text = cells[place];
    const cell = make("div", { role: "gridcell", "data-column": place, class: column.kind }, text);
    if (column.sticky) { cell.classList.add("sticky"); cell.style.left = `${column.left}em`; }
    if (column.kind === "score" && text === "") cell.classList.add("blank");
    if (column.kind === "score" && text !== "" && !/^[\d./%-]+$/.test(text)) cell.classList.add("mark");
    if (column.edit) cell.classList.add("edit"); else if (columns().some((one) => one.edit)) cell.setAttribute("aria-readonly", "true");
    const state = pending.get(`${cells[0]}\t${column.key}`);
    if (state) cell.classList.add(state === "refused" ? "refused" : "saving");
    if (number === at.row && place === at.column) cell.setAttribute("aria-selected", "true");
    row.append(cell);
  });
  return row;
};

const reveal = () => {
  const height = rowHeight();
  const top = at.row * height;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  const room = scroller.clientHeight - head.offsetHeight;
  if (top + height > scroller.scrollTop + room) scroller.scrollTop = top + height - room;
  draw();
  const cell = body.querySelector("[aria-selected=true]");
  if (!cell) return;
  const stuck = [...head.children].filter((one) => one.classList.contains("sticky") && getComputedStyle(one).position === "sticky");
  const edge = stuck.reduce((sum, one) => sum + one.offsetWidth, 0);
  if (!cell.classList.contains("sticky") && cell.offsetLeft - edge < scroller.scrollLeft) scroller.scrollLeft = cell.offsetLeft - edge;
  const right = cell.offsetLeft + cell.offsetWidth;
  if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
};

const go = (row, column) => {
  if (!order.length) return;
  at = { row: Math.min(Math.max(row, 0), order.length - 1), column: Math.min(Math.max(column, 0), columns().length - 1) };
  reveal();
  clearTimeout(timer);
  timer = setTimeout(() => order.length && trigger("select", { row: key(order[at.row]), column: columns()[at.column].key }), CHOSEN_AFTER_MS);
};

const onPress = (event) => {
  const cell = event.target.closest("[role=gridcell]");
  if (!cell || event.target.matches("input")) return;
  if (typing) commit();
  const row = Number(cell.parentElement.dataset.at), column = Number(cell.dataset.column);
  const again = row === at.row && column === at.column && document.activeElement === scroller;
  event.preventDefault();
  scroller.focus({ preventScroll: true });
  go(row, column);
  if (again || matchMedia("(pointer: coarse)").matches) type();
};

const page = () => Math.max(1, Math.floor(scroller.clientHeight / rowHeight()) - 2);
const onKey = (event) => {
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = {
    ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageDown: [page(), 0], PageUp: [-page(), 0],
    Home: [0, -columns().length], End: [0, columns().length],
  };
  if (moves[event.key]) {
    event.preventDefault();
    go(at.row + moves[event.key][0], at.column + moves[event.key][1]);
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    if (columns()[at.column].edit) type(); else go(at.row, at.column);
  } else if ((event.key === "Delete" || event.key === "Backspace") && columns()[at.column].edit) {
    event.preventDefault();
    send(at.row, at.column, "");
  } else if ((event.key.length === 1 || event.key === "Process") && columns()[at.column].edit) {
    type(""); // "Process" is an input method that begins, and goes on in the field
  }
};

// Editing in place.
const type = (start) => {
  if (typing || !order.length || !columns()[at.column].edit) return;
  reveal();
  const cell = body.querySelector("[aria-selected=true]");
  if (!cell) return;
  const field = make("input", { "aria-label": columns()[at.column].title, maxlength: 200, autocomplete: "off" });
  field.value = start ?? table.rows[order[at.row]][at.column];
  cell.replaceChildren(field);
  typing = { cell, field, row: at.row, column: at.column };
  field.focus({ preventScroll: true });
  if (start === undefined) field.select();
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") { event.preventDefault(); commit(); go(at.row + 1, at.column); scroller.focus({ preventScroll: true }); }
    if (event.key === "Tab") { event.preventDefault(); commit(); go(at.row, at.column + (event.shiftKey ? -1 : 1)); scroller.focus({ preventScroll: true }); }
    if (event.key === "Escape") { event.preventDefault(); stop(); scroller.focus({ preventScroll: true }); }
    event.stopPropagation();
  });
  field.addEventListener("blur", () => typing?.field === field && commit());
};
const stop = () => { typing = null; drawn = null; draw(); };
const commit = () => {
  const { field, row, column } = typing;
  stop();
  send(row, column, field.value.trim());
};
const send = (row, column, value) => {
  const before = table.rows[order[row]][column];
  if (value === before) return;
  problem.textContent = "";
  const said = { row: key(order[row]), column: columns()[column].key, before, value };
  table.rows[order[row]][column] = value;
  pending.set(`${said.row}\t${said.column}`, said);
  drawn = null;
  draw();
  trigger("input", said);
  setTimeout(() => lost(said), PATIENCE_MS);
};
// Without an answer nobody knows whether it was saved: what stood there before is what counts.
const lost = (said) => {
  const place = `${said.row}\t${said.column}`;
  if (pending.get(place) !== said) return;
  const row = table.rows.find((cells) => cells[0] === said.row);
  if (row) row[columns().findIndex((one) => one.key === said.column)] = said.before;
  refuse(place, table.labels.lost.replace("%s", `${said.row} · ${columns().find((one) => one.key === said.column)?.title}`));
};
const refuse = (place, sentence) => {
  pending.set(place, "refused");
  problem.classList.remove("calm");
  problem.textContent = sentence;
  drawn = null;
  draw();
};

const onOutcome = () => {
  if (!props.outcome || !table) return;
  const said = JSON.parse(props.outcome);
  const column = columns().findIndex((one) => one.key === said.column);
  const row = table.rows.find((cells) => cells[0] === said.row);
  const place = `${said.row}\t${said.column}`;
  if (row && column >= 0 && row[column] === said.wanted) row[column] = said.value;
  // A later edit of the same cell may be on its way: its answer is still to come.
  const later = pending.get(place);
  if (later && later !== "refused" && later.value !== said.wanted) return;
  if (said.tags) table.tags[table.rows.indexOf(row)] = said.tags;
  pending.delete(place);
  if (said.problem) refuse(place, said.problem);
  else { drawn = null; draw(); }
};

const onValue = () => {
  if (!props.value) return;
  const before = table;
  table = JSON.parse(props.value);
  pending = new Map();
  typing = null;
  const same = before && JSON.stringify(before.columns.map((one) => one.key)) === JSON.stringify(table.columns.map((one) => one.key));
  const scrolled = same && scroller ? [scroller.scrollTop, scroller.scrollLeft] : [0, 0];
  const focused = scroller && document.activeElement === scroller;
  if (!same) { at = { row: 0, column: 0 }; sort = null; filter = ""; }
  build();
  [scroller.scrollTop, scroller.scrollLeft] = scrolled;
  draw();
  if (focused) scroller.focus({ preventScroll: true });
};
watch("value", onValue);
watch("outcome", onOutcome);
onValue();
// A tab that was hidden has no height until it is opened.
new ResizeObserver(() => { if (table) { drawn = null; draw(); } }).observe(box);
