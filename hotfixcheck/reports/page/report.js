"use strict";
// The findings are data in the page; every text of them reaches the page as a text node, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("findings").textContent);
  const STATES = Object.keys(data.states);
  const several = data.systems.length > 1;
  const PER_PAGE = 100;
  const $ = (id) => document.getElementById(id);

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== false) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#icon-${name}`);
    svg.append(use);
    return svg;
  }

  const articles = data.articles;
  for (const one of articles) {
    one.state = one.waiver ? "waived" : one.status;
    one.rank = STATES.indexOf(one.state);
    one.files ??= [];
    one.system ??= 0;
    one.marks = [
      ...(one.waiver ? [`still ${one.status}`] : []),
      ...(one.new ? ["new"] : []),
      ...(one.regressed ? ["regressed"] : []),
      ...(one.conflicts || one.files.some((file) => file.but) ? ["conflicting evidence"] : []),
    ];
    const words = [one.article, one.title, one.reason, one.evidence, one.waiver, one.remedy];
    if (several) words.push(data.systems[one.system]);
    for (const file of one.files) {
      file.name ??= file.file.slice(file.file.lastIndexOf("/") + 1);
      words.push(file.file, file.name, file.why, file.waiver);
    }
    one.words = words.join("\n").toLowerCase();
  }

  // --- what is shown: the state, and the articles that it leaves -------------------------------------------------

  const state = { key: "status", descending: false, page: 0 };
  const open = new Set();
  let shown = [];

  const KEYS = {
    article: (one) => one.number,
    title: (one) => one.title.toLowerCase(),
    status: (one) => one.rank,
    evidence: (one) => one.evidence,
    date: (one) => one.date || "",
  };

  function compare(a, b) {
    const [x, y] = [KEYS[state.key](a), KEYS[state.key](b)];
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (state.descending ? -order : order) || a.rank - b.rank || a.number - b.number;
  }

  function chosenStates() {
    return new Set([...document.querySelectorAll("[name=state]:checked")].map((box) => box.value));
  }

  function filter() {
    const states = chosenStates();
    const system = several ? $("system-choice").value : "";
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [year, mark, file] = [$("year").value, $("mark").value, $("file").value.toLowerCase()];
    const matching = articles.filter(
      (one) =>
        words.every((word) => one.words.includes(word)) &&
        (!system || one.system === Number(system)) &&
        (!year || (one.date || "none").startsWith(year)) &&
        (!mark || one.marks.includes(mark)) &&
        (!file || one.files.some((each) => each.name.toLowerCase() === file && each.status === "missing" && !each.waiver)),
    );
    shown = matching.filter((one) => states.has(one.state)).sort(compare);
    state.page = 0;
    const others = matching.length - shown.length;
    $("others").hidden = !others;
    $("others-count").textContent = `${others.toLocaleString("en")} of another status`;
    $("listed").textContent = [
      [...states].map((each) => data.states[each].toLowerCase()).join(", ") || "nothing",
      ...(words.length ? [`that have “${words.join(" ")}”`] : []),
      ...(system ? [`of ${data.systems[system]}`] : []),
      ...(file ? [`that miss ${$("file").value}`] : []),
      ...(year ? [`of the year ${$("year").selectedOptions[0].text}`] : []),
      ...(mark ? [`marked ${mark}`] : []),
    ].join("; ");
    render();
  }

  // --- one article -----------------------------------------------------------------------------------------------

  function status(value) {
    const word = make("span", { class: "word" }, data.states[value]);
    return make("span", { class: `status ${value}` }, icon(value), " ", word);
  }

  function pairs(rows) {
    const list = make("dl", { class: "pairs" });
    for (const [term, said, style] of rows) {
      if (said) list.append(make("dt", {}, term), make("dd", { class: style || "text" }, said));
    }
    return list;
  }

  function evidence(title, style, value, rows) {
    const heading = make("h3", {}, make("span", { class: style }, title), status(value));
    return make("div", { class: "evidence" }, heading, pairs(rows));
  }

  function detail(one) {
    const products = (one.products || []).map((index) => data.products[index]);
    const about = pairs([
      ["Why", one.reason],
      ["Remedy", one.remedy],
      ["Waived", one.waiver],
      ["New", one.new && "Not so in the report that this one is held against"],
      ["Regressed", one.regressed && "Installed once by the registry, and the file is older again"],
      ...(one.conflicts || []).map((said) => ["But", said]),
    ]);
    const parts = one.files.map((file) =>
      evidence(`${file.file}${file.platform ? ` (${file.platform})` : ""}`, "path", file.status, [
        ["Found", file.found, "text number"],
        ["SHA-256", file.sha256, "text number"],
        ["Required", file.required, "text number"],
        ["Why", file.why],
        ...(file.but || []).map((said) => ["But", said]),
        ["Waived", file.waiver],
      ]),
    );
    for (const pack of one.packs || []) parts.push(evidence(pack.name, "text", pack.status, [["Why", pack.why]]));
    const source = pairs([
      ["System", several && data.systems[one.system]],
      ["Applies to", products.join("; ")],
      ["Requires", one.prerequisite],
      ["Supersedes", one.supersedes],
      ["Revised", one.revised],
    ]);
    const group = make("div", { role: "group", "aria-label": `Evidence for ${one.article}` }, about, ...parts, source);
    return make("tr", { class: "detail", id: `detail-${one.index}` }, make("td", { colspan: 5 }, group));
  }

  function rows(one, opened) {
    const toggle = make(
      "button",
      { type: "button", class: "toggle", "aria-expanded": String(opened), "aria-controls": `detail-${one.index}` },
      icon("turn"),
      one.article,
    );
    toggle.dataset.index = one.index;
    const title = make("td", {}, make("span", { class: "text" }, one.title), make("div", { class: "narrow" }, status(one.state)));
    for (const mark of one.marks) title.append(make("span", { class: "mark soft" }, mark));
    const row = make(
      "tr",
      { class: opened ? "open" : false },
      make("th", { scope: "row" }, toggle),
      title,
      make("td", { class: "wide" }, status(one.state)),
      make("td", { class: "spare" }, one.evidence),
      make("td", { class: "spare number" }, one.date || "not given"),
    );
    return opened ? [row, detail(one)] : [row];
  }

  // --- the table -------------------------------------------------------------------------------------------------

  function pages() {
    return Math.max(1, Math.ceil(shown.length / PER_PAGE));
  }

  function render() {
    const first = state.page * PER_PAGE;
    const part = shown.slice(first, first + PER_PAGE);
    $("rows").replaceChildren(...part.flatMap((one) => rows(one, open.has(one.index))));
    for (const header of document.querySelectorAll("th[data-key]")) {
      if (header.dataset.key === state.key) header.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
    const count = shown.length.toLocaleString("en");
    const all = articles.length.toLocaleString("en");
    const range = part.length < shown.length ? `, ${(first + 1).toLocaleString("en")} to ${(first + part.length).toLocaleString("en")} on this page` : "";
    $("count").textContent = shown.length ? `${count} of ${all} articles${range}` : "No article matches";
    $("paging").hidden = pages() === 1;
    $("place").textContent = `Page ${state.page + 1} of ${pages()}`;
    $("previous").setAttribute("aria-disabled", state.page === 0);
    $("next").setAttribute("aria-disabled", state.page === pages() - 1);
  }

  function turn(by) {
    const page = Math.min(Math.max(state.page + by, 0), pages() - 1);
    if (page === state.page) return;
    state.page = page;
    render();
    $("articles").scrollIntoView();
  }

  function expand(index, opened) {
    if (opened) open.add(index);
    else open.delete(index);
    const toggle = document.querySelector(`[data-index="${index}"]`);
    const row = toggle.closest("tr");
    toggle.setAttribute("aria-expanded", opened);
    row.classList.toggle("open", opened);
    if (opened) row.after(detail(articles[index]));
    else $(`detail-${index}`).remove();
  }

  function openAll(opened) {
    for (const toggle of $("rows").querySelectorAll(".toggle")) {
      if (opened) open.add(Number(toggle.dataset.index));
      else open.delete(Number(toggle.dataset.index));
    }
    render();
  }

  function reset() {
    $("filters").reset();
    state.key = "status";
    state.descending = false;
    filter();
  }

  function showAllStatuses() {
    for (const box of document.querySelectorAll("[name=state]")) box.checked = true;
    filter();
    $("search").focus();
  }

  // The address "#Q246691" opens that article.
  function follow() {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const one = articles.find((each) => each.article === wanted);
    if (!one) return;
    $("filters").reset();
    for (const box of document.querySelectorAll("[name=state]")) box.checked = true;
    open.add(one.index);
    filter();
    state.page = Math.floor(shown.indexOf(one) / PER_PAGE);
    render();
    const toggle = document.querySelector(`[data-index="${one.index}"]`);
    toggle.scrollIntoView({ block: "center" });
    toggle.focus();
  }

  // On paper there are no pages to turn and no rows to open: every article that the filters leave, with the evidence
  // of what is missing or undecided.
  function paper() {
    const opened = (one) => one.state === "missing" || one.state === "indeterminate" || open.has(one.index);
    $("rows").replaceChildren(...shown.flatMap((one) => rows(one, opened(one))));
  }

  // --- wiring ----------------------------------------------------------------------------------------------------

  articles.forEach((one, index) => {
    one.index = index;
  });
  $("filters").addEventListener("input", filter);
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("clear").addEventListener("click", reset);
  $("open").addEventListener("click", () => openAll(true));
  $("close").addEventListener("click", () => openAll(false));
  $("previous").addEventListener("click", () => turn(-1));
  $("next").addEventListener("click", () => turn(1));
  $("show-others").addEventListener("click", showAllStatuses);
  $("rows").addEventListener("click", (event) => {
    const toggle = event.target.closest(".toggle");
    if (toggle) expand(Number(toggle.dataset.index), toggle.getAttribute("aria-expanded") === "false");
  });
  for (const header of document.querySelectorAll("th[data-key]")) {
    header.dataset.label = header.textContent;
    const button = make("button", { type: "button" }, header.textContent, icon("sort"));
    header.replaceChildren(button);
    button.addEventListener("click", () => {
      state.descending = header.dataset.key === state.key && !state.descending;
      state.key = header.dataset.key;
      filter();
    });
  }
  for (const [chart, choice] of Object.entries({ file: "file", year: "year", system: "system-choice" })) {
    for (const cell of document.querySelectorAll(`th[data-${chart}]`)) {
      const button = make("button", { type: "button", class: "link" }, ...cell.childNodes);
      cell.replaceChildren(button);
      button.addEventListener("click", () => {
        $("filters").reset();
        $(choice).value = cell.dataset[chart];
        filter();
        $("articles").scrollIntoView();
        $(choice).focus({ preventScroll: true });
      });
    }
  }
  for (const part of document.querySelectorAll("[data-live]")) part.hidden = false;
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", paper);
  addEventListener("afterprint", render);
  filter();
  follow();
})();
