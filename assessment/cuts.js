// Cut-offs over a histogram: drag a line, move it with the arrow keys, or type a number. Fires `input` {cuts: [[position, text]]} for what was moved.
// The lines stand over the Plotly figure `plot`, whose horizontal axis goes from 0 to `top` without padding.
const box = element.querySelector(".cuts");
let data = null, cuts = [], track = null, held = null;

const make = (tag, attributes = {}, text = "") => {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  part.textContent = text;
  return part;
};
const digits = () => (String(data.step).split(".")[1] ?? "").length;
const written = (value) => Number(value.toFixed(Math.max(digits(), 0))).toString();
const inside = (number, value) => {
  const upper = number ? cuts[number - 1] - data.step : data.top;
  const lower = number + 1 < cuts.length ? cuts[number + 1] + data.step : data.step;
  return Math.min(Math.max(value, lower), upper);
};
// Only what was moved is told, and a number that was typed just as it was typed.
const tell = (number, text) => trigger("input", { cuts: [[number, text ?? written(cuts[number])]] });

const build = () => {
  box.replaceChildren();
  if (!data.letters.length) return;
  track = make("div", { class: "cuts-track" });
  const fields = make("div", { class: "cuts-fields" });
  data.letters.forEach((letter, number) => {
    const line = make("div", {
      class: "cut", role: "slider", tabindex: "0", "aria-label": letter.title, "aria-valuemin": 0, "aria-valuemax": data.top,
      "data-cut": number,
    });
    line.style.setProperty("--hue", letter.hue);
    line.append(make("span"));
    let from = cuts[number];
    line.addEventListener("pointerdown", (event) => { held = number; from = cuts[number]; line.setPointerCapture(event.pointerId); event.preventDefault(); line.focus(); });
    line.addEventListener("pointermove", (event) => {
      if (held !== number) return;
      const area = track.getBoundingClientRect();
      const value = ((event.clientX - area.left) / area.width) * data.top;
      cuts[number] = inside(number, Math.round(value / data.step) * data.step);
      paint();
    });
    const release = () => { if (held === number) { held = null; if (cuts[number] !== from) tell(number); } };
    line.addEventListener("pointerup", release);
    line.addEventListener("pointercancel", release);
    line.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 }[event.key];
      if (!step) return;
      event.preventDefault();
      cuts[number] = inside(number, cuts[number] + step * data.step);
      paint();
      tell(number);
    });
    track.append(line);
    const label = make("label", {}, `${letter.title} ≥ `);
    const field = make("input", { inputmode: "decimal", "data-field": number, "aria-label": letter.title });
    field.addEventListener("change", () => {
      const value = Number(field.value);
      if (field.value.trim() !== "" && Number.isFinite(value)) { cuts[number] = value; place(); }
      tell(number, field.value);
    });
    label.append(field);
    fields.append(label);
  });
  box.append(track, fields);
  align();
  paint();
};

const shown = (number) => (cuts[number] === Number(data.letters[number].at_least) ? data.letters[number].at_least : written(cuts[number]));
const place = () => {
  box.querySelectorAll(".cut").forEach((line, number) => {
    line.style.left = `${(cuts[number] / data.top) * 100}%`;
    line.setAttribute("aria-valuenow", shown(number));
    line.firstChild.textContent = shown(number);
  });
};
const paint = () => {
  place();
  box.querySelectorAll("[data-field]").forEach((field, number) => { field.value = shown(number); });
};

// The figure may be drawn later, or anew with other margins.
const align = () => {
  const figure = document.querySelector(`${data?.plot ?? "none"} .js-plotly-plot`);
  const size = figure?._fullLayout?._size;
  if (!track || !size) return;
  const own = box.getBoundingClientRect(), its = figure.getBoundingClientRect();
  track.style.marginLeft = `${its.left - own.left + size.l}px`;
  track.style.width = `${size.w}px`;
  track.style.setProperty("--up", `${own.top - its.top - size.t}px`);
};
setInterval(() => box.offsetParent && held === null && align(), 300);

const onValue = () => {
  if (!props.value) { box.replaceChildren(); return; }
  data = JSON.parse(props.value);
  cuts = data.letters.map((letter) => Number(letter.at_least));
  build();
};
watch("value", onValue);
onValue();
