"use strict";
const $ = (id) => document.getElementById(id);
const esc = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[c]));
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });
const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
let state = null, seen = new Map(), lastText = "";

function tagOf(entity, text) {
  if (TAGS[entity.type]) return [`<${TAGS[entity.type]}>`, `</${TAGS[entity.type]}>`];
  if (entity.type === "blockquote") return ["<blockquote>", "</blockquote>"];
  if (entity.type === "expandable_blockquote") return ['<blockquote class="folded">', "</blockquote>"];
  if (entity.type === "text_link") return [`<a href="${esc(entity.url)}" data-link>`, "</a>"];
  if (entity.type === "bot_command") return [`<a href="#" data-command="${esc(text)}">`, "</a>"];
  return ["", ""];
}

/* Offsets are UTF-16 units, like JavaScript's own strings. */
function formatted(text, entities) {
  const marks = [];
  for (const entity of entities) {
    const end = entity.offset + entity.length;
    const [open, close] = tagOf(entity, text.slice(entity.offset, end));
    marks.push({ at: entity.offset, order: 1, size: -entity.length, tag: open });
    marks.push({ at: end, order: 0, size: entity.length, tag: close });
  }
  marks.sort((a, b) => a.at - b.at || a.order - b.order || a.size - b.size);
  let html = "", at = 0;
  for (const mark of marks) { html += esc(text.slice(at, mark.at)) + mark.tag; at = mark.at; }
  return (html + esc(text.slice(at))).replace(/<\/blockquote>\n/g, "</blockquote>");
}

function linkCommands(html) {
  return html.replace(/(^|[\s(])(\/[a-z]{3,20})\b/g, '$1<a href="#" data-command="$2">$2</a>');
}

function drawMessages() {
  const box = $("messages"), down = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const text = JSON.stringify(state.messages);
  if (text === lastText) return;
  lastText = text;
  box.innerHTML = state.messages.map((m) => {
    const body = m.document ? `📄 ${esc(m.document)}${m.text ? "\n" + formatted(m.text, m.entities) : ""}`
      : formatted(m.text, m.entities);
    const keys = m.keyboard.map((row) => `<div>${row.map((b) =>
      `<button data-message="${m.id}" data-press="${esc(b.data || "")}" title="${esc(b.text)}">${esc(b.text)}</button>`).join("")}</div>`).join("");
    return `<div class="message ${m.mine ? "mine" : ""}" data-id="${m.id}"><div class="bubble">${m.mine ? body : linkCommands(body)}` +
      `<time>${m.edited ? "изм. " : ""}${clock(m.date)}</time></div>${keys ? `<div class="keys">${keys}</div>` : ""}</div>`;
  }).join("");
  if (down || state.messages.at(-1)?.mine) box.scrollTop = box.scrollHeight;
}

function bb(text) {
  const lines = text.split("\n");
  const mark = /^ai:/.test(lines.at(-1)) ? lines.pop() : "";
  const body = esc(lines.join("\n").trim()).replace(/\[B\](.*?)\[\/B\]/g, "<b>$1</b>");
  return body + (mark ? `\n<span class="mark">${esc(mark)}</span>` : "");
}

function drawCrm() {
  const news = [];
  $("funnels").innerHTML = state.crm.funnels.map((f) => `<h3>${esc(f.name)}</h3><div class="stages">${f.stages.map((s) =>
    `<div class="stage"><small>${esc(s.name)}</small>${s.deals.map((d) => {
      const size = d.timeline.length + d.fields.filter((f) => f.value).length, fresh = seen.has(d.id) && size > seen.get(d.id).size;
      if (fresh) { seen.set(d.id, { size, until: Date.now() + 8000 }); news.push(d); }
      if (!seen.has(d.id)) seen.set(d.id, { size, until: 0 });
      const glow = seen.get(d.id).until > Date.now();
      return `<div class="deal ${glow ? "fresh" : ""}" data-deal="${d.id}"><b>${esc(d.title)}</b><small>${esc(d.client)}</small>` +
        (d.fields.some((f) => f.value) ? `<dl>${d.fields.map((f) => `<dt>${esc(f.name)}</dt><dd>${esc(f.value) || "—"}</dd>`).join("")}</dl>` : "") +
        d.timeline.map((e) => e.kind === "call"
          ? `<div class="entry call"><time>${clock(e.at)}</time>${e.direction === "in" ? "📥" : "📤"} ${esc(e.title)}</div>`
          : `<div class="entry"><time>${clock(e.at)}</time>💬 ${bb(e.text)}</div>`).join("") + "</div>";
    }).join("")}</div>`).join("")}</div>`).join("");
  $("lists").innerHTML = state.crm.lists.map((l) => `<h3>Список «${esc(l.name)}»</h3>` + (l.rows.length
    ? `<div class="table"><table><tr>${l.columns.map((c) => `<th>${esc(c)}</th>`).join("")}</tr>` +
      l.rows.map((r) => `<tr>${r.map((v) => `<td>${esc(v)}</td>`).join("")}</tr>`).join("") + "</table></div>"
    : '<p class="empty">Строк пока нет. Выберите в промпте «строка отдельного списка».</p>')).join("");
  if (news.length && document.body.dataset.view === "chat") $("news").textContent = "●";
  if (!$("deal").options.length) {
    const deals = state.crm.funnels.flatMap((f) => f.stages.flatMap((s) => s.deals.map((d) => ({ ...d, place: `${f.name} › ${s.name}` }))));
    $("deal").innerHTML = deals.map((d) => `<option value="${d.id}">${esc(d.title)} — ${esc(d.place)}</option>`).join("");
    $("recording").innerHTML = state.recordings.map((r) => `<option value="${r.key}">${r.direction === "in" ? "📥" : "📤"} ${esc(r.title)}</option>`).join("");
    choose();
  }
}

function choose() { $("player").src = `/recordings/${$("recording").value}.mp3`; }

function drawCommands() {
  $("commands").innerHTML = state.commands.map((c) =>
    `<button data-command="/${c.command}"><b>/${c.command}</b><span>${esc(c.description)}</span></button>`).join("");
}

function toast(text) {
  if (!text) return;
  $("toast").textContent = text; $("toast").hidden = false;
  clearTimeout(toast.timer); toast.timer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

async function refresh() {
  state = await (await fetch("/api/state")).json();
  drawMessages(); drawCrm(); drawCommands();
}

async function say(text) { if (text.trim()) await post("/api/say", { text }); }

function show(view) {
  document.body.dataset.view = view;
  document.querySelectorAll(".tabs button").forEach((b) => b.classList.toggle("on", b.dataset.to === view));
  if (view === "crm") $("news").textContent = "";
  else $("messages").scrollTop = $("messages").scrollHeight;
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest("[data-press],[data-command],[data-to],[data-link],blockquote.folded");
  if (!target) return;
  if (target.dataset.press !== undefined) {
    target.disabled = true;
    const answer = await (await post("/api/press", { message: +target.dataset.message, data: target.dataset.press })).json();
    toast(answer.text); target.disabled = false;
  } else if (target.dataset.command) {
    event.preventDefault(); $("commands").hidden = true; await say(target.dataset.command);
  } else if (target.dataset.to) show(target.dataset.to);
  else if (target.dataset.link !== undefined) {
    event.preventDefault(); show("crm");
    const deal = document.querySelector(`[data-deal="${target.href.match(/details\/(\d+)/)?.[1]}"]`);
    deal?.scrollIntoView({ block: "center" });
  } else target.classList.remove("folded");
});
$("say").addEventListener("submit", async (event) => {
  event.preventDefault(); const text = $("text").value; $("text").value = ""; await say(text);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("say").requestSubmit(); }
});
$("menu").addEventListener("click", () => { $("commands").hidden = !$("commands").hidden; });
$("clip").querySelector("input").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (file) await fetch(`/api/file?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  event.target.value = "";
});
$("recording").addEventListener("change", choose);
$("call").addEventListener("click", async () => {
  await post("/api/call", { deal: +$("deal").value, recording: $("recording").value });
  toast("Звонок записан в CRM. Бот заметит его через пару секунд.");
});
$("webhook").addEventListener("click", () => {
  $("text").value = state.crm.webhook; show("chat"); $("text").focus();
  toast("Адрес вебхука вставлен в поле сообщения. Отправьте его боту после /connect.");
});
new EventSource("/api/changes").onmessage = refresh;
setInterval(refresh, 2000);
