// Fixes programs as a user does: sees the squiggle, hovers, opens the menu, takes the first fix, saves.
// usage: ui.mjs SERVER FOLDER PROGRAMS, where PROGRAMS is the JSON list that test_vscode.py makes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openWorkbench, remoteUri, screenshot, tab, until, withPage } from "./workbench.mjs";

const [server, folder, programs] = process.argv.slice(2);
const started = Date.now();

await withPage(async (page) => {
  page.setDefaultTimeout(60_000);
  try {
    const [first, ...others] = JSON.parse(programs);
    await openWorkbench(page, server, folder, [
      ["openFile", remoteUri(server, join(folder, first.file))],
    ]);
    await tab(page, first.file).waitFor();
    await page.keyboard.press("Control+B"); // hides the explorer: room for the messages
    await page.keyboard.press("Control+Shift+M");
    await fix(page, first);
    for (const program of others) {
      await openWithQuickOpen(page, program.file);
      await fix(page, program);
    }
  } catch (error) {
    await screenshot(page, "failure");
    throw error;
  }
});

async function openWithQuickOpen(page, file) {
  await page.keyboard.press("Control+P");
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: file });
  // Searching for a part of the name needs a program that older installations lack.
  await page.locator(".quick-input-box input").fill(join(folder, file));
  await row.first().waitFor();
  await page.keyboard.press("Enter");
}

async function fix(page, { file, rule, line, word, message, explanation, fixed }) {
  await tab(page, file).waitFor();
  const editor = page.locator(".editor-instance .monaco-editor").first();
  const squiggle = editor.locator(".view-overlays .cdr.squiggly-warning").first();
  await squiggle.waitFor();
  log(`${file}: squiggle`);

  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: rule });
  await problem.filter({ hasText: message }).first().waitFor();
  log(`${file}: row in Problems`);

  const found = editor
    .locator(".view-line", { hasText: line })
    .locator("span span", { hasText: word })
    .last();
  await found.hover();
  const hover = page.locator(".monaco-hover:not(.hidden)").filter({ hasText: message });
  await hover.filter({ hasText: explanation }).first().waitFor();
  await screenshot(page, `${rule}-hover`);
  log(`${file}: hover ${JSON.stringify(await hover.first().innerText())}`);

  await found.click();
  await editor.locator(".lightBulbWidget:visible").first().waitFor();
  await page.keyboard.press("Control+.");
  const menu = page.locator(".action-widget .monaco-list-row.action");
  await menu.first().waitFor();
  await screenshot(page, `${rule}-menu`);
  log(`${file}: menu ${JSON.stringify(await menu.allInnerTexts())}`);

  // The preferred fix stands first and has the focus.
  await page.keyboard.press("Enter");
  await editor.locator(".view-line", { hasText: fixed }).first().waitFor();
  await squiggle.waitFor({ state: "detached" });
  await problem.first().waitFor({ state: "detached" });
  await screenshot(page, `${rule}-fixed`);

  await page.keyboard.press("Control+S");
  await until(() => readFileSync(join(folder, file), "utf8").includes(fixed));
  log(`${file}: fixed and saved`);
}

function log(message) {
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${message}`);
}
