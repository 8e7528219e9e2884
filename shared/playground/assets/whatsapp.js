// How WhatsApp shows a chat.
"use strict";

import { clock, el, out, svg, words } from "./page.js";

const paths = { "": ["M8 4v4l2.5 1.5"], sent: ["m3 8.5 3 3 7-7"], failed: ["M8 4v5M8 11.5v.5"] };
const twice = ["m1.5 8.5 3 3 7-7", "m9 10.7.8.8 7-7"];

// styled reads WhatsApp's *bold*, _italic_, ~struck~ and `code`.
export function styled(text) {
  const marks = { "*": "strong", "_": "em", "~": "s", "`": "code" };
  const parts = [];
  let rest = text || "";
  const pattern = /(^|[\s(\[{"'“‘,.:;!?,。:;!?(]|\p{Script=Han})([*_~`])(?=\S)([^\n]*?\S)\2(?=$|[\s)\]}"'”’,.:;!?,。:;!?)]|\p{Script=Han})/u;
  for (let m = pattern.exec(rest); m; m = pattern.exec(rest)) {
    parts.push(rest.slice(0, m.index) + m[1], el(marks[m[2]], {}, m[3]));
    rest = rest.slice(m.index + m[0].length);
  }
  parts.push(rest);
  return parts;
}

function tick(status, title) {
  const drawn = ["delivered", "read", "played"].includes(status) ? twice : paths[status] || paths[""];
  return svg("0 0 20 16", { class: "tick " + (status || "wait"), role: "img", "aria-label": title }, ...drawn);
}

function meta(b) {
  const name = b.status === "played" ? "read" : b.status;
  const title = words["pg_" + (name || "waiting")];
  return el("span", { class: "meta" }, el("time", { datetime: b.entry.at }, clock.format(new Date(b.entry.at))),
    tick(name, title + (b.reason ? ": " + b.reason : "")));
}

function mine(b, phone) {
  return el("li", { class: "row mine" },
    el("button", { class: "bubble", type: "button", "aria-pressed": String(phone.pressed(b.entry.id)), title: words.pg_showing, onclick: () => phone.choose(b.entry.id) },
      b.entry.tap ? el("small", { class: "tapped" }, words.pg_tapped) : null,
      el("span", { class: "text" }, ...styled(b.entry.text)), meta(b)));
}

// file is a picture, film, document or recording: its name, which opens where it stands.
export function file(m, shown) {
  const name = m.name || (m.url || m.id || words["pg_file_" + m.kind]).split("?")[0].split("/").pop();
  return shown || m.url ? out(shown || m.url, { class: "text file" }, name) : el("span", { class: "text file" }, name);
}

// picture is one that is on this machine; it opens in full.
export const picture = (c) => el("a", { href: c.shown, target: "_blank", rel: "noopener", class: "picture" }, el("img", { src: c.shown, alt: words.pg_file_image }));

function theirs(b, phone) {
  const c = b.entry.content, id = b.entry.id;
  const bubble = el("div", { class: "bubble" },
    c.header ? el("strong", { class: "head" }, ...styled(c.header)) : null,
    c.shown && c.media.kind === "image" ? picture(c) : c.media ? file(c.media, c.shown) : null,
    c.text ? el("span", { class: "text" }, ...styled(c.text)) : null,
    ...(c.articles || []).map((a) => el("span", { class: "text article" }, out(a.url, {}, a.title), a.description ? "\n" + a.description : "")),
    c.footer ? el("span", { class: "under" }, c.footer) : null, meta(b));
  const acts = el("div", { class: "acts" });
  for (const choice of c.buttons || []) {
    acts.append(el("button", { type: "button", class: "act", onclick: () => phone.tap(id, choice.id) }, choice.title));
  }
  if (c.sections && c.sections.length) {
    acts.append(el("button", { type: "button", class: "act list", "aria-haspopup": "dialog", onclick: () => phone.openList(b) }, c.open));
  }
  if (c.link && c.link.url) acts.append(out(c.link.url, { class: "act" }, c.link.label || words.pg_open));
  return el("li", { class: "row theirs" }, bubble, acts.childElementCount ? acts : null);
}

const refused = (b) => el("li", { class: "row notice" }, el("span", {}, words.pg_refused + ": " + b.entry.code + " · " + b.entry.reason));

export const whatsapp = { in: mine, out: theirs, refused };
