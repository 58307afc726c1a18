import { homedir } from "node:os";
import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";

export const SECTION = "spooky";

const SENT_AS_THEY_ARE = [
  "enable",
  "scope",
  "exclude",
  "keepers",
  "peerSuppressions",
  "logLevel",
] as const;

type Values = Record<string, unknown>;

/** What the server is told: the projects' interpreters, and the settings that the user has set. */
export interface ServerSettings extends Values {
  /** Where it is null, the server looks for the project's virtual environment. */
  interpreter: string | null;
  /** By the URI of a folder, what is different in it. */
  folders?: Record<string, Values>;
}

export function serverSettings(interpreter: (folder?: vscode.Uri) => string | null) {
  // The settings of the only folder are those of the workspace. Of several, none has the interpreter
  // for those where none was chosen.
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const settings: ServerSettings = {
    interpreter: several ? null : interpreter(),
    ...setByUser(),
  };
  if (several) {
    settings.folders = Object.fromEntries(
      (vscode.workspace.workspaceFolders ?? [])
        .map(({ uri }): [string, Values] => {
          const own = { interpreter: interpreter(uri), ...setByUser(uri) };
          return [uri.toString(), different(own, settings)];
        })
        .filter(([_, own]) => Object.keys(own).length > 0),
    );
  }
  return settings;
}

/** The `spooky.interpreter` setting with `~` and `${workspaceFolder}` expanded, if it is set. */
export function configuredInterpreter(
  folder: vscode.WorkspaceFolder | undefined,
): string | undefined {
  const value = configuration(folder?.uri).get<string>("interpreter")?.trim();
  return value
    ?.replace(/^~(?=$|[\\/])/, () => homedir())
    .replace(/\$\{workspaceFolder\}/g, () => folder?.uri.fsPath ?? "");
}

/** Whether the server may be the one that is installed beside the interpreter. */
export function prefersInstalledServer(): boolean {
  // A workspace can ship an environment with anything in it under the server's name.
  return (
    vscode.workspace.isTrusted &&
    configuration().get<string>("importStrategy") === "fromEnvironment"
  );
}

export function checksWorkspace(): boolean {
  return configuration().get<string>("scope") === "workspace";
}

/** In a remote window those of the machine, such as an interpreter, are not among the user's own. */
export function showSettings(query: string): Thenable<unknown> {
  return vscode.env.remoteName
    ? vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query })
    : vscode.commands.executeCommand("workbench.action.openSettings", query);
}

// Defaults are left out: the server has its own, and one that is sent as if the user had chosen it
// would outweigh what the project says in its pyproject.toml.
function setByUser(folder?: vscode.Uri): Values {
  const values: Values = {};
  for (const name of SENT_AS_THEY_ARE) {
    const value = levels(name, folder).at(-1);
    if (value !== undefined) {
      values[name] = value;
    }
  }
  const severities = levels("severity", folder);
  if (severities.length > 0) {
    values.severity = Object.assign({}, ...severities);
  }
  return values;
}

/** The values of a setting that are not defaults, from the most general to the most specific. */
function levels(name: string, folder?: vscode.Uri): unknown[] {
  const found = configuration(folder).inspect(name);
  const values = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
  return values.filter((value) => value !== undefined);
}

function different(own: Values, general: Values): Values {
  return Object.fromEntries(
    Object.entries(own).filter(([name, value]) => !isDeepStrictEqual(value, general[name])),
  );
}

function configuration(folder?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(SECTION, folder);
}
