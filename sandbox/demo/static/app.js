"use strict";
const $ = (id) => document.getElementById(id);
const esc = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[c]));
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
let person = "", room = "bot", read = {};
const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify({ person, room, ...body }) });
const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
let state = null, seen = new Map(), unread = new Set(), shownCrm = "", lastText = "";

function tagOf(entity, text) {
  if (TAGS[entity.type]) return [`<${TAGS[entity.type]}>`, `</${TAGS[entity.type]}>`];
  if (entity.type === "blockquote") return ["<blockquote>", "</blockquote>"];
  if (entity.type === "expandable_blockquote") return ['<blockquote class="folded">', "</blockquote>"];
  if (entity.type === "text_link") return [`<a href="${esc(entity.url)}" data-link>`, "</a>"];
  if (entity.type === "bot_command") return [`<a href="#" data-command="${esc(text)}">`, "</a>"];
  if (entity.type === "text_mention") return ['<b class="mention">', "</b>"];
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

/* Links into the bot: whoever opens one writes /start with what stands behind it. */
const payloadOf = (url) => {
  const link = url.match(/^https:\/\/t\.me\/(\w+)\?start=([\w-]+)$/);
  return link && link[1] === state.bot ? link[2] : "";
};

function linkStarts(html) {
  return html.replace(/https:\/\/t\.me\/\w+\?start=[\w-]+/g, (url) =>
    payloadOf(url) ? `<a href="#" data-start="${payloadOf(url)}">${url}</a>` : url);
}

function keyOf(m, b) {
  const data = b.url ? `data-url="${esc(b.url)}"` : `data-message="${m.id}" data-press="${esc(b.data || "")}"`;
  return `<button ${data} title="${esc(b.text)}">${esc(b.text)}${b.url ? " ↗" : ""}</button>`;
}

function linkCommands(html) {
  return html.replace(/(^|[\s(])(\/[a-z]{3,20})\b/g, '$1<a href="#" data-command="$2">$2</a>');
}

/* As in Telegram: a conversation with a bot begins by a button. */
function hello() {
  const [text, title, command] = state.group ? ["Сюда приходят карточки звонков, если чат подписан.", "Подписать", "/subscribe"]
    : ["Бот настоящий, а CRM, звонки и модель — нет: пробуйте что угодно.", "Начать", "/start"];
  return `<div class="hello"><b>Песочница</b><p>${text}</p><button data-command="${command}">${title}</button></div>`;
}

function drawMessages() {
  const box = $("messages"), down = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const text = JSON.stringify(state.messages);
  if (text === lastText) return;
  lastText = text;
  box.innerHTML = state.messages.map((m) => {
    const body = m.document ? `📄 ${esc(m.document)}${m.text ? "\n" + formatted(m.text, m.entities) : ""}`
      : formatted(m.text, m.entities);
    const keys = m.keyboard.map((row) => `<div>${row.map((b) => keyOf(m, b)).join("")}</div>`).join("");
    const who = state.group && !m.mine ? `<b class="who ${m.bot ? "" : "human"}">${esc(m.sender)}</b>\n` : "";
    return `<div class="message ${m.mine ? "mine" : ""}" data-id="${m.id}"><div class="bubble">${who}` +
      `${m.bot ? linkCommands(linkStarts(body)) : body}` +
      `<time>${m.edited ? "изм. " : ""}${clock(m.date)}</time></div>${keys ? `<div class="keys">${keys}</div>` : ""}</div>`;
  }).join("") || hello();
  if (down || state.messages.at(-1)?.mine) box.scrollTop = box.scrollHeight;
}

function bb(text) {
  const lines = text.split("\n");
  const mark = /^ai:/.test(lines.at(-1)) ? lines.pop() : "";
  const body = esc(lines.join("\n").trim()).replace(/\[B\](.*?)\[\/B\]/g, "<b>$1</b>");
  return body + (mark ? `\n<span class="mark">${esc(mark)}</span>` : "");
}

const systemOf = (key) => state.systems.find((s) => s.key === key);
const crms = () => state.systems.filter((s) => s.board);

function drawDeal(crm, d, news) {
  const id = `${crm.key}:${d.id}`, size = d.timeline.length + d.fields.filter((f) => f.value).length;
  if (!seen.has(id)) seen.set(id, { size, until: 0 });
  if (size > seen.get(id).size) { seen.set(id, { size, until: Date.now() + 8000 }); news.push(crm.key); }
  const fields = d.fields.some((f) => f.value)
    ? `<dl>${d.fields.map((f) => `<dt>${esc(f.name)}</dt><dd>${esc(f.value) || "—"}</dd>`).join("")}</dl>` : "";
  const lines = d.timeline.map((e) => e.kind === "call"
    ? `<div class="entry call"><time>${clock(e.at)}</time>${e.direction === "in" ? "📥" : "📤"} ${esc(e.title)}</div>`
    : `<div class="entry"><time>${clock(e.at)}</time>💬 ${bb(e.text)}</div>`).join("");
  return `<div class="deal ${seen.get(id).until > Date.now() ? "fresh" : ""}" data-deal="${id}"><b>${esc(d.title)}</b>` +
    `<small>${esc(d.client)}</small>${fields}${lines}</div>`;
}

function drawFunnels(crm, news) {
  return crm.board.funnels.map((f) => `<h3>${esc(f.name)}</h3><div class="stages">${f.stages.map((s) =>
    `<div class="stage"><small>${esc(s.name)}</small>${s.deals.map((d) => drawDeal(crm, d, news)).join("")}</div>`)
    .join("")}</div>`).join("");
}

function drawLists(lists) {
  return lists.map((l) => `<h3>Список «${esc(l.name)}»</h3>` + (l.rows.length
    ? `<div class="table"><table><tr>${l.columns.map((c) => `<th>${esc(c)}</th>`).join("")}</tr>` +
      l.rows.map((r) => `<tr>${r.map((v) => `<td>${esc(v)}</td>`).join("")}</tr>`).join("") + "</table></div>"
    : '<p class="empty">Строк пока нет. Выберите в промпте «строка отдельного списка».</p>')).join("");
}

/* All CRMs are drawn, so that the others' news are noticed; one of them is shown. */
function drawCrm() {
  const news = [];
  if (!shownCrm) shownCrm = crms()[0].key;
  for (const crm of crms()) {
    const drawn = drawFunnels(crm, news);
    if (crm.key !== shownCrm) continue;
    $("funnels").innerHTML = drawn;
    $("lists").innerHTML = drawLists(crm.board.lists);
    $("crm-title").textContent = `${crm.title} «Тёплый дом»`;
    $("crm-subtitle").textContent = crm.board.subtitle;
  }
  for (const key of news) if (key !== shownCrm) unread.add(key);
  unread.delete(shownCrm);
  $("crms").innerHTML = crms().map((c) => `<button role="tab" data-crm="${c.key}" class="${c.key === shownCrm ? "on" : ""}">` +
    `${esc(c.title)}${unread.has(c.key) ? " ●" : ""}</button>`).join("");
  if (news.length && document.body.dataset.view === "chat") $("news").textContent = "●";
  if (!$("system").options.length) drawChoices();
  else drawValues();
}

function drawChoices() {
  $("system").innerHTML = state.systems.map((s) => `<option value="${s.key}">${esc(s.title)}</option>`).join("");
  $("recording").innerHTML = state.recordings.map((r) =>
    `<option value="${r.key}">${r.direction === "in" ? "📥" : "📤"} ${esc(r.title)}</option>`).join("");
  chooseSystem(); choose();
}

function drawValues() {
  const html = systemOf($("system").value).values.map((v) =>
    `<button data-value="${esc(v.text)}" title="${esc(v.text)}">📋 ${esc(v.title)}</button>`).join("");
  if ($("values").dataset.drawn !== html) { $("values").innerHTML = html; $("values").dataset.drawn = html; }
}

function chooseSystem() {
  const system = systemOf($("system").value);
  $("place").innerHTML = system.places.map((p) => `<option value="${p.id}">${esc(p.title)}</option>`).join("");
  $("where").firstChild.textContent = system.board ? "Сделка " : "Клиент ";
  $("call").textContent = system.button;
  drawValues();
  if (system.board) { shownCrm = system.key; drawCrm(); }
}

function choose() { $("player").src = `/recordings/${$("recording").value}.mp3`; }

/* Who is played, and where; a dot stands at rooms with something new for them. */
function drawSeats() {
  person = state.person;
  (read[person] ??= {})[room] = state.latest[room];
  $("people").innerHTML = state.people.map((p) =>
    `<button role="tab" data-person="${p.id}" class="${p.id === person ? "on" : ""}">${esc(p.name)}</button>`).join("");
  $("rooms").innerHTML = state.rooms.map((r) => {
    const fresh = state.latest[r.key] > (read[person][r.key] || 0);
    return `<button role="tab" data-room="${r.key}" class="${r.key === room ? "on" : ""}">${esc(r.title)}${fresh ? " ●" : ""}</button>`;
  }).join("");
  $("rooms").querySelector(".on")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

async function sit(who, where) {
  person = who; room = where; lastText = "";
  await refresh();
  $("messages").scrollTop = $("messages").scrollHeight;
}

async function start(who, payload) { await sit(who, "bot"); await post("/api/start", { payload }); show("chat"); }

/* A link into a chat's settings is for whoever presses it; an invitation is for somebody else. */
function openLink(payload) {
  if (payload.startsWith("chat_")) { start(person, payload); return; }
  $("opener").querySelector("div").innerHTML = state.people.map((p) =>
    `<button data-opener="${p.id}" data-payload="${esc(payload)}">${esc(p.name)}</button>`).join("");
  $("opener").showModal();
}

function openUrl(url) {
  if (payloadOf(url)) { openLink(payloadOf(url)); return; }
  if (url.startsWith("https://t.me/c/")) { sit(person, "group"); return; }
  toast(url);
}

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
  const asked = `${person} ${room}`;
  const got = await (await fetch(`/api/state?person=${person}&room=${room}`)).json();
  if (person && asked !== `${person} ${room}`) return;
  state = got;
  drawSeats(); drawMessages(); drawCrm(); drawCommands();
}

async function say(text) { if (text.trim()) await post("/api/say", { text }); }

function show(view) {
  document.body.dataset.view = view;
  document.querySelectorAll(".tabs button").forEach((b) => b.classList.toggle("on", b.dataset.to === view));
  if (view === "crm") $("news").textContent = "";
  else $("messages").scrollTop = $("messages").scrollHeight;
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest(
    "[data-press],[data-url],[data-start],[data-person],[data-room],[data-opener],[data-command],[data-to],[data-link]," +
    "[data-value],[data-crm],blockquote.folded");
  if (!target) return;
  if (target.dataset.press !== undefined) {
    target.disabled = true;
    const answer = await (await post("/api/press", { message: +target.dataset.message, data: target.dataset.press })).json();
    toast(answer.text); target.disabled = false;
  } else if (target.dataset.url) openUrl(target.dataset.url);
  else if (target.dataset.start) { event.preventDefault(); openLink(target.dataset.start); }
  else if (target.dataset.person) await sit(target.dataset.person, room);
  else if (target.dataset.room) await sit(person, target.dataset.room);
  else if (target.dataset.opener) { $("opener").close(); await start(target.dataset.opener, target.dataset.payload); }
  else if (target.dataset.command) {
    event.preventDefault(); $("commands").hidden = true; await say(target.dataset.command + (state.group ? `@${state.bot}` : ""));
  } else if (target.dataset.to) show(target.dataset.to);
  else if (target.dataset.link !== undefined) {
    event.preventDefault(); show("crm");
    const crm = crms().find((c) => target.href.startsWith(c.board.address)), id = target.href.match(/(\d+)\D*$/)?.[1];
    if (!crm) return;
    shownCrm = crm.key; drawCrm();
    document.querySelector(`[data-deal="${crm.key}:${id}"]`)?.scrollIntoView({ block: "center" });
  } else if (target.dataset.crm) { shownCrm = target.dataset.crm; drawCrm(); }
  else if (target.dataset.value !== undefined) {
    $("text").value = target.dataset.value; show("chat"); $("text").focus();
    toast("Вставлено в поле сообщения. Отправьте боту, когда он спросит.");
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
  if (file) await fetch(`/api/file?person=${person}&room=${room}&name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  event.target.value = "";
});
$("recording").addEventListener("change", choose);
$("system").addEventListener("change", chooseSystem);
$("call").addEventListener("click", async () => {
  const system = systemOf($("system").value);
  await post("/api/call", { system: system.key, place: $("place").value, recording: $("recording").value });
  toast(system.after);
});
new EventSource("/api/changes").onmessage = refresh;
setInterval(refresh, 2000);
