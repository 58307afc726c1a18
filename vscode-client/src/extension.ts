import * as vscode from "vscode";
import { InterpreterChooser } from "./interpreter";
import { SelectedInterpreter } from "./pythonExtension";
import { Server } from "./server";
import { SECTION } from "./settings";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Spooky asyncio", { log: true });
  const status = new Status();
  const selected = new SelectedInterpreter(log);
  const interpreters = new InterpreterChooser(selected, context.extensionPath, log);
  const spooky = new Server(context.extensionPath, interpreters, log, status);
  server = spooky;

  context.subscriptions.push(
    log,
    status,
    selected,
    vscode.commands.registerCommand("spooky.restart", () => spooky.restart()),
    vscode.commands.registerCommand("spooky.showLog", () => log.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.interpreter`)) {
        return spooky.restart();
      }
      if (change.affectsConfiguration(SECTION)) {
        return spooky.sendSettings();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => spooky.restart()),
    selected.onDidChange(() => spooky.restartIfInterpreterChanged()),
  );

  await spooky.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
