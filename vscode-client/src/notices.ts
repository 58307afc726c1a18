import * as vscode from "vscode";
import type { Interpreter } from "./interpreter";

const OPEN_SETTING = "Open Setting";
const GET_PYTHON = "Get Python";
const RESTART = "Restart Server";
const SHOW_LOG = "Show Log";

const ACTIONS: Record<string, () => Thenable<unknown>> = {
  [OPEN_SETTING]: () => vscode.commands.executeCommand("spooky.openSettings", "spooky.interpreter"),
  [GET_PYTHON]: () =>
    vscode.env.openExternal(vscode.Uri.parse("https://www.python.org/downloads/")),
  [RESTART]: () => vscode.commands.executeCommand("spooky.restart"),
  [SHOW_LOG]: () => vscode.commands.executeCommand("spooky.showLog"),
};

export function showBadInterpreter(configured: string, found: Interpreter | undefined): void {
  const reason = found
    ? `is Python ${found.major}.${found.minor}, and the server needs 3.10 or newer`
    : "cannot be run as a Python interpreter";
  void showError(
    `spooky.interpreter: "${configured}" ${reason}. Trying another one.`,
    OPEN_SETTING,
  );
}

export function showNoInterpreter(): void {
  void showError(
    "Spooky asyncio found no Python 3.10 or newer. Install one, or name it in the setting spooky.interpreter.",
    OPEN_SETTING,
    GET_PYTHON,
  );
}

/** Where the server is needed and is not there, or has gone for good. */
export function showServerDown(reason: string): void {
  void showError(`Spooky asyncio: ${reason}.`, RESTART, SHOW_LOG);
}

export function showCannotCheckWorkspace(version: string | undefined): void {
  void showError(
    `Spooky asyncio: this server (${version ?? "of unknown version"}) cannot check the workspace.`,
    SHOW_LOG,
  );
}

async function showError(message: string, ...actions: string[]): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...actions);
  await ACTIONS[chosen ?? ""]?.();
}
