import { join } from "node:path";
import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  LanguageClient,
  State,
} from "vscode-languageclient/node";
import { DOCUMENTS } from "./documents";
import { type Choice, describe, type InterpreterChooser } from "./interpreter";
import { showNoInterpreter } from "./notices";
import { SECTION, serverSettings } from "./settings";
import type { Status } from "./status";

/** The language server's process. Starts and stops are queued, so that two never run at once. */
export class Server {
  readonly #extensionPath: string;
  readonly #interpreters: InterpreterChooser;
  readonly #log: LogOutputChannel;
  readonly #status: Status;
  #queue: Promise<void> = Promise.resolve();
  #client: LanguageClient | undefined;
  #choice: Choice | undefined;

  constructor(
    extensionPath: string,
    interpreters: InterpreterChooser,
    log: LogOutputChannel,
    status: Status,
  ) {
    this.#extensionPath = extensionPath;
    this.#interpreters = interpreters;
    this.#log = log;
    this.#status = status;
  }

  restart(): Promise<void> {
    return this.#enqueue(async () => this.#startWith(await this.#interpreters.choose()));
  }

  restartIfInterpreterChanged(): Promise<void> {
    return this.#enqueue(async () => {
      const choice = await this.#interpreters.choose();
      if (
        choice?.runner.path !== this.#choice?.runner.path ||
        choice?.project !== this.#choice?.project
      ) {
        await this.#startWith(choice);
      }
    });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#stop());
  }

  async sendSettings(): Promise<void> {
    if (this.#client?.isRunning()) {
      const settings = { [SECTION]: this.#settings() };
      await this.#client.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  /** One failure must not keep later commands from being carried out. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error) => this.#fail(error));
    return this.#queue;
  }

  #fail(error: unknown): void {
    this.#log.error(error instanceof Error ? error : String(error));
    this.#status.stopped("The server failed, see the log");
  }

  async #startWith(choice: Choice | undefined): Promise<void> {
    await this.#stop();
    this.#status.starting();
    this.#choice = choice;
    if (!choice) {
      this.#status.stopped("No Python 3.10 or newer was found");
      showNoInterpreter();
      return;
    }
    this.#log.info(`Starting the server with ${describe(choice.runner)}`);
    const client = this.#createClient(choice);
    this.#client = client;
    await client.start();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that is too slow to stop is killed by the client, and must not keep the next one
      // from starting.
      this.#log.warn(`The server did not stop in time: ${error}`);
    }
  }

  #settings() {
    return serverSettings(this.#choice?.project ?? null);
  }

  #createClient(choice: Choice): LanguageClient {
    const client: LanguageClient = new LanguageClient(
      SECTION,
      "Spooky asyncio",
      {
        command: choice.runner.path,
        args: ["-m", "spooky_asyncio", "server"],
        options: { cwd: this.#extensionPath, env: this.#environment() },
      },
      {
        documentSelector: [...DOCUMENTS],
        initializationOptions: () => this.#settings(),
        outputChannel: this.#log,
        errorHandler: {
          error: (error, message, count) => restarting.error(error, message, count),
          // A server that crashes while it starts would do so again, with a notice for each try.
          closed: () =>
            client.initializeResult
              ? restarting.closed()
              : { action: CloseAction.DoNotRestart, handled: true },
        },
        initializationFailedHandler: () => false,
      },
    );
    const restarting = client.createDefaultErrorHandler();
    client.onDidChangeState(({ newState }) => this.#showState(client, newState, choice));
    return client;
  }

  #showState(client: LanguageClient, state: State, choice: Choice): void {
    // A client that is being replaced has nothing more to say.
    if (client !== this.#client) {
      return;
    }
    if (state === State.Starting) {
      this.#status.starting();
    } else if (state === State.Running) {
      this.#status.running(client.initializeResult?.serverInfo?.version, describe(choice.runner));
    } else {
      this.#status.stopped("The server has stopped, see the log");
    }
  }

  /**
   * The bundled packages are all that the server may import beside the interpreter's own: with the
   * user's PYTHON* variables, or the workspace as current folder, `import json` could run a file of
   * the workspace.
   */
  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^PYTHON/i.test(name));
    return {
      ...Object.fromEntries(inherited),
      PYTHONPATH: join(this.#extensionPath, "bundled", "libs"),
      PYTHONSAFEPATH: "1",
      PYTHONUTF8: "1",
    };
  }
}
