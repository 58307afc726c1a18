// Loaded by the extension host, which calls run().
const assert = require("node:assert/strict");
const { readlinkSync } = require("node:fs");
const vscode = require("vscode");
const { RULE, suite, show, current, findings, informs } = require("./harness.cjs");
const { theServer, serverProcesses, replacesServer, isRunBy, variable } = require("./harness.cjs");
const { until } = require("./harness.cjs");

const EXTENSION = "spooky-asyncio.spooky-asyncio";
const folder = vscode.workspace.workspaceFolders[0].uri;
const file = vscode.Uri.joinPath(folder, "never_awaited.py");
const other = vscode.Uri.joinPath(folder, "forgotten_tasks.py");
const lost = vscode.Uri.joinPath(folder, "lost_exception.py");
const environmentPython = vscode.Uri.joinPath(folder, ".venv/bin/python").fsPath;
const barePython = vscode.Uri.joinPath(folder, ".bare/bin/python").fsPath;

const tests = {
  async "the extension activates"() {
    await show(file);
    await until(() => vscode.extensions.getExtension(EXTENSION)?.isActive);
  },

  async "a finding has its rule as code, with a link"() {
    const [finding] = await findings(file);
    assert.equal(finding.source, "spooky");
    assert.equal(finding.code.value, RULE);
    assert.match(finding.code.target.toString(), /^https:/);
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
  },

  async "exactly one quick fix is preferred"() {
    const [finding] = await findings(file);
    const actions = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      file,
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.equal(actions.filter((action) => action.isPreferred).length, 1);
  },

  async "an action gets its edit when it is resolved"() {
    const [finding] = await findings(file);
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
    await saves(document);
    for (const kind of ["source.fixAll", "source.fixAll.spooky"]) {
      const changed = configurationChange("editor.codeActionsOnSave");
      await settings.update("codeActionsOnSave", { [kind]: "explicit" });
      await changed;
      await write(document, `${text}# changed\n`);
      await findings(file);
      await document.save();
      assert.match(document.getText(), /print\(asyncio\.run\(brew\(/);
      await until(() => current(file).length === 0);
    }
    await settings.update("codeActionsOnSave", undefined);
    await write(document, text);
    await document.save();
    await findings(file);
  },

  async "the hover explains"() {
    const [finding] = await findings(file);
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
    await show(draft.uri);
    await findings(draft.uri);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  async "a severity applies at once, and so does taking it back"() {
    const server = await theServer();
    const settings = () => vscode.workspace.getConfiguration("spooky");
    const severity = async () => (await findings(file))[0].severity;

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
    const server = await theServer();
    const settings = vscode.workspace.getConfiguration("spooky");
    await settings.update("interpreter", "no-such-python");
    await findings(file);
    await settings.update("interpreter", undefined);
    assert.equal(await theServer(), server);
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
    assert.match(await variable("PYTHONPATH"), /\/bundled\/libs$/);
    assert.equal(await variable("PYTHONSAFEPATH"), "1");
  },

  async "the server that is installed in the environment is run where it is wanted"() {
    const settings = vscode.workspace.getConfiguration("spooky");
    await replacesServer(() => settings.update("interpreter", environmentPython));
    await replacesServer(() => settings.update("importStrategy", "fromEnvironment"));
    assert.equal(await variable("PYTHONPATH"), undefined);
    await findings(file);
    await informs(/^Code from +the interpreter's environment$/m);

    await replacesServer(() => settings.update("interpreter", barePython));
    assert.match(await variable("PYTHONPATH"), /\/bundled\/libs$/);
    await informs(/^Code from +the extension$/m);

    await settings.update("importStrategy", undefined);
    await replacesServer(() => settings.update("interpreter", undefined));
  },

  async "nothing is checked where that is not wanted"() {
    const settings = vscode.workspace.getConfiguration("spooky");
    await show(file);
    await findings(file);
    await settings.update("enable", false);
    await until(() => current(file).length === 0);
    await settings.update("enable", undefined);
    await findings(file);
  },

  async "files, rules, functions and comments can be left out, and taken back"() {
    const server = await theServer();
    await show(file);
    await findings(file);
    for (const [name, value] of [
      ["exclude", ["never_*.py"]],
      ["severity", { [RULE]: "off" }],
      ["keepers", ["*.print"]],
    ]) {
      await vscode.workspace.getConfiguration("spooky").update(name, value);
      await until(() => current(file).length === 0);
      await vscode.workspace.getConfiguration("spooky").update(name, undefined);
      await findings(file);
    }
    assert.equal(await theServer(), server);
  },

  async "comments for other checkers count, unless that is not wanted"() {
    const settings = () => vscode.workspace.getConfiguration("spooky");
    const silenced = "import asyncio\n\nasync def main(work):\n    asyncio.create_task(work())  # noqa: RUF006\n";
    const draft = await vscode.workspace.openTextDocument({ language: "python", content: silenced });
    await show(draft.uri);
    await settings().update("peerSuppressions", false);
    await findings(draft.uri);
    await settings().update("peerSuppressions", undefined);
    await until(() => current(draft.uri).length === 0);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  async "what is found in a file goes when it is closed"() {
    await show(file);
    await findings(file);
    await closeAll();
    await until(() => current(file).length === 0);
  },

  async "all files are checked on command, and each finding is there once"() {
    await vscode.commands.executeCommand("spooky.checkWorkspace");
    await findings(lost);
    await findings(other);
    await isCheckedAgain(await show(other));
    await findings(other);
    areThereOnce(other);
    // Without its tab a document may stay open for minutes, in which nobody asks for its findings. The server sends
    // them again when VS Code closes it.
    await closeAll();
    await replacesServer(() => vscode.commands.executeCommand("spooky.restart"));
    await until(() => current(other).length === 0);
  },

  async "all files are checked where that is wanted, and each finding is there once"() {
    const settings = vscode.workspace.getConfiguration("spooky");
    const server = await theServer();
    await settings.update("scope", "workspace");
    await findings(file);
    await findings(other);
    await isCheckedAgain(await show(other));
    await findings(other);
    areThereOnce(other);
    await closeAll();
    await settled();
    await findings(file);
    areThereOnce(other);
    await settings.update("scope", undefined);
    await until(() => current(file).length === 0 && current(other).length === 0);
    await settings.update("scope", "workspace");
    await findings(file);
    await findings(other);
    areThereOnce(other);
    await settings.update("scope", undefined);
    await until(() => current(file).length === 0 && current(other).length === 0);
    assert.equal(await theServer(), server);
  },

  async "the server's information says what runs"() {
    await show(file);
    await informs(
      /^State +Running$/m,
      /^Server +\d+\.\d+\.\d+$/m,
      /^Run by +Python 3\.\d+ \(\/.+\)$/m,
      /^Extension +\d+\.\d+\.\d+$/m,
      /^tea-house +looked for by the server$/m,
    );
    assert.equal(vscode.window.activeTextEditor.document.isDirty, false);
  },

  async "every command is there, and none fails where there is a server"() {
    const commands = await vscode.commands.getCommands(true);
    for (const name of ["checkWorkspace", "showLog", "openSettings"]) {
      assert.ok(commands.includes(`spooky.${name}`));
      await vscode.commands.executeCommand(`spooky.${name}`);
    }
  },

  async "a server that crashes comes back, but not for ever"() {
    await show(file);
    await replacesServer(() => vscode.commands.executeCommand("spooky.restart"));
    // One that ends while it starts is not started again, and there may be findings of the one before.
    for (let crashes = 1; crashes < 5; crashes++) {
      await informs(/^State +Running$/m);
      await replacesServer(crash);
    }
    await informs(/^State +Running$/m);
    await crash();
    await informs(/^State +The server crashed five times/m);
    await vscode.commands.executeCommand("spooky.checkWorkspace");
    assert.deepEqual(serverProcesses(), []);
    assert.equal(current(file).length, 0);
  },

  async "the restart command brings it back"() {
    await vscode.commands.executeCommand("spooky.restart");
    await theServer();
    await show(file);
    await findings(file);
    await informs(/^State +Running$/m);
  },
};

exports.run = suite(tests);

function closeAll() {
  return vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

function areThereOnce(uri) {
  const found = current(uri).map(({ code, range }) => JSON.stringify([code.value, range]));
  assert.notEqual(found.length, 0);
  assert.equal(new Set(found).size, found.length);
}

/** What the server says of closed files by itself is here by now, and so is the next report. */
function settled() {
  return new Promise((resolve) => setTimeout(resolve, 3000));
}

/** The document's own findings are there, not only those from the check of all files. */
async function isCheckedAgain({ document }) {
  const { uri } = document;
  const text = document.getText();
  const line = (await findings(uri))[0].range.start.line;
  await write(document, `\n${text}`);
  await until(() => current(uri).some(({ range }) => range.start.line === line + 1));
  await write(document, text);
  await until(() => current(uri).some(({ range }) => range.start.line === line));
  await document.save();
}

async function crash() {
  process.kill(Number(await theServer()), "SIGKILL");
}

async function write(document, text) {
  const edit = new vscode.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), text);
  await vscode.workspace.applyEdit(edit);
}

/**
 * The window itself does something before it saves. What takes part in that comes into being, all at once, only when
 * the window has nothing else to do after its start: a file that is saved earlier is saved as it is.
 */
async function saves(document) {
  const text = document.getText();
  const files = vscode.workspace.getConfiguration("files", document);
  const changed = configurationChange("files.trimTrailingWhitespace");
  await files.update("trimTrailingWhitespace", true);
  await changed;
  await until(async () => {
    await write(document, `${text}# trimmed   \n`);
    await document.save();
    return document.getText().endsWith("# trimmed\n");
  });
  await files.update("trimTrailingWhitespace", undefined);
  await write(document, text);
  await document.save();
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
