// A sheet of paper under a pen, mouse or finger. Value: the ink as a PNG data address, "" for a blank sheet.
// Fires `input` while a stroke grows and `submit` when it ends. Listens to `clear`, `undo`, `brush` and `show` events.
const canvas = element.querySelector("canvas");
const paper = canvas.getContext("2d", { willReadFrequently: true });
const LIVE_EVERY_MS = 120;
const KEPT_STATES = 30;
const states = [];
let brush = Number(canvas.dataset.brush);
let pen = null;
let blank = true;
let sentAt = 0;
let timer = null;

const wipe = () => {
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  blank = true;
};

// Half the size is plenty for a network that sees 28 pixels, and a quarter of the bytes.
const small = document.createElement("canvas");
small.width = canvas.width / 2;
small.height = canvas.height / 2;
const send = (event) => {
  clearTimeout(timer);
  timer = null;
  sentAt = performance.now();
  small.getContext("2d").drawImage(canvas, 0, 0, small.width, small.height);
  props.value = blank ? "" : small.toDataURL("image/png");
  canvas.parentElement.classList.toggle("blank", blank);
  trigger("input");
  if (event === "submit") trigger("submit");
};
const sendSoon = () => {
  timer ??= setTimeout(() => send("input"), Math.max(0, LIVE_EVERY_MS - (performance.now() - sentAt)));
};

const keep = () => {
  states.push({ blank, pixels: paper.getImageData(0, 0, canvas.width, canvas.height) });
  if (states.length > KEPT_STATES) states.shift();
};

const place = (event) => {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
};

const draw = (event) => {
  const points = event.getCoalescedEvents?.() ?? [];
  paper.lineWidth = brush * canvas.height;
  paper.lineCap = paper.lineJoin = "round";
  paper.strokeStyle = "#000";
  for (const point of points.length ? points : [event]) {
    const [x, y] = place(point);
    const [middleX, middleY] = [(pen.x + x) / 2, (pen.y + y) / 2];
    paper.beginPath();
    paper.moveTo(pen.middleX, pen.middleY);
    paper.quadraticCurveTo(pen.x, pen.y, middleX, middleY);
    paper.stroke();
    Object.assign(pen, { x, y, middleX, middleY });
  }
  blank = false;
};

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  keep();
  const [x, y] = place(event);
  pen = { x, y, middleX: x, middleY: y };
  draw(event);
  sendSoon();
});
canvas.addEventListener("pointermove", (event) => {
  if (!pen || !event.isPrimary) return;
  draw(event);
  sendSoon();
});
const lift = (event) => {
  if (!pen) return;
  draw(event);
  pen = null;
  send("submit");
};
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);

canvas.addEventListener("clear", () => {
  if (!blank) keep();
  wipe();
  send("submit");
});
canvas.addEventListener("undo", () => {
  const before = states.pop();
  if (!before) return;
  paper.putImageData(before.pixels, 0, 0);
  blank = before.blank;
  send("submit");
});
canvas.addEventListener("brush", (event) => {
  brush = event.detail;
});
canvas.addEventListener("show", async (event) => {
  const picture = new Image();
  picture.src = event.detail;
  await picture.decode();
  keep();
  wipe();
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  paper.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  blank = false;
  send("submit");
});
canvas.addEventListener("keydown", (event) => {
  if (event.key === "Escape" || event.key === "Delete") canvas.dispatchEvent(new Event("clear"));
  if (event.key === "z" && (event.ctrlKey || event.metaKey)) canvas.dispatchEvent(new Event("undo"));
});

wipe();
canvas.parentElement.classList.add("blank");
