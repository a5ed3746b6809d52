// Tells the server which `data-do` was pressed or changed, and keeps the keyboard where it was when the answer is drawn.
const tell = (part) => {
  const all = [...element.querySelectorAll("[data-do]")];
  at = { name: part.dataset.do, place: all.indexOf(part) };
  trigger("submit", { do: part.dataset.do, value: part.value ?? "" });
};
let at = null;
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button && !button.disabled) tell(button);
});
element.addEventListener("change", (event) => {
  if (event.target.matches("select[data-do], input[data-do], textarea[data-do]")) tell(event.target);
});
watch("value", () => {
  // Gradio mends the old elements instead of making new ones: what was typed in them would stay.
  for (const field of element.querySelectorAll("input[data-do]")) {
    if (field !== document.activeElement) field.value = field.getAttribute("value") ?? "";
  }
  for (const menu of element.querySelectorAll("select[data-do]")) {
    const chosen = [...menu.options].findIndex((option) => option.hasAttribute("selected"));
    if (menu !== document.activeElement || chosen >= 0) menu.selectedIndex = Math.max(chosen, 0);
  }
  if (!at || element.contains(document.activeElement)) return;
  const all = [...element.querySelectorAll("[data-do]")];
  const same = all.find((part) => part.dataset.do === at.name) ?? all[Math.min(at.place, all.length - 1)];
  same?.focus({ preventScroll: true });
  at = null;
});
