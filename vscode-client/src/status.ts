import * as vscode from "vscode";
import { DOCUMENTS } from "./documents";

const NAME = "Spooky asyncio";

/** The entry in the language status menu, `{}` in the status bar of a Python file. */
export class Status implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem("spooky.status", DOCUMENTS);
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #state = "";

  constructor() {
    this.#item.name = NAME;
    this.starting();
  }

  /** In words. */
  get state(): string {
    return this.#state;
  }

  starting(): void {
    this.#show("Starting…", vscode.LanguageStatusSeverity.Information);
    this.#item.busy = true;
  }

  running(version: string | undefined, interpreter: string): void {
    this.#show("Running", vscode.LanguageStatusSeverity.Information);
    this.#item.text = version ? `${NAME} ${version}` : NAME;
    this.#item.detail = interpreter;
  }

  stopped(reason: string): void {
    this.#show(reason, vscode.LanguageStatusSeverity.Error);
    this.#item.command = { command: "spooky.restart", title: "Restart Server" };
  }

  dispose(): void {
    this.#item.dispose();
    this.#changed.dispose();
  }

  #show(state: string, severity: vscode.LanguageStatusSeverity): void {
    this.#state = state;
    this.#item.text = NAME;
    this.#item.detail = state;
    this.#item.busy = false;
    this.#item.severity = severity;
    this.#item.command = {
      command: "spooky.showServerInformation",
      title: "Server Information",
    };
    this.#changed.fire();
  }
}
