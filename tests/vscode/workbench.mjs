// Opens the VS Code workbench of a running server in headless Chromium.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Calls `use(page)` with an empty page of a fresh browser profile. */
export async function withPage(use) {
  const profile = mkdtempSync(join(tmpdir(), "spooky-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.SPOOKY_CHROMIUM,
    headless: true,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 2,
    args: CHROMIUM_FLAGS,
  });
  try {
    return await use(browser.pages()[0] ?? (await browser.newPage()));
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/**
 * Goes to the workbench with a folder open, or the folders of a `.code-workspace` file; `payload` is
 * VS Code's own list of start options.
 */
export async function openWorkbench(page, server, path, payload) {
  const kind = path.endsWith(".code-workspace") ? "workspace" : "folder";
  const query = new URLSearchParams({ [kind]: path, payload: JSON.stringify(payload) });
  await page.goto(`${server}/?${query}`);
}

export function remoteUri(server, path) {
  return `vscode-remote://${new URL(server).host}${path}`;
}

export function tab(page, file) {
  return page.locator(`.tab.active[data-resource-name="${file}"]`);
}

/** Keeps a picture of the page, where somebody wants some. */
export async function screenshot(page, name) {
  const shots = process.env.SPOOKY_SCREENSHOTS;
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`) });
  }
}

/** Waits until it is so. */
export async function until(condition) {
  const deadline = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Still not true: ${condition}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
