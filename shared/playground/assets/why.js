// The reasons beside the phones.
"use strict";

import { el, once, said, words } from "./page.js";

const outcomes = ["replied", "handed_off", "silent", "ignored", "unanswered"];

// showWhy shows the decision about one message; b is its bubble, d its decision.
export function showWhy(key, b, d) {
  once(document.getElementById("why"), key + Boolean(d), () => {
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
  fact(words.why_channel, d.channel, true);
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
