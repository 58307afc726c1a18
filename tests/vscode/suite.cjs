// Loaded by the extension host, which calls run().
const assert = require("node:assert/strict");
const { readFileSync, readlinkSync, readdirSync } = require("node:fs");
const vscode = require("vscode");

const EXTENSION = "spooky-asyncio.spooky-asyncio";
const RULE = "coroutine-never-awaited";
const folder = vscode.workspace.workspaceFolders[0].uri;
const file = vscode.Uri.joinPath(folder, "never_awaited.py");
const environmentPython = vscode.Uri.joinPath(folder, ".venv/bin/python").fsPath;

const tests = {
  async "the extension activates"() {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await until(() => vscode.extensions.getExtension(EXTENSION)?.isActive);
  },

  async "a finding has its rule as code, with a link"() {
    const [finding] = await findings();
    assert.equal(finding.source, "spooky");
    assert.equal(finding.code.value, RULE);
    assert.match(finding.code.target.toString(), /^https:/);
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
  },

  async "exactly one quick fix is preferred"() {
    const [finding] = await findings();
    const actions = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      file,
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.equal(actions.filter((action) => action.isPreferred).length, 1);
  },

  async "an action gets its edit when it is resolved"() {
    const [finding] = await findings();
    const asked = ["vscode.executeCodeActionProvider", file, finding.range];
    const quickFix = vscode.CodeActionKind.QuickFix.value;
    for (const { edit } of await vscode.commands.executeCommand(...asked, quickFix)) {
      assert.equal(edit, undefined);
    }
    const actions = await vscode.commands.executeCommand(...asked, quickFix, 99);
    assert.match(actions.at(-1).title, /^Ignore for this line/);
    for (const { edit } of actions) {
      assert.equal(edit.get(file).length > 0, true);
    }
  },

  async "what is safe is fixed on save"() {
    const document = await vscode.workspace.openTextDocument(file);
    const text = document.getText();
    const settings = vscode.workspace.getConfiguration("editor", document);
    for (const kind of ["source.fixAll", "source.fixAll.spooky"]) {
      const changed = configurationChange("editor.codeActionsOnSave");
      await settings.update("codeActionsOnSave", { [kind]: "explicit" });
      await changed;
      await write(document, `${text}# changed\n`);
      await findings();
      await document.save();
      assert.match(document.getText(), /print\(asyncio\.run\(brew\(/);
      await until(() => current(file).length === 0);
    }
    await settings.update("codeActionsOnSave", undefined);
    await write(document, text);
    await document.save();
    await findings();
  },

  async "the hover explains"() {
    const [finding] = await findings();
    const hovers = await vscode.commands.executeCommand(
      "vscode.executeHoverProvider",
      file,
      finding.range.start,
    );
    assert.notEqual(hovers.length, 0);
  },

  async "a new document that is not saved is analysed"() {
    const content = "async def brew():\n    pass\n\n\nasync def main():\n    print(brew())\n";
    const draft = await vscode.workspace.openTextDocument({ language: "python", content });
    assert.equal(draft.uri.scheme, "untitled");
    await findings(draft.uri);
  },

  async "a severity applies at once, and so does taking it back"() {
    const server = await theServer();
    const settings = () => vscode.workspace.getConfiguration("spooky");
    const severity = async () => (await findings())[0].severity;

    await settings().update("severity", { [RULE]: "error" });
    await until(async () => (await severity()) === vscode.DiagnosticSeverity.Error);
    await settings().update("severity", { [RULE]: "off" });
    await until(() => current(file).length === 0);
    await settings().update("severity", undefined);
    await until(async () => (await severity()) === vscode.DiagnosticSeverity.Warning);

    assert.deepEqual(serverProcesses(), [server]);
  },

  async "the restart command replaces the server"() {
    await replacesServer(() => vscode.commands.executeCommand("spooky.restart"));
  },

  async "the interpreter of the settings runs the server"() {
    const settings = vscode.workspace.getConfiguration("spooky");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's variable, not JavaScript's.
    const interpreter = "${workspaceFolder}/.venv/bin/python";
    await replacesServer(() => settings.update("interpreter", interpreter));
    await isRunBy(environmentPython);
    await replacesServer(() => settings.update("interpreter", undefined));
    await isRunBy(environmentPython, false);
  },

  async "an interpreter that is not there is passed over"() {
    const settings = vscode.workspace.getConfiguration("spooky");
    await replacesServer(() => settings.update("interpreter", "no-such-python"));
    await replacesServer(() => settings.update("interpreter", undefined));
  },

  async "the interpreter that is selected in the Python extension runs the server"() {
    const python = vscode.extensions.getExtension("ms-python.python").exports;
    await replacesServer(() => python.select(environmentPython));
    await isRunBy(environmentPython);
    await replacesServer(() => python.select(""));
    await isRunBy(environmentPython, false);
  },

  async "the server does not import from the workspace"() {
    const server = await theServer();
    assert.ok(!readlinkSync(`/proc/${server}/cwd`).startsWith(folder.fsPath));
    const environment = readFileSync(`/proc/${server}/environ`, "utf8").split("\0");
    const [path] = environment.filter((entry) => entry.startsWith("PYTHONPATH="));
    assert.match(path, /\/bundled\/libs$/);
    assert.ok(environment.includes("PYTHONSAFEPATH=1"));
  },
};

exports.run = async () => {
  console.log(`suite: VS Code ${vscode.version}`);
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`suite: passed: ${name}`);
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

function current(uri) {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "spooky");
}

async function write(document, text) {
  const edit = new vscode.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), text);
  await vscode.workspace.applyEdit(edit);
}

/** The window, which saves, learns of a setting later than the one who has changed it. */
function configurationChange(name) {
  return new Promise((resolve) => {
    const listening = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(name)) {
        listening.dispose();
        resolve();
      }
    });
  });
}

function findings(uri = file) {
  return until(() => current(uri).length > 0 && current(uri));
}

async function replacesServer(change) {
  const before = await theServer();
  await change();
  await until(() => {
    const servers = serverProcesses();
    return servers.length === 1 && servers[0] !== before;
  });
}

/** While one server makes room for another there are none, or two. */
function theServer() {
  return until(() => {
    const servers = serverProcesses();
    return servers.length === 1 && servers[0];
  });
}

function isRunBy(interpreter, wanted = true) {
  return until(async () => {
    const command = readFileSync(`/proc/${await theServer()}/cmdline`, "utf8").split("\0")[0];
    return (command === interpreter) === wanted;
  });
}

/** The servers that this extension host has started; their workers are not counted. */
function serverProcesses() {
  return readdirSync("/proc").filter((entry) => {
    try {
      const parent = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").at(-1).split(" ")[1];
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8");
      return Number(parent) === process.pid && command.includes("spooky_asyncio");
    } catch {
      return false; // not a process, or one that has just ended
    }
  });
}

async function until(condition, timeout = 30_000) {
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
