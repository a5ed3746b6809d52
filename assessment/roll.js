// A list to call out: each student is present, late, on leave or absent, by key (1 to 4) or tap. `submit` {session, marks}
// saves what has changed. `seen` proposes as present whom a picture shows and nobody has marked yet: a mark like any other, not
// saved, but drawn as proposed; what a person has taken off is not proposed again.
const box = element.querySelector(".roll");
let sheet = null, waiting = null, marks = new Map(), saved = new Map(), at = 0, saidAt = 0, rows = new Map();
let proposed = new Set(), refused = new Set();

const make = (tag, attributes = {}, text = "") => {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  part.textContent = text;
  return part;
};
const unsaved = () => [...marks].filter(([id, word]) => word !== (saved.get(id) || ""));

const build = () => {
  box.replaceChildren();
  rows = new Map();
  if (!sheet.students.length) { box.append(make("p", { class: "empty" }, sheet.labels.empty)); return; }
  const bar = make("div", { class: "roll-bar" });
  bar.append(make("b", { class: "roll-session" }, sheet.session), make("span", { class: "roll-counts", role: "status" }));
  if (sheet.may) {
    const rest = make("button", { type: "button", "data-rest": "" }, sheet.labels.rest);
    rest.addEventListener("click", () => { sheet.students.forEach(([id]) => marks.get(id) || mark(id, "present")); count(); });
    const save = make("button", { type: "button", class: "primary", "data-save": "" }, sheet.labels.save);
    save.addEventListener("click", () => trigger("submit", { session: sheet.session, marks: Object.fromEntries(unsaved()) }));
    bar.append(rest, save);
  }
  const list = make("ol", { class: "roll-list", tabindex: "0", "aria-label": sheet.labels.keys });
  sheet.students.forEach(([id, name, group], number) => {
    const row = make("li", { "data-student": id, "data-at": number });
    const who = make("span", { class: "who" });
    who.append(make("b", {}, name || id), make("small", {}, [id, group].filter(Boolean).join(" · ")));
    const choices = make("span", { class: "words", role: "radiogroup", "aria-label": name || id });
    for (const [word, title] of sheet.words) {
      const button = make("button", { type: "button", role: "radio", "data-word": word, tabindex: "-1" }, title);
      button.disabled = !sheet.may;
      choices.append(button);
    }
    row.append(who, choices);
    list.append(row);
    rows.set(id, row);
    paint(id);
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-student]");
    if (!row) return;
    go(Number(row.dataset.at));
    const word = event.target.dataset?.word;
    const id = row.dataset.student;
    if (word && sheet.may) {
      const off = marks.get(id) === word;
      if (off) refused.add(id);
      mark(id, off ? "" : word);
    }
    list.focus({ preventScroll: true });
    count();
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const word = sheet.words.find(([, , key]) => key === event.key)?.[0];
    if (step) go(at + step);
    else if (word && sheet.may) { mark(sheet.students[at][0], word); go(at + 1); count(); }
    else return;
    event.preventDefault();
    rows.get(sheet.students[at][0])?.scrollIntoView({ block: "nearest" });
  });
  box.append(bar, make("p", { class: "detail" }, sheet.labels.keys), list);
  go(at);
  count();
};

const mark = (id, word, byPicture = false) => {
  marks.set(id, word);
  proposed[byPicture ? "add" : "delete"](id);
  paint(id);
};
const paint = (id) => {
  const word = marks.get(id) || "", row = rows.get(id);
  row.dataset.mark = word;
  row.toggleAttribute("data-proposed", proposed.has(id));
  row.querySelectorAll("[data-word]").forEach((button) => button.setAttribute("aria-checked", button.dataset.word === word));
};
const go = (to) => {
  rows.get(sheet.students[at]?.[0])?.classList.remove("current");
  at = Math.min(Math.max(to, 0), sheet.students.length - 1);
  rows.get(sheet.students[at][0]).classList.add("current");
};
const count = () => {
  const counts = new Map(sheet.words.map(([word]) => [word, 0]));
  let left = 0;
  for (const word of marks.values()) if (word) counts.set(word, counts.get(word) + 1); else left++;
  const parts = sheet.words.map(([word, title]) => `${title} ${counts.get(word)}`);
  parts.push(sheet.labels.left.replace("%s", left));
  const open = unsaved().length;
  if (open) parts.push(sheet.labels.unsaved.replace("%s", open));
  if (proposed.size) parts.push(sheet.labels.proposed.replace("%s", proposed.size));
  box.querySelector(".roll-counts").textContent = parts.join(" · ");
  box.querySelector("[data-save]")?.toggleAttribute("disabled", !open);
};

const take = (next, keep) => {
  const carried = keep ? unsaved() : [];
  if (!keep) { proposed = new Set(); refused = new Set(); }
  sheet = next;
  marks = new Map(sheet.students.map(([id, , , word]) => [id, word]));
  saved = new Map(marks);
  for (const [id, word] of carried) if (marks.has(id)) marks.set(id, word);
  at = Math.min(at, Math.max(sheet.students.length - 1, 0));
  build();
};
// Another session is opened while marks are not saved: they are asked about, not thrown away.
const ask = () => {
  box.querySelector(".roll-ask")?.remove();
  const line = make("p", { class: "roll-ask said open", role: "alert" },
    sheet.labels.waiting.replace("%s", sheet.session).replace("%n", unsaved().length));
  const discard = make("button", { type: "button" }, sheet.labels.discard.replace("%s", waiting.session));
  discard.addEventListener("click", () => take(waiting, false));
  const stay = make("button", { type: "button" }, sheet.labels.stay.replace("%s", sheet.session));
  stay.addEventListener("click", () => line.remove());
  line.append(discard, stay);
  box.prepend(line);
};
const onValue = () => {
  if (!props.value) { box.replaceChildren(); sheet = null; marks = new Map(); saved = new Map(); return; }
  const next = JSON.parse(props.value);
  const same = sheet?.course === next.course && sheet?.session === next.session;
  if (sheet && !same && unsaved().length && sheet.course === next.course) { waiting = next; ask(); return; }
  take(next, same && !next.fresh);
};
const onSeen = () => {
  if (!props.seen || !sheet?.students.length) return;
  const said = JSON.parse(props.seen);
  if (said.at === saidAt) return;
  saidAt = said.at;
  if (said.course !== sheet.course || !sheet.may) return;  // a picture of another class that came too late
  for (const id of said.seen) if (marks.has(id) && !marks.get(id) && !refused.has(id)) mark(id, "present", true);
  count();
};
watch("value", onValue);
watch("seen", onSeen);
onValue();
window.addEventListener("beforeunload", (event) => { if (sheet && unsaved().length) event.preventDefault(); });
