// What the suites share: how they run, and how they look at findings and at the server's process.
const { readFileSync, readdirSync } = require("node:fs");
const vscode = require("vscode");

exports.RULE = "coroutine-never-awaited";

/** Makes what the extension host calls: it runs one test after the other. */
exports.suite = (tests) => async () => {
  console.log(`suite: VS Code ${vscode.version}`);
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    const started = Date.now();
    try {
      await test();
      console.log(`suite: passed in ${Date.now() - started} ms: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`suite: FAILED: ${name}\n${error.stack}`);
    }
  }
  console.log(`suite: ${Object.keys(tests).length - failed} passed, ${failed} failed`);
  if (failed > 0) {
    throw new Error(`${failed} failed`);
  }
};

// A document that was opened without an editor would stay open for minutes after the editor is closed.
exports.show = (uri) => vscode.window.showTextDocument(uri, { preview: false });

exports.current = current;
exports.findings = (uri) => until(() => current(uri).length > 0 && current(uri));

function current(uri) {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "spooky");
}

/** Waits until the page with the server's information says all of this. */
exports.informs = async (...patterns) => {
  let text;
  const says = async () => {
    await vscode.commands.executeCommand("spooky.showServerInformation");
    text = vscode.window.activeTextEditor.document.getText();
    return patterns.every((pattern) => pattern.test(text));
  };
  await until(says).catch(() => {
    throw new Error(`Not all of ${patterns.join(", ")} is in:\n${text}`);
  });
};

/** While one server makes room for another there are none, or two. */
exports.theServer = () =>
  until(() => {
    const servers = serverProcesses();
    return servers.length === 1 && servers[0];
  });

exports.replacesServer = async (change) => {
  const before = await exports.theServer();
  await change();
  await until(() => {
    const servers = serverProcesses();
    return servers.length === 1 && servers[0] !== before;
  });
};

exports.isRunBy = (interpreter, wanted = true) =>
  until(async () => {
    const [command] = words(await exports.theServer(), "cmdline");
    return (command === interpreter) === wanted;
  });

/** The environment variable of the server's process. */
exports.variable = async (name) => {
  const entries = words(await exports.theServer(), "environ");
  return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
};

function words(pid, file) {
  return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0");
}

exports.serverProcesses = serverProcesses;

/** The servers that this extension host has started; their workers are not counted. */
function serverProcesses() {
  return readdirSync("/proc").filter((entry) => {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [state, parent] = stat.split(") ").at(-1).split(" ");
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8");
      return Number(parent) === process.pid && state !== "Z" && command.includes("spooky_asyncio");
    } catch {
      return false; // not a process, or one that has just ended
    }
  });
}

exports.until = until;

async function until(condition, timeout = 60_000) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const result = await condition();
    if (result) {
      return result;
    }
    if (Date.now() > deadline) {
      throw new Error(`Still not true: ${condition}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
