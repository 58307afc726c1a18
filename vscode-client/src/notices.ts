import * as vscode from "vscode";
import type { Interpreter } from "./interpreter";

const OPEN_SETTING = "Open Setting";

export function showBadInterpreter(configured: string, found: Interpreter | undefined): void {
  const reason = found
    ? `is Python ${found.major}.${found.minor}, and the server needs 3.10 or newer`
    : "cannot be run as a Python interpreter";
  void showError(`spooky.interpreter: "${configured}" ${reason}. Trying another one.`);
}

export function showNoInterpreter(): void {
  void showError(
    "Spooky asyncio found no Python 3.10 or newer. Install one, or name it in the setting spooky.interpreter.",
  );
}

async function showError(message: string): Promise<void> {
  if ((await vscode.window.showErrorMessage(message, OPEN_SETTING)) === OPEN_SETTING) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "spooky.interpreter");
  }
}
