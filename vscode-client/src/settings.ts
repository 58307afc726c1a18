import { homedir } from "node:os";
import * as vscode from "vscode";

export const SECTION = "spooky";

/** What the server is told: the project's interpreter, and the settings that the user has set. */
export interface ServerSettings {
  interpreter: string | null;
  exclude?: string[];
  severity?: Record<string, string>;
}

// Defaults are left out: the server has its own, and one that is sent as if the user had chosen it
// would outweigh what the project says in its pyproject.toml.
export function serverSettings(interpreter: string | null): ServerSettings {
  const exclude = setByUser<string[]>("exclude").at(-1);
  const severity = Object.assign({}, ...setByUser<Record<string, string>>("severity"));
  return { interpreter, severity, ...(exclude && { exclude }) };
}

/** The `spooky.interpreter` setting with `~` and `${workspaceFolder}` expanded, if it is set. */
export function configuredInterpreter(): string | undefined {
  const value = vscode.workspace.getConfiguration(SECTION).get<string>("interpreter")?.trim();
  if (!value) {
    return undefined;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return value
    .replace(/^~(?=$|[\\/])/, () => homedir())
    .replace(/\$\{workspaceFolder\}/g, () => folder);
}

/** The values of a setting that are not defaults, from the most general to the most specific. */
function setByUser<T>(key: string): T[] {
  const found = vscode.workspace.getConfiguration(SECTION).inspect<T>(key);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].filter(
    (value) => value !== undefined,
  );
}
