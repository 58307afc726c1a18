import { PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

/** Follows the interpreter that is selected in the Python extension, where that is installed. */
export class SelectedInterpreter implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #log: vscode.LogOutputChannel;
  #subscription: vscode.Disposable | undefined;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  async path(): Promise<string | undefined> {
    // A workspace can ship the environment that is selected here, so an untrusted one has no say.
    if (!vscode.workspace.isTrusted || !vscode.extensions.getExtension(PVSC_EXTENSION_ID)) {
      return undefined;
    }
    try {
      return await this.#ask();
    } catch (error) {
      this.#log.warn(`The Python extension does not tell its interpreter: ${error}`);
      return undefined;
    }
  }

  async #ask(): Promise<string | undefined> {
    const { environments } = await PythonExtension.api();
    this.#subscription ??= environments.onDidChangeActiveEnvironmentPath(() =>
      this.#changed.fire(),
    );
    const folder = vscode.workspace.workspaceFolders?.[0];
    const selected = environments.getActiveEnvironmentPath(folder?.uri);
    const resolved = await environments.resolveEnvironment(selected);
    return resolved?.executable.uri?.fsPath;
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#changed.dispose();
  }
}
