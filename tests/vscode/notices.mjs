// What notices say, and what their buttons do.
// usage: notices.mjs SERVER FOLDER FILE SCENE, where SCENE is one of those below
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { openWorkbench, remoteUri, screenshot, tab, until, withPage } from "./workbench.mjs";

const [server, folder, file, scene] = process.argv.slice(2);

const scenes = {
  /** Without a Python there is one notice, which leads to the setting; once that is there, all is well. */
  async noPython(page) {
    const notice = await shown(page, "no Python 3.10 or newer");
    await screenshot(page, "no-python");
    console.log((await all(page).allInnerTexts()).join("\n"));
    await is(notice, 1);
    await is(notice.getByRole("button", { name: "Get Python" }), 1);
    await notice.getByRole("button", { name: "Open Setting" }).click();
    await page.locator(".settings-editor .setting-item", { hasText: "Interpreter" }).first().waitFor();
    await screenshot(page, "no-python-setting");
    // The one who started this sets it now, and waits for a server.
    appendFileSync(join(folder, "setting-is-open"), "");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "coroutine-never-awaited" }).waitFor();
    await screenshot(page, "no-python-set");
  },

  /** A check of all files says how far it is, and ends when somebody cancels it. */
  async cancelledCheck(page) {
    await page.locator(".squiggly-warning").first().waitFor();
    await page.keyboard.press("F1");
    await page.locator(".quick-input-box input").fill(">Spooky: Check Workspace");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Check Workspace" }).first().waitFor();
    await page.keyboard.press("Enter");
    const notice = await shown(page, "checking the workspace");
    await until(async () => /\d+ of \d+/.test(await notice.innerText()));
    await screenshot(page, "checking-the-workspace");
    console.log(await notice.innerText());
    await notice.getByRole("button", { name: "Cancel" }).click();
    await notice.waitFor({ state: "detached" });
    await screenshot(page, "cancelled");
    // Those who are left are asked who is still at work.
    appendFileSync(join(folder, "was-cancelled"), "");
    await until(() => existsSync(join(folder, "was-seen")));
  },
};

await withPage(async (page) => {
  page.setDefaultTimeout(120_000);
  try {
    await openWorkbench(page, server, folder, [["openFile", remoteUri(server, join(folder, file))]]);
    await tab(page, file).waitFor();
    await page.keyboard.press("Control+Shift+M");
    await scenes[scene](page);
  } catch (error) {
    await screenshot(page, "failure");
    throw error;
  }
});

function all(page) {
  return page.locator(".notifications-center .notification-list-item");
}

/** As they pop up they may be hidden again, so they are looked at where they are all together. */
async function shown(page, text) {
  const notice = all(page).filter({ hasText: text });
  await until(async () => {
    if (!(await page.locator(".notifications-center.visible").isVisible())) {
      await page.locator('[id="status.notifications"] a').click();
    }
    return notice.isVisible();
  });
  return notice;
}

async function is(elements, count) {
  if ((await elements.count()) !== count) {
    throw new Error(`There are ${await elements.count()} of: ${elements}`);
  }
}
