// Language, projector and the drawing pads' strokes: what must happen in the browser, without asking the server.
(() => {
  const settings = __SETTINGS__;
  const root = document.documentElement;
  const YEAR = 31536000;

  const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(name + "="))?.split("=")[1];
  const remember = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; SameSite=Lax`;
  };

  const wanted = () => {
    const asked = new URLSearchParams(location.search).get("lang");
    const known = (tag) => (["zh", "en"].includes(tag) ? tag : undefined);
    return known(asked) ?? known(cookie("gallery_language")) ?? known(settings.language) ??
      navigator.languages.map((tag) => known(tag.slice(0, 2).toLowerCase())).find(Boolean) ?? "en";
  };

  // Gradio translates the label of a tab that was never opened only once, and some of its own words never.
  const swapWords = () => {
    const swap = new Map(settings.words.flatMap((pair) => Object.values(pair).map((word) => [word, pair[root.dataset.language]])));
    for (const part of document.querySelectorAll("[title], [aria-label]")) {
      for (const name of ["title", "aria-label"]) {
        const said = part.getAttribute(name);
        if ((swap.get(said) ?? said) !== said) part.setAttribute(name, swap.get(said));
      }
    }
    for (const part of document.querySelectorAll(".tab-wrapper button, [title] .wrap, [data-testid='upload-text'], .or")) {
      for (const node of part.childNodes) {
        const said = node.nodeType === Node.TEXT_NODE ? node.data.trim() : "";
        if ((swap.get(said) ?? said) !== said) node.data = swap.get(said);
      }
    }
  };

  // A file over the limit, or of another kind, is refused in the browser, in English and in bytes; this says what to do.
  const explainRefusals = () => {
    for (const said of document.querySelectorAll("[data-testid='toast-text']")) {
      const tooLarge = said.textContent.includes("maximum allowed size of");
      if (!tooLarge && !said.textContent.startsWith("Invalid file type")) continue;
      said.textContent = (tooLarge ? settings.tooLarge : settings.wrongKind)[root.dataset.language];
      const title = said.closest("[data-testid='toast-body']")?.querySelector(".toast-title");
      if (title) title.textContent = settings.errorTitle[root.dataset.language];
    }
  };

  const show = () => {
    swapWords();
    explainRefusals();
    const title = document.querySelector("#bar-title h1")?.innerText;
    if (title && document.title !== title) document.title = title;
    for (const button of document.querySelectorAll("[data-speak]")) {
      button.setAttribute("aria-pressed", button.dataset.speak === root.dataset.language);
    }
    document.querySelector("#projector-switch")?.setAttribute("aria-pressed", root.classList.contains("projector"));
  };

  const speak = async (language) => {
    root.lang = language === "zh" ? "zh-CN" : "en";
    root.dataset.language = language;
    remember("gallery_language", language);
    show();
    // Gradio's own locale store; without this the labels would keep the browser's language.
    const front = await import(new URL(settings.localeModule, document.baseURI));
    await front.changeLocale(root.lang);
    show();
  };

  // Rooms redraw what the server made (plots, answers) when these hidden buttons are pressed.
  const redraw = () => document.querySelectorAll(".on-view-change").forEach((button) => button.click());

  const project = (on) => {
    root.classList.toggle("projector", on);
    remember("gallery_projector", on ? 1 : 0);
    show();
  };

  document.addEventListener("click", async (event) => {
    const speaker = event.target.closest("[data-speak]");
    if (speaker && speaker.dataset.speak !== root.dataset.language) {
      await speak(speaker.dataset.speak);
      redraw();
    }
    if (event.target.closest("#projector-switch")) {
      project(!root.classList.contains("projector"));
      redraw();
    }
    const example = event.target.closest("[data-pad-example]");
    if (example) {
      const pad = document.getElementById(example.dataset.padExample);
      pad?.querySelector("canvas")?.dispatchEvent(new CustomEvent("show", { detail: example.querySelector("img").src }));
    }
  });

  project(cookie("gallery_projector") === "1");
  speak(wanted());
  new MutationObserver(show).observe(document.body ?? root, { childList: true, subtree: true });
})();
