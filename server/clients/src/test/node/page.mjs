// The chat page in a headless Chromium (argv[3]) against the server at argv[2]; screenshots go to the folder argv[4].
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [, , address, executablePath, folder] = process.argv;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
const problems = [];
page.on("console", (message) => message.type() === "error" && !message.text().includes("401") && problems.push(message.text()));
page.on("pageerror", (error) => problems.push(String(error)));
page.on("request", (request) => request.url().startsWith(address) || problems.push("outside request: " + request.url()));

await page.goto(address);
await page.waitForFunction(() => document.getElementById("status").textContent.includes("API key"));
await page.click("#settings-open");
await page.fill("#key", "key-of-a-test");
await page.click("#settings button");
await page.waitForFunction(() => document.getElementById("model").textContent);

await page.fill("#question", "What is 17 + 25?");
await page.keyboard.press("Enter");
await page.waitForSelector(".assistant .facts span", { timeout: 60000 });
assert.match(await page.textContent(".assistant .text"), /42/);
assert.equal(await page.isVisible(".assistant .thought"), false, "reasoning is folded");
await page.click(".assistant summary");
assert.equal(await page.isVisible(".assistant .thought"), true);
await page.screenshot({ path: folder + "/page-light.png" });

await page.click("#new");
await page.selectOption("#reasoning", "high");
await page.fill("#question", "Tell me a story about a fox.");
await page.click("#send");
await page.waitForFunction(() => document.querySelector(".assistant .thought")?.textContent || document.querySelector(".assistant .text")?.textContent);
await page.click("#stop");
await page.waitForSelector(".assistant .facts span");
assert.equal(await page.isVisible("#send"), true);

await page.setViewportSize({ width: 390, height: 720 });
await page.emulateMedia({ colorScheme: "dark" });
assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing sticks out on a phone");
await page.screenshot({ path: folder + "/page-dark.png" });
assert.deepEqual(problems, []);
await browser.close();
console.log("page", "ok");
