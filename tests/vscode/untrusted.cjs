// A workspace that is not trusted, and would run programs of its own wherever it can name one.
// Loaded by the extension host, which calls run().
const assert = require("node:assert/strict");
const { existsSync } = require("node:fs");
const vscode = require("vscode");
const { suite, show, findings, informs, variable, isRunBy } = require("./harness.cjs");

const folder = vscode.workspace.workspaceFolders[0].uri;
const file = vscode.Uri.joinPath(folder, "never_awaited.py");
const trap = vscode.Uri.joinPath(folder, ".venv/bin/python").fsPath;

const tests = {
  async "the workspace is not trusted"() {
    assert.equal(vscode.workspace.isTrusted, false);
  },

  async "there are findings"() {
    await show(file);
    await findings(file);
  },

  async "the server is the bundled one, with an interpreter that is not the workspace's"() {
    assert.match(await variable("PYTHONPATH"), /\/bundled\/libs$/);
    await isRunBy(trap, false);
    await informs(/^Workspace +not trusted$/m, /^Code from +the extension$/m);
  },

  async "what the Python extension says is not followed"() {
    await vscode.extensions.getExtension("ms-python.python").activate();
    vscode.extensions.getExtension("ms-python.python").exports.select(trap);
    await vscode.commands.executeCommand("spooky.restart");
    await show(file);
    await findings(file);
    await isRunBy(trap, false);
  },

  async "nothing of the workspace was run"() {
    assert.equal(existsSync(vscode.Uri.joinPath(folder, "was-run").fsPath), false);
  },
};

exports.run = suite(tests);
