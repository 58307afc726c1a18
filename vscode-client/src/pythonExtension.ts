import { PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

/** Follows the interpreters that are selected in the Python extension, where that is installed. */
export class SelectedInterpreter implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #log: vscode.LogOutputChannel;
  readonly #installations: vscode.Disposable;
  #subscription: vscode.Disposable | undefined;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#installations = vscode.extensions.onDidChange(() => {
      if (!this.#subscription && vscode.extensions.getExtension(PVSC_EXTENSION_ID)) {
        this.#changed.fire();
      }
    });
  }

  /** The one for this folder; without one, for what is in no folder. */
  async path(folder: vscode.Uri | undefined): Promise<string | undefined> {
    // A workspace can ship the environment that is selected here, so an untrusted one has no say.
    if (!vscode.workspace.isTrusted || !vscode.extensions.getExtension(PVSC_EXTENSION_ID)) {
      return undefined;
    }
    try {
      return await this.#ask(folder);
    } catch (error) {
      this.#log.warn(`The Python extension does not tell its interpreter: ${error}`);
      return undefined;
    }
  }

  async #ask(folder: vscode.Uri | undefined): Promise<string | undefined> {
    const { environments } = await PythonExtension.api();
    this.#subscription ??= environments.onDidChangeActiveEnvironmentPath(() =>
      this.#changed.fire(),
    );
    const selected = environments.getActiveEnvironmentPath(folder);
    const resolved = await environments.resolveEnvironment(selected);
    return resolved?.executable.uri?.fsPath;
  }

  dispose(): void {
    this.#installations.dispose();
    this.#subscription?.dispose();
    this.#changed.dispose();
  }
}
