import * as vscode from "vscode";
import { Information } from "./information";
import { InterpreterChooser } from "./interpreter";
import { SelectedInterpreter } from "./pythonExtension";
import { Server } from "./server";
import { SECTION, showSettings } from "./settings";
import { Status } from "./status";

const CHOOSING = [`${SECTION}.interpreter`, `${SECTION}.importStrategy`];

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { id, extensionPath, packageJSON } = context.extension;
  const log = vscode.window.createOutputChannel("Spooky asyncio", { log: true });
  const status = new Status();
  const selected = new SelectedInterpreter(log);
  const interpreters = new InterpreterChooser(selected, extensionPath, log);
  const spooky = new Server(extensionPath, interpreters, log, status);
  const information = new Information(packageJSON.version, spooky, status);
  server = spooky;

  const commands = {
    "spooky.restart": () => spooky.restart(),
    "spooky.checkWorkspace": () => spooky.checkWorkspace(),
    "spooky.showLog": () => log.show(),
    "spooky.showServerInformation": () => information.show(),
    "spooky.openSettings": (query = `@ext:${id}`) => showSettings(query),
  };
  context.subscriptions.push(
    log,
    status,
    selected,
    information,
    ...Object.entries(commands).map(([command, run]) =>
      vscode.commands.registerCommand(command, run),
    ),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (CHOOSING.some((setting) => change.affectsConfiguration(setting))) {
        return spooky.interpretersChanged();
      }
      if (change.affectsConfiguration(SECTION)) {
        return spooky.settingsChanged();
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => spooky.interpretersChanged()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => spooky.restart()),
    selected.onDidChange(() => spooky.interpretersChanged()),
  );

  await spooky.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
