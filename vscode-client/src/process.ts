import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Choice } from "./interpreter";

/** VS Code gives a window that closes five seconds, of which the client may take two. */
const GRACE_MS = 1000;

/** The server's process, or one after the other where it crashes and is started again. */
export class ServerProcess {
  readonly #extensionPath: string;
  readonly #choice: Choice;
  #process: ChildProcessWithoutNullStreams | undefined;

  constructor(extensionPath: string, choice: Choice) {
    this.#extensionPath = extensionPath;
    this.#choice = choice;
  }

  async start(): Promise<ChildProcessWithoutNullStreams> {
    const child = spawn(this.#choice.runner.path, ["-m", "spooky_asyncio", "server"], {
      cwd: this.#extensionPath,
      env: this.#environment(),
    });
    this.#process = child;
    await once(child, "spawn");
    // What goes wrong from now on shows in the connection.
    child.on("error", () => {});
    return child;
  }

  /** Waits for the end of one that was asked to end, but not for long. */
  async end(): Promise<void> {
    const child = this.#process;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const timeout = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
    await once(child, "exit");
    clearTimeout(timeout);
  }

  /**
   * The bundled packages are all that the server may import beside the interpreter's own: with the
   * user's PYTHON* variables, or the workspace as current folder, `import json` could run a file of
   * the workspace.
   */
  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^PYTHON/i.test(name));
    const bundled = { PYTHONPATH: join(this.#extensionPath, "bundled", "libs") };
    return {
      ...Object.fromEntries(inherited),
      ...(this.#choice.installedServer ? {} : bundled),
      PYTHONSAFEPATH: "1",
      PYTHONUTF8: "1",
    };
  }
}
