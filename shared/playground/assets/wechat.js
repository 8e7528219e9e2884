// How WeChat shows a chat: with customer service as a customer, or with an app of the
// company as one of its staff.
"use strict";

import { clock, el, out, words } from "./page.js";
import { file, picture } from "./whatsapp.js";

const pause = 5 * 60000; // WeChat shows the time when so long nothing was said

const lines = (text) => el("span", { class: "text" }, text);

// time stands above what was said after a pause.
function time(b) {
  const at = new Date(b.entry.at);
  return at - (b.before || 0) > pause ? el("time", { class: "when", datetime: b.entry.at }, clock.format(at)) : null;
}

// marked reads the Markdown that apps of WeCom show: headings, quotes, bold, code, links and
// three colours.
function marked(text) {
  return el("div", { class: "marked" }, ...(text || "").split("\n").map((line) => {
    if (line.startsWith(">")) return el("p", { class: "quote" }, ...inline(line.slice(1).trim()));
    const head = /^#{1,6}\s+(.*)$/.exec(line);
    return head ? el("p", {}, el("strong", {}, ...inline(head[1]))) : el("p", {}, ...inline(line));
  }));
}

function inline(line) {
  const parts = [];
  let rest = line;
  const pattern = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\((https?:[^)\s]+)\)|<font color="(info|comment|warning)">(.*?)<\/font>/;
  for (let m = pattern.exec(rest); m; m = pattern.exec(rest)) {
    const made = m[1] ? el("strong", {}, m[1]) : m[2] ? el("code", {}, m[2]) : m[3] ? out(m[4], {}, m[3]) : el("span", { class: m[5] }, ...inline(m[6]));
    parts.push(rest.slice(0, m.index), made);
    rest = rest.slice(m.index + m[0].length);
  }
  return [...parts, rest];
}

const face = (name, kind) => el("span", { class: "photo " + kind, "aria-hidden": true }, [...(name || "?")][0]);

function mine(b, phone) {
  const id = b.entry.id, pressed = String(phone.pressed(id));
  const show = { type: "button", "aria-pressed": pressed, title: words.pg_showing, onclick: () => phone.choose(id) };
  if (b.entry.tap) {
    return el("li", { class: "row note-row" }, time(b), el("button", { ...show, class: "event" }, words.pg_chose.replace("{what}", b.entry.text)));
  }
  const who = phone.person();
  return el("li", { class: "row mine" }, time(b), el("div", { class: "said" },
    el("button", { ...show, class: "bubble" }, lines(b.entry.text)), face(who && who.name, "a" + phone.place())));
}

// plain is a text in a bubble, with the lines of a menu below when there are any.
function plain(c, id, phone) {
  return el("div", { class: "bubble" },
    c.header ? el("strong", { class: "head" }, c.header) : null,
    c.shown && c.media.kind === "image" ? picture(c) : c.media ? file(c.media, c.shown) : null,
    c.shape === "markdown" ? marked(c.text) : c.text ? lines(c.text) : null,
    c.lines && c.lines.length ? el("ul", { class: "options" }, ...c.lines.map((l) => el("li", {}, item(l, id, phone)))) : null,
    c.footer ? el("span", { class: "under" }, c.footer) : null);
}

function item(l, id, phone) {
  if (l.url) return out(l.url, { class: "option" }, l.title);
  if (!l.id) return el("span", {}, l.title);
  return el("button", { type: "button", class: "option", onclick: () => phone.tap(id, l.id) }, l.title);
}

// card has a title, a text and something to do: buttons, a vote or a link.
function card(b, c, phone) {
  const id = b.entry.id, under = el("div", { class: "foot-acts" });
  const box = el("div", { class: "card" }, c.header ? el("strong", {}, c.header) : null, c.text ? lines(c.text) : null);
  if (c.sections && c.sections.length) box.append(vote(c, id, phone));
  for (const one of c.buttons || []) under.append(el("button", { type: "button", onclick: () => phone.tap(id, one.id) }, one.title));
  for (const l of c.lines || []) if (l.url) under.append(out(l.url, {}, l.title));
  if (c.link && c.link.url) under.append(out(c.link.url, { class: "more" }, c.link.label || words.pg_open));
  if (under.childElementCount) box.append(under);
  return box;
}

function vote(c, id, phone) {
  const name = "vote-" + id;
  const form = el("form", { class: "vote" },
    ...c.sections.flatMap((s) => s.rows).map((r) => el("label", {},
      el("input", { type: "radio", name, value: r.id, required: true }), el("span", {}, r.title))),
    el("button", { type: "submit" }, c.open || words.pg_send));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const picked = form.querySelector("input:checked");
    if (picked) phone.tap(id, picked.value);
  });
  return form;
}

function news(c) {
  return el("div", { class: "card news" }, ...c.articles.map((a) =>
    out(a.url, { class: "article" }, el("strong", {}, a.title), a.description ? el("small", {}, a.description) : null)));
}

function theirs(b, phone) {
  const c = b.entry.content;
  const carded = c.shape === "card" || phone.line() === "app" && (c.shape === "buttons" || c.shape === "list");
  const body = c.shape === "news" ? news(c) : carded ? card(b, c, phone) : plain(c, b.entry.id, phone);
  return el("li", { class: "row theirs" }, time(b), el("div", { class: "said" }, el("span", { class: "photo house", "aria-hidden": true }), body));
}

function staff(b) {
  return el("li", { class: "row theirs" }, time(b), el("div", { class: "said" }, face(b.entry.servicer, "person"),
    el("div", {}, el("small", { class: "by" }, words.pg_servicer + " " + b.entry.servicer), el("div", { class: "bubble" }, lines(b.entry.text)))));
}

const note = (text) => (b) => el("li", { class: "row note-row" }, time(b), el("span", { class: "event" }, text(b.entry)));

const states = { 2: "pg_state_pool", 3: "pg_state_person", 4: "pg_state_ended" };

export const wechat = {
  in: mine, out: theirs, staff,
  refused: note((e) => words.pg_lost + (e.reason ? ": " + e.reason : "")),
  opened: note(() => words.pg_opened),
  state: note((e) => words[states[e.code]].replace("{name}", e.servicer || "")),
};

// session is the strip that shows who looks after the customer, and what a servicer can do.
export function session(state, phone) {
  const where = el("small", {}, words.pg_session);
  if (state.code === 2) {
    return [el("p", {}, where, words.pg_pool), el("button", { type: "button", class: "solid", onclick: () => phone.serve("take") }, words.pg_take)];
  }
  const id = "answer", form = el("form", { class: "answer" },
    el("label", { class: "hidden", for: id }, words.pg_answer), el("input", { id, maxlength: "2000", placeholder: words.pg_answer, required: true, autocomplete: "off" }),
    el("button", { type: "submit", class: "solid" }, words.pg_answer_send));
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const field = form.querySelector("input"), text = field.value;
    if (text.trim() && await phone.serve("answer", text)) field.value = "";
  });
  return [el("p", {}, where, words.pg_person.replace("{name}", state.servicer || "")),
    el("button", { type: "button", class: "quiet", onclick: () => phone.serve("end") }, words.pg_end), form];
}

// menu is the app's: buttons that tap, open an address, or open others above them.
export function menu(tops, phone) {
  return tops.map((top) => {
    const below = top.below || [];
    if (!below.length) return el("div", { class: "top-item" }, entry(top, phone));
    const list = el("div", { class: "below", hidden: true }, ...below.map((one) => entry(one, phone)));
    const button = el("button", { type: "button", "aria-expanded": "false", class: "opens", onclick: () => toggle(button, list) }, top.title);
    const item = el("div", {
      class: "top-item",
      onkeydown: (e) => { if (e.key === "Escape" && !list.hidden) { toggle(button, list); button.focus(); } },
      onfocusout: (e) => { if (e.relatedTarget && !item.contains(e.relatedTarget) && !list.hidden) toggle(button, list); },
    }, button, list);
    return item;
  });
}

function entry(one, phone) {
  if (one.url) return out(one.url, {}, one.title);
  return el("button", { type: "button", onclick: (e) => { closeMenus(e.currentTarget); phone.tap("", one.id); } }, one.title);
}

function toggle(button, list) {
  const open = list.hidden;
  closeMenus(button);
  list.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
}

function closeMenus(inside) {
  const bar = inside.closest(".menu");
  bar.querySelectorAll(".below").forEach((l) => { l.hidden = true; });
  bar.querySelectorAll("[aria-expanded]").forEach((b) => b.setAttribute("aria-expanded", "false"));
}
