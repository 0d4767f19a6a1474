// Keys, copying links, remarks on queries as they are typed, and charts that answer to the pointer. Every page works without this file.
"use strict";

const OFF = "parley-keys-off";
const PLACES = { o: "/", t: "/themes", f: "/search", c: "/compare", s: "/sources", a: "/alerts", h: "/help" };

let isGoing = false;
let current = -1;

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const headlines = [...document.querySelectorAll(".said a")];
  if (headlines.length === 0) return;
  current = Math.min(Math.max(current + by, 0), headlines.length - 1);
  headlines[current].focus();
}

// Says something to everybody, screen readers included, for a while or until something else is said.
function say(text, lasting = false) {
  let says = document.querySelector(".says");
  if (!says) {
    says = Object.assign(document.createElement("p"), { className: "says" });
    says.setAttribute("role", "status");
    document.body.append(says);
  }
  says.textContent = text;
  if (!lasting) setTimeout(() => { if (says.textContent === text) says.textContent = ""; }, 4000);
}

// Copies a link that shows the same later: to fixed days, where the page is about days back from now, and in the same time zone.
function copyLink() {
  const link = new URL(document.querySelector("main").dataset.link, location.href);
  link.hash = location.hash;
  copy(link.href, "Link copied.", "This browser copies nothing here; the address line has the link.");
}

async function copy(text, done, failed) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say(failed);
  }
}

// What a link to a text of this page leads to can be copied from there by hand; with this script the link itself copies it.
for (const link of document.querySelectorAll("[data-copies]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    copy(document.querySelector(link.hash).textContent, "Copied.", "This browser copies nothing here; select the text instead.");
  });
}

// A page that takes long to come: the old one stays, and after half a second a line says what is being waited for.
const SLOW = 500; // milliseconds
const COUNTED = /^\/(themes(\/.*)?|search|compare)?$/;
let waiting;

function wait(path) {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = waiting;
    let text = "Loading …";
    if (COUNTED.test(path)) {
      const answer = fetch("/api/v1/status", { signal: AbortSignal.timeout(SLOW) });
      const number = await answer.then((status) => status.json()).then((status) => status.articles, () => null);
      const style = number < 1e6 ? {} : { notation: "compact", compactDisplay: "long" };
      text = number ? `Counting ${number.toLocaleString("en-GB", style)} articles …` : "Counting …";
    }
    if (waiting === mine) say(text, true);
  }, SLOW);
}

function stopWaiting() {
  clearTimeout(waiting);
  waiting = undefined;
  const says = document.querySelector(".says");
  if (says) says.textContent = "";
}

function leaves(event, link) {
  const isOwn = link && link.origin === location.origin && !/^\/(api|evidence)\//.test(link.pathname);
  const isHere = isOwn && link.hash && link.pathname + link.search === location.pathname + location.search;
  const isPlain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  return isOwn && !isHere && isPlain && !link.download && !link.target;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (leaves(event, link)) wait(link.pathname);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) wait(new URL(event.target.getAttribute("action") ?? "", location.href).pathname);
});
addEventListener("pageshow", stopWaiting); // also of a page that the browser had kept
addEventListener("keydown", (event) => { if (event.key === "Escape") stopWaiting(); });

// Goes to the next or previous of the periods that a page offers.
function turn(by) {
  const periods = [...document.querySelectorAll(".choices[aria-label=Period] a")];
  const chosen = periods.findIndex((one) => one.hasAttribute("aria-current"));
  periods[chosen + by]?.click();
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || localStorage.getItem(OFF)) return;
  if (isGoing) {
    isGoing = false;
    if (PLACES[event.key]) {
      wait(PLACES[event.key]);
      location.assign(PLACES[event.key]);
    }
    return;
  }
  if (event.key === "g") isGoing = true;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "y") copyLink();
  else if (event.key === "[") turn(-1);
  else if (event.key === "]") turn(1);
  else if (event.key === "?") location.assign("/help#keys");
  else if (event.key === "/") document.querySelector("#q, #find").focus();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", press);

const switchedOff = document.querySelector("#keys-off");
if (switchedOff) {
  switchedOff.checked = localStorage.getItem(OFF) !== null;
  switchedOff.addEventListener("change", () => {
    if (switchedOff.checked) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  });
}

// A query is checked when its writer pauses. The remarks take no more room than they had, so that nothing moves.
const PAUSE = 300; // milliseconds

async function check(field) {
  const box = document.getElementById(field.getAttribute("aria-describedby"));
  const query = field.value;
  const body = new URLSearchParams({ form_token: field.form.elements.form_token.value, language: field.lang, query });
  const remarks = await fetch(field.dataset.check, { method: "POST", body, redirect: "error" })
    .then((answer) => (answer.ok ? answer.text() : ""), () => "");
  if (field.value !== query) return; // somebody typed on
  box.style.height = `${box.offsetHeight}px`;
  box.classList.add("live");
  box.innerHTML = remarks;
  field.setAttribute("aria-invalid", box.querySelector(".error") !== null);
}

for (const field of document.querySelectorAll("[data-check]")) {
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => check(field), PAUSE);
  });
}

// A chart is a picture until somebody points at it; then the same one is drawn again, alive.
let library;

function load(address) {
  library ??= new Promise((done, fail) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: fail });
    document.head.append(script);
  });
  return library;
}

async function wake(box) {
  try {
    const [answer] = await Promise.all([fetch(box.dataset.live), load(box.dataset.draw)]);
    if (!answer.ok) return;
    const still = box.querySelector("svg");
    const live = document.createElement("div");
    live.hidden = true;
    box.append(live);
    // Vega's own way to evaluate expressions (`ast`) needs no exception from the policy for scripts.
    const options = { ast: true, actions: false, defaultStyle: false, renderer: "svg", logLevel: 1, tooltip: { disableDefaultStyle: true } };
    await vegaEmbed(live, await answer.json(), options);
    const drawn = live.querySelector("svg");
    for (const name of ["viewBox", "width", "height", "role", "aria-label"]) drawn.setAttribute(name, still.getAttribute(name));
    live.hidden = false;
    still.remove();
    box.dataset.awake = "";
  } catch {
    delete box.dataset.live; // the picture stays
  }
}

for (const box of document.querySelectorAll("[data-live]")) {
  box.addEventListener("pointerenter", () => wake(box), { once: true });
}
