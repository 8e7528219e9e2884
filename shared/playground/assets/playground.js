// The phone and the reasons beside it. Everything that people wrote is set as
// text, never as markup. State comes from /playground/history when the stream
// opens, then from /playground/events; applying a thing twice changes nothing.
"use strict";

const words = JSON.parse(document.body.dataset.words);
const lang = document.body.dataset.lang;
const $ = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const ranks = { sent: 1, delivered: 2, read: 3, played: 4, failed: 5 };
const outcomes = ["replied", "handed_off", "silent", "ignored", "unanswered"];

let customers = [];
let who = "";        // the customer we write as
let bubbles = new Map(); // by message id: {entry, status}
let order = [];      // message ids and notices, in order
let decisions = new Map(); // by the customer's message id
let chosen = "";     // whose reasons are shown; empty: the latest
let typingUntil = new Map(); // by customer
let waiting = null;  // live things that came before the history

// said is a sentence of the desk in the language of the page.
const said = (english, chinese) => (lang === "zh-CN" && chinese) || english;

// el makes an element; children are elements or texts.
function el(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === false || value == null) continue;
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.filter((c) => c != null && c !== ""));
  return e;
}

// styled reads WhatsApp's *bold*, _italic_, ~struck~ and `code`.
function styled(text) {
  const marks = { "*": "strong", "_": "em", "~": "s", "`": "code" };
  const out = [];
  let rest = text || "";
  const pattern = /(^|[\s(\[{"'“‘,.:;!?,。:;!?(]|\p{Script=Han})([*_~`])(?=\S)([^\n]*?\S)\2(?=$|[\s)\]}"'”’,.:;!?,。:;!?)]|\p{Script=Han})/u;
  for (let m = pattern.exec(rest); m; m = pattern.exec(rest)) {
    out.push(rest.slice(0, m.index) + m[1], el(marks[m[2]], {}, m[3]));
    rest = rest.slice(m.index + m[0].length);
  }
  out.push(rest);
  return out;
}

function apply(e) {
  if (e.kind === "in" || e.kind === "out") {
    if (!bubbles.has(e.id)) {
      bubbles.set(e.id, { entry: e, status: e.kind === "in" ? "sent" : "" });
      order.push(e.id);
    }
    if (e.kind === "out") typingUntil.delete(e.customer);
    if (e.kind === "in" && e.customer === who) chosen = "";
  } else if (e.kind === "status" || e.kind === "read") {
    const b = bubbles.get(e.id);
    const status = e.kind === "read" ? "read" : e.status;
    if (b && (ranks[status] || 0) > (ranks[b.status] || 0)) Object.assign(b, { status, reason: e.reason, code: e.code });
    if (e.kind === "read") markEarlier(e);
  } else if (e.kind === "typing") {
    typingUntil.set(e.customer, Date.parse(e.at) + 25000);
  } else if (e.kind === "refused") {
    const key = "refused" + e.seq;
    if (!bubbles.has(key)) { bubbles.set(key, { entry: e }); order.push(key); }
  }
}

// markEarlier: reading a message marks all earlier ones of the chat as read.
function markEarlier(e) {
  for (const id of order) {
    const b = bubbles.get(id);
    if (b.entry.kind === "in" && b.entry.customer === e.customer && b.entry.number === e.number) b.status = "read";
    if (id === e.id) return;
  }
}

function tick(status, title) {
  const paths = { "": "M8 4v4l2.5 1.5", sent: "m3 8.5 3 3 7-7", failed: "M8 4v5M8 11.5v.5" };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 16");
  svg.setAttribute("class", "tick " + (status || "wait"));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  const draw = (d) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  };
  if (status === "delivered" || status === "read" || status === "played") {
    draw("m1.5 8.5 3 3 7-7");
    draw("m9 10.7.8.8 7-7");
  } else draw(paths[status] || paths[""]);
  return svg;
}

function meta(b) {
  const name = b.status === "played" ? "read" : b.status;
  const title = words["pg_" + (name || "waiting")];
  return el("span", { class: "meta" }, el("time", { datetime: b.entry.at }, clock.format(new Date(b.entry.at))),
    tick(name, title + (b.reason ? ": " + b.reason : "")));
}

function inBubble(b) {
  const id = b.entry.id, on = (chosen || latestID()) === id;
  return el("li", { class: "row mine" },
    el("button", { class: "bubble", type: "button", "aria-pressed": String(on), title: words.pg_showing,
      onclick: () => { chosen = id; render(); $("why").scrollIntoView({ block: "nearest" }); } },
      b.entry.tap ? el("small", { class: "tapped" }, words.pg_tapped) : null,
      el("span", { class: "text" }, ...styled(b.entry.text)), meta(b)));
}

function outBubble(b) {
  const c = b.entry.content, id = b.entry.id;
  const bubble = el("div", { class: "bubble" },
    c.header ? el("strong", { class: "head" }, ...styled(c.header)) : null,
    el("span", { class: "text" }, ...styled(c.text)),
    c.footer ? el("span", { class: "under" }, c.footer) : null, meta(b));
  const acts = el("div", { class: "acts" });
  for (const choice of c.buttons || []) {
    acts.append(el("button", { type: "button", class: "act", onclick: () => tap(id, choice.id) }, choice.title));
  }
  if (c.sections && c.sections.length) {
    acts.append(el("button", { type: "button", class: "act list", "aria-haspopup": "dialog", onclick: () => openList(b) }, c.open));
  }
  return el("li", { class: "row theirs" }, bubble, acts.childElementCount ? acts : null);
}

function notice(b) {
  return el("li", { class: "row notice" }, el("span", {}, words.pg_refused + ": " + b.entry.code + " · " + b.entry.reason));
}

function mine() {
  const number = currentNumber();
  return order.map((id) => bubbles.get(id)).filter((b) => b.entry.customer === who && (!number || b.entry.number === number));
}

function currentNumber() { return $("number") ? $("number").value : ""; }

function latestID() {
  const last = mine().filter((b) => b.entry.kind === "in").pop();
  return last ? last.entry.id : "";
}

const makers = { in: inBubble, out: outBubble, refused: notice };
const nodes = new Map(); // by message id: {key, node}; what has not changed stays as it is
let shownChat = "";      // whose chat is on the phone

function nodeOf(b, fresh) {
  const id = b.entry.kind === "refused" ? "refused" + b.entry.seq : b.entry.id;
  const key = b.status + ((chosen || latestID()) === id);
  const old = nodes.get(id);
  if (old && old.key === key) return old.node;
  const node = makers[b.entry.kind](b);
  if (!old && fresh) node.classList.add("fresh");
  if (old && old.node.isConnected) {
    const focused = old.node.contains(document.activeElement);
    old.node.replaceWith(node);
    if (focused) node.querySelector("button")?.focus({ preventScroll: true });
  }
  nodes.set(id, { key, node });
  return node;
}

function renderChat() {
  const list = $("chat"), all = mine(), chat = who + currentNumber(), count = list.childElementCount;
  const stick = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const wanted = all.map((b) => nodeOf(b, chat === shownChat));
  if (!wanted.length) wanted.push(el("li", { class: "empty" }, words.pg_empty));
  wanted.forEach((n, i) => { if (list.children[i] !== n) list.insertBefore(n, list.children[i] || null); });
  while (list.childElementCount > wanted.length) list.lastElementChild.remove();
  if (stick || chat !== shownChat || list.childElementCount > count) list.scrollTop = list.scrollHeight;
  shownChat = chat;
}

function render() {
  renderChat();
  renderState();
  renderPeople();
  renderWhy();
}

function pick(id) {
  [who, chosen] = [id, ""];
  render();
  const strip = $("people").parentElement, person = $("people").querySelector("[aria-pressed=true]");
  strip.scrollLeft = person.offsetLeft - 60;
  $("text").focus({ preventScroll: true });
}

function renderState() {
  const typing = (typingUntil.get(who) || 0) > Date.now();
  $("state").textContent = typing ? words.pg_typing : $("state").dataset.idle;
  $("state").classList.toggle("on", typing);
}

// once renders a part only when what it shows has changed.
function once(part, key, make) {
  if (part.dataset.key === key) return;
  part.dataset.key = key;
  part.replaceChildren(...make());
}

function renderPeople() {
  once($("people"), who + customers.length, () => customers.map((c, i) => el("button", {
    type: "button", class: "person", "aria-pressed": String(c.id === who),
    onclick: () => pick(c.id),
  },
    el("span", { class: "avatar a" + (i % 6), "aria-hidden": true }, [...c.name][0] || "?"),
    el("span", { class: "who" }, el("strong", {}, c.name),
      el("small", {}, c.username ? "@" + c.username : c.phone ? "+" + c.phone : ""),
      el("small", { class: "kind" }, words["pg_" + c.kind] || "")))));
}

function renderWhy() {
  const id = chosen || latestID(), b = bubbles.get(id), d = decisions.get(id);
  once($("why"), who + id + Boolean(d), () => {
    if (!b) return [el("p", { class: "note" }, words.why_empty)];
    const quote = el("blockquote", {}, b.entry.text);
    return d ? [quote, verdict(d), steps(d)] : [quote, el("p", { class: "note" }, words.why_wait)];
  });
}

function decider(d) {
  const step = (d.steps || []).find((s) => s.filter === d.decision.by);
  return words["by_" + d.decision.by] || (step && step.name) || d.decision.by;
}

function verdict(d) {
  const v = d.decision, facts = el("dl", { class: "facts" });
  const fact = (name, value, code) => { if (value) facts.append(el("dt", {}, name), el("dd", {}, code ? el("code", {}, value) : value)); };
  fact(words.why_by, decider(d));
  fact(words.why_template, v.reply, true);
  fact(words.why_language, v.language, true);
  fact(words.why_team, v.team, true);
  fact(words.why_tags, (v.tags || []).join(", "), true);
  fact(words.why_reason, said(v.reason, v.reason_zh));
  fact(words.why_playbook, v.playbook ? "v" + v.playbook : "");
  const known = outcomes.includes(v.outcome) ? v.outcome : "ignored";
  return el("div", { class: "verdict" }, el("p", { class: "outcome " + known }, words["outcome_" + known]), facts);
}

function steps(d) {
  const all = d.steps || [];
  if (!all.length) return el("p", { class: "note" }, words.why_none);
  return el("section", { class: "trace" },
    el("h3", {}, words.why_steps + " ", el("span", { class: "count" }, String(all.length))),
    el("ol", { class: "steps" }, ...all.map((s) => el("li", { class: s.matched ? "step yes" : "step" },
      el("span", { class: "mark", role: "img", "aria-label": s.matched ? words.why_match : words.why_miss }, s.matched ? "✓" : "–"),
      el("div", {}, el("strong", {}, s.name || words["by_" + s.filter] || s.filter), el("span", { class: "reason" }, said(s.why, s.why_zh)))))));
}

async function post(path, body) {
  $("error").hidden = true;
  try {
    const res = await fetch("/playground/" + path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!res.ok) throw new Error(String(res.status));
    return await res.json();
  } catch {
    $("error").hidden = false;
    return null;
  }
}

const say = (text) => post("messages", { customer: who, number: currentNumber(), text });
const tap = (message, choice) => post("taps", { customer: who, message, choice });

function openList(b) {
  const c = b.entry.content;
  $("sheet-title").textContent = c.open || words.pg_choose;
  $("rows").replaceChildren(...c.sections.map((s) => el("fieldset", {},
    s.title ? el("legend", {}, s.title) : null,
    ...s.rows.map((r) => el("label", { class: "pick" },
      el("span", {}, el("strong", {}, r.title), r.description ? el("small", {}, r.description) : null),
      el("input", { type: "radio", name: "row", value: r.id, required: true }))))));
  const sheet = $("sheet");
  sheet.returnValue = "";
  sheet.onclose = () => {
    const picked = sheet.querySelector("input:checked");
    if (sheet.returnValue === "send" && picked) tap(b.entry.id, picked.value);
  };
  sheet.showModal();
}

async function load() {
  waiting = [];
  const res = await fetch("/playground/history");
  if (!res.ok) return;
  const h = await res.json();
  customers = h.customers;
  who = customers.some((c) => c.id === who) ? who : customers[0].id;
  [bubbles, order, decisions] = [new Map(), [], new Map()];
  nodes.clear();
  shownChat = "";
  h.entries.forEach(apply);
  h.decisions.forEach((d) => decisions.set(d.message_id, d));
  waiting.forEach((f) => f());
  waiting = null;
  render();
}

// live applies a thing now, or after the history when that is on its way.
function live(f) {
  if (waiting) return waiting.push(f);
  f();
  render();
}

function connect() {
  const stream = new EventSource("/playground/events");
  stream.addEventListener("hello", () => { $("offline").hidden = true; load(); });
  stream.addEventListener("entry", (m) => live(() => apply(JSON.parse(m.data))));
  stream.addEventListener("decision", (m) => live(() => { const d = JSON.parse(m.data); decisions.set(d.message_id, d); }));
  stream.onerror = () => { $("offline").hidden = false; };
}

function grow() {
  const t = $("text");
  t.rows = Math.min(5, t.value.split("\n").length);
}

$("write").addEventListener("submit", async (e) => {
  e.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  grow();
  if (!(await say(text)) && !$("text").value) $("text").value = text;
});
$("text").addEventListener("input", grow);
$("text").addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
  e.preventDefault();
  $("write").requestSubmit();
});
document.querySelectorAll(".try").forEach((b) => b.addEventListener("click", () => say(b.textContent)));
$("add").addEventListener("click", async () => {
  const fresh = await post("customers", {});
  if (!fresh) return;
  customers.push(fresh);
  pick(fresh.id);
});
if ($("number")) $("number").addEventListener("change", () => {
  $("shop").textContent = $("number").selectedOptions[0].textContent;
  chosen = "";
  render();
});
setInterval(renderState, 1000);
connect();
