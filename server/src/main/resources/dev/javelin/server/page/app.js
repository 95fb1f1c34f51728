"use strict";
// The chat page: keeps the conversation in memory and the settings in the browser, and reads the server's event stream.

const $ = (id) => document.getElementById(id);
const SETTINGS = ["system", "temperature", "top_p", "top_k", "min_p", "seed", "max_tokens", "key", "reasoning"];
const IDEAS = ["What is 17 + 25?", "What can you do?", "Tell me a story about a fox.", "Spell the word garden backwards."];

let messages = [];
let running = null; // AbortController of the answer in progress

function load() {
  for (const id of SETTINGS) {
    const saved = localStorage.getItem("javelin." + id);
    if (saved !== null) $(id).value = saved;
    $(id).addEventListener("change", () => localStorage.setItem("javelin." + id, $(id).value));
  }
}

function headers() {
  const result = { "Content-Type": "application/json" };
  if ($("key").value) result.Authorization = "Bearer " + $("key").value;
  return result;
}

async function showModel() {
  try {
    const response = await fetch("v1/models", { headers: headers() });
    if (response.status === 401) {
      $("status").textContent = "This server needs an API key: see Settings.";
      return;
    }
    if (response.status === 503) {
      $("status").textContent = "The model is loading.";
      setTimeout(showModel, 1000);
      return;
    }
    $("model").textContent = (await response.json()).data[0].id;
    $("status").textContent = "";
  } catch {
    $("status").textContent = "The server does not answer.";
    setTimeout(showModel, 3000);
  }
}

function element(tag, className, text) {
  const result = document.createElement(tag);
  if (className) result.className = className;
  if (text !== undefined) result.textContent = text;
  return result;
}

// Text with fenced and inline code, as nodes: what the model writes never becomes HTML.
function render(target, text) {
  target.replaceChildren();
  text.split("```").forEach((part, i, parts) => {
    if (i % 2 === 1) {
      const pre = element("pre");
      pre.append(element("code", "", part.replace(/^[\w+-]*\n/, "").replace(/\n$/, "")));
      target.append(pre);
      return;
    }
    if (i > 0) part = part.replace(/^\n/, "");
    if (i < parts.length - 1) part = part.replace(/\n$/, "");
    part.split(/`([^`\n]+)`/).forEach((piece, j) => target.append(j % 2 ? element("code", "", piece) : piece));
  });
}

function addMessage(role) {
  $("welcome").hidden = true;
  const box = element("article", "message " + role);
  const thought = element("details");
  thought.append(element("summary", "", "Thinking"), element("div", "thought"));
  thought.hidden = true;
  const text = element("div", "text");
  const facts = element("div", "facts");
  box.append(thought, text, facts);
  if (role === "user") facts.remove();
  $("talk").append(box);
  return { box, thought, text, facts };
}

function atEnd() {
  const talk = $("talk");
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
}

function request() {
  const all = $("system").value.trim() ? [{ role: "system", content: $("system").value.trim() }, ...messages] : messages;
  const body = {
    messages: all, stream: true, stream_options: { include_usage: true }, reasoning_effort: $("reasoning").value,
  };
  for (const id of ["temperature", "top_p", "top_k", "min_p", "seed", "max_tokens"]) {
    if ($(id).value !== "") body[id] = Number($(id).value);
  }
  return body;
}

// Calls onChunk with each JSON object of an event stream.
async function readEvents(response, onChunk) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
      if (data && data !== "[DONE]") onChunk(JSON.parse(data));
    }
  }
}

async function answer() {
  const view = addMessage("assistant");
  const said = { role: "assistant", content: "", reasoning_content: "" };
  const start = performance.now();
  let first = 0, pieces = 0, usage = null, timings = null, failed = "";
  running = new AbortController();
  busy(true);
  try {
    const response = await fetch("v1/chat/completions", {
      method: "POST", headers: headers(), body: JSON.stringify(request()), signal: running.signal,
    });
    if (!response.ok) throw new Error((await response.json()).error.message);
    await readEvents(response, (chunk) => {
      if (chunk.error) throw new Error(chunk.error.message);
      if (chunk.usage) { usage = chunk.usage; timings = chunk.timings; }
      const delta = chunk.choices[0] && chunk.choices[0].delta;
      if (!delta) return;
      const follow = atEnd();
      if (delta.reasoning_content) {
        said.reasoning_content += delta.reasoning_content;
        view.thought.hidden = false;
        view.thought.lastChild.textContent = said.reasoning_content;
      }
      if (delta.content) {
        said.content += delta.content;
        render(view.text, said.content);
      }
      if (delta.reasoning_content || delta.content) {
        pieces++;
        if (!first) first = performance.now();
        const seconds = (performance.now() - first) / 1000;
        if (pieces > 1) $("status").textContent = ((pieces - 1) / seconds).toFixed(1) + " tokens/s";
      }
      if (follow) $("talk").scrollTop = $("talk").scrollHeight;
    });
  } catch (error) {
    failed = error.name === "AbortError" ? "Stopped." : error.message;
  }
  running = null;
  busy(false);
  $("status").textContent = "";
  if (said.reasoning_content) view.thought.firstChild.textContent = "Thoughts";
  else delete said.reasoning_content;
  if (said.content) messages.push(said);
  finish(view, said, { failed, usage, timings, waited: first - start });
}

function finish(view, said, { failed, usage, timings, waited }) {
  if (failed) view.facts.append(element("span", failed === "Stopped." ? "" : "error", failed));
  if (usage) {
    const rate = timings && timings.decode_tokens_per_second ? ", " + timings.decode_tokens_per_second.toFixed(1) + " tokens/s" : "";
    view.facts.append(element("span", "", usage.completion_tokens + " tokens" + rate + ", first after " + (waited / 1000).toFixed(2) + " s"));
  }
  if (said.content) {
    const copy = element("button", "", "Copy");
    copy.type = "button";
    copy.onclick = async () => { await navigator.clipboard.writeText(said.content); copy.textContent = "Copied"; };
    view.facts.append(copy);
  }
  if (atEnd()) $("talk").scrollTop = $("talk").scrollHeight;
}

function busy(is) {
  $("stop").hidden = !is;
  $("send").hidden = is;
  $("question").focus();
}

function ask(question) {
  messages.push({ role: "user", content: question });
  addMessage("user").text.textContent = question;
  $("talk").scrollTop = $("talk").scrollHeight;
  answer();
}

function fit() {
  const box = $("question");
  box.style.height = "auto";
  box.style.height = box.scrollHeight + 2 + "px";
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const question = $("question").value.trim();
  if (!question || running) return;
  $("question").value = "";
  fit();
  ask(question);
});
$("question").addEventListener("input", fit);
$("question").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("ask").requestSubmit();
  }
  if (event.key === "Escape" && running) running.abort();
});
$("stop").addEventListener("click", () => running && running.abort());
$("new").addEventListener("click", () => {
  if (running) running.abort();
  messages = [];
  document.querySelectorAll(".message").forEach((box) => box.remove());
  $("welcome").hidden = false;
  $("question").focus();
});
$("settings-open").addEventListener("click", () => $("settings").showModal());
$("settings").addEventListener("close", showModel);
for (const idea of IDEAS) {
  const button = element("button", "", idea);
  button.type = "button";
  button.onclick = () => running || ask(idea);
  $("ideas").append(button);
}
load();
showModel();
