// Runs a test suite inside the real extension host, with the whole VS Code API.
// EXTENSION is loaded beside those that are installed.
// usage: exthost.mjs SERVER WORKSPACE SUITE EXTENSION
import { openWorkbench, remoteUri, withPage } from "./workbench.mjs";

const [server, workspace, suite, extension] = process.argv.slice(2);
const TIMEOUT_MS = 400_000;

process.exitCode = await withPage(async (page) => {
  // The workbench calls these two when the server was started with --enable-smoke-test-driver.
  await page.exposeFunction("codeAutomationLog", (_level, args) => {
    // Everything that any extension prints comes here.
    if (String(args[0]).startsWith("suite:")) {
      console.log(...args);
    }
  });
  const finished = new Promise((resolve) => {
    page.exposeFunction("codeAutomationExit", (code) => resolve(code));
  });
  await openWorkbench(page, server, workspace, [
    ["extensionDevelopmentPath", remoteUri(server, extension)],
    ["extensionTestsPath", remoteUri(server, suite)],
  ]);
  const timeout = setTimeout(() => {
    console.log(`The suite did not end within ${TIMEOUT_MS / 1000} s.`);
    process.exit(1);
  }, TIMEOUT_MS);
  const code = await finished;
  clearTimeout(timeout);
  return code;
});
