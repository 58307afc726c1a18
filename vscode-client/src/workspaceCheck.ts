import * as vscode from "vscode";
import {
  ExecuteCommandRequest,
  type LanguageClient,
  type Middleware,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

export const CHECK_WORKSPACE = "spooky.server.checkWorkspace";

/**
 * A check of all files, with a notice that says how far it is and can stop it. The client itself
 * shows the server's progress only in the status bar, where nothing can be cancelled.
 */
export class WorkspaceCheck {
  #notice: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  #percentage = 0;

  readonly middleware: Pick<Middleware, "handleWorkDoneProgress"> = {
    handleWorkDoneProgress: (token, params, next) => {
      this.#report(params);
      if (!this.#notice || params.kind === "end") {
        next(token, params);
      }
    },
  };

  async run(client: LanguageClient): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "Spooky: checking the workspace",
      cancellable: true,
    };
    await vscode.window.withProgress(options, async (notice, cancelled) => {
      this.#notice = notice;
      this.#percentage = 0;
      try {
        const command = { command: CHECK_WORKSPACE, arguments: [] };
        await client.sendRequest(ExecuteCommandRequest.type, command, cancelled);
      } catch (error) {
        if (!cancelled.isCancellationRequested) {
          throw error;
        }
      } finally {
        this.#notice = undefined;
      }
    });
  }

  #report(params: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd): void {
    if (params.kind === "report" && params.percentage !== undefined) {
      const increment = params.percentage - this.#percentage;
      this.#percentage = params.percentage;
      this.#notice?.report({ message: params.message ?? "", increment });
    }
  }
}
