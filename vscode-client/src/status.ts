import * as vscode from "vscode";
import { DOCUMENTS } from "./documents";

const NAME = "Spooky asyncio";

/** The entry in the language status menu, `{}` in the status bar of a Python file. */
export class Status implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem("spooky.status", [...DOCUMENTS]);

  constructor() {
    this.#item.name = NAME;
    this.#item.text = NAME;
  }

  starting(): void {
    this.#show("Starting…", vscode.LanguageStatusSeverity.Information);
    this.#item.busy = true;
  }

  running(version: string | undefined, interpreter: string): void {
    this.#show(interpreter, vscode.LanguageStatusSeverity.Information);
    this.#item.text = version ? `${NAME} ${version}` : NAME;
  }

  stopped(reason: string): void {
    this.#show(reason, vscode.LanguageStatusSeverity.Error);
    this.#item.command = { command: "spooky.restart", title: "Restart Server" };
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(detail: string, severity: vscode.LanguageStatusSeverity): void {
    this.#item.busy = false;
    this.#item.detail = detail;
    this.#item.severity = severity;
    this.#item.command = { command: "spooky.showLog", title: "Show Log" };
  }
}
