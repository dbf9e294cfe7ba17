// The questions without waiting for the network: each answer is shown at once and sent by itself.

import { Copy, forgetAll, onLeftElsewhere } from "/static/js/answer/copy.js";
import { openDatabase } from "/static/js/answer/database.js";
import { watchIdle } from "/static/js/answer/idle.js";
import { Outbox } from "/static/js/answer/outbox.js";
import { newId, secure } from "/static/js/answer/sealing.js";
import { offerReading } from "/static/js/answer/speech.js";
import { Status } from "/static/js/answer/status.js";
import * as view from "/static/js/answer/view.js";

const SKIPPED = -9;

const device = JSON.parse(document.getElementById("device").textContent);
const items = view.questionTemplates.map((one) => one.dataset.item);
const database = await openDatabase(secure);
const outbox = new Outbox(database, device);
const copy = new Copy(database, device.address);
const status = new Status(document.getElementById("saving"), view.texts, outbox);

// On a shared tablet only the tab in which the code was written goes on, and only at once.
const allowed = () => !device.kiosk || device.fresh || copy.follows;
const entrance = new URL("../../", location.origin + device.address).pathname;
const toEntrance = () => location.replace(entrance);

let shownReached = null;
let state = { values: { ...device.own }, submitted: false, mark: newId() };

const value = (index) => state.values[items[index]];
function standing(index) {
  const given = value(index);
  if (given === undefined) return device.standings[index];
  return given === SKIPPED ? "skipped" : "answered";
}
const standings = () => items.map((_, index) => standing(index));
const countAnswered = () => standings().filter((one) => one === "answered").length;

// 0: before the questions; one more than there are: the summary.
function place() {
  const rest = location.pathname.slice(device.address.length);
  return rest === "summary" ? items.length + 1 : Number(rest) || 0;
}

const addressOf = (number) =>
  device.address + (number > items.length ? "summary" : number < 1 ? "" : String(number));

function show(number) {
  if (state.submitted) return showSending();
  if (number > items.length) return view.showSummary(standings(), items.map((_, i) => value(i)), device.address);
  view.showQuestion(number, items.length, countAnswered(), standing(number - 1), value(number - 1));
  const recorded = JSON.parse(view.questionTemplates[number - 1].dataset.recorded ?? "{}");
  offerReading(view.main, device.language, view.texts, recorded);
  view.leadBackTo(number);
}

// For a moment it is only "being sent"; what cannot be reached is said when it is known.
function showSending() {
  const reached = !outbox.unreached && navigator.onLine;
  if (reached === shownReached) return;
  shownReached = reached;
  view.showSending({ reached, kept: outbox.lasting, kiosk: device.kiosk });
}

function go(number) {
  if (number < 1) return location.assign(device.address);
  history.pushState(null, "", addressOf(number));
  show(number);
}

function save(index, given) {
  if (value(index) === given) return;
  state.values[items[index]] = given;
  view.showCount(view.main, index + 1, items.length, countAnswered());
  copy.write(state);
  outbox.add({ kind: "answer", token: device.token, item: items[index], value: given }, state.mark);
}

async function submit() {
  const assistance = new FormData(view.main.querySelector("form")).get("assistance");
  state.submitted = true;
  show(items.length + 1);
  await outbox.add({ kind: "submit", token: device.token, ...(assistance && { assistance }) }, state.mark);
  await copy.write(state);
}

let leaving = false;
async function leave() {
  if (leaving) return;
  await outbox.settled();
  if (outbox.waiting > outbox.stuck.size && !outbox.lasting) {
    if (!view.main.querySelector("[data-unsent]")) view.main.prepend(view.part("unsent"));
    return;
  }
  leaving = true;
  view.main.replaceChildren();
  await copy.forget();
  if (device.kiosk) await forgetAll(database);
  toEntrance();
}

function onForm(event) {
  const number = place();
  // The page as the server sent it before the questions has no form of ours.
  if (number < 1) return;
  event.preventDefault();
  const pressed = event.submitter?.name;
  if (number > items.length) return pressed === "back" ? go(items.length) : submit();
  if (pressed === "skip") save(number - 1, SKIPPED);
  else if (pressed !== "back" && standing(number - 1) === "open") return view.askToChoose();
  go(pressed === "back" ? number - 1 : number + 1);
}

function onClick(event) {
  const action = event.target.closest("[data-do]")?.dataset.do;
  if (action === "send") return outbox.send();
  if (action === "leave" || action === "stop") {
    event.preventDefault();
    return leave();
  }
  const link = event.target.closest("main a[href]");
  const number = link?.href.startsWith(location.origin + device.address) && link.href.match(/\/(\d+|summary)$/);
  if (!number || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(number[1] === "summary" ? items.length + 1 : Number(number[1]));
}

// The server has the answers, or says that they came too late: its page tells, once nothing waits here any more.
let over = false;
function onAcknowledged({ detail: { mark, kind, result } }) {
  if (mark === state.mark && (kind === "submit" || result !== "saved")) over = true;
}

// What the server cannot read stays here, and the page with it, which says so.
let refused = false;
function onRefused({ detail: { mark } }) {
  if (mark === state.mark) refused = true;
}

// Another tab may have sent what was given here.
function finish() {
  if (leaving || refused || outbox.waiting > outbox.stuck.size || !(over || state.submitted)) return;
  leaving = true;
  copy.forget().then(() => location.replace(device.address));
}

async function start() {
  if (!allowed()) {
    view.main.replaceChildren();
    await forgetAll(database);
    return toEntrance();
  }
  copy.begin();
  const kept = await copy.read();
  if (kept) state = { ...kept, values: { ...state.values, ...kept.values } };
  outbox.addEventListener("acknowledged", onAcknowledged);
  outbox.addEventListener("refused", onRefused);
  outbox.addEventListener("change", () => (state.submitted && !leaving ? showSending() : undefined));
  outbox.addEventListener("change", finish);
  document.addEventListener("submit", onForm);
  document.addEventListener("click", onClick);
  document.addEventListener("change", ({ target }) => {
    if (target.matches(".choice input")) save(place() - 1, Number(target.value));
  });
  addEventListener("popstate", () => (place() < 1 ? location.reload() : show(place())));
  // A page that the browser brings back as it was, after the person has left.
  addEventListener("pageshow", (event) => event.persisted && (!copy.begun || !allowed()) && toEntrance());
  addEventListener("beforeunload", (event) => outbox.waiting > 0 && !outbox.lasting && event.preventDefault());
  if (device.kiosk) {
    watchIdle(view, leave);
    onLeftElsewhere(leave);
  }
  takeOver();
  document.documentElement.dataset.ready = "";
  await outbox.count();
  outbox.send();
  navigator.serviceWorker?.register(device.worker).catch(() => {});
  status.show();
}

// What was touched before the script was there counts too; what the server has ticked is known already, and may
// be older than what waits here.
function takeOver() {
  const number = place();
  if (number < 1) return secure ? undefined : view.main.append(view.part("insecure"));
  const ticked = number <= items.length && view.main.querySelector(".choice input:checked");
  if (ticked && !ticked.defaultChecked && value(number - 1) === undefined) save(number - 1, Number(ticked.value));
  return show(number);
}

await start();
