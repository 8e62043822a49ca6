// The page: fetches the state, listens for changes, shows the two phones of one resident.

import { clockOf, dayName } from "./civil.js";
import { Controls } from "./controls.js";
import { askPlace, note } from "./dialogs.js";
import { LinePhone } from "./line/phone.js";
import { TelegramPhone } from "./telegram/phone.js";
import * as server from "./server.js";

const PLATFORMS = ["line", "telegram"];
const NARROW = matchMedia("(max-width: 899px)");
const seen = new Map(); // "a/line" → messages of the bot that were on screen
let state;
let chosen;
let phones;
let controls;

start();

async function start() {
  state = await patiently(server.fetchState);
  const wanted = new URLSearchParams(location.search).get("resident") ?? location.hash.slice(1);
  chosen = resident(wanted)?.key ?? state.residents[0].key;
  document.querySelector("h1").textContent = state.bots.line.name;
  phones = {
    line: new LinePhone({ bot: state.bots.line, perform: (deed, node) => perform("line", deed, node) }),
    telegram: new TelegramPhone({ bot: state.bots.telegram, perform: (deed, node) => perform("telegram", deed, node) }),
  };
  controls = new Controls({ choose, forward, perform });
  for (const platform of PLATFORMS) document.querySelector(`#${platform} .screen`).append(phones[platform].node);
  document.querySelector("#controls").append(controls.node);
  tabs();
  for (const each of state.residents) for (const platform of PLATFORMS) markSeen(each.key, platform);
  show();
  document.body.classList.add("ready");
  server.listen({ changed, opened: refresh, lost: () => connected(false) });
}

// The server may still be starting when the page opens.
async function patiently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch {
      connected(false);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

// ---- what comes in

// One request at a time, so that no older answer comes after a newer one.
let last = Promise.resolve();
const inTurn = (work) => (last = last.catch(() => {}).then(work));

function changed({ resident: key, platform, version, clock }) {
  if (clock) showClock(clock);
  else inTurn(() => resident(key)[platform].version < version && fetchPhone(key, platform));
}

const refresh = () =>
  inTurn(async () => {
    state = await patiently(server.fetchState);
    connected(true);
    show();
  });

async function fetchPhone(key, platform) {
  const phone = await server.fetchPhone(key, platform);
  resident(key)[platform] = phone;
  state.clock = later(state.clock, phone.transcript.at(-1)?.at); // the clock itself tells only now and then
  show();
}

// ---- what goes out

async function perform(platform, deed, node) {
  const owner = chosen;
  if (deed.do === "location" && deed.latitude === undefined) {
    const place = await askPlace();
    if (!place) return;
    deed = { ...deed, ...place };
  }
  node?.classList.add("pressed");
  try {
    const answer = await server.act({ resident: owner, platform, ...deed });
    await finish(platform, answer);
    await inTurn(() => fetchPhone(owner, platform));
  } catch (error) {
    note(phones[platform].node, `いまはできませんでした(${error.message})`);
  } finally {
    node?.classList.remove("pressed");
  }
}

// What the phone itself does with an action: opens, copies, asks.
async function finish(platform, { open, copy, ask }) {
  if (open) window.open(open, "_blank", "noopener");
  if (copy) {
    await navigator.clipboard?.writeText(copy).catch(() => {});
    note(phones[platform].node, "コピーしました");
  }
  if (ask === "location") await perform(platform, { do: "location" });
  else if (ask) await perform(platform, { do: "image" });
}

async function forward(minutes) {
  controls.busy(true);
  try {
    const { clock } = await server.forward(minutes);
    if (clock) showClock(clock);
  } catch (error) {
    note(document.body, `時計をすすめられませんでした(${error.message})`);
  } finally {
    controls.busy(false);
  }
}

// ---- what is shown

function choose(key) {
  if (key === chosen) return;
  chosen = key;
  history.replaceState(null, "", `#${key}`);
  for (const platform of PLATFORMS) phones[platform].clear();
  show();
}

function show() {
  const current = resident(chosen);
  for (const platform of PLATFORMS) {
    phones[platform].show(current[platform]);
    if (onScreen(platform)) markSeen(chosen, platform);
  }
  const unread = Object.fromEntries(state.residents.map((each) => [each.key, unreadOf(each.key, PLATFORMS)]));
  controls.show({ residents: state.residents, unread, chosen: current });
  for (const platform of PLATFORMS) badge(platform, unreadOf(chosen, [platform]));
  document.querySelector("#sendings").textContent = sendings(current.line.transcript);
  for (const node of document.querySelectorAll(".whose")) node.textContent = current.name;
  showClock(state.clock);
}

function showClock(iso) {
  state.clock = iso;
  controls.showClock(iso);
  document.querySelector(".when").textContent = `${dayName(iso)} ${clockOf(iso)}`;
  for (const node of document.querySelectorAll(".status-time")) node.textContent = clockOf(iso);
}

function badge(platform, count) {
  const node = document.querySelector(`#tab-${platform} .unread`);
  node.textContent = count || "";
  node.hidden = !count;
}

// A city pays for pushed messages and not for replies: worth knowing while trying things out.
function sendings(transcript) {
  const bots = transcript.filter((entry) => entry.from === "bot");
  const free = bots.filter((entry) => entry.via === "reply").length;
  return `無料の返信 ${free}通・配信 ${bots.length - free}通`;
}

const later = (iso, other) => (other && Date.parse(other) > Date.parse(iso) ? other : iso);
const resident = (key) => state.residents.find((each) => each.key === key);
const heard = (key, platform) => resident(key)[platform].transcript.filter((entry) => entry.from === "bot").length;
const markSeen = (key, platform) => seen.set(`${key}/${platform}`, heard(key, platform));

function unreadOf(key, platforms) {
  return platforms.reduce((sum, platform) => sum + Math.max(0, heard(key, platform) - (seen.get(`${key}/${platform}`) ?? 0)), 0);
}

function onScreen(platform) {
  return !NARROW.matches || document.body.dataset.tab === platform;
}

function connected(yes) {
  document.querySelector("#offline").hidden = yes;
}

// On a narrow screen one thing at a time: a phone, the other, the controls.
function tabs() {
  const all = [...document.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    document.body.dataset.tab = tab.getAttribute("aria-controls");
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
    show();
  };
  for (const [index, tab] of all.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(index + step + all.length) % all.length];
      choose(next);
      next.focus();
    });
  }
  NARROW.addEventListener("change", show);
}
