// A list to call out: each student is present, late, on leave or absent, by key (1 to 4) or tap. `submit` {marks} saves it;
// `seen` marks as present whom a camera has recognised and nobody has marked yet.
const box = element.querySelector(".roll");
let sheet = null, marks = new Map(), saved = new Map(), at = 0, saidAt = 0;

const make = (tag, attributes = {}, text = "") => {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  part.textContent = text;
  return part;
};
const rows = () => [...box.querySelectorAll("[data-student]")];

const build = () => {
  box.replaceChildren();
  if (!sheet.students.length) { box.append(make("p", { class: "empty" }, sheet.labels.empty)); return; }
  const bar = make("div", { class: "roll-bar" });
  bar.append(make("span", { class: "roll-counts", role: "status" }));
  if (sheet.may) {
    const rest = make("button", { type: "button", "data-rest": "" }, sheet.labels.rest);
    rest.addEventListener("click", () => { sheet.students.forEach(([id]) => marks.get(id) || set(id, "present")); paint(); });
    const save = make("button", { type: "button", class: "primary", "data-save": "" }, sheet.labels.save);
    save.addEventListener("click", () => trigger("submit", { marks: Object.fromEntries([...marks].filter(([, word]) => word)) }));
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
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-student]");
    if (!row) return;
    at = Number(row.dataset.at);
    const word = event.target.dataset?.word;
    if (word && sheet.may) set(row.dataset.student, marks.get(row.dataset.student) === word ? "" : word);
    list.focus({ preventScroll: true });
    paint();
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const word = sheet.words.find(([, , key]) => key === event.key)?.[0];
    if (step) at = Math.min(Math.max(at + step, 0), sheet.students.length - 1);
    else if (word && sheet.may) { set(sheet.students[at][0], word); at = Math.min(at + 1, sheet.students.length - 1); }
    else return;
    event.preventDefault();
    paint();
    const row = rows()[at];
    row?.scrollIntoView({ block: "nearest" });
  });
  box.append(bar, make("p", { class: "detail" }, sheet.labels.keys), list);
  paint();
};

const set = (id, word) => marks.set(id, word);
const paint = () => {
  const counts = new Map(sheet.words.map(([word]) => [word, 0]));
  let left = 0, unsaved = 0;
  rows().forEach((row, number) => {
    const word = marks.get(row.dataset.student) || "";
    if (word) counts.set(word, counts.get(word) + 1); else left++;
    if (word !== (saved.get(row.dataset.student) || "")) unsaved++;
    row.classList.toggle("current", number === at);
    row.dataset.mark = word;
    row.querySelectorAll("[data-word]").forEach((button) => button.setAttribute("aria-checked", button.dataset.word === word));
  });
  const parts = sheet.words.map(([word, title]) => `${title} ${counts.get(word)}`);
  parts.push(sheet.labels.left.replace("%s", left));
  if (unsaved) parts.push(sheet.labels.unsaved.replace("%s", unsaved));
  const said = box.querySelector(".roll-counts");
  if (said) said.textContent = parts.join(" · ");
  box.querySelector("[data-save]")?.toggleAttribute("disabled", !unsaved);
};

const onValue = () => {
  if (!props.value) { box.replaceChildren(); sheet = null; return; }
  const before = sheet, unsaved = [...marks].filter(([id, word]) => word !== (saved.get(id) || ""));
  sheet = JSON.parse(props.value);
  marks = new Map(sheet.students.map(([id, , , word]) => [id, word]));
  saved = new Map(marks);
  // The list is drawn anew when its tab is opened again; what nobody has saved yet stays, but for a session that is opened.
  if (before?.course === sheet.course && !sheet.fresh) for (const [id, word] of unsaved) if (marks.has(id)) marks.set(id, word);
  at = Math.min(at, Math.max(sheet.students.length - 1, 0));
  build();
};
const onSeen = () => {
  if (!props.seen || !sheet) return;
  const said = JSON.parse(props.seen);
  if (said.at === saidAt) return;
  saidAt = said.at;
  for (const id of said.seen) if (marks.has(id) && !marks.get(id)) set(id, "present");
  paint();
};
watch("value", onValue);
watch("seen", onSeen);
onValue();
