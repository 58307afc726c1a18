import * as vscode from "vscode";
import { describe, projectInterpreter } from "./interpreter";
import type { Server } from "./server";
import type { Status } from "./status";

const SCHEME = "spooky-asyncio";
const URI = vscode.Uri.from({ scheme: SCHEME, path: "Server Information" });

/** A page that cannot be edited, with all that a report about an error should say. */
export class Information implements vscode.Disposable {
  readonly #extensionVersion: string;
  readonly #server: Server;
  readonly #status: Status;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable;

  constructor(extensionVersion: string, server: Server, status: Status) {
    this.#extensionVersion = extensionVersion;
    this.#server = server;
    this.#status = status;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      status.onDidChange(() => this.#changed.fire(URI)),
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: () => this.#text(),
      }),
    );
  }

  async show(): Promise<void> {
    // It may be open since an earlier time, and not all that it says is the state's.
    this.#changed.fire(URI);
    await vscode.window.showTextDocument(URI, { preview: true });
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #text(): string {
    const { choice, version } = this.#server;
    const lines = [
      ["State", this.#status.state],
      ["Server", version ?? "none runs"],
      ["Run by", choice ? describe(choice.runner) : "no Python"],
      ["Code from", choice?.installedServer ? "the interpreter's environment" : "the extension"],
      ["Extension", this.#extensionVersion],
      ["VS Code", vscode.version],
      ["Workspace", vscode.workspace.isTrusted ? "trusted" : "not trusted"],
    ];
    const folders = vscode.workspace.workspaceFolders ?? [];
    const projects = folders.map(({ name, uri }) => [
      name,
      projectInterpreter(choice, uri) ?? "looked for by the server",
    ]);
    return `${table(lines)}\nInterpreters of the projects\n${table(projects)}`;
  }
}

function table(rows: string[][]): string {
  const width = Math.max(0, ...rows.map(([name = ""]) => name.length));
  return rows.map(([name = "", value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}
