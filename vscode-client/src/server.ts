import type { LogOutputChannel, Uri } from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  DidChangeConfigurationNotification,
  type ErrorHandler,
  LanguageClient,
  State,
} from "vscode-languageclient/node";
import { diagnosticsOptions } from "./diagnostics";
import { PROTOCOL_DOCUMENTS } from "./documents";
import { type Choice, describe, type InterpreterChooser, projectInterpreter } from "./interpreter";
import { showCannotCheckWorkspace, showNoInterpreter, showServerDown } from "./notices";
import { ServerProcess } from "./process";
import { SECTION, serverSettings } from "./settings";
import type { Status } from "./status";
import { CHECK_WORKSPACE, WorkspaceCheck } from "./workspaceCheck";

const NO_PYTHON = "No Python 3.10 or newer was found";

/** The language server. Starts and stops are queued, so that two never run at once. */
export class Server {
  readonly #extensionPath: string;
  readonly #interpreters: InterpreterChooser;
  readonly #log: LogOutputChannel;
  readonly #status: Status;
  readonly #workspaceCheck = new WorkspaceCheck();
  #queue: Promise<void> = Promise.resolve();
  #client: LanguageClient | undefined;
  #process: ServerProcess | undefined;
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

  /** What it is run with. */
  get choice(): Choice | undefined {
    return this.#choice;
  }

  /** What it says of itself, while it runs. */
  get version(): string | undefined {
    return this.#client?.isRunning()
      ? this.#client.initializeResult?.serverInfo?.version
      : undefined;
  }

  restart(): Promise<void> {
    return this.#enqueue(async () => this.#startWith(await this.#interpreters.choose()));
  }

  /** For when something may have changed that the choice of the interpreters rests on. */
  interpretersChanged(): Promise<void> {
    return this.#enqueue(async () => {
      const choice = await this.#interpreters.choose();
      const down = choice && !this.#client?.needsStop();
      if (down || !isRunTheSameWay(choice, this.#choice)) {
        await this.#startWith(choice);
      } else {
        this.#choice = choice;
        await this.#sendSettings();
      }
    });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#stop());
  }

  settingsChanged(): Promise<void> {
    return this.#enqueue(() => this.#sendSettings());
  }

  checkWorkspace(): Promise<void> {
    return this.#enqueue(async () => {
      const client = await this.#running();
      if (!client) {
        showServerDown(this.#status.state);
        return;
      }
      const { capabilities } = client.initializeResult ?? {};
      if (!capabilities?.executeCommandProvider?.commands.includes(CHECK_WORKSPACE)) {
        showCannotCheckWorkspace(this.version);
        return;
      }
      // It takes its time, and says itself how it goes: nothing else waits for it.
      this.#workspaceCheck
        .run(client)
        .catch((error) => this.#log.warn(`The workspace was not checked: ${error}`));
    });
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
      this.#status.stopped(NO_PYTHON);
      showNoInterpreter();
      return;
    }
    const which = choice.installedServer ? "installed" : "bundled";
    this.#log.info(`Starting the ${which} server with ${describe(choice.runner)}`);
    this.#process = new ServerProcess(this.#extensionPath, choice);
    this.#client = this.#createClient(choice, this.#process);
    await this.#client.start();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    const process = this.#process;
    this.#client = undefined;
    this.#process = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // One that is too slow to stop, or is just starting again, must not keep the next one from
      // starting.
      this.#log.warn(`The server did not stop in time: ${error}`);
    }
    await process?.end();
    this.#status.stopped("The server was stopped");
  }

  async #sendSettings(): Promise<void> {
    const client = await this.#running();
    const settings = { [SECTION]: this.#settings() };
    await client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  /** One that is just coming back after a crash is waited for. */
  async #running(): Promise<LanguageClient | undefined> {
    if (this.#client?.needsStop()) {
      await this.#client.start();
      return this.#client;
    }
    return undefined;
  }

  #settings() {
    return serverSettings((folder?: Uri) => projectInterpreter(this.#choice, folder));
  }

  #createClient(choice: Choice, process: ServerProcess): LanguageClient {
    const diagnostics = diagnosticsOptions(() => client);
    const client: LanguageClient = new LanguageClient(
      SECTION,
      "Spooky asyncio",
      () => process.start(),
      {
        documentSelector: PROTOCOL_DOCUMENTS,
        initializationOptions: () => this.#settings(),
        outputChannel: this.#log,
        errorHandler: {
          error: (error, message, count) => restarting.error(error, message, count),
          closed: () => this.#afterCrash(client, restarting),
        },
        initializationFailedHandler: () => false,
        ...diagnostics,
        middleware: { ...diagnostics.middleware, ...this.#workspaceCheck.middleware },
      },
    );
    const restarting = client.createDefaultErrorHandler();
    client.onDidChangeState(({ newState }) => this.#showState(client, newState, choice));
    return client;
  }

  /** It is started again, and the user need not know; but not for ever. */
  async #afterCrash(client: LanguageClient, policy: ErrorHandler): Promise<CloseHandlerResult> {
    const stay = { action: CloseAction.DoNotRestart, handled: true };
    if (client !== this.#client) {
      return stay;
    }
    // A server that crashes while it starts would do so again, with a notice for each try.
    if (!client.initializeResult) {
      showServerDown("The server ended while it was starting");
      return stay;
    }
    const result = await policy.closed();
    if (result.action === CloseAction.DoNotRestart) {
      this.#client = undefined;
      const reason = "The server crashed five times in three minutes, and stays down";
      this.#status.stopped(reason);
      showServerDown(reason);
    }
    return { ...result, handled: true };
  }

  #showState(client: LanguageClient, state: State, choice: Choice): void {
    // A client that is being replaced has nothing more to say.
    if (client !== this.#client) {
      return;
    }
    if (state === State.Starting) {
      this.#status.starting();
    } else if (state === State.Running) {
      this.#status.running(this.version, describe(choice.runner));
    } else {
      this.#status.stopped("The server has stopped, see the log");
    }
  }
}

function isRunTheSameWay(one: Choice | undefined, other: Choice | undefined): boolean {
  return one?.runner.path === other?.runner.path && one?.installedServer === other?.installedServer;
}
