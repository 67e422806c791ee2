
"use strict";
// Whatever comes from the data becomes a text node or a property, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const form = document.getElementById("filter");
const body = document.querySelector("#found > tbody");
const more = document.getElementById("more");
const STEP = 100;
const FIELDS = ["target", "verdict", "topic", "clause", "text"];
let matching = [];
let shown = 0;

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function haystack(verdict) {
  const vector = data.vectors[verdict.vector];
  const words = [vector.id, vector.title, verdict.standing, verdict.code, verdict.path, verdict.expected, verdict.seen,
    verdict.kind, verdict.analysis];
  return words.join("\n").toLowerCase();
}

function fits(verdict, wanted) {
  const vector = data.vectors[verdict.vector];
  return (!wanted.target || data.targets[verdict.target] === wanted.target)
    && (!wanted.verdict || verdict.verdict === wanted.verdict)
    && (!wanted.topic || vector.id.startsWith(wanted.topic + "/"))
    && (!wanted.clause || vector.clauses.includes(wanted.clause))
    && (!wanted.text || haystack(verdict).includes(wanted.text.toLowerCase()));
}

function wanted() {
  return Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
}

function filter() {
  const now = wanted();
  matching = data.verdicts.filter((verdict) => fits(verdict, now));
  shown = 0;
  body.replaceChildren();
  extend();
  const count = matching.length;
  document.getElementById("count").value = `${count.toLocaleString("en")} of ${data.verdicts.length.toLocaleString("en")} verdicts`;
  if (count === 1) body.querySelector(".case").click();
}

function extend() {
  body.append(...matching.slice(shown, shown + STEP).map(row));
  shown = Math.min(shown + STEP, matching.length);
  more.hidden = shown === matching.length;
  more.textContent = `Show more (${(matching.length - shown).toLocaleString("en")} left)`;
}

function row(verdict) {
  const vector = data.vectors[verdict.vector];
  const button = make("button", { type: "button", className: "case" }, vector.title,
    make("span", { className: "quiet" }, vector.id));
  button.setAttribute("aria-expanded", "false");
  const standing = verdict.standing ? [make("span", { className: "quiet" }, ` ${verdict.standing}`)] : [];
  const line = make("tr", {},
    make("td", { className: verdict.verdict }, verdict.verdict, ...standing),
    make("td", {}, data.targets[verdict.target]), make("td", {}, button), make("td", {}, verdict.op),
    make("td", {}, make("code", {}, verdict.code || "")));
  button.addEventListener("click", () => toggle(button, line, verdict));
  return line;
}

function toggle(button, line, verdict) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) {
    line.nextElementSibling.remove();
    return;
  }
  const told = make("tr", { className: "detail" }, make("td", { colSpan: 5 }, ...detail(verdict)));
  line.after(told);
  const fault = told.querySelector(".faulty");
  if (fault) fault.closest(".octets").scrollTop = fault.offsetTop - 100;
}

function detail(verdict) {
  const vector = data.vectors[verdict.vector];
  const list = make("dl", {});
  const tell = (name, ...value) => list.append(make("dt", {}, name), make("dd", {}, ...value));
  const code = (text) => make("code", {}, text);
  for (const id of vector.clauses) {
    const clause = data.clauses[id];
    tell("clause", make("b", {}, id), clause ? `, ${clause.place}: ${clause.rule}` : "");
  }
  if (verdict.path) tell("at", code(verdict.path));
  if (verdict.expected) tell("expected", code(verdict.expected));
  if (verdict.seen) tell("seen", code(verdict.seen));
  if (verdict.kind) tell(verdict.kind, verdict.analysis, ...link(verdict.link));
  if (verdict.replay) tell("replay", make("code", { className: "replay" }, verdict.replay));
  const account = verdict.account ? [make("pre", {}, verdict.account)] : [];
  return [list, ...account, ...(vector.fields ? [octets(vector, verdict.fault || [0, 0])] : [])];
}

function link(address) {
  if (!address) return [];
  const text = make("a", { rel: "noreferrer" }, address);
  if (/^https?:\/\//.test(address)) text.href = address;
  return [" ", text];
}

function octets(vector, fault) {
  const rows = [];
  let offset = 0;
  for (const [name, hex] of vector.fields) {
    const all = hex.match(/../g) || [];
    const first = Math.max(0, fault[0] - offset);
    const last = Math.min(all.length, fault[0] + fault[1] - offset);
    const faulty = first < last;
    rows.push(make("tr", { className: faulty ? "faulty" : "" },
      make("td", { className: "number" }, String(offset)), make("td", {}, name),
      make("td", {}, ...(faulty ? marked(all, first, last) : [all.join(" ")])), make("td", {}, all.map(character).join(""))));
    offset += all.length;
  }
  if (offset < vector.size) {
    const note = `${vector.size - offset} more octets` + (fault[0] + fault[1] > offset ? ", the fault among them" : "");
    rows.push(make("tr", {}, make("td", { className: "number" }, String(offset)), make("td", { colSpan: 3 }, note)));
  }
  const heads = ["offset", "field", "octets", "text"].map((name) => make("th", { scope: "col" }, name));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  return make("div", { className: "octets", tabIndex: 0 }, table);
}

function marked(all, first, last) {
  const before = all.slice(0, first).join(" ");
  const after = all.slice(last).join(" ");
  return [before, before ? " " : "", make("mark", {}, all.slice(first, last).join(" ")), after ? " " : "", after];
}

function character(hex) {
  const code = parseInt(hex, 16);
  return code > 31 && code < 127 ? String.fromCharCode(code) : "·";
}

function choose(values) {
  for (const name of FIELDS) form.elements[name].value = values[name] || "";
  filter();
}

function go() {
  const heading = document.getElementById("verdicts");
  heading.scrollIntoView();
  heading.focus({ preventScroll: true });
}

function keep() {
  const filled = Object.entries(wanted()).filter(([, value]) => value);
  history.replaceState(null, "", "#" + new URLSearchParams(filled));
}

function follow() {
  const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (Object.keys(asked).length) {
    choose(asked);
    go();
  } else {
    choose({ verdict: data.verdicts.some((verdict) => verdict.verdict === "fail") ? "fail" : "" });
  }
}

form.addEventListener("input", () => { filter(); keep(); });
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", (event) => { event.preventDefault(); choose({}); keep(); });
more.addEventListener("click", extend);
window.addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-verdict]");
  if (!button) return;
  choose(button.dataset);
  keep();
  go();
});
document.getElementById("rows").addEventListener("change", (event) => {
  const kept = { all: ["fail", "tolerated", "pass"], tolerated: ["fail", "tolerated"], fail: ["fail"] }[event.target.value];
  for (const line of document.querySelectorAll(".matrix > tbody > tr")) line.hidden = !kept.includes(line.dataset.worst);
});

const covered = document.getElementById("covered");
// Joined once: the text of a table is long, and a filter looks at all of it with each key.
const lines = [...document.querySelectorAll(".covered > tbody > tr")].map((line) => [line, line.textContent.toLowerCase()]);

function cover() {
  const kind = covered.elements.kind.value;
  const text = covered.elements.text.value.trim().toLowerCase();
  let count = 0;
  for (const [line, words] of lines) {
    const fitting = (!kind || line.dataset.kind.split(" ").includes(kind)) && words.includes(text);
    line.hidden = !fitting;
    count += fitting;
  }
  document.getElementById("covered-count").value = `${count} of ${lines.length} clauses and code points`;
}

if (covered) {
  covered.addEventListener("input", cover);
  covered.addEventListener("submit", (event) => event.preventDefault());
  covered.addEventListener("reset", () => setTimeout(cover));
  cover();
}
follow();
