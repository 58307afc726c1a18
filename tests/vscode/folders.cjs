// A workspace with two folders, each with settings and an interpreter of its own; notebooks; files in no folder.
// Loaded by the extension host, which calls run().
const assert = require("node:assert/strict");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { mkdtempSync, writeFileSync } = require("node:fs");
const vscode = require("vscode");
const { RULE, suite, show, current, findings, informs } = require("./harness.cjs");
const { theServer, replacesServer, until } = require("./harness.cjs");

let kitchen, garden;
const at = (folder, name) => vscode.Uri.joinPath(folder, name);
const { Error: ERROR, Warning: WARNING } = vscode.DiagnosticSeverity;

const tests = {
  async "one server works for all folders, each with its own interpreter"() {
    await show(at(kitchen, "brew.py"));
    await findings(at(kitchen, "brew.py"));
    await theServer();
    await informs(
      new RegExp(`^garden +${at(garden, ".venv/bin/python").fsPath}$`, "m"),
      /^kitchen +looked for by the server$/m,
    );
  },

  async "a folder's interpreter tells its packages, and only its own"() {
    await show(at(garden, "uses_package.py"));
    await findings(at(garden, "uses_package.py"));
    await show(at(kitchen, "uses_package.py"));
    await settled(at(kitchen, "brew.py"));
    assert.deepEqual(current(at(kitchen, "uses_package.py")), []);
  },

  async "the interpreter that is selected for a folder reaches the server"() {
    const python = vscode.extensions.getExtension("ms-python.python").exports;
    const selected = at(garden, ".venv/bin/python").fsPath;
    // Now there is one for each folder, and the first one's runs the server.
    await replacesServer(() => python.select(selected, kitchen));
    await informs(new RegExp(`^kitchen +${selected}$`, "m"));
    await show(at(kitchen, "uses_package.py"));
    await findings(at(kitchen, "uses_package.py"));
    await replacesServer(() => python.select("", kitchen));
    await show(at(kitchen, "brew.py"));
    await findings(at(kitchen, "brew.py"));
    await until(() => current(at(kitchen, "uses_package.py")).length === 0);
  },

  async "a folder's settings apply in it, and only in it"() {
    const severities = async (folder) => {
      await show(at(folder, "brew.py"));
      return (await findings(at(folder, "brew.py"))).map(({ severity }) => severity);
    };
    const changes = async (severity, folder) => {
      const settings = vscode.workspace.getConfiguration("spooky", folder);
      const target = vscode.ConfigurationTarget.WorkspaceFolder;
      await settings.update("severity", severity, target);
    };
    const server = await theServer();
    await changes({ [RULE]: "error" }, kitchen);
    await until(async () => (await severities(kitchen))[0] === ERROR);
    assert.deepEqual(await severities(garden), [WARNING]);
    await changes(undefined, kitchen);
    await until(async () => (await severities(kitchen))[0] === WARNING);
    assert.equal(await theServer(), server);
  },

  async "a folder can be left out"() {
    const settings = vscode.workspace.getConfiguration("spooky", kitchen);
    const target = vscode.ConfigurationTarget.WorkspaceFolder;
    await show(at(kitchen, "brew.py"));
    await findings(at(kitchen, "brew.py"));
    await settings.update("enable", false, target);
    await until(() => current(at(kitchen, "brew.py")).length === 0);
    await show(at(garden, "brew.py"));
    await findings(at(garden, "brew.py"));
    await settings.update("enable", undefined, target);
    await show(at(kitchen, "brew.py"));
    await findings(at(kitchen, "brew.py"));
  },

  async "a cell knows the cells above it"() {
    const notebook = await vscode.workspace.openNotebookDocument(at(kitchen, "brew.ipynb"));
    await vscode.window.showNotebookDocument(notebook);
    const [first, second] = notebook.getCells().map(({ document }) => document.uri);
    const [finding] = await findings(second);
    assert.equal(finding.code.value, RULE);
    assert.deepEqual(current(first), []);

    const edit = new vscode.WorkspaceEdit();
    edit.replace(first, new vscode.Range(0, 0, 0, "async ".length), "");
    await vscode.workspace.applyEdit(edit);
    await until(() => current(second).length === 0);
  },

  async "a quick fix changes its cell"() {
    const notebook = await vscode.workspace.openNotebookDocument(
      "jupyter-notebook",
      new vscode.NotebookData([
        cell("import asyncio\n\nasync def brew():\n    return 'tea'"),
        cell("print('before')\nbrew()"),
      ]),
    );
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(1);
    const [finding] = await findings(document.uri);
    const actions = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      document.uri,
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
      1,
    );
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    await vscode.workspace.applyEdit(preferred.edit);
    await until(() => document.getText() === "print('before')\nawait brew()");
    await until(() => current(document.uri).length === 0);
  },

  async "a file that is in no folder is checked"() {
    const folder = mkdtempSync(join(tmpdir(), "spooky-"));
    const file = vscode.Uri.file(join(folder, "alone.py"));
    writeFileSync(file.fsPath, "async def brew():\n    pass\n\n\nasync def main():\n    brew()\n");
    await show(file);
    await findings(file);
  },
};

exports.run = async () => {
  // The extension host may start before all folders are there.
  await until(() => vscode.workspace.workspaceFolders?.length === 2);
  [kitchen, garden] = vscode.workspace.workspaceFolders.map(({ uri }) => uri);
  await suite(tests)();
};

function cell(text) {
  return new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
}

/** What was shown before is checked by now, when this one is checked again. */
async function settled(uri) {
  const document = await vscode.workspace.openTextDocument(uri);
  await show(uri);
  const before = (await findings(uri))[0].range.start.line;
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), "\n");
  await vscode.workspace.applyEdit(edit);
  await until(() => current(uri)[0]?.range.start.line === before + 1);
  await document.save();
}
