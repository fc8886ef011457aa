/* Charts stand on the page as pictures. When a reader points at one, or uses one of its
   controls, the Vega runtime is loaded from this site and the picture becomes lively. */
(() => {
  "use strict";
  const WIDE = 600; // px of a chart's container; the same limit stands in book.css
  let runtime;

  const loadRuntime = (address) =>
    (runtime ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = () => reject(new Error("the chart runtime did not load"));
      document.head.append(script);
    }));

  const valueOf = (input) => {
    if (input.type === "checkbox") return input.checked;
    if (input.type === "range") return Number(input.value);
    return JSON.parse(input.value);
  };

  // As the charts write numbers: groups of three digits, thin spaces between.
  const grouped = (text) =>
    Number(text).toLocaleString("en", { maximumFractionDigits: 6 }).replaceAll(",", "\u202f");

  class Chart {
    constructor(element) {
      this.element = element;
      this.inputs = [...element.querySelectorAll("[data-signal]")];
      this.picture = element.querySelector(".chart-picture");
      this.live = null;
      const form = element.querySelector(".chart-controls");
      if (form) {
        form.hidden = false;
        form.addEventListener("submit", (event) => event.preventDefault());
        form.addEventListener("focusin", () => this.wake());
        form.addEventListener("input", (event) => {
          const output = event.target.parentElement.querySelector("output");
          if (output) output.value = grouped(event.target.value);
          this.wake();
        });
      }
      let hover;
      this.picture.addEventListener("pointerenter", () => {
        hover = setTimeout(() => this.wake(), 120);
      });
      this.picture.addEventListener("pointerleave", () => clearTimeout(hover));
      this.picture.addEventListener("click", () => this.wake());
    }

    size() {
      return this.element.clientWidth >= WIDE ? "wide" : "narrow";
    }

    async wake() {
      if (this.live?.size === this.size()) return this.apply();
      this.waking ??= this.draw().finally(() => (this.waking = null));
      return this.waking;
    }

    async draw() {
      const size = this.size();
      const { live, runtime: address } = this.element.dataset;
      try {
        const [embed, spec] = await Promise.all([
          loadRuntime(new URL(address, document.baseURI).href),
          fetch(`${live}.${size}.vg.json`).then((answer) => {
            if (!answer.ok) throw new Error(`${answer.status} for the chart's specification`);
            return answer.json();
          }),
        ]);
        const stage = document.createElement("div");
        stage.className = `chart-live chart-live-${size}`;
        const hidden = document.createElement("div"); // Vega's own inputs; ours are on the page
        const result = await embed(stage, spec, {
          mode: "vega",
          ast: true,
          renderer: "svg",
          actions: false,
          bind: hidden,
          tooltip: { theme: "custom" },
        });
        const svg = stage.querySelector("svg");
        svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
        svg.removeAttribute("width");
        svg.removeAttribute("height");
        svg.setAttribute("aria-hidden", "true"); // the name is that of the picture around it
        this.live?.stage.remove();
        this.live?.result.finalize();
        this.live = { size, stage, result };
        this.picture.append(stage);
        this.picture.classList.add("is-live");
        await this.apply();
      } catch (error) {
        console.warn(`Chart ${this.element.dataset.chart} stays a picture: ${error.message}`);
      }
    }

    async apply() {
      if (!this.live) return;
      const { view } = this.live.result;
      for (const input of this.inputs) {
        if (input.type === "radio" && !input.checked) continue;
        view.signal(input.dataset.signal, valueOf(input));
      }
      await view.runAsync();
    }
  }

  // Light, dark, or as the system: the choice is the only thing this site stores.
  const THEMES = ["", "light", "dark"];
  const startThemeSwitch = (button) => {
    const root = document.documentElement;
    const name = button.querySelector(".theme-name");
    const show = () => (name.textContent = root.dataset.theme || "as the system");
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "") + 1) % THEMES.length];
      if (next) root.dataset.theme = next;
      else delete root.dataset.theme;
      try {
        if (next) localStorage.setItem("theme", next);
        else localStorage.removeItem("theme");
      } catch {
        // storage is switched off: the choice lasts for this page
      }
      show();
    });
    show();
  };

  // A link into a folded part opens it; not every browser does so by itself.
  const unfoldTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let part = target?.parentElement.closest("details:not([open])");
    if (!part) return;
    for (; part; part = part.parentElement.closest("details:not([open])")) part.open = true;
    target.scrollIntoView();
  };

  const start = () => {
    unfoldTarget();
    addEventListener("hashchange", unfoldTarget);
    document.querySelectorAll(".theme-switch").forEach(startThemeSwitch);
    const charts = [...document.querySelectorAll(".chart[data-live]")].map((e) => new Chart(e));
    for (const button of document.querySelectorAll(".copy-link")) {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(new URL(button.dataset.copy, document.baseURI).href);
        const words = button.textContent;
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = words), 2000);
      });
    }
    let pause;
    addEventListener("resize", () => {
      clearTimeout(pause);
      pause = setTimeout(() => charts.forEach((chart) => chart.live && chart.wake()), 200);
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
