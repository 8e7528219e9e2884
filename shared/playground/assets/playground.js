// The phones and the reasons beside them. State comes from /playground/history when the
// stream opens, then from /playground/events; applying a thing twice changes nothing.
"use strict";

import { el, once, post, words } from "./page.js";
import { whatsapp } from "./whatsapp.js";
import { menu, session, wechat } from "./wechat.js";
import { showWhy } from "./why.js";

const $ = (id) => document.getElementById(id);
const ranks = { sent: 1, delivered: 2, read: 3, played: 4, failed: 5 };
const skins = { whatsapp, wechat };

let customers = [];
let bubbles = new Map();   // by message id: {entry, status, before}
let order = [];            // message ids and notices, in order
let decisions = new Map(); // by the id of the message they are about
let stray = [];            // [person, decision] about taps that are not there yet
let names = {};            // by line: of the company
let last = new Map();      // by customer: when something was last said
let sessions = new Map();  // by customer: {code, servicer}
let menus = new Map();     // by line
let typingUntil = new Map(); // by customer
let waiting = null;        // live things that came before the history
let active = null;         // the phone whose reasons are shown

const inChat = ["in", "out", "staff", "refused", "opened"];

function apply(e) {
  if (inChat.includes(e.kind)) return say(e);
  if (e.kind === "status" || e.kind === "read") return mark(e);
  if (e.kind === "typing") typingUntil.set(e.customer, Date.parse(e.at) + 25000);
  if (e.kind === "menu") menus.set(e.line, e.menu || []);
  if (e.kind === "state") {
    const before = sessions.get(e.customer) || { code: 0 };
    sessions.set(e.customer, { code: e.code || 0, servicer: e.servicer });
    if ((e.code || 0) > 1 && (e.code !== before.code || e.servicer !== before.servicer)) say(e);
  }
}

// say puts something into a chat.
function say(e) {
  const id = e.id && e.kind !== "refused" && e.kind !== "opened" ? e.id : e.line + e.kind + e.seq;
  if (bubbles.has(id)) return;
  bubbles.set(id, { id, entry: e, status: e.kind === "in" ? "sent" : "", before: last.get(e.customer) });
  order.push(id);
  last.set(e.customer, new Date(e.at));
  if (e.kind === "out") typingUntil.delete(e.customer);
  if (e.kind !== "in") return;
  if (e.tap) pair();
  phones.forEach((p) => p.heard(e));
}

function mark(e) {
  const b = bubbles.get(e.id);
  const status = e.kind === "read" ? "read" : e.status;
  if (b && (ranks[status] || 0) > (ranks[b.status] || 0)) Object.assign(b, { status, reason: e.reason, code: e.code });
  if (e.kind !== "read") return;
  for (const id of order) { // reading a message marks all earlier ones of the chat
    const one = bubbles.get(id);
    if (one.entry.kind === "in" && one.entry.customer === e.customer) one.status = "read";
    if (id === e.id) return;
  }
}

// decided keeps a decision by its message. What somebody taps on a card or a menu of an app
// has an id at the desk alone: those decisions go to the taps of the person, in order.
function decided(d) {
  decisions.set(d.message_id, d);
  const who = customers.find((c) => c.conversation === d.conversation);
  if (!who || who.line !== "app" || /^\d{1,20}$/.test(d.message_id)) return;
  stray.push([who.id, d]);
  pair();
}

function pair() {
  stray = stray.filter(([who, d]) => {
    const id = order.find((one) => one.startsWith("tap-") && bubbles.get(one).entry.customer === who && !decisions.has(one));
    if (id) decisions.set(id, d);
    return !id;
  });
}

// Phone is one device of the page with its people, its chat and what is below it.
class Phone {
  constructor(root) {
    this.root = root;
    this.device = root.dataset.device;
    this.skin = skins[this.device];
    this.lineIDs = [...root.querySelectorAll("[data-line]")].map((b) => b.dataset.line);
    this.at = this.lineIDs[0] || "wa";
    this.who = {};      // by line: the person we write as
    this.chosen = "";   // whose reasons are shown; empty: the latest
    this.nodes = new Map(); // by bubble: {key, node}; what has not changed stays as it is
    this.shown = "";    // whose chat is on the screen
    this.atEnd = true;  // of the chat: it stays there
    this.wire();
    this.watchEnd();
  }

  part(name) { return this.root.querySelector("." + name); }
  line() { return this.at; }
  people() { return customers.filter((c) => c.line === this.at); }
  person() { return customers.find((c) => c.id === this.who[this.at]); }
  place() { return this.people().indexOf(this.person()) % 6; }
  all() { const who = this.who[this.at]; return order.map((id) => bubbles.get(id)).filter((b) => b.entry.customer === who); }
  latestID() { const mine = this.all().filter((b) => b.entry.kind === "in").pop(); return mine ? mine.id : ""; }
  chosenID() { return this.chosen || this.latestID(); }
  pressed(id) { return active === this && this.chosenID() === id; }

  // heard: what the person on the screen says is what the reasons are about.
  heard(e) {
    if (e.customer !== this.who[this.at] || waiting) return;
    this.chosen = "";
    active = this;
  }

  choose(id) {
    this.chosen = id;
    active = this;
    render();
    $("why").scrollIntoView({ block: "nearest" });
  }

  pick(id) {
    this.who[this.at] = id;
    this.chosen = "";
    active = this;
    render();
    const strip = this.part("persons"), person = strip.querySelector("[aria-pressed=true]");
    if (person) strip.scrollLeft = person.offsetLeft - strip.offsetLeft - 20;
  }

  show(line) {
    this.at = line;
    this.chosen = "";
    active = this;
    render();
  }

  async send(path, body) {
    active = this;
    const done = await post(path, { customer: this.who[this.at], ...body });
    this.part("error").hidden = Boolean(done);
    return done;
  }

  say(text) { return this.send("messages", { text }); }
  tap(message, choice) { return this.send("taps", { message, choice }); }
  serve(what, text) { return this.send("service", { do: what, text: text || "" }); }

  openList(b) {
    const c = b.entry.content, sheet = this.part("sheet");
    sheet.querySelector("h3").textContent = c.open || words.pg_choose;
    sheet.querySelector(".rows").replaceChildren(...c.sections.map((s) => el("fieldset", {},
      s.title ? el("legend", {}, s.title) : null,
      ...s.rows.map((r) => el("label", { class: "pick" },
        el("span", {}, el("strong", {}, r.title), r.description ? el("small", {}, r.description) : null),
        el("input", { type: "radio", name: "row", value: r.id, required: true }))))));
    sheet.returnValue = "";
    sheet.onclose = () => {
      const picked = sheet.querySelector("input:checked");
      if (sheet.returnValue === "send" && picked) this.tap(b.id, picked.value);
    };
    sheet.showModal();
  }

  render() {
    const people = this.people();
    if (!people.some((c) => c.id === this.who[this.at])) this.who[this.at] = people.length ? people[0].id : "";
    this.root.querySelectorAll("[data-line]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.line === this.at)));
    this.renderState();
    this.renderPeople();
    this.renderExtras();
    this.renderChat(); // the last: what is above and below it takes its room first
  }

  node(b, fresh) {
    const key = b.status + this.pressed(b.id);
    const old = this.nodes.get(b.id);
    if (old && old.key === key) return old.node;
    const node = this.skin[b.entry.kind](b, this);
    if (!old && fresh) node.classList.add("fresh");
    if (old && old.node.isConnected) {
      const focused = old.node.contains(document.activeElement);
      old.node.replaceWith(node);
      if (focused) node.querySelector("button")?.focus({ preventScroll: true });
    }
    this.nodes.set(b.id, { key, node });
    return node;
  }

  renderChat() {
    const list = this.part("chat"), chat = this.who[this.at], count = list.childElementCount;
    const wanted = this.all().filter((b) => this.skin[b.entry.kind]).map((b) => this.node(b, chat === this.shown));
    if (!wanted.length) wanted.push(el("li", { class: "empty" }, words.pg_empty));
    wanted.forEach((n, i) => { if (list.children[i] !== n) list.insertBefore(n, list.children[i] || null); });
    while (list.childElementCount > wanted.length) list.lastElementChild.remove();
    if (this.atEnd || chat !== this.shown || list.childElementCount > count) list.scrollTop = list.scrollHeight;
    this.shown = chat;
  }

  renderState() {
    const typing = (typingUntil.get(this.who[this.at]) || 0) > Date.now();
    this.part("name").textContent = names[this.at] || "";
    const text = typing ? words.pg_typing : words["pg_about_" + this.at];
    if (this.part("state").textContent !== text) this.part("state").textContent = text;
    this.part("state").classList.toggle("on", typing);
  }

  renderPeople() {
    const all = this.people(), who = this.who[this.at];
    this.part("add").hidden = this.at === "app";
    once(this.part("persons"), who + all.length, () => all.map((c, i) => el("button", {
      type: "button", class: "person", "aria-pressed": String(c.id === who), title: c.name,
      onclick: () => this.pick(c.id),
    },
      el("span", { class: "avatar a" + (i % 6), "aria-hidden": true }, [...c.name][0] || "?"),
      el("span", { class: "who" }, el("strong", {}, c.name),
        el("small", { class: "kind" }, c.username ? "@" + c.username : words["pg_" + c.kind] || "")))));
  }

  renderExtras() {
    const who = this.who[this.at], state = sessions.get(who) || { code: 0 };
    const strip = this.part("session"), bar = this.part("menu"), tops = menus.get(this.at) || [];
    const served = this.at === "kf" && (state.code === 2 || state.code === 3);
    strip.hidden = !served;
    if (served) once(strip, who + state.code + (state.servicer || ""), () => session(state, this));
    bar.hidden = !tops.length;
    once(bar, JSON.stringify(tops), () => menu(tops, this));
    this.part("enter").hidden = this.at === "wa";
  }

  watchEnd() {
    const list = this.part("chat");
    list.addEventListener("scroll", () => { this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80; });
    new ResizeObserver(() => { if (this.atEnd) list.scrollTop = list.scrollHeight; }).observe(list);
  }

  wire() {
    const form = this.part("write"), field = form.querySelector("textarea");
    const grow = () => { field.rows = Math.min(5, field.value.split("\n").length); };
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const text = field.value;
      if (!text.trim()) return;
      field.value = "";
      grow();
      if (!(await this.say(text)) && !field.value) field.value = text;
    });
    field.addEventListener("input", grow);
    field.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
      e.preventDefault();
      form.requestSubmit();
    });
    this.root.querySelectorAll(".try").forEach((b) => b.addEventListener("click", () => this.say(b.textContent)));
    this.root.querySelectorAll("[data-line]").forEach((b) => b.addEventListener("click", () => this.show(b.dataset.line)));
    this.part("enter").addEventListener("click", () => this.send("chats", {}));
    this.part("add").addEventListener("click", async () => {
      const fresh = await post("customers", { line: this.at });
      this.part("error").hidden = Boolean(fresh);
      if (!fresh) return;
      customers.push(fresh);
      this.pick(fresh.id);
    });
  }
}

const phones = [...document.querySelectorAll("[data-device]")].map((root) => new Phone(root));

function render() {
  phones.forEach((p) => p.render());
  const p = active || phones[0], id = p.chosenID();
  $("why-line").textContent = words["pg_line_" + p.line()];
  showWhy(p.who[p.line()] + id, bubbles.get(id), decisions.get(id));
}

async function load() {
  waiting = [];
  const res = await fetch("/playground/history");
  if (!res.ok) return;
  const h = await res.json();
  customers = h.customers;
  names = Object.fromEntries(h.lines.map((l) => [l.id, l.name]));
  [bubbles, order, decisions, stray, last, sessions, menus] = [new Map(), [], new Map(), [], new Map(), new Map(), new Map()];
  phones.forEach((p) => { p.nodes.clear(); p.shown = ""; });
  h.entries.forEach(apply);
  h.decisions.forEach(decided);
  if (!active) showDevice(latest().device);
  const missed = waiting;
  waiting = null;
  missed.forEach((f) => f());
  render();
}

// latest is the phone on which somebody last wrote.
function latest() {
  const b = order.map((id) => bubbles.get(id)).filter((one) => one.entry.kind === "in").sort((x, y) => x.entry.at < y.entry.at ? -1 : 1).pop();
  if (!b) return phones[0];
  const p = phones.find((one) => one.at === b.entry.line || one.lineIDs.includes(b.entry.line)) || phones[0];
  p.at = b.entry.line;
  p.who[p.at] = b.entry.customer;
  return p;
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
  stream.addEventListener("decision", (m) => live(() => decided(JSON.parse(m.data))));
  stream.onerror = () => { $("offline").hidden = false; };
}

// On a small screen one device is shown at a time.
function showDevice(id) {
  document.querySelectorAll("[data-show]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.show === id)));
  document.querySelector("main").dataset.shown = id;
  active = phones.find((p) => p.device === id);
}
document.querySelectorAll("[data-show]").forEach((b) => b.addEventListener("click", () => { showDevice(b.dataset.show); render(); }));

connect();
setInterval(() => phones.forEach((p) => p.renderState()), 1000);
