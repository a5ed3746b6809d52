// The visitor's camera. `input` {picture} for each live frame, `submit` {picture} for one taken by the button; `found` is the
// answer, drawn over the picture. The next frame leaves when the last one's answer has come.
const box = element.querySelector(".camera");
const video = box.querySelector("video");
const over = box.querySelector("canvas");
const note = box.querySelector(".camera-note");
const tools = box.querySelector(".camera-tools");
const meter = box.querySelector(".camera-meter");
const live = box.dataset.live === "1";
const width = Number(box.dataset.width);
const LATE_MS = 8000; // without an answer: said, and tried again
const SHORTEST_MS = 33; // a camera makes no more than thirty frames a second
const HUES = { known: "#3ddc97", unknown: "#e69f00", face: "#56b4e9" };
const SHADES = ["#0072B2", "#56B4E9", "#009E73", "#CC79A7", "#E69F00", "#8A6D3B", "#6B7280", "#B8A800"];
const small = document.createElement("canvas");
let stream = null, facing = box.dataset.facing, sentAt = 0, waiting = 0, number = 0, late = null, next = null, problem = "closed", said = "";
let times = [], means = new Map(), attempt = 0;

const words = () => document.getElementById(`${box.dataset.camera}-words`);
const say = (key) => words()?.querySelector(`[data-word="${key}"]`)?.textContent ?? "";
const mirrored = () => facing === "user";

const label = () => {
  for (const button of tools.children) button.textContent = say(button.dataset.do);
  note.textContent = said || (stream ? "" : say(problem));
};
const show = (state) => {
  box.dataset.state = state;
  box.classList.toggle("mirrored", mirrored());
  label();
};
const button = (what, action, primary = false) => {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.do = what;
  made.className = primary ? "primary" : "";
  made.addEventListener("click", action);
  tools.append(made);
};

const close = (why = "closed") => {
  attempt += 1;
  clearTimeout(next);
  clearTimeout(late);
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  waiting = 0;
  video.srcObject = null;
  over.getContext("2d").clearRect(0, 0, over.width, over.height);
  meter.replaceChildren();
  problem = why;
  box.faces = [];
  show("off");
};

const open = async () => {
  said = "";
  if (!navigator.mediaDevices?.getUserMedia) return close("insecure");
  problem = "asking";
  show("asking");
  const mine = (attempt += 1);
  let given;
  try {
    given = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: facing }, width: { ideal: width }, height: { ideal: (width * 3) / 4 }, frameRate: { ideal: 30 } },
    });
  } catch (error) {
    if (mine !== attempt) return;
    const why = { NotAllowedError: "refused", NotFoundError: "none", NotReadableError: "taken" }[error.name];
    return close(why ?? "failed");
  }
  if (mine !== attempt) return given.getTracks().forEach((track) => track.stop()); // closed while the browser asked
  stream = given;
  stream.getVideoTracks()[0].addEventListener("ended", () => close("lost"));
  video.srcObject = stream;
  await video.play().catch(() => {});
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  box.dataset.several = cameras.length > 1 ? "1" : "0";
  [times, means] = [[], new Map()];
  show("on");
  if (live) send();
};

const grab = () => {
  if (!stream || !video.videoWidth) return null;
  const scale = Math.min(1, width / video.videoWidth);
  small.width = Math.round(video.videoWidth * scale);
  small.height = Math.round(video.videoHeight * scale);
  small.getContext("2d").drawImage(video, 0, 0, small.width, small.height);
  return small.toDataURL("image/jpeg", 0.8);
};

const send = () => {
  clearTimeout(next);
  if (!stream) return;
  if (!element.isConnected) return close();
  const picture = document.hidden || !element.offsetParent ? null : grab();
  if (picture === null) {
    next = setTimeout(send, 300); // nobody is looking, or the camera has not begun
    return;
  }
  sentAt = performance.now();
  waiting = number += 1; // an answer to an earlier frame, or from before the camera was closed, is not waited for
  clearTimeout(late);
  late = setTimeout(() => { said = say("silent"); label(); send(); }, LATE_MS);
  trigger("input", { picture, number });
};

const snap = () => {
  const picture = grab();
  if (picture === null) return;
  box.classList.add("flash");
  setTimeout(() => box.classList.remove("flash"), 250);
  trigger("submit", { picture });
};

const draw = (faces) => {
  box.faces = faces; // what is shown, for whoever looks from outside
  over.width = video.videoWidth || 640;
  over.height = video.videoHeight || 480;
  const pen = over.getContext("2d");
  const scale = over.width / (small.width || over.width);
  const unit = over.width / 100;
  const across = (x) => (mirrored() ? over.width - x * scale : x * scale);
  pen.lineWidth = unit * 0.6;
  for (const { box: edges, label: text, kind, points } of faces) {
    const [first, last] = [across(edges[0]), across(edges[2])].sort((a, b) => a - b);
    const [top, bottom] = [edges[1] * scale, edges[3] * scale];
    pen.strokeStyle = pen.fillStyle = HUES[kind] ?? HUES.face;
    pen.beginPath();
    pen.roundRect(first, top, last - first, bottom - top, unit);
    pen.stroke();
    for (const [x, y] of points ?? []) {
      pen.beginPath();
      pen.arc(across(x), y * scale, unit * 0.4, 0, 7);
      pen.fill();
    }
    if (!text) continue;
    pen.font = `600 ${unit * 3.4}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif`;
    const width = pen.measureText(text).width + unit * 2;
    const left = Math.max(0, Math.min((first + last - width) / 2, over.width - width));
    const base = top > unit * 5.4 ? top - unit * 5.2 : bottom;
    pen.fillStyle = "#141210dd";
    pen.fillRect(left, base, width, unit * 4.8);
    pen.fillStyle = "#fff";
    pen.fillText(text, left + unit, base + unit * 3.6);
  }
};

// Each step's time, averaged over the last dozen frames: single ones jump too much to be read. By its place, and not by its
// name, which changes with the language.
const mean = (place, name, value) => {
  const before = means.get(place)?.value;
  means.set(place, { name, value: before === undefined ? value : before + (value - before) / 12 });
};
const measure = (spent, roundTrip, drawing) => {
  times = [...times.slice(-29), performance.now()];
  if (!spent.length) return;
  spent.forEach(([name, value], place) => mean(place, name, value));
  mean("way", say("way"), Math.max(0, roundTrip - spent.reduce((sum, [, value]) => sum + value, 0)));
  mean("draw", say("draw"), drawing);
  const rate = times.length > 1 ? ((times.length - 1) * 1000) / (times.at(-1) - times[0]) : 0;
  const steps = [...means.values()];
  const whole = steps.reduce((sum, { value }) => sum + value, 0) || 1;
  const number = document.createElement("p");
  number.className = "camera-rate";
  number.append(Object.assign(document.createElement("b"), { textContent: rate.toFixed(rate < 10 ? 1 : 0) }), ` ${say("rate")}`);
  const bar = Object.assign(document.createElement("div"), { className: "camera-bar" });
  const list = Object.assign(document.createElement("ul"), { className: "camera-steps" });
  steps.forEach(({ name, value }, index) => {
    const part = document.createElement("i");
    part.style.cssText = `width:${(value / whole) * 100}%;background:${SHADES[index % SHADES.length]}`;
    bar.append(part);
    const row = document.createElement("li");
    const dot = document.createElement("i");
    dot.style.background = SHADES[index % SHADES.length];
    row.append(dot, `${name} `, Object.assign(document.createElement("b"), { textContent: `${value.toFixed(value < 10 ? 1 : 0)} ms` }));
    list.append(row);
  });
  meter.replaceChildren(number, bar, list);
};

watch("found", () => {
  const found = JSON.parse(props.found || "{}");
  if (!found.drawn) return;
  if (found.number) {
    if (found.number !== waiting) return;
    waiting = 0;
    clearTimeout(late);
  }
  said = found.note;
  if (found.stop) return close("closed");
  label();
  if (!live || !stream || !found.number) return;
  const came = performance.now();
  draw(found.faces);
  measure(found.spent, came - sentAt, performance.now() - came);
  clearTimeout(next);
  next = setTimeout(send, Math.max(0, SHORTEST_MS - (performance.now() - sentAt)));
});

// Whoever goes to another view takes the camera's eye off: nobody should wonder why its lamp is on.
let unseen = 0;
setInterval(() => {
  unseen = stream && !element.offsetParent ? unseen + 1 : 0;
  if (unseen > 3) close();
}, 1000);

button("start", open, true);
if (box.dataset.snap === "1") button("snap", snap, true);
button("turn", () => { facing = facing === "user" ? "environment" : "user"; close(); open(); });
button("stop", () => close());
show("off");
const spoken = words();
if (spoken) new MutationObserver(label).observe(spoken, { childList: true, subtree: true, characterData: true });
