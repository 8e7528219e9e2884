// What every part of the playground's page uses. Everything that people wrote is set as
// text, never as markup.
"use strict";

export const words = JSON.parse(document.body.dataset.words);
export const lang = document.body.dataset.lang;
export const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// said is a sentence of the desk in the language of the page.
export const said = (english, chinese) => (lang === "zh-CN" && chinese) || english;

// el makes an element; children are elements or texts.
export function el(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === false || value == null) continue;
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.filter((c) => c != null && c !== ""));
  return e;
}

// svg makes a drawing of strokes.
export function svg(box, attributes, ...strokes) {
  const make = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const e = make("svg");
  e.setAttribute("viewBox", box);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  for (const d of strokes) {
    const path = make("path");
    path.setAttribute("d", d);
    e.append(path);
  }
  return e;
}

// out is a link that opens beside the page.
export const out = (address, attributes, ...children) =>
  el("a", { href: address, target: "_blank", rel: "noreferrer", ...attributes }, ...children);

// once renders a part only when what it shows has changed.
export function once(part, key, make) {
  if (part.dataset.key === key) return;
  part.dataset.key = key;
  part.replaceChildren(...make());
}

// post answers null when it failed.
export async function post(path, body) {
  try {
    const res = await fetch("/playground/" + path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    return res.ok ? await res.json() : null;
  } catch {
    return null;
  }
}
